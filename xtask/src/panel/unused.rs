//! What wasm-bindgen brings along for libraries and nobody calls: classes that Rust shows to JavaScript (a panel shows
//! none; `server_fn` has three for streams), with the WebAssembly and the imports behind them.

use crate::fault::{Fault, Outcome};
use std::collections::BTreeSet;
use wasm_encoder::{ExportKind, ExportSection, Module, RawSection};
use wasmparser::{Parser, Payload};

/// The script without its classes. They are recognized by how wasm-bindgen writes them; what it writes otherwise stays.
pub fn without_classes(script: &str) -> String {
    let mut kept = String::with_capacity(script.len());
    let mut until: Option<fn(&str) -> bool> = None;
    for line in script.lines() {
        if let Some(is_last) = until {
            if is_last(line) {
                until = None;
            }
            continue;
        }
        if line.starts_with("export class ") {
            until = Some(|line| line == "}");
        } else if line.starts_with("const ") && line.contains("Finalization = (typeof FinalizationRegistry") {
            until = Some(|line| line.ends_with(';'));
        } else if !line.starts_with("if (Symbol.dispose) ") {
            kept.extend([line, "\n"]);
        }
    }
    kept
}

/// The exports of the WebAssembly that the script takes, or the one that fetches pieces does for them.
pub fn exports_taken(script: &str, fetcher: &str) -> BTreeSet<String> {
    let is_name = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '_' | '$');
    let of_script = script.match_indices("wasm.").map(|(at, begin)| {
        let name = &script[at + begin.len()..];
        &name[..name.find(|sign| !is_name(sign)).unwrap_or(name.len())]
    });
    let of_fetcher = fetcher.split("const { ").skip(1).filter_map(|rest| rest.split_once(" } = initSync"));
    let of_fetcher = of_fetcher.flat_map(|(names, _)| names.split(',').map(str::trim));
    of_script.chain(of_fetcher).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// The WebAssembly without the exports that nobody takes: what only they need goes when it is optimized. (`wasm-metadce` does
/// the same, and leaves the functions in an order that compresses worse by more than that saves.)
pub fn without_exports(wasm: &[u8], taken: &BTreeSet<String>) -> Outcome<Vec<u8>> {
    let broken = |error: &dyn std::fmt::Display| Fault::new(format!("The panel's WebAssembly cannot be read: {error}"));
    let mut module = Module::new();
    for payload in Parser::new(0).parse_all(wasm) {
        match payload.map_err(|error| broken(&error))? {
            Payload::ExportSection(section) => {
                let mut exports = ExportSection::new();
                for export in section {
                    let export = export.map_err(|error| broken(&error))?;
                    if taken.contains(export.name) {
                        exports.export(export.name, ExportKind::from(export.kind), export.index);
                    }
                }
                module.section(&exports);
            }
            payload => {
                if let Some((id, range)) = payload.as_section() {
                    let range = range.start as usize..range.end as usize;
                    module.section(&RawSection { id, data: &wasm[range] });
                }
            }
        }
    }
    Ok(module.finish())
}

/// The script without the imports that no WebAssembly asks for.
pub fn without_imports(script: &str, modules: &[Vec<u8>]) -> String {
    const INDENT: &str = "        ";
    let asked: BTreeSet<&[u8]> = modules.iter().flat_map(|module| names(module)).collect();
    let mut kept = String::with_capacity(script.len());
    let mut inside = false;
    for line in script.lines() {
        let name = line.strip_prefix(INDENT).filter(|rest| rest.starts_with("__wb"));
        if let Some((name, _)) = name.and_then(|rest| rest.split_once(": function(")) {
            inside = !asked.contains(name.as_bytes());
        }
        if !inside {
            kept.extend([line, "\n"]);
        } else if line.strip_prefix(INDENT) == Some("},") {
            inside = false;
        }
    }
    kept
}

/// Everything in a WebAssembly file that may be the name of an import.
fn names(module: &[u8]) -> impl Iterator<Item = &[u8]> {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let begins = (0..module.len()).filter(|&at| module[at..].starts_with(b"__wb"));
    begins.map(move |at| {
        let name = &module[at..];
        &name[..name.iter().position(|byte| !is_part(byte)).unwrap_or(name.len())]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCRIPT: &str = "export class Stream {
    free() {
        wasm.__wbg_stream_free(1, 0);
    }
}
if (Symbol.dispose) Stream.prototype[Symbol.dispose] = Stream.prototype.free;
function __wbg_get_imports() {
    const import0 = {
        __wbg_pull_0000000000000001: function(arg0) {
            return {
            };
        },
        __wbg_get_0000000000000002: function(arg0) {
            return wasm.__wbindgen_export_0(arg0);
        },
    };
}
const StreamFinalization = (typeof FinalizationRegistry === 'undefined')
    ? { register: () => {}, unregister: () => {} }
    : new FinalizationRegistry(ptr => wasm.__wbg_stream_free(ptr, 1));
const CLOSURES = (typeof FinalizationRegistry === 'undefined')
    ? {}
    : new FinalizationRegistry(wasm.memory);
";

    #[test]
    fn classes_go_with_what_belongs_to_them() {
        let script = without_classes(SCRIPT);
        assert!(!script.contains("tream"), "{script}");
        let expected = ["function __wbg_get_imports() {", "const CLOSURES", "wasm.memory"];
        assert!(expected.iter().all(|part| script.contains(part)), "{script}");
    }

    #[test]
    fn the_exports_are_those_that_scripts_name() {
        let fetcher = "const { __indirect_function_table, memory,  } = initSync(undefined, undefined);";
        let taken = exports_taken(&without_classes(SCRIPT), fetcher);
        assert_eq!(taken.iter().collect::<Vec<_>>(), ["__indirect_function_table", "__wbindgen_export_0", "memory"]);
    }

    #[test]
    fn an_export_goes_where_nobody_takes_it() {
        // One function of the type () -> (), exported twice, and a section of no meaning.
        let wasm = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x03\x02\x01\0\x07\x0d\x02\x04keep\0\0\x02go\0\0\x0a\x04\x01\x02\0\x0b\0\x03\x01x!";
        let kept = without_exports(wasm, &["keep".to_owned()].into()).unwrap();
        let expected = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x03\x02\x01\0\x07\x08\x01\x04keep\0\0\x0a\x04\x01\x02\0\x0b\0\x03\x01x!";
        assert_eq!(kept, expected);
        assert!(without_exports(&wasm[..20], &BTreeSet::new()).is_err(), "cut short");
    }

    #[test]
    fn an_import_goes_where_no_piece_names_it() {
        let modules = [b"\x01__wbg_get_0000000000000002\x00".to_vec(), b"\0asm".to_vec()];
        let script = without_imports(SCRIPT, &modules);
        assert!(!script.contains("__wbg_pull"), "{script}");
        assert!(script.contains("__wbg_get_0000000000000002: function(arg0) {\n            return wasm."), "{script}");
        let lines = SCRIPT.lines().count();
        assert_eq!(script.lines().count(), lines - 4);
    }
}
