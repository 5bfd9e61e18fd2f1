//! The standard library for WebAssembly, built once from the source that Debian packages. It lies in a *sysroot
//! overlay* in the tool folder: links to the system's sysroot, and our one library. Nothing of the system is changed.

use crate::fault::{Fault, Outcome};
use crate::files::{self, Hash};
use crate::setup::toolchain::{self, WASM};
use crate::step::Step;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

pub const SOURCE: &str = "/usr/lib/rustlib/src/rust";
const SYSTEM: &str = "/usr/lib/rustlib";

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
fn flags() -> String {
    let mut flags = vec!["-Cembed-bitcode=yes".to_owned()];
    flags.extend(toolchain::remap(None));
    flags.join("\u{1f}")
}

/// The overlay for this version of rustc, built when it is missing or was built in another way.
pub fn ready(folder: &Path, version: &str, cargo: &str, rustc: &str) -> Outcome<PathBuf> {
    let recipe = Hash::of([MANIFEST, &flags()].concat().as_bytes());
    let overlay = folder.join(format!("sysroot-{version}-{recipe}"));
    if overlay.join("lib/rustlib").join(WASM).join("lib").is_dir() {
        return Ok(overlay);
    }
    let step = Step::begin("Building the standard library for WebAssembly", "takes 30 s on two cores")?;
    let work = folder.join(format!("std-build.{}", std::process::id()));
    files::remove_folder(&work)?;
    files::write(&work.join("Cargo.toml"), MANIFEST.as_bytes())?;
    files::write(&work.join("src/lib.rs"), b"")?;
    let built = step.run(
        Command::new(cargo)
            .args(["build", "--release", "--target", WASM, "-Zbuild-std=std,panic_abort,test"])
            .arg("-Zbuild-std-features=optimize_for_size")
            .current_dir(&work)
            .env("RUSTC", rustc)
            // `-Zbuild-std` belongs to nightly; the packaged source is exactly that of this compiler.
            .env("RUSTC_BOOTSTRAP", "1")
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", "wasm-ld-22")
            .env_remove("CARGO_TARGET_DIR")
            .env_remove("RUSTUP_TOOLCHAIN")
            .env("CARGO_ENCODED_RUSTFLAGS", flags())
            .env_remove("LD_LIBRARY_PATH"),
    );
    let laid = built.and_then(|()| lay(&work, &overlay));
    files::remove_folder(&work)?;
    laid?;
    step.end();
    Ok(overlay)
}

/// Puts the overlay together beside its place, and moves it there whole.
fn lay(work: &Path, overlay: &Path) -> Outcome {
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
    let entries = fs::read_dir(SYSTEM).map_err(|error| Fault::file(&error, "read", Path::new(SYSTEM)))?;
    for entry in entries {
        let entry = entry.map_err(|error| Fault::file(&error, "read", Path::new(SYSTEM)))?;
        if entry.file_name() != WASM {
            let link = draft.join("lib/rustlib").join(entry.file_name());
            std::os::unix::fs::symlink(entry.path(), &link).map_err(|error| Fault::file(&error, "link", &link))?;
        }
    }
    files::remove_folder(overlay)?;
    fs::rename(&draft, overlay).map_err(|error| Fault::file(&error, "move", overlay))
}
