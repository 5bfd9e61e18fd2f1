//! The document: CycloneDX 1.6, <https://cyclonedx.org/docs/1.6/json/>. Without a serial number and a time: both are
//! optional, and either would make two documents of one checkout differ.

use super::tree::{Package, Tree};
use crate::fault::{Fault, Outcome};
use crate::files;
use crate::setup::BUILDING_TOOLS;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

/// One of the programs, and what it consists of.
pub struct Contents {
    pub package: &'static str,
    pub target: String,
    /// What is linked into it.
    pub shipped: Tree,
    /// The same, and what runs while it is compiled.
    pub building: Tree,
    /// Embedded files: path and content.
    pub data: Vec<(String, Vec<u8>)>,
}

/// The crate that brings SQLite's C source, and the file of it that says which.
const SQLITE: (&str, &str) = ("libsqlite3-sys", "sqlite3/sqlite3.h");

/// The whole document, in an order that depends on nothing but names.
pub fn document(parts: &[Contents], metadata: &Value, lock: &str, compiler: &str) -> Outcome<Value> {
    let described = described(metadata);
    let checksums = checksums(lock);
    let own: BTreeSet<&str> = parts.iter().map(|part| part.package).collect();
    let mut all: BTreeMap<&Package, BTreeSet<&Package>> = BTreeMap::new();
    for (package, needs) in parts.iter().flat_map(|part| &part.building.needs) {
        all.entry(package).or_default().extend(needs);
    }
    let mut components = Vec::new();
    let mut dependencies = Vec::new();
    for (package, needs) in &all {
        let about = described.get(*package).copied().unwrap_or(&Value::Null);
        let mut on: Vec<String> = needs.iter().map(|other| reference(other, &checksums)).collect();
        if !own.contains(package.name.as_str()) {
            components.push(component(package, about, &checksums, parts));
        }
        if package.name == SQLITE.0 {
            let sqlite = sqlite(about)?;
            on.extend(sqlite["bom-ref"].as_str().map(str::to_owned));
            components.push(sqlite);
        }
        if own.contains(package.name.as_str()) {
            on.push(STANDARD.to_owned());
        }
        on.sort();
        dependencies.push(json!({ "ref": reference(package, &checksums), "dependsOn": on }));
    }
    components.push(standard_library(compiler));
    components.extend(BUILDING_TOOLS.map(|(name, version, purl)| tool(name, version, purl)));
    let version = env!("CARGO_PKG_VERSION");
    dependencies.push(json!({ "ref": "balcao", "dependsOn": own }));
    dependencies.sort_by_key(|entry| entry["ref"].as_str().unwrap_or_default().to_owned());
    components.sort_by_key(|component| component["bom-ref"].as_str().unwrap_or_default().to_owned());
    let applications: Vec<Value> = parts.iter().map(|part| application(part, version)).collect();
    Ok(json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "tools": { "components": [{ "type": "application", "name": "cargo xtask sbom", "version": version }] },
            "component": {
                "type": "application",
                "bom-ref": "balcao",
                "name": "balcao",
                "version": version,
                "licenses": [{ "expression": "MIT OR Apache-2.0" }],
                "components": applications,
            },
        },
        "components": components,
        "dependencies": dependencies,
    }))
}

const STANDARD: &str = "rust-std";

/// A package's reference in the document: its purl where a registry has it, its name where it is ours.
fn reference(package: &Package, checksums: &BTreeMap<Package, String>) -> String {
    match checksums.contains_key(package) {
        true => format!("pkg:cargo/{}@{}", package.name, package.version),
        false => package.name.clone(),
    }
}

fn component(package: &Package, about: &Value, checksums: &BTreeMap<Package, String>, parts: &[Contents]) -> Value {
    let shipped: Vec<&str> = parts.iter().filter(|part| part.shipped.has(package)).map(|part| part.package).collect();
    let reference = reference(package, checksums);
    let mut component = json!({
        "type": "library",
        "bom-ref": reference,
        "name": package.name,
        "version": package.version,
        // CycloneDX calls `excluded` what is used and is not in the product at run time.
        "scope": if shipped.is_empty() { "excluded" } else { "required" },
        "properties": shipped.iter().map(|part| property("balcao:shipped-in", part)).collect::<Vec<_>>(),
    });
    if let Some(licence) = about["license"].as_str() {
        // `MIT/Apache-2.0` is how Cargo wrote "or" before it took SPDX's language.
        component["licenses"] = json!([{ "expression": licence.replace('/', " OR ") }]);
    }
    if let Some(checksum) = checksums.get(package) {
        component["purl"] = json!(reference);
        component["hashes"] = json!([{ "alg": "SHA-256", "content": checksum }]);
    }
    if let Some(repository) = about["repository"].as_str() {
        component["externalReferences"] = json!([{ "type": "vcs", "url": repository }]);
    }
    component
}

fn application(part: &Contents, version: &str) -> Value {
    let files: Vec<Value> = part.data.iter().map(|(path, content)| file(path, content)).collect();
    json!({
        "type": "application",
        "bom-ref": part.package,
        "name": part.package,
        "version": version,
        "licenses": [{ "expression": "MIT OR Apache-2.0" }],
        "properties": [property("balcao:target", &part.target)],
        "components": files,
    })
}

fn file(path: &str, content: &[u8]) -> Value {
    let digest = Sha256::digest(content).iter().fold(String::new(), |mut digits, byte| {
        // Writing into a string cannot fail.
        let _ = write!(digits, "{byte:02x}");
        digits
    });
    json!({
        "type": "file",
        "bom-ref": format!("file:{path}"),
        "name": path,
        "hashes": [{ "alg": "SHA-256", "content": digest }],
    })
}

/// Weaknesses of SQLite are told by its own number, not by the crate's.
fn sqlite(about: &Value) -> Outcome<Value> {
    let manifest = Path::new(about["manifest_path"].as_str().unwrap_or_default());
    let header = files::read_text(&manifest.with_file_name(SQLITE.1))?;
    let version = header.lines().find_map(|line| line.strip_prefix("#define SQLITE_VERSION ")).map(str::trim);
    let version = version.map(|version| version.trim_matches('"')).filter(|version| !version.is_empty());
    let version = version.ok_or_else(|| Fault::new(format!("{} does not say which SQLite it is.", SQLITE.1)))?;
    let purl = format!("pkg:generic/sqlite@{version}");
    Ok(json!({
        "type": "library",
        "bom-ref": purl,
        "name": "sqlite",
        "version": version,
        "scope": "required",
        "licenses": [{ "license": { "id": "blessing" } }],
        "purl": purl,
        "cpe": format!("cpe:2.3:a:sqlite:sqlite:{version}:*:*:*:*:*:*:*"),
        "properties": [property("balcao:shipped-in", "balcao-backend")],
    }))
}

fn standard_library(compiler: &str) -> Value {
    let number = compiler.split(' ').find(|word| word.starts_with(|sign: char| sign.is_ascii_digit()));
    let version = number.unwrap_or(compiler);
    json!({
        "type": "library",
        "bom-ref": STANDARD,
        "name": "std",
        "version": version,
        "description": "Rust's standard library",
        "scope": "required",
        "licenses": [{ "expression": "MIT OR Apache-2.0" }],
        "cpe": format!("cpe:2.3:a:rust-lang:rust:{version}:*:*:*:*:*:*:*"),
    })
}

fn tool(name: &str, version: &str, purl: &str) -> Value {
    let purl = format!("{purl}@{version}");
    json!({
        "type": "application",
        "bom-ref": purl,
        "name": name,
        "version": version,
        "description": "Makes the panel's files",
        "scope": "excluded",
        "purl": purl,
    })
}

fn property(name: &str, value: &str) -> Value {
    json!({ "name": name, "value": value })
}

/// What Cargo knows of each package.
fn described(metadata: &Value) -> BTreeMap<Package, &Value> {
    let packages = metadata["packages"].as_array().into_iter().flatten();
    packages.filter_map(|about| Some((package(about["name"].as_str()?, about["version"].as_str()?), about))).collect()
}

/// The checksum of each package that has one: those of a registry.
fn checksums(lock: &str) -> BTreeMap<Package, String> {
    let value = |entry: &str, key: &str| {
        let line = entry.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(" = "));
        line.map(|line| line.trim_matches('"').to_owned())
    };
    let entries = lock.split("[[package]]").skip(1);
    let read =
        |entry: &str| Some((package(&value(entry, "name")?, &value(entry, "version")?), value(entry, "checksum")?));
    entries.filter_map(read).collect()
}

fn package(name: &str, version: &str) -> Package {
    Package { name: name.to_owned(), version: version.to_owned() }
}
