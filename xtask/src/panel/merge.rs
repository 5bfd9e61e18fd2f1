//! Puts the pieces that several pages share into two. The cutter makes a piece for each combination of pages, some thirty of
//! them: each is a request of its own, and each compresses alone. A page then needs the panel itself, what pages share, and
//! what is its own.

use super::pieces::FEATURES;
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
/// Copilot's drawer is often the very first thing: what it has in common with others is kept apart from what only the pages
/// around requests share, so that it need not fetch that. Neither is a piece of its own below some 20 KB.
const DRAWER: &str = "copilot";

/// A piece that several pages share.
#[derive(Debug, PartialEq, Eq)]
struct Chunk {
    /// `chunk_4`.
    name: String,
    pages: BTreeSet<String>,
}

impl Chunk {
    /// The piece that it becomes a part of.
    fn merged(&self) -> &'static str {
        if self.pages.contains(DRAWER) { "chunk_drawer" } else { "chunk_pages" }
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
    let bridge_file = file("bridge");
    files::write(&bridge_file, &bridge(&files::read(&file(&chunks[0].name))?)?)?;
    for merged in chunks.iter().map(Chunk::merged).collect::<BTreeSet<_>>() {
        let mut merge = setup.toolchain.command("wasm-merge");
        merge.args(FEATURES).arg("--debuginfo").arg(&bridge_file).arg(PANEL);
        for chunk in chunks.iter().filter(|chunk| chunk.merged() == merged) {
            merge.arg(file(&chunk.name)).arg(&chunk.name);
        }
        step.run(merge.arg("--skip-export-conflicts").arg("-o").arg(file(merged)))?;
        let wasm = super::unused::without_exports(&files::read(&file(merged))?, &BTreeSet::new())?;
        files::write(&file(merged), &wasm)?;
    }
    for name in chunks.iter().map(|chunk| chunk.name.as_str()).chain(["bridge"]) {
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
    let mut text = script.to_owned();
    let mut kept = BTreeSet::new();
    for chunk in chunks {
        let begin = text.find(&format!("const __{} = ", chunk.name)).and_then(|at| text[..at].rfind("/*"));
        let begin = begin.ok_or_else(changed)?;
        let end = text[begin..].find(", []);\n").map(|at| begin + at + ", []);\n".len()).ok_or_else(changed)?;
        let block = text[begin..end].to_owned();
        let comment = block.find("*/").ok_or_else(changed)?;
        let merged = chunk.merged();
        let of_it = chunks.iter().filter(|chunk| chunk.merged() == merged);
        let pages: BTreeSet<_> = of_it.flat_map(|chunk| &chunk.pages).map(String::as_str).collect();
        let pages = pages.into_iter().collect::<Vec<_>>().join(", ");
        let first = format!("/* {pages} {}", &block[comment..]).replace(&chunk.name, merged);
        text.replace_range(begin..end, if kept.insert(merged) { &first } else { "" });
    }
    // What a page depends on: `, [__chunk_1, __chunk_4]))`.
    let mut rest = text.as_str();
    let mut whole = String::with_capacity(text.len());
    while let Some((before, after)) = rest.split_once(", [__chunk_") {
        let (names, after) = after.split_once(']').ok_or_else(changed)?;
        let numbers: Vec<_> = names.split(", ").map(|name| name.trim_start_matches("__chunk_")).collect();
        let of_page =
            chunks.iter().filter(|chunk| numbers.iter().any(|number| chunk.name == format!("chunk_{number}")));
        let of_page: BTreeSet<_> = of_page.map(|chunk| format!("__{}", chunk.merged())).collect();
        whole.extend([before, ", [", &of_page.into_iter().collect::<Vec<_>>().join(", "), "]"]);
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
/* form, start */
const __chunk_9 = makeLoad(() => {
    const src = fetch(new URL(\"./chunk_9.wasm\", import.meta.url));
}
, []);
export const __wasm_split_load_form = wrapAsyncCb(makeLoad(() => {
}
, [__chunk_4, __chunk_17, __chunk_9]));
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
        assert!(script.contains("/* copilot, form */\nconst __chunk_drawer = makeLoad("), "{script}");
        assert_eq!(script.matches(", [__chunk_drawer, __chunk_pages]))").count(), 1, "{script}");
        assert_eq!(script.matches(", [__chunk_drawer]))").count(), 1, "{script}");
        assert!(!script.contains("chunk_4") && !script.contains("chunk_17") && !script.contains("chunk_9"), "{script}");
        assert!(script.contains("__wasm_split_outside: sharedImports.__wasm_split"), "{script}");
        assert!(rewritten(&SCRIPT.replace("sharedImports = {", "shared = {"), &chunks).is_err(), "a changed cutter");
    }
}
