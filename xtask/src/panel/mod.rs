//! The panel's files: trunk builds them, the rest is done here: two stylesheets, WebAssembly in pieces, no inline script,
//! compressed forms beside the files. A build whose inputs have not changed is not done again.

mod compress;
mod merge;
mod minify;
mod page;
mod pieces;
mod preload;
mod style;
mod unused;
mod why;

pub use compress::{brotli, gzip};
pub use preload::pages_of;
pub use why::tables as why;

use crate::fault::{Fault, Outcome};
use crate::files::{self, Hash};
use crate::setup::Setup;
use crate::step::Step;
use crate::{lock, place};
use std::path::{Path, PathBuf};

/// What the panel is made of. `xtask/src` because it finishes the files.
const INPUTS: [&str; 14] = [
    "src",
    "contract",
    "redact",
    "steps",
    "view_macro",
    "locales",
    "style",
    "public",
    "xtask/src",
    "index.html",
    "Trunk.toml",
    "Cargo.toml",
    "Cargo.lock",
    "build.rs",
];

/// Two kinds of build, in folders of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Small, for users.
    Release,
    /// Quick to build, for `cargo xtask dev`.
    Debug,
}

impl Kind {
    /// The finished files.
    pub fn dist(self) -> PathBuf {
        place::root().join(match self {
            Self::Release => "dist",
            Self::Debug => "target/dev/dist",
        })
    }

    fn stage(self) -> PathBuf {
        place::root().join(match self {
            Self::Release => "target/panel/stage",
            Self::Debug => "target/dev/stage",
        })
    }

    /// Where the fingerprint of the inputs and of the files made of them is kept.
    fn note(self) -> PathBuf {
        self.stage().with_extension("built")
    }
}

/// Builds the panel, unless it is there already and nothing has changed.
pub fn build(setup: &Setup, kind: Kind) -> Outcome<PathBuf> {
    let root = place::root();
    let _lock = lock::hold(&root.join("target/panel"))?;
    let dist = kind.dist();
    let inputs = fingerprint(&root, &INPUTS, &setup.toolchain.version)?;
    let note = |built: &str| format!("{inputs}\n{built}\n");
    if let Ok(built) = std::fs::read_to_string(kind.note())
        && built == note(&shape(&dist)?)
    {
        return Ok(dist);
    }
    let usually = match kind {
        Kind::Release => "takes 3 minutes the first time, 1 minute after a change",
        Kind::Debug => "takes 2 minutes the first time, 10 s after a change",
    };
    let step = Step::begin("Building the panel", usually)?;
    let stage = kind.stage();
    files::remove_folder(&stage)?;
    files::create_folder(&stage)?;
    let styles = root.join("style");
    for (name, folder) in [("panel.css", styles.clone()), ("pages.css", styles.join(style::PAGES))] {
        files::write(&root.join("target/style").join(name), style::join(&folder)?.as_bytes())?;
    }
    let mut trunk = match kind {
        Kind::Release => setup.toolchain.small_panel_command("trunk"),
        Kind::Debug => setup.toolchain.panel_command("trunk"),
    };
    trunk.args(["build", "--skip-version-check", "--color", "never", "--dist"]).arg(&stage);
    // It takes `NO_COLOR=1` for a malformed flag.
    trunk.env_remove("NO_COLOR");
    // Trunk's own backtrace says nothing about what the compiler did not like.
    trunk.env("RUST_BACKTRACE", "0");
    if kind == Kind::Release {
        trunk.args(["--release", "--cargo-profile", "panel", "--features", "split"]);
    }
    step.run(&mut trunk)?;
    if kind == Kind::Release {
        pieces::cut(setup, &step, &stage)?;
    }
    finish(&root, &stage)?;
    if kind == Kind::Release {
        for path in files::below(&stage)?.iter().filter(|path| path.extension().is_some_and(|it| it == "js")) {
            shorten(setup, &step, path)?;
        }
        compress::all(&stage)?;
    }
    put(&stage, &dist)?;
    files::write(&kind.note(), note(&shape(&dist)?).as_bytes())?;
    step.end();
    Ok(dist)
}

/// Hash of everything that decides how the panel comes out.
fn fingerprint(root: &Path, inputs: &[&str], toolchain: &str) -> Outcome<String> {
    let mut hash = Hash::new();
    hash.piece(toolchain.as_bytes());
    hash.piece(crate::setup::TOOL_VERSIONS.join(" ").as_bytes());
    for input in inputs {
        for path in files::below(&root.join(input))? {
            hash.piece(path.strip_prefix(root).unwrap_or(&path).as_os_str().as_encoded_bytes());
            hash.piece(&files::read(&path)?);
        }
    }
    Ok(hash.digits())
}

/// Names and lengths of the finished files: whether somebody touched them since.
fn shape(dist: &Path) -> Outcome<String> {
    let mut hash = Hash::new();
    for path in files::below(dist)? {
        let length = std::fs::metadata(&path).map_err(|error| Fault::file(&error, "read", &path))?.len();
        hash.piece(path.strip_prefix(dist).unwrap_or(&path).as_os_str().as_encoded_bytes());
        hash.piece(&length.to_le_bytes());
    }
    Ok(hash.digits())
}

/// Turns what trunk made into what is served.
fn finish(root: &Path, stage: &Path) -> Outcome {
    let index = stage.join("index.html");
    let page = page::finish(&files::read_text(&index)?)?;
    files::write(&stage.join(&page.script_name), page.script.as_bytes())?;
    files::write(&index, page.html.as_bytes())?;
    for folder in ["locales", "public"] {
        let from = root.join(folder);
        for path in files::below(&from)? {
            let inside = path.strip_prefix(&from).unwrap_or(&path);
            let to = if folder == "public" { stage.join(inside) } else { stage.join(folder).join(inside) };
            let content = files::read(&path)?;
            let content =
                if folder == "locales" { minify::sentences(&content) } else { minify::minified(&path, content) };
            files::write(&to, &content)?;
        }
    }
    files::write(&stage.join(preload::FILE), preload::list(stage)?.to_string().as_bytes())
}

/// A script as users get it: the same, with short names and nothing that only its authors read.
fn shorten(setup: &Setup, step: &Step, script: &Path) -> Outcome {
    let is_module =
        files::read_text(script)?.lines().any(|line| line.starts_with("import ") || line.starts_with("export "));
    let mut terser = setup.toolchain.command("terser");
    terser.arg(script).args(["--compress", "passes=2", "--mangle", "--output"]).arg(script);
    step.run(if is_module { terser.arg("--module") } else { &mut terser })
}

/// Brings the files of `stage` to `dist` under the eyes of a running backend: `index.html` comes last, and what it no
/// longer names goes after that.
fn put(stage: &Path, dist: &Path) -> Outcome {
    let is_index = |path: &Path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("index.html"));
    let mut staged = files::below(stage)?;
    staged.sort_by_key(|path| (is_index(path), path.extension().is_some_and(|extension| extension == "html")));
    let mut present = Vec::new();
    for path in staged {
        let to = dist.join(path.strip_prefix(stage).unwrap_or(&path));
        files::write(&to, &files::read(&path)?)?;
        present.push(to);
    }
    for path in files::below(dist)? {
        if !present.contains(&path) {
            std::fs::remove_file(&path).map_err(|error| Fault::file(&error, "remove", &path))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_changes_with_a_content_a_name_and_the_compiler() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| files::write(&folder.path().join(name), text.as_bytes()).unwrap();
        let of = |toolchain: &str| fingerprint(folder.path(), &["src", "index.html", "none"], toolchain).unwrap();
        write("src/a.rs", "one");
        write("index.html", "page");
        write("other", "not an input");
        let first = of("1.95");
        assert_eq!(of("1.95"), first, "nothing changed");
        assert_ne!(of("1.96"), first, "another compiler");
        write("other", "changed");
        assert_eq!(of("1.95"), first, "what is no input does not count");
        write("src/a.rs", "two");
        let second = of("1.95");
        assert_ne!(second, first, "another content");
        std::fs::rename(folder.path().join("src/a.rs"), folder.path().join("src/b.rs")).unwrap();
        assert_ne!(of("1.95"), second, "another name");
    }

    #[test]
    fn the_served_folder_ends_with_exactly_the_staged_files() {
        let folder = tempfile::tempdir().unwrap();
        let (stage, dist) = (folder.path().join("stage"), folder.path().join("dist"));
        files::write(&dist.join("panel-old.js"), b"old").unwrap();
        files::write(&dist.join("index.html"), b"old").unwrap();
        files::write(&stage.join("panel-new.js"), b"new").unwrap();
        files::write(&stage.join("locales/en.json"), b"{}").unwrap();
        files::write(&stage.join("index.html"), b"new").unwrap();
        let before = shape(&dist).unwrap();
        put(&stage, &dist).unwrap();
        let names: Vec<_> = files::below(&dist)
            .unwrap()
            .iter()
            .map(|path| path.strip_prefix(&dist).unwrap().display().to_string())
            .collect();
        assert_eq!(names, ["index.html", "locales/en.json", "panel-new.js"]);
        assert_eq!(files::read(&dist.join("index.html")).unwrap(), b"new");
        assert_ne!(shape(&dist).unwrap(), before);
    }
}
