//! `cargo xtask sbom`: what the two programs consist of, as a CycloneDX document: crates, the C library within one of
//! them, the standard library, and the files that are embedded. The same checkout and compiler give the same bytes.

mod bom;
mod tree;

use crate::fault::{Fault, Outcome};
use crate::setup::toolchain::WASM;
use crate::setup::{Need, Setup};
use crate::{backend, files, place, step};
use std::path::PathBuf;
use std::process::Command;
use tree::Tree;

/// A program that users get.
pub struct Part {
    pub package: &'static str,
    /// Features besides the default ones, as it is built for users.
    pub features: &'static str,
    /// Where it is built for; this machine where nothing is said.
    pub target: Option<&'static str>,
    /// Folders and files besides its source that go into it.
    pub data: &'static [&'static str],
}

pub const PARTS: [Part; 2] = [
    Part {
        package: "balcao-backend",
        features: "",
        target: None,
        data: &[
            "backend/articles",
            "backend/demo",
            "backend/dev",
            "backend/download",
            "backend/forms",
            "backend/mails",
            "store/migrations",
            "backend/passwords",
            "backend/support",
            "copilot/out_of_scope.txt",
        ],
    },
    Part {
        package: "balcao-panel",
        features: "split",
        target: Some(WASM),
        data: &["index.html", "locales", "public", "style"],
    },
];

pub fn run(arguments: &[String]) -> Outcome {
    crate::nothing_more("sbom", arguments)?;
    let setup = Setup::ready(Need::Cargo)?;
    backend::fetch(&setup)?;
    let path = place::root().join("target/sbom/balcao.cdx.json");
    files::write(&path, document(&|| setup.toolchain.cargo(), &setup.toolchain.version)?.as_bytes())?;
    println!("What is shipped is listed in {}", path.display());
    Ok(())
}

/// The document, with a final line break.
fn document(cargo: &dyn Fn() -> Command, compiler: &str) -> Outcome<String> {
    let lock = files::read_text(&place::root().join("Cargo.lock"))?;
    let metadata = said(cargo().args(["metadata", "--format-version", "1", "--locked", "--offline"]))?;
    let metadata = serde_json::from_str(&metadata).map_err(|error| Fault::new(format!("cargo metadata: {error}")))?;
    let host = said(Command::new("rustc").arg("-vV"))?;
    let host = host.lines().find_map(|line| line.strip_prefix("host: ")).unwrap_or("unknown").to_owned();
    let mut parts = Vec::new();
    for part in &PARTS {
        let shipped = Tree::read(&said(tree::command(&mut cargo(), part, "normal,no-proc-macro"))?)?;
        let building = Tree::read(&said(tree::command(&mut cargo(), part, "normal,build"))?)?;
        let mut data = Vec::new();
        for name in part.data {
            data.extend(embedded(name)?);
        }
        let target = part.target.unwrap_or(&host).to_owned();
        parts.push(bom::Contents { package: part.package, target, shipped, building, data });
    }
    let text = serde_json::to_string_pretty(&bom::document(&parts, &metadata, &lock, compiler)?);
    text.map(|text| text + "\n").map_err(|error| Fault::new(format!("the document cannot be written: {error}")))
}

/// The files below a folder of the checkout, by their path in it, with their content.
fn embedded(name: &str) -> Outcome<Vec<(String, Vec<u8>)>> {
    let root = place::root();
    let paths = files::below(&root.join(name))?;
    let relative = |path: &PathBuf| path.strip_prefix(&root).unwrap_or(path).to_string_lossy().into_owned();
    paths.iter().map(|path| Ok((relative(path), files::read(path)?))).collect()
}

fn said(command: &mut Command) -> Outcome<String> {
    let program = format!("{command:?}");
    step::output(command).ok_or_else(|| Fault::new(format!("{program} failed. Run it by hand to see why.")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;
    use std::collections::{BTreeMap, BTreeSet};
    use std::sync::OnceLock;

    fn cargo() -> Command {
        let mut command = Command::new(env!("CARGO"));
        command.current_dir(place::root());
        command
    }

    fn text() -> String {
        document(&cargo, "rustc 1.95.0 (59807616e 2026-04-14)").unwrap()
    }

    /// Made once for all tests: it asks Cargo five times.
    fn made() -> &'static Value {
        static MADE: OnceLock<Value> = OnceLock::new();
        MADE.get_or_init(|| serde_json::from_str(&text()).unwrap())
    }

    /// Name and version of every package that Cargo compiles for a part, its own included.
    fn compiled(part: &Part, edges: &str) -> BTreeSet<String> {
        let mut command = cargo();
        command.args(["tree", "--offline", "--locked", "--package", part.package, "--edges", edges]);
        command.args(["--prefix", "none", "--format", "{p}", "--features", part.features]);
        command.args(part.target.map(|target| format!("--target={target}")));
        let lines = said(&mut command).unwrap();
        let words = |line: &str| line.split(' ').take(2).collect::<Vec<_>>().join(" ");
        lines.lines().map(words).collect()
    }

    /// How often each `name vVERSION` is listed, and with which scope.
    fn listed(document: &Value) -> BTreeMap<String, Vec<String>> {
        let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let own = document["metadata"]["component"]["components"].as_array().unwrap();
        for component in document["components"].as_array().unwrap().iter().chain(own) {
            let name = format!("{} v{}", component["name"].as_str().unwrap(), component["version"].as_str().unwrap());
            found.entry(name).or_default().push(component["scope"].as_str().unwrap_or("required").to_owned());
        }
        found
    }

    #[test]
    fn every_package_that_is_compiled_is_named_once() {
        let listed = listed(made());
        for part in &PARTS {
            let all = compiled(part, "normal,build");
            assert!(all.len() > 100, "{}: {}", part.package, all.len());
            for package in &all {
                assert_eq!(listed.get(package).map(Vec::len), Some(1), "{package}");
            }
            for package in compiled(part, "normal,no-proc-macro") {
                assert_eq!(listed[&package], ["required"], "{package} is shipped");
            }
        }
        let has = |name: &str| listed.keys().any(|package| package.starts_with(&format!("{name} v")));
        assert!(has("axum") && has("leptos") && has("sqlite") && has("std"));
        assert!(!has("proptest") && !has("rcgen") && !has("thirtyfour"), "what tests alone need is not shipped");
    }

    #[test]
    fn what_comes_from_the_registry_has_its_checksum_and_its_licence() {
        let lock = files::read_text(&place::root().join("Cargo.lock")).unwrap();
        let document = made();
        let mut checked = 0;
        for component in document["components"].as_array().unwrap() {
            if component["type"] != "library" {
                continue;
            }
            let purl = component["purl"].as_str().unwrap_or_default();
            let Some((name, version)) = purl.strip_prefix("pkg:cargo/").and_then(|it| it.split_once('@')) else {
                continue;
            };
            let entry = format!("name = \"{name}\"\nversion = \"{version}\"\n");
            let entry = lock.split_once(&entry).unwrap_or_else(|| panic!("{purl} is not in the lock file")).1;
            let checksum = component["hashes"][0]["content"].as_str().unwrap();
            assert!(entry.split("[[package]]").next().unwrap().contains(checksum), "{purl}");
            let licence = component["licenses"][0]["expression"].as_str();
            assert!(licence.is_some_and(|licence| !licence.contains('/')), "{purl}: {licence:?}");
            checked += 1;
        }
        assert!(checked > 300, "{checked}");
    }

    #[test]
    fn what_depends_on_what_names_components_of_the_document() {
        let document = made();
        let own = &document["metadata"]["component"];
        let mut references: BTreeSet<&str> = BTreeSet::from([own["bom-ref"].as_str().unwrap()]);
        let top = document["components"].as_array().unwrap().iter().chain(own["components"].as_array().unwrap());
        for component in top {
            let reference = component["bom-ref"].as_str().unwrap();
            assert!(references.insert(reference), "{reference} twice");
        }
        let dependencies = document["dependencies"].as_array().unwrap();
        let edges = |of: &str| {
            let entry = dependencies.iter().find(|entry| entry["ref"] == of);
            entry.unwrap_or_else(|| panic!("{of}"))["dependsOn"].as_array().unwrap().clone()
        };
        for entry in dependencies {
            assert!(references.contains(entry["ref"].as_str().unwrap()), "{entry}");
            for on in entry["dependsOn"].as_array().unwrap() {
                assert!(references.contains(on.as_str().unwrap()), "{on}");
            }
        }
        assert!(edges("balcao-backend").iter().any(|on| on.as_str().unwrap().starts_with("pkg:cargo/axum@")));
        assert!(edges("balcao-panel").iter().any(|on| on.as_str().unwrap().starts_with("pkg:cargo/leptos@")));
        // A crate that many others know is printed whole once only: its own dependencies must be found there.
        let leptos = edges("balcao-panel").into_iter().find(|on| on.as_str().unwrap().contains("/leptos@")).unwrap();
        assert!(edges(leptos.as_str().unwrap()).len() > 10);
    }

    #[test]
    fn the_same_checkout_gives_the_same_bytes_without_a_folder_of_this_machine() {
        let (text, document) = (text(), made());
        assert_eq!(text, serde_json::to_string_pretty(document).unwrap() + "\n");
        assert!(!text.contains(&place::root().display().to_string()));
        assert!(document.get("serialNumber").is_none() && document["metadata"].get("timestamp").is_none());
    }

    #[test]
    fn every_folder_that_is_embedded_is_listed() {
        let backend = place::root().join("backend");
        for entry in std::fs::read_dir(&backend).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().to_string_lossy().into_owned();
            if entry.path().is_dir() && !["src", "tests", "fuzz"].contains(&name.as_str()) && !name.starts_with('.') {
                let listed = format!("backend/{name}");
                assert!(PARTS[0].data.contains(&listed.as_str()), "{listed} belongs in the list of what is shipped");
            }
        }
        let document = made();
        let parts = document["metadata"]["component"]["components"].as_array().unwrap();
        let files: Vec<&str> = parts
            .iter()
            .flat_map(|part| part["components"].as_array().unwrap())
            .map(|file| file["name"].as_str().unwrap())
            .collect();
        for name in ["public/copilot.js", "locales/pt.json", "backend/forms/technical.json"] {
            assert!(files.contains(&name), "{name}");
        }
    }
}
