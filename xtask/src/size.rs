//! `cargo xtask size`: what a browser downloads. 1 KB is 1,024 bytes.

use crate::fault::{Fault, Outcome};
use crate::panel::{brotli, gzip};
use crate::setup::{Need, Setup};
use crate::{backend, files, panel};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

const KB: usize = 1024;
/// What most people see first: their style and their sentences come with the panel.
const HISTORY: &str = "history";
const HOME: &str = "home";
/// A page that is opened as the very first thing: all that its browser fetches before it can be used, with brotli, in KB, and what
/// we would like it to be.
const OPENED_FIRST: [(&str, usize, usize); 9] = [
    (HISTORY, 168, 150),
    (HOME, 153, 150),
    ("form", 248, 180),
    ("request", 259, 180),
    ("start", 215, 180),
    ("survey", 231, 180),
    ("channels", 215, 180),
    ("help", 215, 180),
    ("copilot", 183, 160),
];
/// The WebAssembly of all pages together, with brotli; 23 of them clean HAR files and logs, and come when one is chosen.
const PIECES: usize = 536 * KB;
/// No page waits for more files of WebAssembly than this, and none of them is so small that its own request costs more.
const FILES: usize = 3;
const SMALLEST: usize = 8 * KB;
/// The button's script, with brotli.
const LAUNCHER: usize = 2 * KB;
const LAUNCHER_NAME: &str = "copilot.js";
/// The stylesheet of the pages that are opened later: no page waits for it before.
const LATER_STYLE: &str = "pages-";

pub fn run(arguments: &[String]) -> Outcome {
    let why = match arguments {
        [] => None,
        [option] if option == "--why" => Some(None),
        [option, page] if option == "--why" => Some(Some(page.as_str())),
        _ => return Err(Fault::usage(format!("`{}`: the only option is --why [PAGE].", arguments.join(" ")))),
    };
    let setup = Setup::ready(Need::Panel)?;
    backend::fetch(&setup)?;
    match why {
        None => measure(&setup),
        Some(page) => {
            panel::build(&setup, panel::Kind::Release)?;
            println!("{}", panel::why(page)?);
            Ok(())
        }
    }
}

/// Builds, prints the table, and fails past the budget.
pub fn measure(setup: &Setup) -> Outcome {
    let artefacts = artefacts(&panel::build(setup, panel::Kind::Release)?)?;
    println!("{}", table(&artefacts));
    let faults = over_budget(&artefacts);
    if faults.is_empty() { Ok(()) } else { Err(Fault::new(faults.join("\n"))) }
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Artefact {
    name: String,
    raw: usize,
    gzip: usize,
    brotli: usize,
}

impl Artefact {
    fn is_locale(&self) -> bool {
        self.name.starts_with("locales/")
    }

    /// What the pages say whose code comes later.
    fn is_later_locale(&self) -> bool {
        self.name.starts_with("locales/pages/")
    }

    /// Whether every page waits for it: a locale may, but only one.
    fn is_first_load(&self) -> bool {
        let extension = Path::new(&self.name).extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        !self.is_locale()
            && self.name != LAUNCHER_NAME
            && !self.is_later_style()
            && ["html", "css", "js", "wasm"].contains(&extension)
            && self.pages().is_empty()
    }

    fn is_later_style(&self) -> bool {
        self.name.starts_with(LATER_STYLE) && self.name.ends_with(".css")
    }

    /// The pages that fetch it when they are opened, as `panel::pieces` named it; none where all need it.
    fn pages(&self) -> Vec<&str> {
        panel::pages_of(&self.name)
    }
}

fn artefacts(dist: &Path) -> Outcome<Vec<Artefact>> {
    let mut artefacts = Vec::new();
    for path in files::below(dist)? {
        if path.extension().is_some_and(|extension| extension == "br" || extension == "gz") {
            continue;
        }
        let content = files::read(&path)?;
        let beside = |extension: &str, compress: fn(&[u8]) -> Outcome<Vec<u8>>| {
            let mut name = path.clone().into_os_string();
            name.push(extension);
            // The page is compressed by the backend, which fills it in first.
            std::fs::metadata(name).map(|data| data.len() as usize).or_else(|_| compress(&content).map(|it| it.len()))
        };
        artefacts.push(Artefact {
            name: path.strip_prefix(dist).unwrap_or(&path).display().to_string(),
            raw: content.len(),
            gzip: beside(".gz", gzip)?,
            brotli: beside(".br", brotli)?,
        });
    }
    Ok(artefacts)
}

/// The files of every first load, and the largest locale.
fn first_load(artefacts: &[Artefact]) -> Artefact {
    let locales = artefacts.iter().filter(|artefact| artefact.is_locale() && !artefact.is_later_locale());
    let largest = locales.max_by_key(|artefact| artefact.brotli);
    sum("the panel itself", artefacts.iter().filter(|artefact| artefact.is_first_load()).chain(largest))
}

/// What opening each page fetches besides.
fn later_loads(artefacts: &[Artefact]) -> Vec<Artefact> {
    let pages: BTreeSet<&str> = artefacts.iter().flat_map(Artefact::pages).collect();
    let load = |page: &&str| {
        sum(&format!("then, for {page}"), artefacts.iter().filter(|artefact| artefact.pages().contains(page)))
    };
    let style = artefacts.iter().filter(|it| it.is_later_style());
    let locale = artefacts.iter().filter(|it| it.is_later_locale()).max_by_key(|it| it.brotli);
    let shared = sum("then, style and sentences of all of these", style.chain(locale));
    pages.iter().map(load).chain([shared]).collect()
}

fn sum<'a>(name: &str, artefacts: impl Iterator<Item = &'a Artefact>) -> Artefact {
    let none = Artefact { name: name.to_owned(), raw: 0, gzip: 0, brotli: 0 };
    artefacts.fold(none, |sum, artefact| Artefact {
        raw: sum.raw + artefact.raw,
        gzip: sum.gzip + artefact.gzip,
        brotli: sum.brotli + artefact.brotli,
        ..sum
    })
}

fn table(artefacts: &[Artefact]) -> String {
    let kb = |bytes: usize| format!("{:.1}", bytes as f64 / KB as f64);
    let mut table = format!("{:<44} {:>9} {:>9} {:>9}\n", "KB of 1,024 bytes", "raw", "gzip", "brotli");
    for artefact in artefacts.iter().chain([&first_load(artefacts)]).chain(&later_loads(artefacts)) {
        let Artefact { name, raw, gzip, brotli } = artefact;
        let _ = writeln!(table, "{name:<44} {:>9} {:>9} {:>9}", kb(*raw), kb(*gzip), kb(*brotli));
    }
    let launcher = artefacts.iter().find(|artefact| artefact.name == LAUNCHER_NAME).map_or(0, |it| it.brotli);
    let _ = write!(
        table,
        "the panel itself: page, style, scripts, WebAssembly, largest locale\n\
         launcher: {} KB with brotli; budget {}\n",
        kb(launcher),
        LAUNCHER / KB,
    );
    for (page, budget, aim) in OPENED_FIRST {
        let (whole, files) = opened_first(artefacts, page);
        let _ = writeln!(
            table,
            "{page} as the very first page: {} KB in {files} files of WebAssembly; budget {budget} in {FILES}, aim {aim}",
            kb(whole)
        );
    }
    let _ = write!(table, "WebAssembly of all pages: {} KB; budget {}", kb(pieces(artefacts)), PIECES / KB);
    table
}

/// Bytes, and files of WebAssembly, until a page can be used that is opened as the very first thing.
fn opened_first(artefacts: &[Artefact], page: &str) -> (usize, usize) {
    let own = artefacts.iter().filter(|artefact| artefact.pages().contains(&page));
    let shared = artefacts.iter().filter(|artefact| artefact.is_later_style());
    let locale = artefacts.iter().filter(|artefact| artefact.is_later_locale()).max_by_key(|artefact| artefact.brotli);
    let besides = if [HISTORY, HOME].contains(&page) { 0 } else { sum("", shared.chain(locale)).brotli };
    (first_load(artefacts).brotli + sum("", own.clone()).brotli + besides, 1 + own.count())
}

fn pieces(artefacts: &[Artefact]) -> usize {
    artefacts.iter().filter(|artefact| artefact.name.ends_with(".wasm")).map(|artefact| artefact.brotli).sum()
}

fn over_budget(artefacts: &[Artefact]) -> Vec<String> {
    let mut faults = Vec::new();
    for (page, budget, _) in OPENED_FIRST {
        let (whole, files) = opened_first(artefacts, page);
        if whole > budget * KB {
            faults.push(format!("{page} is {whole} bytes as the first page: {} over its budget.", whole - budget * KB));
        }
        if files > FILES {
            faults.push(format!("{page} needs {files} files of WebAssembly: {FILES} at most."));
        }
    }
    if pieces(artefacts) > PIECES {
        faults.push(format!(
            "All pieces are {} bytes: {} over their budget.",
            pieces(artefacts),
            pieces(artefacts) - PIECES
        ));
    }
    for piece in artefacts.iter().filter(|artefact| !artefact.pages().is_empty() && artefact.brotli < SMALLEST) {
        faults.push(format!("{} is {} bytes: too small for a file of its own.", piece.name, piece.brotli));
    }
    match artefacts.iter().find(|artefact| artefact.name == LAUNCHER_NAME).map(|artefact| artefact.brotli) {
        None => faults.push(format!("There is no {LAUNCHER_NAME} in the panel's files.")),
        Some(size) if size > LAUNCHER => {
            faults.push(format!("The launcher is {size} bytes with brotli: {} over its budget.", size - LAUNCHER));
        }
        Some(_) => {}
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn artefact(name: &str, brotli: usize) -> Artefact {
        Artefact { name: name.to_owned(), raw: brotli * 3, gzip: brotli * 2, brotli }
    }

    fn usual(wasm: usize) -> Vec<Artefact> {
        vec![
            artefact("balcao-panel-1.js", 7),
            artefact("balcao-panel-1_bg.wasm", wasm),
            artefact("copilot-form-1.wasm", 20_000),
            artefact("copilot.js", 1000),
            artefact("form-1.wasm", 9_000),
            artefact("history-1.wasm", 25_001),
            artefact("icon.svg", 1000),
            artefact("index.html", 1),
            artefact("locales/en.json", 40),
            artefact("locales/pages/en.json", 80),
            artefact("locales/pages/pt.json", 90),
            artefact("locales/pt.json", 50),
            artefact("pages-1.css", 70),
            artefact("panel-1.css", 5),
            artefact("start-1.js", 2),
        ]
    }

    #[test]
    fn the_first_load_is_one_locale_and_no_launcher() {
        assert_eq!(first_load(&usual(100)).brotli, 7 + 100 + 1 + 50 + 5 + 2);
        assert_eq!(first_load(&usual(100)).raw, 3 * (7 + 100 + 1 + 50 + 5 + 2));
    }

    #[test]
    fn a_page_fetches_every_piece_that_names_it() {
        let loads: Vec<_> =
            later_loads(&usual(100)).into_iter().map(|load| format!("{}: {}", load.name, load.brotli)).collect();
        let shared = "then, style and sentences of all of these: 160";
        assert_eq!(loads, ["then, for copilot: 20000", "then, for form: 29000", "then, for history: 25001", shared]);
    }

    #[test]
    fn the_budgets_are_kept_to_the_byte() {
        let budget = OPENED_FIRST[0].1 * KB;
        let rest = opened_first(&usual(0), HISTORY).0;
        assert!(over_budget(&usual(budget - rest)).is_empty());
        let over = over_budget(&usual(budget - rest + 1));
        assert_eq!(over, [format!("history is {} bytes as the first page: 1 over its budget.", budget + 1)]);
        let more = |name: &str, brotli: usize| over_budget(&[usual(100), vec![artefact(name, brotli)]].concat());
        assert_eq!(more("survey-2.wasm", SMALLEST), [] as [&str; 0]);
        assert_eq!(
            more("survey-2.wasm", SMALLEST - 1),
            ["survey-2.wasm is 8191 bytes: too small for a file of its own."]
        );
        let large = more("survey-2.wasm", 360 * KB);
        assert!(large[0].starts_with("survey is ") && large.len() == 1, "{large:?}");
        let many: Vec<_> = (2..3).map(|number| artefact(&format!("form-{number}.wasm"), SMALLEST)).collect();
        assert_eq!(over_budget(&[usual(100), many].concat()), ["form needs 4 files of WebAssembly: 3 at most."]);
        let large = [artefact("index.html", 1), artefact(LAUNCHER_NAME, LAUNCHER + 1)];
        assert_eq!(over_budget(&large), ["The launcher is 2049 bytes with brotli: 1 over its budget."]);
        assert_eq!(over_budget(&[artefact("index.html", 1)]).len(), 1, "no launcher at all");
    }

    #[test]
    fn the_table_shows_every_artefact_and_the_sum() {
        let table = table(&usual(2048));
        for words in [
            "copilot.js",
            "balcao-panel-1_bg.wasm",
            "the panel itself",
            "history as the very first page",
            "form as the very first page",
            "launcher: 1.0 KB",
        ] {
            assert!(table.contains(words), "{words}\n{table}");
        }
    }
}
