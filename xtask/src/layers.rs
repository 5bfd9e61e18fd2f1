//! Who knows whom: the lines between the rooms of the house, read off the source. A room that needs another it must not
//! know is a design question, not a detail; the table below is where it is answered.

use crate::fault::Outcome;
use crate::files;
use std::collections::BTreeSet;
use std::path::Path;

/// What a room of the panel may know besides itself and the contract. Rooms that are not named (`app`, `main`) join
/// the others together and may know all.
const PANEL: [(&str, &[&str]); 21] = [
    ("json", &[]),
    // How views are written.
    ("view", &[]),
    ("text", &[]),
    // Where we are: every page asks, and goes elsewhere.
    ("location", &["view"]),
    ("draft", &["json", "view"]),
    ("ui", &["text", "view"]),
    ("host", &["json", "text"]),
    // Fetches pages without knowing which: `app` names them.
    ("later", &["text", "ui", "view"]),
    ("api", &["json", "text", "view"]),
    // What is done with files comes later than the field's place.
    ("evidence", &["api", "draft", "json", "later", "text", "ui", "view"]),
    // Who is signed in: every feature asks, and it asks none. Who signs out takes their drafts along.
    ("session", &["api", "draft", "host", "location", "text", "ui", "view"]),
    // What happens meanwhile: every page may follow it.
    ("live", &["api", "host", "json", "text", "view"]),
    // What lists have in common.
    ("listing", &["api", "location", "text", "ui", "view"]),
    // Features: never one another.
    ("copilot", SHARED),
    ("forms", FORMS),
    ("help", SHARED),
    ("home", SHARED),
    ("requests", SHARED),
    ("start", SHARED),
    ("survey", SHARED),
    ("channels", SHARED),
];
const SHARED: &[&str] =
    &["api", "draft", "evidence", "host", "json", "listing", "live", "location", "session", "text", "ui", "view"];
/// A form's first fields come before what is only seen after them.
const FORMS: &[&str] =
    &["api", "draft", "evidence", "host", "json", "later", "live", "location", "session", "text", "ui", "view"];
/// Words that only some rooms of the panel may say. Only `host` speaks to the page around us; `draft` and `live` speak to the
/// browser's other tabs, over a channel of their own.
const PANEL_WORDS: [(&str, &[&str]); 3] =
    [("gloo_net", &["api"]), ("post_message", &["host", "draft", "live"]), ("postMessage", &["host"])];
/// Files of the panel whose code comes later, by how their names begin: only they may say the sentences of `locales/pages`,
/// which come later, too.
const LATER: [&str; 12] = [
    "channels/",
    "copilot/",
    "draft/",
    "evidence/",
    "forms/",
    "help/",
    "requests/answers",
    "requests/record/",
    "session/sign_ins",
    "session/site_header",
    "start/",
    "survey/",
];
/// What a room of the backend may know besides itself; the other crates' lines are drawn by [`CRATES`]. Rooms that are not
/// named (`http`, `server`, `main`) wire the others together and may know all.
const BACKEND: [(&str, &[&str]); 18] = [
    ("folder_lock", &[]),
    ("folder_mark", &[]),
    ("output", &[]),
    ("telemetry", &[]),
    ("personal_data", &[]),
    ("survey", &[]),
    ("connections", &["telemetry"]),
    ("live", &["telemetry"]),
    // Who asks is found by its means; that it is asked over HTTP it does not know.
    ("identity", &[]),
    ("webhooks", &["identity"]),
    ("jobs", &["personal_data"]),
    ("demo", &["jobs"]),
    ("backup", &["folder_lock"]),
    // What operators do.
    ("directory", &["folder_lock", "identity", "jobs", "output", "personal_data"]),
    // What agents do beside HTTP.
    ("terminal", &["directory", "output"]),
    // Tests that try every parser.
    ("hostile", &["directory", "http"]),
    ("lib", &[]),
    ("build", &[]),
];
/// Words that only some rooms of the backend may say.
const BACKEND_WORDS: [(&str, &[&str]); 1] = [("axum", &["http", "connections", "server", "hostile"])];
/// Which of our crates a crate may name in its `Cargo.toml`, for its code or its tests. Crates that are not named (`backend`,
/// `tests`, `xtask`) put the others together.
const CRATES: [(&str, &[&str]); 16] = [
    ("contract", &[]),
    ("steps", &[]),
    ("rich_text", &["contract", "steps"]),
    ("encoder", &["steps"]),
    ("outbound", &[]),
    ("redact", &["steps"]),
    ("channels", &["contract", "outbound", "rich-text", "steps"]),
    ("copilot", &["contract", "encoder", "rich-text", "steps"]),
    ("runtime", &["contract", "steps"]),
    ("store", &["contract"]),
    // The application: no HTTP, no files; SQL is the store's.
    ("desk", &["contract", "steps", "store"]),
    ("config", &["channels", "contract", "desk", "outbound"]),
    ("keys", &["runtime", "store"]),
    ("evidence", &["config", "contract", "runtime", "store"]),
    ("mail", &["config", "contract", "desk", "evidence", "keys", "rich-text", "runtime", "steps", "store"]),
    ("view_macro", &[]),
];
/// Crates of others that belong to some of ours alone.
const FOREIGN: [(&str, &[&str]); 4] = [
    ("sqlx", &["store"]),
    ("axum", &["backend", "channels"]),
    ("leptos", &[]),
    ("lettre", &["backend", "config", "mail"]),
];

/// Every crossing of a line, as `file: what`.
pub fn crossings(root: &Path) -> Outcome<Vec<String>> {
    let mut found = Vec::new();
    let later = later_sentences(root)?;
    each_file(&root.join("src"), |file, room, code| {
        let allowed = PANEL.iter().find(|(name, _)| *name == room).map(|(_, allowed)| *allowed);
        for known in rooms_known(code) {
            if allowed.is_some_and(|allowed| known != room && !allowed.contains(&known.as_str())) && is_room(&known) {
                found.push(format!("src/{file}: `{room}` must not know `{known}`"));
            }
        }
        for (word, only) in PANEL_WORDS {
            if !only.contains(&room) && says(code, word) {
                found.push(format!("src/{file}: only `{}` may say `{word}`", only.join("`, `")));
            }
        }
        if !LATER.iter().any(|begin| file.starts_with(begin)) {
            for said in later.iter().filter(|said| says(code, &format!("Text::{said}"))) {
                found.push(format!("src/{file}: `{said}` comes with the later pages: move it out of `locales/pages`"));
            }
        }
    })?;
    each_file(&root.join("backend/src"), |file, room, code| {
        let allowed = BACKEND.iter().find(|(name, _)| *name == room).map(|(_, allowed)| *allowed);
        for known in rooms_known(code) {
            let is_room = BACKEND.iter().any(|(name, _)| *name == known) || known == "http";
            if is_room && allowed.is_some_and(|allowed| known != room && !allowed.contains(&known.as_str())) {
                found.push(format!("backend/src/{file}: `{room}` must not know `{known}`"));
            }
        }
        for (word, only) in BACKEND_WORDS {
            // A test may serve what its room calls.
            if !only.contains(&room) && !file.ends_with("_tests.rs") && says(code, word) {
                found.push(format!("backend/src/{file}: only `{}` may say `{word}`", only.join("`, `")));
            }
        }
    })?;
    for (name, allowed) in CRATES {
        found.extend(dependencies_beyond(root, name, allowed)?);
    }
    each_file(&root.join("contract/src"), |file, _, code| {
        for word in ["balcao_panel", "balcao_backend", "leptos", "web_sys", "axum", "sqlx", "tokio"] {
            if says(code, word) {
                found.push(format!("contract/src/{file}: the contract must not know `{word}`"));
            }
        }
    })?;
    Ok(found)
}

/// The lines of a crate's `Cargo.toml` that name what it must not know.
fn dependencies_beyond(root: &Path, name: &str, allowed: &[&str]) -> Outcome<Vec<String>> {
    let path = root.join(name).join("Cargo.toml");
    if !path.exists() {
        return Ok(Vec::new());
    }
    let text = files::read_text(&path)?;
    let dependencies = text.lines().filter_map(|line| line.split_once(" = ")).map(|(dependency, _)| dependency.trim());
    let is_beyond = |dependency: &&str| match dependency.strip_prefix("balcao-") {
        Some(ours) => !allowed.contains(&ours),
        None => FOREIGN.iter().any(|(foreign, only)| foreign == dependency && !only.contains(&name)),
    };
    Ok(dependencies
        .filter(is_beyond)
        .map(|dependency| format!("{name}/Cargo.toml: must not know `{dependency}`"))
        .collect())
}

/// The sentences of `locales/pages` as code names them: `form.step_of` is `FormStepOf`.
fn later_sentences(root: &Path) -> Outcome<Vec<String>> {
    let path = root.join("locales/pages/en.json");
    if !path.exists() {
        return Ok(Vec::new());
    }
    let text = files::read_text(&path)?;
    let keys = text.lines().filter_map(|line| line.trim_start().strip_prefix('"')?.split('"').next());
    let capitalized = |part: &str| part[..part.len().min(1)].to_uppercase() + part.get(1..).unwrap_or_default();
    Ok(keys.map(|key| key.split(['.', '_']).map(capitalized).collect()).collect())
}

/// Whether a name of the panel's crate root is a room; macros and generated items are not.
fn is_room(name: &str) -> bool {
    PANEL.iter().any(|(room, _)| *room == name) || name == "app"
}

/// Calls back with each source file's path, its room (the first folder or file below `src`) and its code.
fn each_file(source: &Path, mut visit: impl FnMut(&str, &str, &str)) -> Outcome {
    for path in files::below(source)? {
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let file = path.strip_prefix(source).unwrap_or(&path).display().to_string();
        let room = file.split('/').next().unwrap_or_default().trim_end_matches(".rs").to_owned();
        visit(&file, &room, &without_comments(&files::read_text(&path)?));
    }
    Ok(())
}

/// The names that follow `crate::`, alone or in a group.
fn rooms_known(code: &str) -> BTreeSet<String> {
    let mut known = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let before = code[..at].chars().next_back();
        if before.is_some_and(|sign| sign.is_alphanumeric() || sign == '_') {
            continue;
        }
        let rest = &code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(group) => known.extend(heads(group)),
            None => known.extend(name(rest)),
        }
    }
    known
}

/// The first name of each member of a group, which may hold groups itself.
fn heads(group: &str) -> Vec<String> {
    let mut depth = 1;
    let mut start = 0;
    let mut heads = Vec::new();
    for (at, sign) in group.char_indices() {
        match sign {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 1 => {}
            _ => continue,
        }
        if (sign == ',' && depth == 1) || depth == 0 {
            heads.extend(name(group[start..at].trim_start()));
            start = at + 1;
        }
        if depth == 0 {
            break;
        }
    }
    heads
}

fn name(text: &str) -> Option<String> {
    let name: String = text.chars().take_while(|sign| sign.is_alphanumeric() || *sign == '_').collect();
    (!name.is_empty()).then_some(name)
}

/// Whether a whole word occurs.
fn says(code: &str, word: &str) -> bool {
    let part = |sign: char| sign.is_alphanumeric() || sign == '_';
    code.match_indices(word).any(|(at, _)| {
        !code[..at].chars().next_back().is_some_and(part) && !code[at + word.len()..].chars().next().is_some_and(part)
    })
}

/// Comments may speak of anything.
fn without_comments(code: &str) -> String {
    let lines = code.lines().map(|line| match line.find("//") {
        // `https://…` within a string is no comment.
        Some(at) if !line[..at].ends_with(':') => &line[..at],
        _ => line,
    });
    lines.fold(String::with_capacity(code.len()), |kept, line| kept + line + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place;

    fn crossings_of(sources: &[(&str, &str)]) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        for (file, code) in sources {
            files::write(&folder.path().join(file), code.as_bytes()).unwrap();
        }
        crossings(folder.path()).unwrap()
    }

    #[test]
    fn this_house_keeps_its_lines() {
        let found = crossings(&place::root()).unwrap();
        assert!(found.is_empty(), "\n{}", found.join("\n"));
    }

    #[test]
    fn a_crossing_is_found_however_it_is_written() {
        let cases = [
            ("src/copilot/mod.rs", "use crate::forms::Engine;"),
            ("src/copilot/mod.rs", "use crate::{api::Client, forms::{Engine, Step}};"),
            ("src/copilot/deep/in.rs", "fn go() { crate::requests::open() }"),
            ("src/copilot/mod.rs", "use crate::app::Routes;"),
            ("src/ui/button.rs", "use crate::api::Client;"),
            ("src/ui.rs", "use crate::session::Session;"),
            ("src/requests/mod.rs", "use gloo_net::http::Request;"),
            ("src/app.rs", "let _ = parent.post_message(&message, origin);"),
            ("backend/src/identity/mod.rs", "use crate::http::Error;"),
            ("backend/src/identity/mod.rs", "use axum::Json;"),
            ("backend/src/demo/fill.rs", "use crate::{\n    jobs::Letters,\n    directory::Office,\n};"),
            ("desk/Cargo.toml", "[dependencies]\nsqlx = { workspace = true }\n"),
            ("store/Cargo.toml", "[dependencies]\nbalcao-desk = { workspace = true }\n"),
            ("contract/src/lib.rs", "use leptos::prelude::*;"),
        ];
        for (file, code) in cases {
            let found = crossings_of(&[(file, code)]);
            assert_eq!(found.len(), 1, "{file}: {code}: {found:?}");
            assert!(found[0].starts_with(&format!("{file}: ")), "{found:?}");
        }
    }

    #[test]
    fn a_sentence_of_later_pages_is_not_said_on_the_first() {
        let sentences = ("locales/pages/en.json", "{\n  \"form.step_of\": \"Step\"\n}");
        let found = crossings_of(&[("src/session/gate.rs", "language.t(Text::FormStepOf)"), sentences]);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains("FormStepOf"), "{found:?}");
    }

    #[test]
    fn what_is_allowed_is_no_crossing() {
        let sources = [
            ("src/copilot/mod.rs", "// crate::forms takes over\nuse crate::{api::Client, draft::Draft, ui};\n"),
            ("src/app.rs", "use crate::{copilot, forms, requests};"),
            ("src/forms/steps.rs", "language.t(Text::FormStepOf)"),
            ("src/session/gate.rs", "language.t(Text::FormStepOfAll)"),
            ("locales/pages/en.json", "{\n  \"form.step_of\": \"Step\"\n}"),
            ("src/api/client.rs", "use gloo_net::http::Request;\nconst LINK: &str = \"https://example.com\";"),
            ("src/host/mod.rs", "use crate::text::Locale;\nfn tell() { parent.post_message(m, o) }"),
            ("src/ui/mod.rs", "crate::macros_made_here!();"),
            ("backend/src/http/mod.rs", "use crate::{identity, jobs};\nuse axum::Router;"),
            (
                "store/Cargo.toml",
                "[dependencies]\nsqlx = { workspace = true }\nbalcao-contract = { workspace = true }\n",
            ),
        ];
        assert_eq!(crossings_of(&sources), Vec::<String>::new());
    }
}
