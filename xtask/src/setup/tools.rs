//! The programs that make and check the panel, at pinned versions, each in a folder of its own.

use super::python::{self, Requirements};
use super::toolchain::Toolchain;
use crate::fault::{Fault, Outcome};
use crate::step::Step;
use crate::{files, place};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Must be the version in `Cargo.lock`: the program and the crate speak a format that changes with each.
pub const WASM_BINDGEN: &str = "0.2.130";
/// The newest that rustc 1.95 and 1.96.0 build.
pub const TRUNK: &str = "0.21.14";
/// Cuts WebAssembly into pieces that are fetched when they are needed; belongs to leptos' `wasm_split_helpers`.
pub const WASM_SPLIT: &str = "0.2.4";
/// `wasm-opt`, in `xtask/npm`: Debian's does not know what rustc uses today.
pub const BINARYEN: &str = "132.0.0";
pub const TERSER: &str = "5.51.4";
/// Checks dependencies.
const CARGO_DENY: &str = "0.20.2";
/// A client of Zendesk's API for Python, for the tests of the one here; its pins are in `xtask/pip`.
const ZENPY: &str = "2.0.57";
/// What comes from the npm registry: `wasm-opt`, the rules of accessibility, a certified OpenID provider (the newest that
/// runs on Debian's Node.js) and a client of Zendesk's API. The lock file has a checksum for each package.
const NPM_FILES: [&str; 2] = ["package.json", "package-lock.json"];

/// Where they are.
pub struct Tools {
    wasm_bindgen: PathBuf,
    trunk: PathBuf,
    wasm_split: PathBuf,
    npm: PathBuf,
    zenpy: PathBuf,
    cargo_deny: PathBuf,
}

/// Packages of the operating system that the tools need and that are missing.
pub fn packages() -> Vec<String> {
    let wanted = [("nodejs", ["node", "nodejs"]), ("npm", ["npm", "npm"])];
    let missing = wanted.into_iter().filter(|(_, programs)| place::program(programs).is_none());
    missing.map(|(package, _)| package.to_owned()).collect()
}

impl Tools {
    pub fn in_folder(folder: &Path) -> Self {
        Self {
            wasm_bindgen: folder.join(format!("wasm-bindgen-{WASM_BINDGEN}")),
            trunk: folder.join(format!("trunk-{TRUNK}")),
            wasm_split: folder.join(format!("wasm-split-{WASM_SPLIT}")),
            npm: folder.join("npm"),
            zenpy: folder.join(format!("zenpy-{ZENPY}")),
            cargo_deny: folder.join(format!("cargo-deny-{CARGO_DENY}")),
        }
    }

    /// Folders for the PATH.
    pub fn paths(&self) -> Vec<PathBuf> {
        let built = [&self.wasm_bindgen, &self.trunk, &self.wasm_split].map(|tool| tool.join("bin"));
        built.into_iter().chain([self.npm.join("node_modules/.bin")]).collect()
    }

    /// axe-core's script.
    pub fn axe(&self) -> PathBuf {
        self.npm.join("node_modules/axe-core/axe.min.js")
    }

    /// The folder of the OpenID provider that tests sign in with.
    pub fn oidc_provider(&self) -> PathBuf {
        self.npm.join("node_modules/oidc-provider")
    }

    /// The folder of the client of Zendesk's API for Node.js.
    pub fn node_zendesk(&self) -> PathBuf {
        self.npm.join("node_modules/node-zendesk")
    }

    /// The Python that has the other client.
    pub fn python(&self) -> PathBuf {
        self.zenpy.join("bin/python")
    }

    /// The program that checks dependencies.
    pub fn cargo_deny(&self) -> PathBuf {
        self.cargo_deny.join("bin/cargo-deny")
    }

    /// Installs the Python client where it is missing.
    pub fn install_zenpy(&self) -> Outcome {
        let requirements = Requirements::named("zenpy.txt");
        if requirements.are_in(&self.zenpy)? {
            return Ok(());
        }
        let step = Step::begin(format!("Fetching zenpy {ZENPY}"), "takes 20 s")?;
        if !requirements.install(&step, &self.zenpy)? {
            return Err(Fault::new("zenpy could not be fetched as xtask/pip/zenpy.txt pins it: see the log above."));
        }
        step.end();
        Ok(())
    }

    /// Installs what checks dependencies where it is missing: the built program where there is one for this machine.
    pub fn install_cargo_deny(&self, toolchain: &Toolchain) -> Outcome {
        let requirements = Requirements::named("cargo-deny.txt");
        let from_source = self.cargo_deny.join("from-source");
        if from_source.is_file() || requirements.are_in(&self.cargo_deny)? {
            return Ok(());
        }
        if python::makes_folders() {
            let step = Step::begin(format!("Fetching cargo-deny {CARGO_DENY}"), "takes 10 s")?;
            if requirements.install(&step, &self.cargo_deny)? {
                step.end();
                return Ok(());
            }
        }
        let step = Step::begin(format!("Building cargo-deny {CARGO_DENY}"), "takes 5 minutes on two cores")?;
        atomically(&self.cargo_deny, |draft| {
            let mut install = cargo_install(toolchain, "cargo-deny", CARGO_DENY, draft);
            step.run(install.arg("--locked"))?;
            files::write(&draft.join("from-source"), b"")
        })?;
        step.end();
        Ok(())
    }

    /// Installs those that are missing.
    pub fn install(&self, toolchain: &Toolchain) -> Outcome {
        if !self.wasm_bindgen.join("bin/wasm-bindgen-test-runner").is_file() {
            let name = format!("Building wasm-bindgen-cli {WASM_BINDGEN}");
            let step = Step::begin(name, "takes 3 minutes on two cores")?;
            atomically(&self.wasm_bindgen, |draft| {
                let mut install = cargo_install(toolchain, "wasm-bindgen-cli", WASM_BINDGEN, draft);
                // Its lock file may name releases that a mirror does not have yet; any other set will do.
                if step.succeeds(install.arg("--locked"))? {
                    return Ok(());
                }
                println!("  its lock file cannot be followed here: built with what the registry has");
                step.run(&mut cargo_install(toolchain, "wasm-bindgen-cli", WASM_BINDGEN, draft))
            })?;
            step.end();
        }
        if !self.trunk.join("bin/trunk").is_file() {
            let step = Step::begin(format!("Building trunk {TRUNK}"), "takes 4 minutes on two cores")?;
            atomically(&self.trunk, |draft| {
                let mut install = cargo_install(toolchain, "trunk", TRUNK, draft);
                install.args(["--locked", "--no-default-features", "--features", "rustls"]);
                // It waits for other programs most of its time: unoptimized it is as quick, and sooner there.
                step.run(install.args(["--config", "profile.release.opt-level=0"]))
            })?;
            step.end();
        }
        if !self.wasm_split.join("bin/wasm-split-cli").is_file() {
            let name = format!("Building wasm-split-cli {WASM_SPLIT}");
            let step = Step::begin(name, "takes 1 minute on two cores")?;
            atomically(&self.wasm_split, |draft| {
                let mut install = cargo_install(toolchain, "wasm_split_cli_support", WASM_SPLIT, draft);
                step.run(install.args(["--locked", "--features", "build-binary"]))
            })?;
            step.end();
        }
        self.install_npm()
    }

    fn install_npm(&self) -> Outcome {
        let pins = place::root().join("xtask/npm");
        let mut is_there = true;
        for name in NPM_FILES {
            is_there &= fs::read(self.npm.join(name)).is_ok_and(|there| Ok(there) == files::read(&pins.join(name)));
        }
        if is_there {
            return Ok(());
        }
        let step = Step::begin("Fetching binaryen, terser and the tests' npm packages", "takes 20 s")?;
        atomically(&self.npm, |draft| {
            for name in NPM_FILES {
                files::write(&draft.join(name), &files::read(&pins.join(name))?)?;
            }
            // `ci` takes what the lock file says, and nothing whose checksum differs. None of these packages needs to run
            // a program of its own when it is installed.
            let mut install = Command::new("npm");
            install.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"]);
            step.run(install.current_dir(draft))
        })?;
        step.end();
        Ok(())
    }
}

/// Quick to build rather than quick to run: these programs work for seconds.
fn cargo_install(toolchain: &Toolchain, package: &str, version: &str, root: &Path) -> Command {
    let mut command = toolchain.command("cargo");
    command.args(["install", package, "--version", version, "--root"]).arg(root);
    command.args(["--config", "profile.release.opt-level=1", "--config", "profile.release.lto=false"]);
    // Built beside, and gone afterwards; never in a checkout's target folder.
    command.env_remove("CARGO_TARGET_DIR").env("CARGO_TARGET_DIR", root.join("build"));
    command
}

/// Fills a folder beside its place, and moves it there whole: a run that is interrupted leaves nothing half done.
pub(super) fn atomically(folder: &Path, fill: impl FnOnce(&Path) -> Outcome) -> Outcome {
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let draft = folder.with_file_name(format!("{name}.draft"));
    files::remove_folder(&draft)?;
    if let Err(fault) = fill(&draft) {
        files::remove_folder(&draft)?;
        return Err(fault);
    }
    files::remove_folder(&draft.join("build"))?;
    files::remove_folder(folder)?;
    fs::rename(&draft, folder).map_err(|error| Fault::file(&error, "move", folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wasm_bindgen_is_the_one_of_the_lock_file() {
        let lock = files::read_text(&place::root().join("Cargo.lock")).unwrap();
        let expected = format!("name = \"wasm-bindgen\"\nversion = \"{WASM_BINDGEN}\"");
        assert!(lock.contains(&expected), "set WASM_BINDGEN, and Trunk.toml, to the version in Cargo.lock");
    }

    #[test]
    fn trunk_is_told_the_same_versions() {
        let settings = files::read_text(&place::root().join("Trunk.toml")).unwrap();
        assert!(settings.contains(&format!("wasm_bindgen = \"{WASM_BINDGEN}\"")));
        let major = BINARYEN.split('.').next().unwrap();
        assert!(settings.contains(&format!("wasm_opt = \"version_{major}\"")));
        let npm = files::read_text(&place::root().join("xtask/npm/package.json")).unwrap();
        for (package, version) in [("binaryen", BINARYEN), ("terser", TERSER)] {
            assert!(npm.contains(&format!("\"{package}\": \"{version}\"")), "{package} is another in xtask/npm");
        }
        for (file, pin) in [("zenpy", format!("zenpy=={ZENPY} ")), ("cargo-deny", format!("cargo-deny=={CARGO_DENY} "))]
        {
            let pins = files::read_text(&place::root().join(format!("xtask/pip/{file}.txt"))).unwrap();
            assert!(pins.contains(&pin), "xtask/pip/{file}.txt pins another version than {pin}");
        }
    }

    #[test]
    fn every_npm_package_has_a_checksum_and_no_address() {
        let text = files::read_text(&place::root().join("xtask/npm/package-lock.json")).unwrap();
        let lock: serde_json::Value = serde_json::from_str(&text).unwrap();
        let packages = lock["packages"].as_object().unwrap();
        assert!(packages.len() > 50, "{}", packages.len());
        for (name, package) in packages.iter().filter(|(name, _)| !name.is_empty()) {
            let checksum = package["integrity"].as_str().unwrap_or_default();
            assert!(checksum.starts_with("sha512-"), "{name} has no checksum");
            // npm asks the registry that the machine is told to use.
            assert!(package.get("resolved").is_none(), "{name} names a host: npm's omit-lockfile-registry-resolved");
            assert!(package.get("hasInstallScript").is_none(), "{name} wants to run a program when it is installed");
        }
    }

    #[test]
    fn an_installation_is_there_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let tool = folder.path().join("tool-1");
        let failed = atomically(&tool, |draft| {
            files::write(&draft.join("bin/half"), b"")?;
            Err(Fault::new("interrupted"))
        });
        assert!(failed.is_err());
        assert!(files::below(folder.path()).unwrap().is_empty());
        atomically(&tool, |draft| files::write(&draft.join("bin/tool"), b"")).unwrap();
        assert_eq!(files::below(folder.path()).unwrap(), [tool.join("bin/tool")]);
    }
}
