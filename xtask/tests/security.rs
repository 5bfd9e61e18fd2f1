//! The paper on security cannot rot: each attack of its table has tests, and each test that it names is there.
#![allow(clippy::unwrap_used, reason = "a test may panic, its helpers too")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Where a file of tests is named without a top folder.
const USUAL: &str = "backend/tests/it";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn paper() -> String {
    fs::read_to_string(root().join("docs/security.md")).unwrap()
}

/// The names of tests in a text: `file.rs::test`, in backticks.
fn tests_named(text: &str) -> Vec<(&str, &str)> {
    let quoted = text.split('`').skip(1).step_by(2);
    quoted.filter_map(|word| word.split_once("::")).filter(|(file, _)| file.ends_with(".rs")).collect()
}

/// Whether a file has a test of that name: the function, and what makes it a test before it.
fn has_test(source: &str, name: &str) -> bool {
    source.match_indices(&format!("fn {name}(")).any(|(at, _)| {
        let before = source[..at].trim_end_matches("async ").trim_end();
        before.ends_with(']') && before.rsplit("\n\n").next().is_some_and(|above| above.contains("test"))
    })
}

#[test]
fn every_test_that_the_paper_on_security_names_is_there() {
    let paper = paper();
    let mut missing = Vec::new();
    let named = tests_named(&paper);
    assert!(named.len() > 60, "{}", named.len());
    for (file, name) in named {
        let paths = [root().join(USUAL).join(file), root().join(file)];
        let source = paths.iter().find_map(|path| fs::read_to_string(path).ok());
        if !source.is_some_and(|source| has_test(&source, name)) {
            missing.push(format!("{file}::{name}"));
        }
    }
    assert!(missing.is_empty(), "docs/security.md names tests that are not there:\n{}", missing.join("\n"));
}

#[test]
fn every_family_of_attacks_has_its_tests() {
    let paper = paper();
    let table = paper.split("<!-- attacks -->").nth(1).unwrap().split("<!-- /attacks -->").next().unwrap();
    let mut families = BTreeSet::new();
    for row in table.lines().filter(|line| line.starts_with("| ")).skip(1) {
        let Ok(number) = row.split('|').nth(1).unwrap().trim().parse::<u32>() else { continue };
        assert!(tests_named(row).len() > 1, "family {number} has no tests");
        assert!(families.insert(number), "family {number} stands twice");
    }
    assert_eq!(families, (1..=17).collect());
}

#[test]
fn a_name_is_a_tests_only_where_a_test_has_it() {
    let source = "#[test]\nfn stands() {}\n\n#[tokio::test]\nasync fn waits() {}\n\nfn helper() {}\n";
    assert!(has_test(source, "stands") && has_test(source, "waits"));
    for name in ["helper", "stand", "gone"] {
        assert!(!has_test(source, name), "{name}");
    }
    assert_eq!(tests_named("see `a/b.rs::stands`, `no::test` and `c.rs`"), [("a/b.rs", "stands")]);
}
