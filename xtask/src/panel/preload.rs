//! Which files each page of the panel needs: the backend names them with the page (`backend/src/http/preload.rs`), so that a
//! browser fetches them all at once.

use crate::fault::{Fault, Outcome};
use crate::files;
use serde_json::{Value, json};
use std::path::Path;

/// Addresses below the panel's own, by how they begin, the longest first; and the piece that each page is, as `src/app.rs` says.
const PAGES: [(&str, &str); 12] = [
    ("/articles/", "copilot"),
    ("/requests/", "request"),
    ("/requests", "history"),
    ("/sign-ins", "start"),
    ("/copilot", "copilot"),
    ("/survey/", "survey"),
    ("/survey", "survey"),
    ("/new/", "form"),
    ("/new", "start"),
    ("/status", "channels"),
    ("/", "home"),
    ("", "home"),
];
const LANGUAGES: [&str; 3] = ["en", "pt", "es"];
/// Where the panel's files are served.
const BASE: &str = "/panel";
/// Read by the backend.
pub const FILE: &str = "preload.json";

/// What the backend reads, of the finished files of `stage`.
pub fn list(stage: &Path) -> Outcome<Value> {
    let mut names = Vec::new();
    for path in files::below(stage)? {
        names.push(path.strip_prefix(stage).unwrap_or(&path).display().to_string());
    }
    let has_pieces = names.iter().any(|name| !pages_of(name).is_empty());
    let mut pages = Vec::new();
    for (begins, piece) in PAGES {
        let files: Vec<_> =
            names.iter().filter(|name| pages_of(name).contains(&piece)).map(|name| address(name)).collect();
        // A debug build is one piece.
        if files.is_empty() && has_pieces {
            return Err(Fault::new(format!(
                "The panel has no piece `{piece}` for {begins}: xtask/src/panel/preload.rs names it."
            )));
        }
        if !files.is_empty() {
            pages.push(json!([begins, files]));
        }
    }
    let mut sentences = serde_json::Map::new();
    for language in LANGUAGES {
        let first = sentences_address(stage, &format!("locales/{language}.json"))?;
        let later = sentences_address(stage, &format!("locales/pages/{language}.json"))?;
        sentences.insert(language.to_owned(), json!([first, later]));
    }
    Ok(json!({ "sentences": sentences, "pages": pages }))
}

/// The pages that fetch a piece, as `pieces` named it: `form-request-0123456789abcdef.wasm`; none for every other file.
pub fn pages_of(name: &str) -> Vec<&str> {
    let stem = name.strip_suffix(".wasm").filter(|stem| !stem.ends_with("_bg"));
    stem.and_then(|stem| stem.rsplit_once('-')).map(|(pages, _)| pages.split('-').collect()).unwrap_or_default()
}

fn address(name: &str) -> String {
    format!("{BASE}/{name}")
}

/// The fingerprint that makes a changed file a new address is the first of its sentences.
fn sentences_address(stage: &Path, name: &str) -> Outcome<String> {
    let sentences: Value = serde_json::from_str(&files::read_text(&stage.join(name))?)
        .map_err(|error| Fault::new(format!("{name} cannot be read: {error}")))?;
    let fingerprint = sentences[0].as_str().ok_or_else(|| Fault::new(format!("{name} has no fingerprint.")))?;
    Ok(format!("{}?v={fingerprint}", address(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_page_names_its_pieces_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        for name in
            ["copilot", "history", "home", "request", "start", "survey", "form", "channels", "copilot-form-request"]
        {
            files::write(&folder.path().join(format!("{name}-0a.wasm")), b"").unwrap();
        }
        for name in ["balcao-panel-0a_bg.wasm", "balcao-panel-0a.js", "panel-0a.css"] {
            files::write(&folder.path().join(name), b"").unwrap();
        }
        for language in LANGUAGES {
            for part in ["", "pages/"] {
                let path = folder.path().join(format!("locales/{part}{language}.json"));
                files::write(&path, br#"["1a2b","Hello"]"#).unwrap();
            }
        }
        let list = list(folder.path()).unwrap();
        assert_eq!(
            list["sentences"]["pt"],
            json!(["/panel/locales/pt.json?v=1a2b", "/panel/locales/pages/pt.json?v=1a2b"])
        );
        let form = json!(["/new/", ["/panel/copilot-form-request-0a.wasm", "/panel/form-0a.wasm"]]);
        assert!(list["pages"].as_array().unwrap().contains(&form), "{list}");
        std::fs::remove_file(folder.path().join("survey-0a.wasm")).unwrap();
        assert!(super::list(folder.path()).unwrap_err().to_string().contains("`survey`"), "a page has another name");
    }

    #[test]
    fn no_address_hides_a_longer_one() {
        for (at, (begins, _)) in PAGES.iter().enumerate() {
            assert!(PAGES[..at].iter().all(|(before, _)| !begins.starts_with(before)), "{begins}");
        }
    }
}
