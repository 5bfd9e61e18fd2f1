//! Cuts the panel's WebAssembly where the source says so (`later!` in `src/later.rs`), so that a page's code comes when
//! that page is opened. Trunk cannot do this: the cut must be made between the linker and wasm-bindgen.

use super::{merge, unused, why};
use crate::fault::{Fault, Outcome};
use crate::files::{self, Hash};
use crate::place;
use crate::setup::Setup;
use crate::step::Step;
use std::path::Path;
use wasm_encoder::{EntityType, ImportSection, Module, RawSection};
use wasmparser::{Parser, Payload, TypeRef};

pub(super) const NAME: &str = "balcao-panel";
/// What the cutter calls the script that fetches pieces.
const FETCHER: &str = "__wasm_split.js";
/// Where the panel's imports come from, in short.
const FROM: &str = "w";
/// What rustc and wasm-bindgen use today and browsers of the last years know.
pub(super) const FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];
/// As small as it gets. Functions of one crate and type stand side by side, where they compress better. Their names are kept
/// for `cargo xtask size --why` alone.
/// The lowest 1,024 bytes are the far end of the stack: no object lies there.
const OPTIMIZE: [&str; 9] = [
    "--low-memory-unused",
    "--one-caller-inline-max-function-size",
    "50",
    "-Oz",
    "--generate-global-effects",
    "-Oz",
    "--reorder-functions-by-name",
    "--strip-producers",
    "--debuginfo",
];
/// For all but the panel itself: larger, and smaller with brotli.
const OPTIMIZE_PIECE: [&str; 2] = ["--always-inline-max-function-size", "8"];

/// Replaces what trunk put on the stage by the same in pieces.
pub fn cut(setup: &Setup, step: &Step, stage: &Path) -> Outcome {
    let folder = place::root().join("target/panel/pieces");
    files::remove_folder(&folder)?;
    files::remove_folder(&why::named())?;
    let (parts, done) = (folder.join("parts"), folder.join("done"));
    files::create_folder(&parts)?;
    let linked = place::root().join("target/panel/wasm32-unknown-unknown/panel").join(format!("{NAME}.wasm"));
    let mut split = setup.toolchain.command("wasm-split-cli");
    step.run(split.arg(linked).arg(&parts).args(["--out-name", NAME, "--target", "web"]))?;
    merge::shared(setup, step, &parts, FETCHER)?;
    let mut bind = setup.toolchain.command("wasm-bindgen");
    bind.args(["--target", "web", "--no-typescript", "--keep-lld-exports", "--out-dir"]);
    step.run(bind.arg(&done).args(["--out-name", NAME]).arg(parts.join(format!("{NAME}.wasm"))))?;
    for path in files::below(&parts)? {
        if path.file_stem().is_none_or(|stem| stem != NAME) {
            files::write(&done.join(path.strip_prefix(&parts).unwrap_or(&path)), &files::read(&path)?)?;
        }
    }
    let (main, script) = (done.join(format!("{NAME}_bg.wasm")), done.join(format!("{NAME}.js")));
    let text = unused::without_classes(&files::read_text(&script)?);
    let fetcher = files::read_text(&done.join(FETCHER))?;
    let taken = unused::exports_taken(&text, &fetcher);
    files::write(&main, &unused::without_exports(&files::read(&main)?, &taken)?)?;
    let mut modules = Vec::new();
    let named = folder.join("named");
    files::create_folder(&named)?;
    for path in files::below(&done)?.iter().filter(|path| is(path, "wasm")) {
        let optimized = named.join(file_name(path));
        let mut optimize = setup.toolchain.command("wasm-opt");
        let of_piece: &[&str] = if *path == main { &[] } else { &OPTIMIZE_PIECE };
        optimize.args(FEATURES).args(of_piece).args(OPTIMIZE);
        step.run(optimize.arg(path).arg("-o").arg(&optimized))?;
        let mut strip = setup.toolchain.command("wasm-opt");
        step.run(strip.args(FEATURES).arg("--strip-debug").arg(&optimized).arg("-o").arg(path))?;
        modules.push(files::read(path)?);
    }
    let text = unused::without_imports(&text, &modules);
    let (text, wasm) = with_short_names(&text, &files::read(&main)?)?;
    files::write(&script, joined(&text, &fetcher)?.as_bytes())?;
    files::write(&main, &wasm)?;
    for (old, new) in replace(&done, stage)? {
        if is(Path::new(&old), "wasm") {
            files::write(&why::named().join(new), &files::read(&named.join(old))?)?;
        }
    }
    Ok(())
}

/// The panel's script with the one that fetches pieces in it: one request instead of two.
fn joined(script: &str, fetcher: &str) -> Outcome<String> {
    let from = format!(" from \"./{FETCHER}\"");
    let imported = |line: &str| line.strip_prefix("import * as ")?.split_once(&from).map(|(name, _)| name.to_owned());
    let names: Vec<_> = script.lines().filter_map(imported).collect();
    let begin = format!("import {{ initSync }} from \"./{NAME}.js\";\n");
    let Some(fetcher) = fetcher.strip_prefix(&begin).filter(|_| !names.is_empty()) else {
        return Err(Fault::new(
            "The scripts of the panel and of its pieces do not import each other: has one changed?",
        ));
    };
    let loads = fetcher.split("export const ").skip(1).filter_map(|rest| rest.split_once(" = ")).map(|(name, _)| name);
    let loads = loads.collect::<Vec<_>>().join(", ");
    let mut joined = String::with_capacity(script.len() + fetcher.len());
    for line in script.lines().filter(|line| imported(line).is_none()) {
        joined.extend([line, "\n"]);
    }
    joined += &fetcher.replace("export const ", "const ");
    for name in names {
        joined += &format!("const {name} = {{ {loads} }};\n");
    }
    Ok(joined)
}

/// The panel's imports under numbers, in its script and in its WebAssembly: wasm-bindgen names each after itself and a hash, and
/// nobody reads that.
fn with_short_names(script: &str, wasm: &[u8]) -> Outcome<(String, Vec<u8>)> {
    let broken = |error: &dyn std::fmt::Display| Fault::new(format!("The panel's WebAssembly cannot be read: {error}"));
    let changed =
        |name: &str| Fault::new(format!("The panel's import `{name}` is not in its script: has wasm-bindgen changed?"));
    let from = format!("./{NAME}_bg.js");
    let mut script = script.replace(&format!("\"{from}\": import"), &format!("{FROM}: import"));
    let mut module = Module::new();
    for payload in Parser::new(0).parse_all(wasm) {
        match payload.map_err(|error| broken(&error))? {
            Payload::ImportSection(section) => {
                let mut imports = ImportSection::new();
                for (number, import) in section.into_imports().enumerate() {
                    let import = import.map_err(|error| broken(&error))?;
                    if import.module != from {
                        // The script that fetches pieces has its own.
                        imports.import(
                            import.module,
                            import.name,
                            EntityType::try_from(import.ty).map_err(|error| broken(&error))?,
                        );
                        continue;
                    }
                    let TypeRef::Func(kind) = import.ty else { return Err(changed(import.name)) };
                    // What fetches the pieces is in the cutter's script, under the cutter's names.
                    if import.module != format!("./{NAME}_bg.js") {
                        imports.import(import.module, import.name, EntityType::Function(kind));
                        continue;
                    }
                    let short = format!("i{number}");
                    let (old, new) =
                        (format!("\n        {}: function(", import.name), format!("\n        {short}: function("));
                    if script.matches(&old).count() != 1 {
                        return Err(changed(import.name));
                    }
                    script = script.replace(&old, &new);
                    imports.import(FROM, &short, EntityType::Function(kind));
                }
                module.section(&imports);
            }
            payload => {
                if let Some((id, range)) = payload.as_section() {
                    let range = range.start as usize..range.end as usize;
                    module.section(&RawSection { id, data: &wasm[range] });
                }
            }
        }
    }
    Ok((script, module.finish()))
}

/// Puts the pieces on the stage, under names that say what is in them, and makes the page name them. Gives old and new names.
fn replace(done: &Path, stage: &Path) -> Outcome<Vec<(String, String)>> {
    let index = stage.join("index.html");
    let mut html = files::read_text(&index)?;
    let fetcher = files::read_text(&done.join(FETCHER))?;
    let mut hash = Hash::new();
    for path in files::below(done)? {
        hash.piece(&files::read(&path)?);
    }
    let hash = hash.digits();
    let mut names: Vec<(String, String)> = vec![
        (format!("{NAME}_bg.wasm"), format!("{NAME}-{hash}_bg.wasm")),
        (format!("{NAME}.js"), format!("{NAME}-{hash}.js")),
    ];
    for path in files::below(done)? {
        let name = file_name(&path);
        if is(&path, "wasm") && !name.starts_with(NAME) {
            names.push((name.clone(), format!("{}-{hash}.wasm", pages(&fetcher, &name)?)));
        }
    }
    for path in files::below(stage)? {
        let old = file_name(&path);
        if old.starts_with(NAME) {
            let ending = old.split_once(['_', '.']).map_or("", |(stem, _)| &old[stem.len()..]);
            html = html.replace(&old, &format!("{NAME}-{hash}{ending}"));
            std::fs::remove_file(&path).map_err(|error| Fault::file(&error, "remove", &path))?;
        }
    }
    files::write(&index, html.as_bytes())?;
    for (old, new) in &names {
        let path = done.join(old);
        if is(&path, "js") {
            let rename = |text: String, (old, new): &(String, String)| {
                text.replace(&format!("new URL(\"./{old}\""), &format!("new URL(\"./{new}\""))
            };
            let text = names.iter().fold(files::read_text(&path)?, rename);
            files::write(&stage.join(new), text.as_bytes())?;
        } else {
            files::write(&stage.join(new), &files::read(&path)?)?;
        }
    }
    Ok(names)
}

/// The pages that need a piece, from its name or from what the fetching script says of it: `form`, or `copilot-form`.
fn pages(fetcher: &str, file: &str) -> Outcome<String> {
    let stem = file.trim_end_matches(".wasm");
    if let Some(page) = stem.strip_prefix("split_") {
        return Ok(page.to_owned());
    }
    let comment = fetcher.find(&format!("__{stem} = ")).and_then(|at| {
        let (_, comment) = fetcher[..at].rsplit_once("/*")?;
        Some(comment.split_once("*/")?.0.trim().replace(", ", "-"))
    });
    comment.ok_or_else(|| Fault::new(format!("{FETCHER} does not say who needs {file}: has the cutter changed?")))
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn is(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|it| it == extension)
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_encoder::TypeSection;

    const SCRIPT: &str = concat!(
        "import { initSync } from \"./balcao-panel.js\";\n",
        "/* copilot, form */\nconst __chunk_4 = makeLoad(() => fetch(new URL(\"./chunk_4.wasm\")), []);\n",
        "/* form, record */\nconst __chunk_7 = makeLoad(() => fetch(new URL(\"./chunk_7.wasm\")), []);\n",
        "export const __wasm_split_load_form = wrap(makeLoad(() => fetch(new URL(\"./split_form.wasm\")), [__chunk_4]));\n",
    );

    #[test]
    fn a_piece_is_named_after_the_pages_that_need_it() {
        assert_eq!(pages(SCRIPT, "split_form.wasm").unwrap(), "form");
        assert_eq!(pages(SCRIPT, "chunk_4.wasm").unwrap(), "copilot-form");
        assert_eq!(pages(SCRIPT, "chunk_7.wasm").unwrap(), "form-record");
        assert!(pages(SCRIPT, "chunk_9.wasm").unwrap_err().to_string().contains("chunk_9.wasm"));
    }

    #[test]
    fn imports_have_short_names_in_script_and_webassembly() {
        let script = "const import0 = {
        __wbg_get_0123456789abcdef: function(a) { return a },
        __wbg_set_fedcba9876543210: function(a) { return a },
    };
    return { \"./balcao-panel_bg.js\": import0 };";
        let module = |from: &str, names: [&str; 2]| {
            let (mut types, mut imports, mut module) = (TypeSection::new(), ImportSection::new(), Module::new());
            types.ty().function([], []);
            for name in names {
                imports.import(from, name, EntityType::Function(0));
            }
            module.section(&types).section(&imports);
            module.finish()
        };
        let long = module("./balcao-panel_bg.js", ["__wbg_set_fedcba9876543210", "__wbg_get_0123456789abcdef"]);
        let (short, wasm) = with_short_names(script, &long).unwrap();
        assert_eq!(wasm, module("w", ["i0", "i1"]));
        assert!(short.contains("\n        i1: function(a)") && short.contains("{ w: import0 }"), "{short}");
        let unknown = module("./balcao-panel_bg.js", ["__wbg_set_fedcba9876543210", "__wbg_new"]);
        assert!(with_short_names(script, &unknown).unwrap_err().to_string().contains("__wbg_new"));
    }

    #[test]
    fn every_file_is_found_under_its_new_name() {
        let folder = tempfile::tempdir().unwrap();
        let (done, stage) = (folder.path().join("done"), folder.path().join("stage"));
        let write = |path: std::path::PathBuf, text: &str| files::write(&path, text.as_bytes()).unwrap();
        write(done.join(FETCHER), SCRIPT);
        let script = "import * as a from \"./__wasm_split.js\"\nconst imports = {\"./__wasm_split.js\": a};\n";
        write(done.join("balcao-panel.js"), &joined(script, SCRIPT).unwrap());
        write(done.join("balcao-panel_bg.wasm"), "main");
        for piece in ["chunk_4.wasm", "chunk_7.wasm", "split_form.wasm"] {
            write(done.join(piece), piece);
        }
        write(stage.join("balcao-panel-0123.js"), "trunk's");
        write(stage.join("balcao-panel-0123_bg.wasm"), "trunk's");
        write(stage.join("panel-4567.css"), "style");
        write(
            stage.join("index.html"),
            "<a href=/panel/balcao-panel-0123.js><b href=/panel/balcao-panel-0123_bg.wasm>",
        );
        replace(&done, &stage).unwrap();
        let staged: Vec<_> = files::below(&stage).unwrap();
        let mut texts = String::new();
        for path in &staged {
            let text = files::read_text(path).unwrap();
            assert!(!text.contains("trunk's") && !text.contains("0123"), "{}: {text}", path.display());
            texts += &text;
        }
        for path in staged.iter().filter(|path| !file_name(path).contains("index") && !is(path, "css")) {
            assert!(texts.contains(&file_name(path)), "nobody asks for {}", path.display());
        }
        assert!(texts.contains("{\"./__wasm_split.js\": a}"), "{texts}");
        assert!(texts.contains("\nconst a = { __wasm_split_load_form };") && !texts.contains("import "), "{texts}");
        assert_eq!(staged.len(), 7);
        assert!(joined("", SCRIPT).is_err() && joined(script, "").is_err(), "a changed cutter");
    }
}
