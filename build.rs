//! Checks the three locale files against each other and generates `enum Text`: a sentence that is missing in one
//! language, or a placeholder that differs, stops the build instead of reaching a reader.

use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;

const LOCALES: [&str; 3] = ["en", "pt", "es"];

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=locales");
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var_os("CARGO_FEATURE_SPLIT").is_some() {
        // The cutter reads from the relocations which function needs which.
        println!("cargo::rustc-link-arg-bins=--emit-relocs");
    }
    match generate() {
        Ok(()) => ExitCode::SUCCESS,
        Err(faults) => {
            for fault in faults {
                println!("cargo::error={fault}");
            }
            ExitCode::FAILURE
        }
    }
}

fn generate() -> Result<(), Vec<String>> {
    let mut files = Vec::new();
    let mut faults = Vec::new();
    for locale in LOCALES {
        match read(locale) {
            Ok(file) => files.push((locale, file)),
            Err(fault) => faults.push(fault),
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let Some(((_, english), others)) = files.split_first().map(|((code, file), others)| ((code, file), others)) else {
        return Err(vec!["no locale file".to_owned()]);
    };
    check_order(&files, &mut faults);
    for (locale, other) in others {
        compare(locale, &english.sentences, &other.sentences, &mut faults);
    }
    let variants: Vec<(String, &String)> = english.sentences.keys().map(|key| (camel_case(key), key)).collect();
    let mut seen = BTreeSet::new();
    for (variant, key) in &variants {
        if !is_key(key) {
            faults.push(format!("locales: `{key}` is no key: `area.name` in lower case, digits and underscores"));
        } else if !seen.insert(variant) {
            faults.push(format!("locales: `{key}` and another key are both called Text::{variant}"));
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let hashes: Vec<String> = files.iter().map(|(_, file)| fingerprint(&file.raw)).collect();
    let directory = std::env::var("OUT_DIR").map_err(|error| vec![error.to_string()])?;
    std::fs::write(Path::new(&directory).join("text.rs"), code(&variants, english, &hashes))
        .map_err(|error| vec![error.to_string()])
}

struct File {
    raw: String,
    sentences: Map<String, Value>,
}

fn read(locale: &str) -> Result<File, String> {
    let path = format!("locales/{locale}.json");
    let raw = std::fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
    let sentences: Map<String, Value> = serde_json::from_str(&raw).map_err(|error| format!("{path}: {error}"))?;
    for (key, value) in &sentences {
        if value.as_str().is_none_or(str::is_empty) {
            return Err(format!("{path}: `{key}` is no sentence"));
        }
    }
    Ok(File { raw, sentences })
}

/// Sorted files merge cleanly and are read side by side.
fn check_order(files: &[(&str, File)], faults: &mut Vec<String>) {
    for (locale, file) in files {
        let mut previous = String::new();
        for line in file.raw.lines() {
            let Some(key) = line.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next()) else {
                continue;
            };
            if key == previous {
                faults.push(format!("locales/{locale}.json: `{key}` stands there twice"));
            } else if key < previous.as_str() {
                faults.push(format!("locales/{locale}.json: `{key}` stands after `{previous}`; keys are sorted"));
            }
            previous = key.to_owned();
        }
    }
}

fn compare(locale: &str, english: &Map<String, Value>, other: &Map<String, Value>, faults: &mut Vec<String>) {
    for (key, sentence) in english {
        match other.get(key) {
            None => faults.push(format!("locales/{locale}.json: `{key}` is missing")),
            Some(translated) => {
                let (wanted, given) = (placeholders(sentence), placeholders(translated));
                if wanted != given {
                    faults.push(format!(
                        "locales/{locale}.json: `{key}` has the placeholders {given:?}, the English one has {wanted:?}"
                    ));
                }
            }
        }
    }
    for key in other.keys().filter(|key| !english.contains_key(*key)) {
        faults.push(format!("locales/{locale}.json: `{key}` is not in locales/en.json"));
    }
}

fn placeholders(sentence: &Value) -> BTreeSet<&str> {
    let text = sentence.as_str().unwrap_or_default();
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name)).collect()
}

fn is_key(key: &str) -> bool {
    key.contains('.')
        && key.split('.').all(|part| {
            part.starts_with(|c: char| c.is_ascii_lowercase())
                && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        })
}

/// `history.no_match` → `HistoryNoMatch`.
fn camel_case(key: &str) -> String {
    key.split(['.', '_'])
        .map(|part| {
            let mut letters = part.chars();
            letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default()
        })
        .collect()
}

/// FNV-1a over the file and its length: not for secrets, only to tell versions apart. `cargo xtask` writes the same into
/// the file that is served (`xtask/src/files.rs`).
fn fingerprint(text: &str) -> String {
    let length = (text.len() as u64).to_le_bytes();
    let hash = text
        .bytes()
        .chain(length)
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    format!("{hash:016x}")
}

fn code(variants: &[(String, &String)], english: &File, hashes: &[String]) -> String {
    let mut code = String::from(
        "/// Every sentence of the panel; generated from `locales/`.\n\
         #[allow(clippy::enum_variant_names, reason = \"named after their keys\")]\n         #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]\n#[repr(u16)]\npub enum Text {\n",
    );
    for (variant, key) in variants {
        let sentence = english.sentences.get(*key).and_then(Value::as_str).unwrap_or_default();
        let _ = writeln!(
            code,
            "    /// {}\n    {variant},",
            sentence.replace('\n', " ").replace(['[', ']', '<', '>', '`'], "'")
        );
    }
    let _ = writeln!(code, "}}\n\n/// Fingerprints of the locale files, in the order en, pt, es.");
    let _ = writeln!(code, "const FINGERPRINTS: [&str; 3] = {hashes:?};");
    code
}
