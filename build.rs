//! Checks the locale files against each other and generates `enum Text`: a sentence that is missing in one language, or
//! a placeholder that differs, stops the build instead of reaching a reader.

use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;

const LOCALES: [&str; 3] = ["en", "pt", "es"];

/// The folders of locale files: what the first page says, and what the pages say whose code comes later.
const FOLDERS: [&str; 2] = ["locales", "locales/pages"];

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
    let mut faults = Vec::new();
    let mut parts = Vec::new();
    for folder in FOLDERS {
        match part(folder, &mut faults) {
            Ok(part) => parts.push(part),
            Err(unreadable) => faults.extend(unreadable),
        }
    }
    let mut seen = BTreeSet::new();
    for sentence in parts.iter().flat_map(|part| &part.sentences) {
        if !is_key(&sentence.key) {
            faults.push(format!(
                "locales: `{}` is no key: `area.name` in lower case, digits and underscores",
                sentence.key
            ));
        } else if !seen.insert(&sentence.variant) {
            faults.push(format!(
                "locales: `{}` and another key are both called Text::{}",
                sentence.key, sentence.variant
            ));
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let directory = std::env::var("OUT_DIR").map_err(|error| vec![error.to_string()])?;
    std::fs::write(Path::new(&directory).join("text.rs"), code(&parts)).map_err(|error| vec![error.to_string()])
}

/// The sentences of one folder, in the order of their keys, and the fingerprints of its files in the order of `LOCALES`.
struct Part {
    sentences: Vec<Sentence>,
    fingerprints: Vec<String>,
}

struct Sentence {
    key: String,
    variant: String,
    english: String,
}

/// Reads the files of a folder and compares them.
fn part(folder: &str, faults: &mut Vec<String>) -> Result<Part, Vec<String>> {
    let (files, unreadable): (Vec<_>, Vec<_>) =
        LOCALES.into_iter().map(|locale| File::read(folder, locale)).partition(Result::is_ok);
    let files: Vec<File> = files.into_iter().flatten().collect();
    let [english, others @ ..] = files.as_slice() else { return Err(vec![format!("{folder}: no locale file")]) };
    if !unreadable.is_empty() {
        return Err(unreadable.into_iter().filter_map(Result::err).collect());
    }
    for file in &files {
        check_order(file, faults);
    }
    for other in others {
        compare(english, other, faults);
    }
    let sentence = |(key, text): (&String, &Value)| Sentence {
        key: key.clone(),
        variant: camel_case(key),
        english: text.as_str().unwrap_or_default().to_owned(),
    };
    Ok(Part {
        sentences: english.sentences.iter().map(sentence).collect(),
        fingerprints: files.iter().map(|file| fingerprint(&file.raw)).collect(),
    })
}

struct File {
    path: String,
    raw: String,
    sentences: Map<String, Value>,
}

impl File {
    fn read(folder: &str, locale: &str) -> Result<Self, String> {
        let path = format!("{folder}/{locale}.json");
        let raw = std::fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
        let sentences: Map<String, Value> = serde_json::from_str(&raw).map_err(|error| format!("{path}: {error}"))?;
        for (key, value) in &sentences {
            if value.as_str().is_none_or(str::is_empty) {
                return Err(format!("{path}: `{key}` is no sentence"));
            }
        }
        Ok(Self { path, raw, sentences })
    }
}

/// Sorted files merge cleanly and are read side by side.
fn check_order(file: &File, faults: &mut Vec<String>) {
    let path = &file.path;
    let mut previous = "";
    for line in file.raw.lines() {
        let Some(key) = line.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next()) else {
            continue;
        };
        if key == previous {
            faults.push(format!("{path}: `{key}` stands there twice"));
        } else if key < previous {
            faults.push(format!("{path}: `{key}` stands after `{previous}`; keys are sorted"));
        }
        previous = key;
    }
}

fn compare(english: &File, other: &File, faults: &mut Vec<String>) {
    let path = &other.path;
    for (key, sentence) in &english.sentences {
        match other.sentences.get(key) {
            None => faults.push(format!("{path}: `{key}` is missing")),
            Some(translated) => {
                let (wanted, given) = (placeholders(sentence), placeholders(translated));
                if wanted != given {
                    faults.push(format!(
                        "{path}: `{key}` has the placeholders {given:?}, the English one has {wanted:?}"
                    ));
                }
            }
        }
    }
    for key in other.sentences.keys().filter(|key| !english.sentences.contains_key(*key)) {
        faults.push(format!("{path}: `{key}` is not in {}", english.path));
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

fn code(parts: &[Part]) -> String {
    let mut code = String::from(
        "/// Every sentence of the panel; generated from `locales/`: first those of the first page, then the other pages'.\n\
         #[allow(clippy::enum_variant_names, reason = \"named after their keys\")]\n\
         #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]\n#[repr(u16)]\npub enum Text {\n",
    );
    for Sentence { variant, english, .. } in parts.iter().flat_map(|part| &part.sentences) {
        let _ = writeln!(
            code,
            "    /// {}\n    {variant},",
            english.replace('\n', " ").replace(['[', ']', '<', '>', '`'], "'")
        );
    }
    let first = parts.first().map_or(0, |part| part.sentences.len());
    let fingerprints: Vec<&[String]> = parts.iter().map(|part| part.fingerprints.as_slice()).collect();
    let _ = writeln!(code, "}}\n\n/// How many of the sentences the first page has.\nconst FIRST: u32 = {first};");
    let _ = writeln!(
        code,
        "\n/// Fingerprints of the locale files: the first page's, then the others', each in the order en, pt, es."
    );
    let _ = writeln!(code, "const FINGERPRINTS: [[&str; 3]; 2] = {fingerprints:?};");
    code
}
