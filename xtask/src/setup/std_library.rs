//! The standard library for WebAssembly, built once from the source that belongs to the compiler. It lies in a *sysroot
//! overlay* in the tool folder: links to the compiler's sysroot, and our one library. The compiler itself is not changed.

use crate::fault::{Fault, Outcome};
use crate::files::{self, Hash};
use crate::setup::toolchain::{self, WASM};
use crate::step::Step;
use std::fs;
use std::path::{Path, PathBuf};

/// How the library behaves when something must not be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Panics {
    /// Tells what happened: for tests and for `cargo xtask dev`.
    Telling,
    /// Stops the WebAssembly, and says nothing: what it takes to say it is a tenth of the panel. The page that the user
    /// then sees is shown by the start script.
    Silent,
}

impl Panics {
    /// What rustc is told, for the library and for all that is linked with it.
    pub fn flags(self) -> &'static [&'static str] {
        match self {
            Self::Telling => &[],
            Self::Silent => &["-Zunstable-options", "-Cpanic=immediate-abort", "-Zlocation-detail=none"],
        }
    }
}

/// A compiler and where its files are.
pub struct Compiler<'a> {
    /// `1.96.0`.
    pub version: &'a str,
    /// `bin/cargo`, `bin/rustc` and `lib/rustlib` are below it.
    pub sysroot: &'a Path,
    /// Where it is not the compiler's own.
    pub linker: Option<&'a str>,
}

/// Below a sysroot.
pub const SOURCE: &str = "lib/rustlib/src/rust";

/// A crate with nothing in it, to build its library: as small as the panel itself.
const MANIFEST: &str = r#"[package]
name = "std-build"
version = "0.0.0"
edition = "2024"

[workspace]

[profile.release]
opt-level = "z"
codegen-units = 1
panic = "abort"
"#;

/// Bitcode, because without it the panel could not be optimized as a whole, together with the library; and no folder of
/// this machine is told to users.
fn flags(compiler: &Compiler, panics: Panics) -> String {
    let mut flags = vec!["-Cembed-bitcode=yes".to_owned()];
    flags.extend(panics.flags().iter().map(|flag| (*flag).to_owned()));
    flags.extend(toolchain::remap(compiler.sysroot));
    flags.join("\u{1f}")
}

/// The overlay for this version of rustc, built when it is missing or was built in another way.
pub fn ready(folder: &Path, compiler: &Compiler, panics: Panics) -> Outcome<PathBuf> {
    let flags = flags(compiler, panics);
    let recipe = Hash::of([MANIFEST, &flags].concat().as_bytes());
    let overlay = folder.join(format!("sysroot-{}-{recipe}", compiler.version));
    if overlay.join("lib/rustlib").join(WASM).join("lib").is_dir() {
        return Ok(overlay);
    }
    let what = if panics == Panics::Silent { "Building the smallest" } else { "Building the" };
    let step = Step::begin(format!("{what} standard library for WebAssembly"), "takes 30 s on two cores")?;
    let work = folder.join(format!("std-build.{}", std::process::id()));
    files::remove_folder(&work)?;
    files::write(&work.join("Cargo.toml"), MANIFEST.as_bytes())?;
    files::write(&work.join("src/lib.rs"), b"")?;
    let mut cargo = toolchain::alone(compiler.sysroot);
    cargo
        .args(["build", "--release", "--target", WASM, "-Zbuild-std=std,panic_abort,test"])
        .arg("-Zbuild-std-features=optimize_for_size")
        .current_dir(&work)
        // `-Zbuild-std` belongs to nightly; the source is exactly that of this compiler.
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_ENCODED_RUSTFLAGS", flags)
        .env_remove("CARGO_TARGET_DIR");
    if let Some(linker) = compiler.linker {
        cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
    }
    let built = step.run(&mut cargo);
    let laid = built.and_then(|()| lay(&work, &overlay, &compiler.sysroot.join("lib/rustlib")));
    files::remove_folder(&work)?;
    laid?;
    step.end();
    Ok(overlay)
}

/// Puts the overlay together beside its place, and moves it there whole.
fn lay(work: &Path, overlay: &Path, system: &Path) -> Outcome {
    let draft = work.join("overlay");
    let library = draft.join("lib/rustlib").join(WASM).join("lib");
    files::create_folder(&library)?;
    for file in files::below(&work.join("target").join(WASM).join("release/deps"))? {
        if file.extension().is_some_and(|extension| extension == "rlib")
            && let Some(name) = file.file_name()
        {
            fs::copy(&file, library.join(name)).map_err(|error| Fault::file(&error, "copy", &file))?;
        }
    }
    let entries = fs::read_dir(system).map_err(|error| Fault::file(&error, "read", system))?;
    for entry in entries {
        let entry = entry.map_err(|error| Fault::file(&error, "read", system))?;
        if entry.file_name() != WASM {
            let link = draft.join("lib/rustlib").join(entry.file_name());
            std::os::unix::fs::symlink(entry.path(), &link).map_err(|error| Fault::file(&error, "link", &link))?;
        }
    }
    files::remove_folder(overlay)?;
    fs::rename(&draft, overlay).map_err(|error| Fault::file(&error, "move", overlay))
}
