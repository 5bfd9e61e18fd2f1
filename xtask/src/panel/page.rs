//! `index.html` as trunk leaves it has an inline script, which the panel's content security policy forbids: it becomes
//! a file, and learns to say when the application cannot be loaded.

use crate::fault::{Fault, Outcome};
use crate::files::Hash;

/// What the backend fills in.
const PLACES: [&str; 2] = ["__BALCAO_HOST_ORIGINS__", "__BALCAO_SUPPORT_SITE__"];

const START: &str = include_str!("start.js");

/// The page, and the script it now names.
#[derive(Debug, PartialEq, Eq)]
pub struct Page {
    pub html: String,
    pub script_name: String,
    pub script: String,
}

/// Moves trunk's inline script out of the page.
pub fn finish(html: &str) -> Outcome<Page> {
    let (start, end) = inline_script(html).ok_or_else(|| {
        Fault::new("trunk's index.html has no inline script that starts the panel: has trunk changed?")
    })?;
    let inline = &html[start..end];
    let address = |ending: &str| {
        quoted(inline)
            .find(|text| text.ends_with(ending))
            .ok_or_else(|| Fault::new(format!("trunk's script names no {ending} file: has trunk changed?")))
    };
    let (module, wasm) = (address(".js")?, address(".wasm")?);
    let script = start_script(module, wasm);
    let script_name = format!("start-{}.js", Hash::of(script.as_bytes()));
    let folder = module.rsplit_once('/').map_or("", |(folder, _)| folder);
    let html = format!(
        "{}<script type=\"module\" src=\"{folder}/{script_name}\"></script>{}",
        without_comments(&html[..start]),
        without_comments(&html[end..])
    );
    let html = with_quotes(&with_late_style(&html)?)?;
    if inline_scripts(&html).any(|_| true) {
        return Err(Fault::new("index.html has an inline script, which the content security policy forbids."));
    }
    Ok(Page { html, script_name, script })
}

/// A stylesheet for no medium is fetched behind everything else, and nothing waits for it; `src/later.rs` puts it to use.
fn with_late_style(html: &str) -> Outcome<String> {
    let at = html.find("/pages-").and_then(|name| html[..name].rfind("<link"));
    let at = at.ok_or_else(|| Fault::new("trunk's index.html names no style for pages: has trunk changed?"))?;
    let (before, after) = html.split_at(at + "<link".len());
    Ok(format!("{before} id=\"pages-style\" media=\"not all\"{after}"))
}

/// The attributes that the backend writes several words or none into: the minifier takes quotes away.
fn with_quotes(html: &str) -> Outcome<String> {
    let mut html = html.to_owned();
    for place in PLACES {
        let quoted = format!("content=\"{place}\"");
        html = html.replace(&format!("content={place}"), &quoted);
        if html.matches(place).count() != 1 || !html.contains(&quoted) {
            return Err(Fault::new(format!("index.html must have {quoted} once, for the backend to fill in.")));
        }
    }
    Ok(html)
}

/// `start.js` with the names of the files.
fn start_script(module: &str, wasm: &str) -> String {
    START.replace("__MODULE__", module).replace("__WASM__", wasm)
}

/// Where the script that starts the panel begins and ends.
fn inline_script(html: &str) -> Option<(usize, usize)> {
    inline_scripts(html).find(|(start, end)| html[*start..*end].contains(".wasm"))
}

/// Every `<script>` without a `src`.
fn inline_scripts(html: &str) -> impl Iterator<Item = (usize, usize)> + '_ {
    html.match_indices("<script").filter_map(|(start, _)| {
        let opening = html[start..].find('>')? + start;
        let end = html[opening..].find("</script>")? + opening + "</script>".len();
        (!html[start..opening].contains("src=")).then_some((start, end))
    })
}

/// The texts between quotes, of either kind.
fn quoted(script: &str) -> impl Iterator<Item = &str> {
    let mut rest = script;
    std::iter::from_fn(move || {
        let open = rest.find(['\'', '"', '`'])?;
        let quote = rest[open..].chars().next()?;
        let text = &rest[open + 1..];
        let close = text.find(quote)?;
        rest = &text[close + 1..];
        Some(&text[..close])
    })
}

/// Comments are for those who read the source.
fn without_comments(html: &str) -> String {
    let mut kept = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, comment)) = rest.split_once("<!--") {
        kept.push_str(before.trim_end());
        rest = comment.split_once("-->").map_or("", |(_, after)| after);
    }
    kept + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRUNK: &str = concat!(
        "<!doctype html><html lang=en><head><!-- why --><meta content=__BALCAO_SUPPORT_SITE__ name=\"b\">",
        "<meta content=__BALCAO_HOST_ORIGINS__ name=\"a\">",
        "<script type=\"module\">\nimport init, * as bindings from '/panel/balcao-panel-1a.js';\n",
        "const wasm = await init({ module_or_path: '/panel/balcao-panel-1a_bg.wasm' });\n",
        "window.wasmBindings = bindings;\n</script>",
        "<link rel=stylesheet href=/panel/panel-1a.css><link rel=stylesheet href=/panel/pages-1a.css>",
        "<link rel=\"preload\" href=\"/panel/balcao-panel-1a_bg.wasm\"></head><body></body></html>",
    );

    #[test]
    fn the_inline_script_becomes_a_file_named_by_its_content() {
        let page = finish(TRUNK).unwrap();
        assert_eq!(page.script_name, format!("start-{}.js", Hash::of(page.script.as_bytes())));
        let tag = format!(" name=\"a\"><script type=\"module\" src=\"/panel/{}\"></script>", page.script_name);
        assert!(page.html.contains(&tag), "{}", page.html);
        for place in PLACES {
            assert!(page.html.contains(&format!("content=\"{place}\"")), "{}", page.html);
        }
        assert!(page.html.contains("<link rel=\"preload\""), "what trunk preloads stays");
        let late = "<link rel=stylesheet href=/panel/panel-1a.css>\
                    <link id=\"pages-style\" media=\"not all\" rel=stylesheet href=/panel/pages-1a.css>";
        assert!(page.html.contains(late), "{}", page.html);
        assert!(!page.html.contains("wasmBindings") && !page.html.contains("<!--"), "{}", page.html);
    }

    #[test]
    fn the_script_streams_the_wasm_and_tells_of_trouble() {
        let script = finish(TRUNK).unwrap().script;
        assert!(script.contains("import(\"/panel/balcao-panel-1a.js\")"), "{script}");
        assert!(script.contains("module_or_path: \"/panel/balcao-panel-1a_bg.wasm\""), "{script}");
        assert!(script.contains("start-trouble") && script.contains("has-crashed"), "{script}");
        assert!(script.find("balcaoHeard.push") < script.find("import("), "the host may speak before: {script}");
    }

    #[test]
    fn a_page_that_would_break_the_policy_is_refused() {
        let second = TRUNK.replace("<body>", "<body><script>alert(1)</script>");
        assert!(finish(&second).unwrap_err().to_string().contains("inline script"));
        for place in PLACES {
            assert!(finish(&TRUNK.replace(place, "")).unwrap_err().to_string().contains(place));
        }
        assert!(finish(&TRUNK.replace("/pages-", "/other-")).unwrap_err().to_string().contains("no style for pages"));
        assert!(finish("<html></html>").unwrap_err().to_string().contains("has trunk changed?"));
    }
}
