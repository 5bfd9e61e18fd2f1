//! `cargo xtask size --why`: which functions of the panel's WebAssembly are large, by crate, by family of generics and by
//! room of our own, so that a developer sees what a line costs.

use crate::fault::{Fault, Outcome};
use crate::files;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use wasmparser::{KnownCustom, Name, Parser, Payload};

/// The pieces as they are served, but with the names of their functions.
pub fn named() -> PathBuf {
    crate::place::root().join("target/panel/named")
}

/// How many lines each table has.
const LINES: usize = 40;

/// A function with a name, and the bytes of its body.
struct Function {
    name: String,
    bytes: usize,
}

/// The tables for all pieces, or for those of which `page` is a part of the name.
pub fn tables(page: Option<&str>) -> Outcome<String> {
    let mut functions = Vec::new();
    let mut rest = 0;
    for path in files::below(&named())?.iter().filter(|path| path.extension().is_some_and(|it| it == "wasm")) {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if page.is_some_and(|page| !name.contains(page)) {
            continue;
        }
        let wasm = files::read(path)?;
        let of_file = functions_of(&wasm, path)?;
        rest += wasm.len() - of_file.iter().map(|function| function.bytes).sum::<usize>();
        functions.extend(of_file);
    }
    if functions.is_empty() {
        return Err(Fault::new(match page {
            Some(page) => format!("No piece of the panel is named after `{page}`: `cargo xtask size` lists them."),
            None => "The panel has no pieces with names: it was built without them.".to_owned(),
        }));
    }
    let mut tables = format!("{} functions; data, imports, exports and names: {rest} bytes\n", functions.len());
    for (title, key) in [
        ("by crate", crate_of as fn(&str) -> String),
        ("by room of the panel, where a name has one", room_of),
        ("by family of generics", family_of),
        ("one by one", ToOwned::to_owned),
    ] {
        let _ = writeln!(tables, "\n{:>8} {:>6}  {title}", "bytes", "count");
        for (name, (bytes, count)) in grouped(&functions, key).into_iter().take(LINES) {
            let name: String = name.chars().take(200).collect();
            let _ = writeln!(tables, "{bytes:>8} {count:>6}  {name}");
        }
    }
    Ok(tables)
}

/// Largest first.
fn grouped(functions: &[Function], key: fn(&str) -> String) -> Vec<(String, (usize, usize))> {
    let mut groups = BTreeMap::<String, (usize, usize)>::new();
    for function in functions {
        let group = groups.entry(key(&function.name)).or_default();
        group.0 += function.bytes;
        group.1 += 1;
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|(_, (bytes, _))| std::cmp::Reverse(*bytes));
    groups
}

/// Without the hashes of crates, which tools that know them write: `core[f75d304ec7362fd4]::fmt`.
fn plain(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    let mut rest = name;
    while let Some((before, after)) = rest.split_once('[') {
        plain.push_str(before);
        match after.split_once(']') {
            Some((hash, after)) if hash.len() >= 8 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) => rest = after,
            _ => {
                plain.push('[');
                rest = after;
            }
        }
    }
    plain + rest
}

/// Who wrote it: `tachys` for `<tachys::… as …>::build`.
fn crate_of(name: &str) -> String {
    // For every type: whose trait it is.
    let mut start = name.strip_prefix("<_ as ").unwrap_or(name);
    loop {
        let shorter = start.trim_start_matches(['<', '&', '[', '(', '*', ' ']);
        let shorter = shorter.strip_prefix("mut ").or_else(|| shorter.strip_prefix("dyn ")).unwrap_or(shorter);
        if shorter == start {
            break;
        }
        start = shorter;
    }
    let end = start.find(|sign: char| !sign.is_ascii_alphanumeric() && sign != '_').unwrap_or(start.len());
    if start[end..].starts_with("::") { start[..end].to_owned() } else { "(other)".to_owned() }
}

/// The module of ours that a function is or is made for: `forms::page`.
fn room_of(name: &str) -> String {
    const OURS: &str = "balcao_panel::";
    let Some(at) = name.find(OURS) else { return "(none)".to_owned() };
    let parts = name[at + OURS.len()..].split("::").take(2);
    let is_module = |part: &&str| part.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    parts.take_while(is_module).collect::<Vec<_>>().join("::")
}

/// The name without what the function was made for: `RenderEffect::new_with_value_erased::<…>`.
fn family_of(name: &str) -> String {
    let mut family = String::with_capacity(name.len());
    let mut depth = 0_usize;
    let mut before = ' ';
    for sign in name.chars() {
        match sign {
            // `<` at the begin is the type whose function it is, and is kept.
            '<' if before == ':' || before.is_ascii_alphanumeric() || depth > 0 => {
                if depth == 0 {
                    family.push_str("<…");
                }
                depth += 1;
            }
            '>' if depth > 0 && before != '-' => {
                depth -= 1;
                if depth == 0 {
                    family.push('>');
                }
            }
            _ if depth == 0 => family.push(sign),
            _ => {}
        }
        before = sign;
    }
    family
}

fn functions_of(wasm: &[u8], path: &Path) -> Outcome<Vec<Function>> {
    let broken =
        |error: wasmparser::BinaryReaderError| Fault::new(format!("{} cannot be read: {error}", path.display()));
    let (mut imported, mut bodies, mut names) = (0_u32, Vec::new(), BTreeMap::new());
    for payload in Parser::new(0).parse_all(wasm) {
        match payload.map_err(broken)? {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    imported += u32::from(matches!(import.map_err(broken)?.ty, wasmparser::TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionEntry(body) => {
                bodies.push(usize::try_from(body.range().end - body.range().start).unwrap_or_default())
            }
            Payload::CustomSection(section) => {
                let KnownCustom::Name(subsections) = section.as_known() else { continue };
                for subsection in subsections {
                    let Name::Function(map) = subsection.map_err(broken)? else { continue };
                    for naming in map {
                        let naming = naming.map_err(broken)?;
                        names.insert(naming.index, plain(&format!("{:#}", rustc_demangle::demangle(naming.name))));
                    }
                }
            }
            _ => {}
        }
    }
    let named = (imported..).zip(bodies).map(|(index, bytes)| Function {
        name: names.remove(&index).unwrap_or_else(|| format!("(function {index})")),
        bytes,
    });
    Ok(named.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUILD: &str = "<tachys::view::any_view::AnyView as tachys::view::Render>::build::<balcao_panel::forms::page::FormPage::{closure#0}>";

    #[test]
    fn a_function_belongs_to_the_crate_that_wrote_it() {
        assert_eq!(crate_of(BUILD), "tachys");
        assert_eq!(crate_of("core::ptr::drop_in_place::<alloc::string::String>"), "core");
        assert_eq!(crate_of("<&mut dyn core::fmt::Write as core::fmt::Write>::write_str"), "core");
        assert_eq!(crate_of("__wbindgen_malloc"), "(other)");
        assert_eq!(crate_of("<_ as tachys::view::any_view::IntoAny>::into_any::build::<()>"), "tachys");
        assert_eq!(plain("core[f75d304ec7362fd4]::slice::<[u8]>"), "core::slice::<[u8]>");
    }

    #[test]
    fn a_function_is_made_for_a_room() {
        assert_eq!(room_of(BUILD), "forms::page");
        assert_eq!(room_of("balcao_panel::app::App::{closure#3}"), "app");
        assert_eq!(room_of("core::fmt::write"), "(none)");
    }

    #[test]
    fn a_family_has_no_types_of_its_own() {
        assert_eq!(family_of(BUILD), "<tachys::view::any_view::AnyView as tachys::view::Render>::build::<…>");
        let made_for = "reactive_graph::Effect<a::B<C>>::new::<(), fn() -> D<E>, F>";
        assert_eq!(family_of(made_for), "reactive_graph::Effect<…>::new::<…>");
    }
}
