//! What may be attached, in words: kinds instead of forty endings.

use crate::text::{Language, Text};
use balcao_contract::file::FileLimits;

/// A kind of file, and the endings that belong to it.
const KINDS: [(Text, &[&str]); 7] = [
    (Text::EvidenceKindImages, &["avif", "bmp", "gif", "heic", "jpeg", "jpg", "png", "tif", "tiff", "webp"]),
    (Text::EvidenceKindVideo, &["avi", "m4v", "mkv", "mov", "mp4", "mpeg", "mpg", "webm"]),
    (Text::EvidenceKindPdf, &["pdf"]),
    (Text::EvidenceKindText, &["txt", "md", "csv", "tsv", "json", "xml"]),
    (Text::EvidenceKindLogs, &["har", "log"]),
    (Text::EvidenceKindOffice, &["doc", "docx", "odp", "ods", "odt", "ppt", "pptx", "rtf", "xls", "xlsx"]),
    (Text::EvidenceKindArchives, &["zip", "gz"]),
];

/// The kinds that the limits allow, in the order above, and endings that belong to none of them.
fn kinds(limits: &FileLimits) -> (Vec<Text>, Vec<&str>) {
    let allows = |endings: &[&str]| endings.iter().any(|ending| limits.extensions.iter().any(|known| known == ending));
    let named = KINDS.iter().filter(|(_, endings)| allows(endings)).map(|(kind, _)| *kind).collect();
    let is_named = |ending: &str| KINDS.iter().any(|(_, endings)| endings.contains(&ending));
    let others = limits.extensions.iter().map(String::as_str).filter(|ending| !is_named(ending)).collect();
    (named, others)
}

/// "Up to 20 files of at most 50 MB each: images, videos, PDF…"
pub fn sentence(language: Language, limits: &FileLimits) -> String {
    let (named, others) = kinds(limits);
    let mut kinds: Vec<String> = named.into_iter().map(|kind| language.text(kind)).collect();
    kinds.extend(others.into_iter().map(|ending| format!(".{ending}")));
    language.text_with(
        Text::EvidenceLimits,
        &[
            ("files", &language.format_number(u64::from(limits.max_files))),
            ("size", &language.format_bytes(limits.max_bytes)),
            ("kinds", &kinds.join(", ")),
        ],
    )
}

/// For `<input accept>`: the file dialog shows only what is taken.
pub fn accept(limits: &FileLimits) -> String {
    limits.extensions.iter().map(|ending| format!(".{ending}")).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_limits_need_no_ending_spelt_out() {
        let limits = FileLimits::default();
        let (named, others) = kinds(&limits);
        assert_eq!(named.len(), KINDS.len());
        assert!(others.is_empty(), "{others:?}");
    }

    #[test]
    fn an_operators_own_endings_are_spelt_out() {
        let limits = FileLimits { extensions: vec!["png".to_owned(), "dwg".to_owned()], ..FileLimits::default() };
        let (named, others) = kinds(&limits);
        assert_eq!(named, [Text::EvidenceKindImages]);
        assert_eq!(others, ["dwg"]);
        assert_eq!(accept(&limits), ".png,.dwg");
    }
}
