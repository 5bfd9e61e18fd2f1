//! `cargo xtask fuzz`: a long run of the targets in `backend/src/hostile/`, which the ordinary tests try for a moment.

use crate::fault::{Fault, Outcome};
use crate::setup::{Need, Setup};
use crate::{backend, files, place, step};
use std::path::Path;

const CASES: u32 = 1_000_000;

#[derive(Debug, PartialEq, Eq)]
struct Asked {
    target: Option<String>,
    cases: u32,
}

pub fn run(arguments: &[String]) -> Outcome {
    let asked = read(arguments, &targets(&place::root())?)?;
    let setup = Setup::ready(Need::Servers)?;
    backend::fetch(&setup)?;
    println!("Trying {} inputs of each target; what is found is kept in backend/tests/corpus …", asked.cases);
    let mut cargo = setup.toolchain.cargo();
    cargo.args(["test", "--package", "balcao-backend", "--lib"]);
    // Once with checks for overflow, ten times as fast.
    cargo.env("CARGO_PROFILE_DEV_OPT_LEVEL", "2").env("BALCAO_FUZZ_CASES", asked.cases.to_string());
    match &asked.target {
        Some(target) => cargo.args([&format!("hostile::fuzz::{target}"), "--", "--exact", "--nocapture"]),
        None => cargo.args(["hostile::fuzz::", "--", "--nocapture"]),
    };
    step::run("Inputs by chance", &mut cargo)
}

/// Each target has a folder of inputs.
fn targets(root: &Path) -> Outcome<Vec<String>> {
    let corpus = root.join("backend/tests/corpus");
    let mut names: Vec<String> = files::below(&corpus)?
        .iter()
        .filter_map(|path| path.strip_prefix(&corpus).ok()?.iter().next()?.to_str().map(str::to_owned))
        .collect();
    names.sort();
    names.dedup();
    Ok(names)
}

fn read(arguments: &[String], targets: &[String]) -> Outcome<Asked> {
    let mut asked = Asked { target: None, cases: CASES };
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        if word == "--cases" {
            let number = words.next().and_then(|number| number.parse().ok()).filter(|number| *number > 0);
            asked.cases = number.ok_or_else(|| Fault::usage("--cases takes a number from 1."))?;
        } else if targets.contains(word) && asked.target.is_none() {
            asked.target = Some(word.clone());
        } else {
            return Err(Fault::usage(format!("`{word}` is no target; there are {}.", targets.join(", "))));
        }
    }
    Ok(asked)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn a_target_and_a_number_are_read() {
        let targets = words("comment mail");
        let asked = |line: &str| read(&words(line), &targets);
        assert_eq!(asked(""), Ok(Asked { target: None, cases: CASES }));
        assert_eq!(asked("mail --cases 5"), Ok(Asked { target: Some("mail".to_owned()), cases: 5 }));
        for line in ["male", "mail comment", "--cases", "--cases 0", "--cases x", "--other"] {
            assert_eq!(asked(line).unwrap_err().code(), 2, "{line}");
        }
    }

    #[test]
    fn the_targets_are_those_with_inputs() {
        assert!(targets(&place::root()).unwrap().contains(&"comment".to_owned()));
    }
}
