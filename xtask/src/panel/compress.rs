//! The compressed forms of a file, made once, as small as they get.

use crate::fault::{Fault, Outcome};
use crate::files;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write as _;
use std::path::Path;

const COMPRESSIBLE: [&str; 9] = ["html", "css", "js", "mjs", "json", "wasm", "svg", "txt", "webmanifest"];

/// Writes `.br` and `.gz` beside every file that gains by it.
pub fn all(folder: &Path) -> Outcome {
    for path in files::below(folder)? {
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        if !COMPRESSIBLE.contains(&extension) || is_template(&path) {
            continue;
        }
        let content = files::read(&path)?;
        files::write(&path.with_extension(format!("{extension}.br")), &brotli(&content)?)?;
        files::write(&path.with_extension(format!("{extension}.gz")), &gzip(&content)?)?;
    }
    Ok(())
}

/// The backend fills `index.html` in, and compresses what comes out.
fn is_template(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == "index.html")
}

pub fn brotli(content: &[u8]) -> Outcome<Vec<u8>> {
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: content.len(),
        ..brotli::enc::BrotliEncoderParams::default()
    };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &*content, &mut compressed, &parameters).map_err(|error| cannot(&error))?;
    Ok(compressed)
}

pub fn gzip(content: &[u8]) -> Outcome<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content).and_then(|()| encoder.finish()).map_err(|error| cannot(&error))
}

fn cannot(error: &std::io::Error) -> Fault {
    Fault::new(format!("cannot compress: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;

    #[test]
    fn both_forms_come_back_whole() {
        let content = "a request, a comment, ".repeat(500).into_bytes();
        let mut back = Vec::new();
        flate2::read::GzDecoder::new(&*gzip(&content).unwrap()).read_to_end(&mut back).unwrap();
        assert_eq!(back, content);
        back.clear();
        brotli::BrotliDecompress(&mut &*brotli(&content).unwrap(), &mut back).unwrap();
        assert_eq!(back, content);
    }

    #[test]
    fn only_what_gains_by_it_has_compressed_forms() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["index.html", "a.js", "b.png", "locales/en.json"] {
            files::write(&folder.path().join(name), b"content").unwrap();
        }
        all(folder.path()).unwrap();
        let names: Vec<_> = files::below(folder.path())
            .unwrap()
            .iter()
            .map(|path| path.strip_prefix(folder.path()).unwrap().display().to_string())
            .collect();
        let expected = [
            "a.js",
            "a.js.br",
            "a.js.gz",
            "b.png",
            "index.html",
            "locales/en.json",
            "locales/en.json.br",
            "locales/en.json.gz",
        ];
        assert_eq!(names, expected);
    }
}
