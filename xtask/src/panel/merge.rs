//! Puts the pieces that several pages share into the panel itself and into one more. The cutter makes a piece for each
//! combination of pages, some thirty of them: each is a request of its own, and each compresses alone. A page then needs three
//! files at most: the panel, what pages share, and what is its own.

use super::pieces::{FEATURES, NAME};
use crate::fault::{Fault, Outcome};
use crate::files;
use crate::setup::Setup;
use crate::step::Step;
use std::collections::BTreeSet;
use std::path::Path;
use wasm_encoder::{EntityType, ExportKind, ExportSection, ImportSection, Module};
use wasmparser::{ExternalKind, Parser, Payload, TypeRef};

/// What the pieces call the panel itself: its memory, its table of functions and its stack.
const PANEL: &str = "__wasm_split";
/// What the one piece calls it instead: within it, the other name is taken (see `bridge`).
const OUTSIDE: &str = "__wasm_split_outside";
/// The pages that are opened most, and that need two files only: what they share with any other is a part of the panel itself. So
/// is what live updates share, which come behind every page.
const OF_THE_PANEL: [&str; 4] = ["copilot", "history", "home", "live"];
/// What comes behind a form's first fields comes after the form: what only these two have is the form's.
const FORM: [&str; 2] = ["form", "rest"];

/// Where a piece that several pages share becomes a part of, as the file is called.
const SHARED: &str = "chunk_pages";
const OF_FORM: &str = "split_form";

/// A piece that several pages share.
#[derive(Debug, PartialEq, Eq)]
struct Chunk {
    /// `chunk_4`.
    name: String,
    pages: BTreeSet<String>,
}

impl Chunk {
    fn home(&self) -> &'static str {
        if OF_THE_PANEL.iter().any(|page| self.pages.contains(*page)) {
            NAME
        } else if self.pages.iter().all(|page| FORM.contains(&page.as_str())) {
            OF_FORM
        } else {
            SHARED
        }
    }
}

/// Merges them, in the files of the cutter's `folder` and in its script that fetches them.
pub fn shared(setup: &Setup, step: &Step, folder: &Path, fetcher: &str) -> Outcome {
    let script = folder.join(fetcher);
    let text = files::read_text(&script)?;
    let chunks = chunks(&text);
    if chunks.len() < 2 {
        return Ok(());
    }
    let file = |name: &str| folder.join(format!("{name}.wasm"));
    let (bridge_file, draft) = (file("bridge"), file("draft"));
    files::write(&bridge_file, &bridge(&files::read(&file(&chunks[0].name))?)?)?;
    for home in [NAME, OF_FORM, SHARED] {
        let parts = chunks.iter().filter(|chunk| chunk.home() == home).map(|chunk| chunk.name.as_str());
        let parts: Vec<_> = parts.chain((home == OF_FORM).then_some(OF_FORM)).collect();
        let begin = if home == NAME { file(NAME) } else { bridge_file.clone() };
        let mut merge = setup.toolchain.command("wasm-merge");
        merge.args(FEATURES).arg("--debuginfo").arg(begin).arg(PANEL);
        if parts.is_empty() || !parts.iter().all(|part| file(part).exists()) {
            continue;
        }
        for part in parts {
            merge.arg(file(part)).arg(part);
        }
        step.run(merge.arg("--skip-export-conflicts").arg("-o").arg(&draft))?;
        let wasm = files::read(&draft)?;
        // wasm-bindgen knows what the panel's exports mean; nobody takes any of the other's.
        let wasm = if home == NAME { wasm } else { super::unused::without_exports(&wasm, &BTreeSet::new())? };
        files::write(&file(home), &wasm)?;
    }
    for name in chunks.iter().map(|chunk| chunk.name.as_str()).chain(["bridge", "draft"]) {
        let path = file(name);
        std::fs::remove_file(&path).map_err(|error| Fault::file(&error, "remove", &path))?;
    }
    files::write(&script, rewritten(&text, &chunks)?.as_bytes())
}

/// The pieces that the script fetches for several pages: `/* copilot, form */` stands before each.
fn chunks(script: &str) -> Vec<Chunk> {
    let named = script.match_indices("const __chunk_").filter_map(|(at, begin)| {
        let number = script[at + begin.len()..].split_once(' ')?.0;
        let (_, comment) = script[..at].rsplit_once("/*")?;
        let pages = comment.split_once("*/")?.0.split(',').map(|page| page.trim().to_owned()).collect();
        Some(Chunk { name: format!("chunk_{number}"), pages })
    });
    named.collect()
}

/// The script with few in place of the many.
fn rewritten(script: &str, chunks: &[Chunk]) -> Outcome<String> {
    let changed = || Fault::new("The cutter's script is not what it was: xtask/src/panel/merge.rs must follow it.");
    let of_it: Vec<&Chunk> = chunks.iter().filter(|chunk| chunk.home() == SHARED).collect();
    let pages: BTreeSet<_> = of_it.iter().flat_map(|chunk| &chunk.pages).map(String::as_str).collect();
    let pages = pages.into_iter().collect::<Vec<_>>().join(", ");
    let mut text = script.to_owned();
    let mut is_named = false;
    for chunk in chunks {
        let begin = text.find(&format!("const __{} = ", chunk.name)).and_then(|at| text[..at].rfind("/*"));
        let begin = begin.ok_or_else(changed)?;
        let end = text[begin..].find(", []);\n").map(|at| begin + at + ", []);\n".len()).ok_or_else(changed)?;
        let block = text[begin..end].to_owned();
        let comment = block.find("*/").ok_or_else(changed)?;
        let is_first = chunk.home() == SHARED && !is_named;
        is_named |= is_first;
        let first = format!("/* {pages} {}", &block[comment..]).replace(&chunk.name, SHARED);
        text.replace_range(begin..end, if is_first { &first } else { "" });
    }
    // What a page depends on: `, [__chunk_1, __chunk_4]))`.
    let mut rest = text.as_str();
    let mut whole = String::with_capacity(text.len());
    while let Some((before, after)) = rest.split_once(", [__chunk_") {
        let (names, after) = after.split_once(']').ok_or_else(changed)?;
        let mut numbers = names.split(", ").map(|name| name.trim_start_matches("__chunk_"));
        let is_needed = numbers.any(|number| of_it.iter().any(|chunk| chunk.name == format!("chunk_{number}")));
        whole.extend([before, ", [", if is_needed { "__chunk_pages" } else { "" }, "]"]);
        rest = after;
    }
    whole.push_str(rest);
    let imports = format!("sharedImports = {{ {PANEL}: ");
    if !whole.contains(&imports) {
        return Err(changed());
    }
    // The same thing under both names.
    let both = format!("    return {{ ...sharedImports, {OUTSIDE}: sharedImports.{PANEL} }};");
    Ok(whole.replacen("    return sharedImports;", &both, 1))
}

/// A module that has all that `piece` wants of the panel, and gets it from outside: what is merged with it imports each thing
/// once instead of once a piece.
fn bridge(piece: &[u8]) -> Outcome<Vec<u8>> {
    let broken =
        |error: wasmparser::BinaryReaderError| Fault::new(format!("A piece of the panel cannot be read: {error}"));
    let (mut imports, mut exports) = (ImportSection::new(), ExportSection::new());
    let mut counts = [0_u32; 3];
    for payload in Parser::new(0).parse_all(piece) {
        let Payload::ImportSection(section) = payload.map_err(broken)? else { continue };
        for import in section.into_imports() {
            let import = import.map_err(broken)?;
            let (entity, kind, count) = match import.ty {
                TypeRef::Memory(memory) => (EntityType::Memory(memory.into()), ExternalKind::Memory, 0),
                TypeRef::Table(table) => {
                    let table = table.try_into().map_err(|_| Fault::new("A table of the panel has an odd type."))?;
                    (EntityType::Table(table), ExternalKind::Table, 1)
                }
                TypeRef::Global(global) => {
                    let global = global.try_into().map_err(|_| Fault::new("A global of the panel has an odd type."))?;
                    (EntityType::Global(global), ExternalKind::Global, 2)
                }
                _ => {
                    return Err(Fault::new(format!("A piece wants `{}`, which is no part of the panel.", import.name)));
                }
            };
            imports.import(OUTSIDE, import.name, entity);
            exports.export(import.name, ExportKind::from(kind), counts[count]);
            counts[count] += 1;
        }
    }
    let mut module = Module::new();
    module.section(&imports).section(&exports);
    Ok(module.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCRIPT: &str = "let sharedImports = undefined;
function getSharedImports() {
    if (sharedImports === undefined) {
        sharedImports = { __wasm_split: {  } };
    }
    return sharedImports;
}
/* copilot, form */
const __chunk_4 = makeLoad(() => {
    const src = fetch(new URL(\"./chunk_4.wasm\", import.meta.url));
}
, []);
/* form, record */
const __chunk_17 = makeLoad(() => {
    const src = fetch(new URL(\"./chunk_17.wasm\", import.meta.url));
}
, []);
/* form, rest */
const __chunk_11 = makeLoad(() => {
    const src = fetch(new URL(\"./chunk_11.wasm\", import.meta.url));
}
, []);
/* form, start */
const __chunk_9 = makeLoad(() => {
    const src = fetch(new URL(\"./chunk_9.wasm\", import.meta.url));
}
, []);
export const __wasm_split_load_form = wrapAsyncCb(makeLoad(() => {
}
, [__chunk_4, __chunk_17, __chunk_9, __chunk_11]));
export const __wasm_split_load_rest = wrapAsyncCb(makeLoad(() => {
}
, [__chunk_11]));
export const __wasm_split_load_copilot = wrapAsyncCb(makeLoad(() => {
}
, [__chunk_4]));
";

    #[test]
    fn the_script_fetches_one_piece_for_many() {
        let chunks = chunks(SCRIPT);
        assert_eq!(chunks[1].name, "chunk_17");
        assert_eq!(chunks[1].pages.iter().collect::<Vec<_>>(), ["form", "record"]);
        let script = rewritten(SCRIPT, &chunks).unwrap();
        assert_eq!(script.matches("./chunk_pages.wasm").count(), 1, "{script}");
        assert!(script.contains("/* form, record, start */\nconst __chunk_pages = makeLoad("), "{script}");
        assert_eq!(script.matches(", [__chunk_pages]))").count(), 1, "the form needs it: {script}");
        assert_eq!(script.matches(", []))").count(), 2, "the rest, and the drawer, need nothing else: {script}");
        assert!(!script.contains("chunk_4") && !script.contains("chunk_17") && !script.contains("chunk_9"), "{script}");
        assert!(script.contains("__wasm_split_outside: sharedImports.__wasm_split"), "{script}");
        assert!(rewritten(&SCRIPT.replace("sharedImports = {", "shared = {"), &chunks).is_err(), "a changed cutter");
    }
}
