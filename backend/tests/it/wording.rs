//! The words that docs/wording.md takes out of use stay out of every catalogue.

use serde_json::Value;
use std::path::{Path, PathBuf};

const LANGUAGES: [&str; 3] = ["en", "pt", "es"];

/// A sentence: where it stands, its language, what it says.
struct Sentence {
    place: String,
    language: &'static str,
    text: String,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The rows of the table: a language, or `all`; what is not said; what is said instead.
fn rows() -> Vec<[String; 3]> {
    let paper = read("docs/wording.md");
    let table = paper.split("## Words that are not used").nth(1).unwrap();
    let cells = |line: &str| {
        let cells: Vec<String> = line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect();
        <[String; 3]>::try_from(cells).unwrap_or_else(|_| panic!("not three cells: {line}"))
    };
    let rows = table.lines().filter(|line| line.starts_with('|')).map(cells);
    rows.filter(|[language, ..]| language == "all" || LANGUAGES.contains(&language.as_str())).collect()
}

/// Every text within a value.
fn texts(value: &Value, place: &str, language: &'static str, found: &mut Vec<Sentence>) {
    match value {
        Value::String(text) => found.push(Sentence { place: place.to_owned(), language, text: text.clone() }),
        Value::Object(all) => {
            for (key, value) in all {
                texts(value, &format!("{place} {key}"), language, found);
            }
        }
        _ => {}
    }
}

/// Labels in three languages, wherever in a form they stand.
fn labels(value: &Value, place: &str, found: &mut Vec<Sentence>) {
    match value {
        Value::Object(all) if LANGUAGES.iter().all(|language| all.contains_key(*language)) => {
            for language in LANGUAGES {
                texts(&all[language], place, language, found);
            }
        }
        Value::Object(all) => {
            let key = all.get("key").or_else(|| all.get("value")).and_then(Value::as_str).unwrap_or(place);
            for value in all.values() {
                labels(value, key, found);
            }
        }
        Value::Array(all) => {
            for value in all {
                labels(value, place, found);
            }
        }
        _ => {}
    }
}

/// The API's sentences: three literals in a row after each `=> [`.
fn messages(found: &mut Vec<Sentence>) {
    let source = read("backend/src/http/messages.rs");
    let table = source.split("messages! {").nth(1).unwrap();
    for entry in table.split("=> [").skip(1) {
        let literals = entry.split('"').skip(1).step_by(2);
        for (language, text) in LANGUAGES.into_iter().zip(literals) {
            let place = format!("messages.rs {}", text.chars().take(40).collect::<String>());
            found.push(Sentence { place, language, text: text.to_owned() });
        }
    }
}

/// The lines of the help articles that come along. Keywords are what readers may type, and not what we say.
fn articles(language: &'static str, found: &mut Vec<Sentence>) {
    for file in std::fs::read_dir(root().join("backend/articles").join(language)).unwrap() {
        let name = format!("backend/articles/{language}/{}", file.unwrap().file_name().to_string_lossy());
        for line in read(&name).lines().filter(|line| !line.starts_with("keywords:")) {
            found.push(Sentence { place: name.clone(), language, text: line.to_owned() });
        }
    }
}

fn catalogues() -> Vec<Sentence> {
    let mut found = Vec::new();
    for language in LANGUAGES {
        for folder in ["locales", "locales/pages"] {
            let panel: Value = serde_json::from_str(&read(&format!("{folder}/{language}.json"))).unwrap();
            texts(&panel, folder, language, &mut found);
        }
        for folder in ["mails", "support"] {
            let table: toml::Table = read(&format!("backend/{folder}/{language}.toml")).parse().unwrap();
            texts(&serde_json::to_value(table).unwrap(), folder, language, &mut found);
        }
    }
    for language in LANGUAGES {
        articles(language, &mut found);
    }
    for form in ["technical", "financial", "commercial"] {
        let form: Value = serde_json::from_str(&read(&format!("backend/forms/{form}.json"))).unwrap();
        labels(&form, "form", &mut found);
    }
    messages(&mut found);
    found
}

/// Whether words stand in a text, not as a part of longer ones, in any case.
fn says(text: &str, words: &str) -> bool {
    let (text, words) = (text.to_lowercase(), words.to_lowercase());
    let is_word = |sign: Option<char>| sign.is_some_and(char::is_alphanumeric);
    text.match_indices(&words).any(|(at, found)| {
        !is_word(text[..at].chars().next_back()) && !is_word(text[at + found.len()..].chars().next())
    })
}

#[test]
fn no_catalogue_says_what_the_glossary_takes_out_of_use() {
    let rows = rows();
    assert!(rows.len() > 20, "the table was not found: {}", rows.len());
    let catalogues = catalogues();
    assert!(catalogues.len() > 1_500, "catalogues were not found: {}", catalogues.len());
    let mut faults = Vec::new();
    for Sentence { place, language, text } in &catalogues {
        for [of, not, but] in rows.iter().filter(|[of, ..]| of == "all" || of == language) {
            if says(text, not) {
                faults.push(format!("{of} {place}: {text:?} says {not:?}; {but}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn words_are_found_as_words_alone() {
    for (text, words, expected) in [
        ("Go on with it", "go on with", true),
        ("Correos", "correo", false),
        ("tu correo.", "correo", true),
        ("E-mails", "e-mail", false),
        ("Está guardado", "Guardado", true),
    ] {
        assert_eq!(says(text, words), expected, "{text}");
    }
}
