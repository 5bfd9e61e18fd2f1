//! The papers say what the program does: README's table of keys, and the operator's guide's example.

use super::calendars;
use super::keys::{KEYS, PROMISE, promises, variable};
use super::{Sources, load};
use std::path::Path;

fn paper(name: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    std::fs::read_to_string(root.join(name)).unwrap()
}

/// The rows of the table between two comments, cell by cell, without the backticks.
fn rows(paper: &str, name: &str) -> Vec<Vec<String>> {
    let (_, rest) = paper.split_once(&format!("<!-- {name} -->\n")).unwrap();
    let (table, _) = rest.split_once(&format!("<!-- /{name} -->")).unwrap();
    let cells = |line: &str| line.trim_matches('|').split('|').map(|cell| cell.trim().replace('`', "")).collect();
    table.lines().skip(2).map(cells).collect()
}

#[test]
fn the_readme_lists_every_key_with_its_default_and_no_other() {
    let mut told: Vec<(String, String)> =
        rows(&paper("README.md"), "keys").into_iter().map(|row| (row[0].clone(), row[2].clone())).collect();
    let mut families = [told.pop().unwrap().0, told.pop().unwrap().0];
    families.sort_unstable();
    let known: Vec<_> = KEYS.iter().map(|key| (key.name.to_owned(), key.default.to_owned())).collect();
    assert_eq!(told, known);
    assert_eq!(families, ["calendars.<region>.<part>", "first_responses.<region>.<priority>"]);
}

#[test]
fn the_readme_names_every_region_priority_and_kind_of_promise() {
    let readme = rows(&paper("README.md"), "keys").pop().unwrap()[1].clone();
    for name in promises() {
        let (family, priority) = name.rsplit_once('.').unwrap();
        let (_, region) = family.split_once('.').unwrap();
        assert!(readme.contains(region) && readme.contains(priority), "{name}");
    }
    for example in PROMISE.split('`').skip(1).step_by(2) {
        assert!(readme.contains(example), "{example}");
    }
}

#[test]
fn the_readme_names_every_part_of_a_calendar() {
    let mut rows = rows(&paper("README.md"), "keys");
    let readme = rows.swap_remove(rows.len() - 2)[1].clone();
    for (part, expected) in calendars::PARTS {
        assert!(readme.contains(part), "{part}");
        for example in expected.split('`').skip(1).step_by(2) {
            assert!(readme.contains(example), "{example}");
        }
    }
}

/// An operator copies it, and puts the secrets into the environment as the guide says.
#[test]
fn the_guides_example_is_taken_in_production_as_it_stands() {
    let guide = paper("docs/operators-guide.md");
    let (_, rest) = guide.split_once("```toml\n").unwrap();
    let (example, _) = rest.split_once("```").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("balcao.toml");
    std::fs::write(&file, example).unwrap();
    let secrets = [
        ("host_token.key", "8d1f0f5e3c7b4a2961c0d4e8b7a5936f"),
        ("mail.smtp_url", "smtp://balcao:secret@mail.example.com:587?tls=required"),
    ];
    for (name, _) in secrets {
        assert!(guide.contains(&format!("\n{}=", variable(name))), "{name}");
    }
    let environment = secrets.map(|(name, value)| (variable(name), value.to_owned())).to_vec();
    let loaded = load(&Sources { file: Some(file), environment }).unwrap();
    assert_eq!(loaded.warnings, Vec::<String>::new());
    assert_eq!(loaded.config.mode, super::Mode::Production);
}
