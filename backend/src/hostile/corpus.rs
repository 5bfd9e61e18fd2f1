//! Inputs that were found or thought of: a folder for each target. Whatever once broke something stays there.

use super::targets::TARGETS;
use super::{Target, shown};
use std::fs;
use std::path::PathBuf;

pub(super) fn folder(target: &Target) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(target.name)
}

/// The inputs of a target, in the order of their names.
pub(super) fn inputs(target: &Target) -> Vec<Vec<u8>> {
    let entries = fs::read_dir(folder(target)).unwrap_or_else(|error| panic!("{}: {error}", folder(target).display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

#[test]
fn every_input_is_read_in_few_steps() {
    for target in &TARGETS {
        let inputs = inputs(target);
        assert!(!inputs.is_empty(), "{} has no inputs", target.name);
        for input in inputs {
            let (steps, most) = (target.steps(&input), target.most_steps(&input));
            assert!(steps <= most, "{}: {steps} steps, at most {most}, for {}", target.name, shown(&input));
        }
    }
}
