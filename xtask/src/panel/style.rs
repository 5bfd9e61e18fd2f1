//! Two stylesheets out of many: one that the first page waits for, and one for the pages whose code comes when they are
//! opened (`style/pages/`). `main.css` gives the order of a folder with its `@import` lines; files that it does not name
//! follow by name.

use crate::fault::{Fault, Outcome};
use crate::files;
use std::path::Path;

/// First things first, where `main.css` does not say.
const FIRST: [&str; 2] = ["tokens.css", "base.css"];

/// The folder of what later pages need.
pub const PAGES: &str = "pages";

/// One stylesheet out of those in a folder.
pub fn join(folder: &Path) -> Outcome<String> {
    let main = folder.join("main.css");
    let main_text = if main.is_file() { files::read_text(&main)? } else { String::new() };
    let mut order = Vec::new();
    let mut own = String::new();
    for line in main_text.lines() {
        match imported(line) {
            Some(name) => order.push(folder.join(name)),
            None => own.extend([line, "\n"]),
        }
    }
    for path in FIRST.iter().map(|name| folder.join(name)).chain(files::below(folder)?) {
        let is_style = path.extension().is_some_and(|extension| extension == "css");
        if is_style && path.parent() == Some(folder) && path.is_file() && path != main && !order.contains(&path) {
            order.push(path);
        }
    }
    let mut joined = String::new();
    for path in order {
        let text = files::read_text(&path)?;
        refuse_import(&path, &text)?;
        joined.extend([text.trim_end(), "\n"]);
    }
    refuse_import(&main, &own)?;
    Ok(joined + own.trim_start())
}

fn imported(line: &str) -> Option<&str> {
    let rest = line.trim().strip_prefix("@import")?.trim().strip_suffix(';')?.trim();
    let rest = rest.strip_prefix("url(").and_then(|rest| rest.strip_suffix(')')).unwrap_or(rest);
    let name = rest.strip_prefix(['"', '\''])?.strip_suffix(['"', '\''])?;
    Some(name.trim_start_matches("./"))
}

fn refuse_import(path: &Path, text: &str) -> Outcome {
    if text.contains("@import") {
        return Err(Fault::new(format!(
            "{}: only style/main.css imports, one `@import \"file.css\";` a line",
            path.display()
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(sheets: &[(&str, &str)]) -> Outcome<String> {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in sheets {
            files::write(&folder.path().join(name), text.as_bytes()).unwrap();
        }
        join(folder.path())
    }

    #[test]
    fn main_gives_the_order_and_nobody_is_forgotten() {
        let sheets = [
            ("main.css", "@import \"z.css\";\n@import url('./tokens.css');\n.own {}\n"),
            ("z.css", ".z {}\n"),
            ("tokens.css", ".tokens {}\n"),
            ("late.css", ".late {}\n"),
        ];
        assert_eq!(joined(&sheets).unwrap(), ".z {}\n.tokens {}\n.late {}\n.own {}\n");
    }

    #[test]
    fn without_main_tokens_and_base_come_first() {
        let sheets = [("a.css", ".a {}"), ("base.css", ".base {}"), ("tokens.css", ".tokens {}")];
        assert_eq!(joined(&sheets).unwrap(), ".tokens {}\n.base {}\n.a {}\n");
    }

    #[test]
    fn what_later_pages_need_is_not_in_it() {
        let sheets = [("a.css", ".a {}"), ("pages/b.css", ".b {}")];
        assert_eq!(joined(&sheets).unwrap(), ".a {}\n");
    }

    #[test]
    fn what_would_be_a_second_request_is_refused() {
        assert!(joined(&[("a.css", "@import \"b.css\";")]).is_err());
        assert!(joined(&[("main.css", "@import \"a.css\" print;")]).is_err());
        assert!(joined(&[("main.css", "@import \"missing.css\";")]).is_err());
    }
}
