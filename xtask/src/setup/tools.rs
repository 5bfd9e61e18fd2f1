//! The programs that make and check the panel, at pinned versions, each in a folder of its own.

use super::toolchain::Toolchain;
use crate::fault::{Fault, Outcome};
use crate::step::{self, Step};
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
/// `wasm-opt`: Debian's does not know what rustc uses today.
pub const BINARYEN: &str = "132.0.0";
const AXE: &str = "4.14.1";
/// A certified OpenID provider, for the tests of signing in with one. The newest that runs on Debian's Node.js.
const OIDC_PROVIDER: &str = "8.8.1";
/// Independent clients of Zendesk's API, for the tests of the one here: of JavaScript, and of Python.
const NODE_ZENDESK: &str = "6.0.1";
const ZENPY: &str = "2.0.57";

/// Where they are.
pub struct Tools {
    wasm_bindgen: PathBuf,
    trunk: PathBuf,
    wasm_split: PathBuf,
    npm: PathBuf,
    zenpy: PathBuf,
}

/// Packages of the operating system that the tools need and that are missing.
pub fn packages() -> Vec<String> {
    let wanted = [("nodejs", ["node", "nodejs"]), ("npm", ["npm", "npm"])];
    let missing = wanted.into_iter().filter(|(_, programs)| place::program(programs).is_none());
    missing.map(|(package, _)| package.to_owned()).collect()
}

/// Those that make Python's own folders of packages; Debian has them apart from Python.
pub fn python_packages() -> Vec<String> {
    let makes_them = place::program(&["python3"])
        .is_some_and(|python| step::output(Command::new(python).args(["-c", "import ensurepip, venv"])).is_some());
    if makes_them { Vec::new() } else { vec!["python3".to_owned(), "python3-venv".to_owned()] }
}

impl Tools {
    pub fn in_folder(folder: &Path) -> Self {
        Self {
            wasm_bindgen: folder.join(format!("wasm-bindgen-{WASM_BINDGEN}")),
            trunk: folder.join(format!("trunk-{TRUNK}")),
            wasm_split: folder.join(format!("wasm-split-{WASM_SPLIT}")),
            npm: folder.join("npm"),
            zenpy: folder.join(format!("zenpy-{ZENPY}")),
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

    /// Installs the Python client where it is missing. Its folder knows where it stands, so it is made in its place; a
    /// file that is written last says that it is whole.
    pub fn install_zenpy(&self) -> Outcome {
        let whole = self.zenpy.join("whole");
        if whole.is_file() {
            return Ok(());
        }
        let step = Step::begin(format!("Fetching zenpy {ZENPY}"), "takes 20 s")?;
        files::remove_folder(&self.zenpy)?;
        step.run(Command::new("python3").args(["-m", "venv"]).arg(&self.zenpy))?;
        let mut install = Command::new(self.python());
        install.args(["-m", "pip", "install", "--disable-pip-version-check", "--no-input"]);
        step.run(install.arg(format!("zenpy=={ZENPY}")))?;
        files::write(&whole, b"")?;
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
        let modules = [
            ("binaryen", BINARYEN),
            ("axe-core", AXE),
            ("oidc-provider", OIDC_PROVIDER),
            ("node-zendesk", NODE_ZENDESK),
        ];
        if !modules.iter().all(|(package, version)| self.has_npm(package, version)) {
            let step = Step::begin("Fetching binaryen, axe-core, oidc-provider and node-zendesk", "takes 20 s")?;
            atomically(&self.npm, |draft| {
                files::create_folder(draft)?;
                step.run(
                    Command::new("npm")
                        .args(["install", "--no-audit", "--no-fund", "--no-update-notifier", "--prefix"])
                        .arg(draft)
                        .args(modules.map(|(package, version)| format!("{package}@{version}")))
                        .current_dir(draft),
                )
            })?;
            step.end();
        }
        Ok(())
    }

    fn has_npm(&self, package: &str, version: &str) -> bool {
        let manifest = self.npm.join("node_modules").join(package).join("package.json");
        fs::read_to_string(manifest).is_ok_and(|text| text.contains(&format!("\"version\": \"{version}\"")))
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
fn atomically(folder: &Path, fill: impl FnOnce(&Path) -> Outcome) -> Outcome {
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
