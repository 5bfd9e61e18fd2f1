//! Which Cargo and rustc build the house: rustup's where it has, or can download, the standard library for
//! WebAssembly; Debian's otherwise. What was decided is written down, so that no run waits for a network again.

use super::std_library::{self, Compiler, Panics};
use crate::fault::{Fault, Outcome};
use crate::step::{self, Step};
use crate::{files, place};
use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

pub const WASM: &str = "wasm32-unknown-unknown";
/// Debian's packages, kept for building its browsers and newer than its own `rustc`.
const DEBIAN_PACKAGES: [&str; 5] = ["rustc-web", "cargo-web", "rust-web-src", "rust-web-clippy", "rustfmt-web"];
/// rustc's objects are read by a linker of the same LLVM, or a newer one: that of Debian's rustc 1.96.
const DEBIAN_LINKER: (&str, &str) = ("wasm-ld-22", "lld-22");
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_CARGO: &str = "/usr/bin/cargo";
const DEBIAN_SYSROOT: &str = "/usr";
const DEBIAN_SOURCE: &str = "/usr/lib/rustlib/src/rust";

/// The two ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Rustup,
    Debian,
}

impl Way {
    /// Packages of the operating system that this way needs and that are missing.
    pub fn packages(self) -> Vec<String> {
        if self == Self::Rustup {
            return Vec::new();
        }
        let files = [DEBIAN_RUSTC, DEBIAN_CARGO, DEBIAN_SOURCE, "/usr/bin/cargo-clippy", "/usr/bin/rustfmt"];
        let mut missing: Vec<String> = DEBIAN_PACKAGES
            .into_iter()
            .zip(files)
            .filter(|(package, file)| !Path::new(file).exists() || (*package == "rustc-web" && debian_is_old()))
            .map(|(package, _)| package.to_owned())
            .collect();
        if place::program(&[DEBIAN_LINKER.0]).is_none() {
            missing.push(DEBIAN_LINKER.1.to_owned());
        }
        missing
    }
}

/// Finds the way. `BALCAO_TOOLCHAIN=rustup` or `debian` decides it instead.
pub fn choose(folder: &Path) -> Outcome<Way> {
    match env::var("BALCAO_TOOLCHAIN").as_deref() {
        Ok("debian") => return Ok(Way::Debian),
        Ok("rustup") | Err(_) => {}
        Ok(other) => {
            return Err(Fault::usage(format!("BALCAO_TOOLCHAIN is `{other}`: it is `rustup` or `debian`.")));
        }
    }
    if rustup_has_wasm() {
        return Ok(Way::Rustup);
    }
    let note = folder.join("toolchain");
    if std::fs::read_to_string(&note).is_ok_and(|way| way.trim() == "debian") && !debian_is_old() {
        return Ok(Way::Debian);
    }
    let way = if place::program(&["rustup"]).is_some() && rustup_adds_wasm()? { Way::Rustup } else { Way::Debian };
    if way == Way::Debian {
        files::write(&note, b"debian\n")?;
    }
    Ok(way)
}

fn rustup_adds_wasm() -> Outcome<bool> {
    let step = Step::begin("Adding rustup's target wasm32-unknown-unknown", "takes 10 s")?;
    let added = step.succeeds(Command::new("rustup").args(["target", "add", WASM]))? && rustup_has_wasm();
    if added {
        step.end();
    }
    Ok(added)
}

/// Whether the toolchain in use has the standard library for WebAssembly already.
fn rustup_has_wasm() -> bool {
    let sysroot = step::output(Command::new("rustc").args(["--print", "sysroot"]));
    let folder = sysroot.map(|sysroot| Path::new(&sysroot).join("lib/rustlib").join(WASM).join("lib"));
    folder.is_some_and(|folder| folder.is_dir())
}

fn debian_version() -> Option<String> {
    let said = step::output(clean(&mut Command::new(DEBIAN_RUSTC)).arg("--version"))?;
    said.split_whitespace().nth(1).map(str::to_owned)
}

/// Whether Debian's rustc is missing, or older than the workspace asks for.
fn debian_is_old() -> bool {
    let wanted = version(env!("CARGO_PKG_RUST_VERSION"));
    debian_version().is_none_or(|found| version(&found) < wanted)
}

fn version(text: &str) -> Vec<u32> {
    text.split('.').map(|part| part.chars().take_while(char::is_ascii_digit).collect::<String>()).fold(
        Vec::new(),
        |mut parts, part| {
            parts.push(part.parse().unwrap_or_default());
            parts
        },
    )
}

/// Cargo with everything it has to know.
pub struct Toolchain {
    way: Way,
    /// `rustc 1.96.0`, for the fingerprint of what it built.
    pub version: String,
    cargo: PathBuf,
    path: OsString,
    sysroot: PathBuf,
    /// For tests and `cargo xtask dev`.
    wasm_flags: Vec<String>,
    /// For what users get; the other ones where there is no source of the standard library.
    small_flags: Option<Vec<String>>,
}

impl Toolchain {
    /// Completes the toolchain: clippy and rustfmt, or the standard library.
    pub fn ready(way: Way, folder: &Path) -> Outcome<Self> {
        let path = env::var_os("PATH").unwrap_or_default();
        match way {
            Way::Rustup => {
                let say = |question: &[&str]| step::output(Command::new("rustc").args(question));
                let (version, sysroot) = say(&["--version"]).zip(say(&["--print", "sysroot"])).ok_or_else(|| {
                    Fault::new("`rustc` does not run: install Rust with rustup, see https://rustup.rs.")
                })?;
                // Its own variable, because a checkout may be built with `cargo +1.95 xtask`.
                let cargo = env::var_os("CARGO").map_or_else(|| PathBuf::from("cargo"), PathBuf::from);
                for component in ["clippy", "rustfmt"] {
                    add_component(component)?;
                }
                let sysroot = PathBuf::from(sysroot);
                let wasm_flags = wasm_flags(&sysroot, None);
                Ok(Self { way, version, cargo, path, sysroot, wasm_flags, small_flags: None })
            }
            Way::Debian => {
                let version = debian_version().ok_or_else(|| Fault::new(format!("{DEBIAN_RUSTC} does not run.")))?;
                let why =
                    if env::var_os("BALCAO_TOOLCHAIN").is_some() { "As asked" } else { "rustup cannot download here" };
                println!("{why}: using Debian's rustc {version}");
                let mut toolchain = Self {
                    way,
                    version: format!("Debian's rustc {version}"),
                    cargo: PathBuf::from(DEBIAN_CARGO),
                    path: before(&[PathBuf::from("/usr/bin")], &path)?,
                    sysroot: PathBuf::from(DEBIAN_SYSROOT),
                    wasm_flags: Vec::new(),
                    small_flags: None,
                };
                toolchain.wasm_flags = toolchain.flags_with_library(folder, Panics::Telling)?;
                Ok(toolchain)
            }
        }
    }

    /// Completes what the panel's release build needs besides: a smaller standard library, where its source is at hand.
    pub fn with_small_library(mut self, folder: &Path) -> Outcome<Self> {
        if self.way == Way::Rustup && !self.sysroot.join(std_library::SOURCE).is_dir() {
            let step = Step::begin("Adding rustup's component rust-src", "takes 10 s")?;
            if !step.succeeds(Command::new("rustup").args(["component", "add", "rust-src"]))? {
                println!("  rustup cannot add rust-src here: the panel will be a tenth larger than it could be");
                return Ok(self);
            }
            step.end();
        }
        self.small_flags = Some(self.flags_with_library(folder, Panics::Silent)?);
        Ok(self)
    }

    fn flags_with_library(&self, folder: &Path, panics: Panics) -> Outcome<Vec<String>> {
        let number = self.version.split(' ').find(|word| word.starts_with(|sign: char| sign.is_ascii_digit()));
        let compiler = Compiler {
            version: number.unwrap_or(&self.version),
            sysroot: &self.sysroot,
            linker: (self.way == Way::Debian).then_some(DEBIAN_LINKER.0),
        };
        let library = std_library::ready(folder, &compiler, panics)?;
        let mut flags = wasm_flags(&self.sysroot, Some(&library));
        flags.extend(panics.flags().iter().map(|flag| (*flag).to_owned()));
        // Names that say what a function was made for: `cargo xtask size --why` reads them, users never get them.
        flags.push("-Csymbol-mangling-version=v0".to_owned());
        Ok(flags)
    }

    /// The same with folders before the PATH.
    pub fn with_path(mut self, folders: &[PathBuf]) -> Self {
        if let Ok(path) = before(folders, &self.path) {
            self.path = path;
        }
        self
    }

    /// A program that calls Cargo, or Cargo's own, run at the root of the checkout.
    pub fn command(&self, program: &str) -> Command {
        let mut command = if program == "cargo" { Command::new(&self.cargo) } else { Command::new(program) };
        self.prepare(&mut command);
        command.current_dir(place::root());
        command
    }

    /// `cargo` in its usual target folder.
    pub fn cargo(&self) -> Command {
        self.command("cargo")
    }

    /// A program that builds or checks the panel: into a target folder of its own, so that it never waits for the
    /// backend's.
    pub fn panel_command(&self, program: &str) -> Command {
        self.panel_command_with(program, &self.wasm_flags)
    }

    /// A program that builds the panel for users.
    pub fn small_panel_command(&self, program: &str) -> Command {
        let Some(flags) = &self.small_flags else { return self.panel_command(program) };
        let mut command = self.panel_command_with(program, flags);
        // The compiler is a stable one; silent panics are not, yet.
        command.env("RUSTC_BOOTSTRAP", "1");
        command
    }

    fn panel_command_with(&self, program: &str, flags: &[String]) -> Command {
        let mut command = self.command(program);
        command.env("CARGO_TARGET_DIR", place::root().join("target/panel"));
        // Encoded: a folder may have a space in its name. The same flags for every task that builds a profile, or each
        // would build anew what another has built.
        command.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"));
        command
    }

    fn prepare(&self, command: &mut Command) {
        command.env("PATH", &self.path);
        if self.way == Way::Debian {
            clean(command).env("RUSTC", DEBIAN_RUSTC).env("CARGO", DEBIAN_CARGO);
            command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", DEBIAN_LINKER.0);
        }
    }
}

/// The Cargo of a sysroot, with its own rustc, whatever called this process.
pub fn alone(sysroot: &Path) -> Command {
    let mut command = Command::new(sysroot.join("bin/cargo"));
    clean(&mut command).env("RUSTC", sysroot.join("bin/rustc"));
    command
}

/// Without what rustup's Cargo told this process: the toolchain it chose, and its libraries, which another rustc would
/// load instead of its own.
fn clean(command: &mut Command) -> &mut Command {
    for name in
        ["RUSTUP_TOOLCHAIN", "RUSTC", "RUSTDOC", "RUSTC_WRAPPER", "LD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH"]
    {
        command.env_remove(name);
    }
    command
}

/// What rustc is told when it builds the panel, with a standard library of its own or with the compiler's.
fn wasm_flags(sysroot: &Path, library: Option<&Path>) -> Vec<String> {
    // Leptos: views are erased to one type, which makes the panel smaller and quicker to build.
    let mut flags = vec!["--cfg=erase_components".to_owned()];
    flags.extend(remap(sysroot));
    flags.push(format!("--remap-path-prefix={}=.", place::root().display()));
    flags.extend(library.map(|library| format!("--sysroot={}", library.display())));
    flags
}

/// Where a panic happened is written in the code. Users need not know what this machine's folders are called.
pub fn remap(sysroot: &Path) -> Vec<String> {
    let crates = cargo_home().map(|home| (home.join("registry/src"), "crates"));
    let standard = Some((sysroot.join(std_library::SOURCE), "rust"));
    let folders = [crates, standard].into_iter().flatten();
    folders.map(|(folder, name)| format!("--remap-path-prefix={}={name}", folder.display())).collect()
}

/// Where Cargo keeps the sources of crates.
fn cargo_home() -> Option<PathBuf> {
    let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    set("CARGO_HOME").or_else(|| set("HOME").map(|home| home.join(".cargo")))
}

fn add_component(component: &str) -> Outcome {
    let program = if component == "clippy" { "cargo-clippy" } else { component };
    if step::output(Command::new(program).arg("--version")).is_some() {
        return Ok(());
    }
    let step = Step::begin(format!("Adding rustup's component {component}"), "takes 10 s")?;
    step.run(Command::new("rustup").args(["component", "add", component]))?;
    step.end();
    Ok(())
}

fn before(folders: &[PathBuf], path: &OsString) -> Outcome<OsString> {
    env::join_paths(folders.iter().cloned().chain(env::split_paths(path)))
        .map_err(|error| Fault::new(format!("the PATH cannot hold the tool folder: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_number() {
        assert!(version("1.96.0") > version("1.95"));
        assert!(version("1.100.0") > version("1.95.0"));
        assert!(version("1.63.0") < version("1.95"));
        assert_eq!(version("1.97.0-beta.1")[..3], [1, 97, 0]);
    }

    #[test]
    fn no_folder_of_this_machine_is_told_to_users() {
        let flags = wasm_flags(Path::new("/sys root"), None);
        let expected = [
            "--remap-path-prefix=/sys root/lib/rustlib/src/rust=rust".to_owned(),
            format!("--remap-path-prefix={}=.", place::root().display()),
        ];
        assert!(expected.iter().all(|flag| flags.contains(flag)), "{flags:?}");
        assert!(flags.iter().any(|flag| flag.ends_with("registry/src=crates")), "{flags:?}");
    }

    #[test]
    fn tools_come_before_the_rest_of_the_path() {
        let path = before(&[PathBuf::from("/t/bin")], &OsString::from("/a:/b")).unwrap();
        assert_eq!(path, OsString::from("/t/bin:/a:/b"));
    }
}
