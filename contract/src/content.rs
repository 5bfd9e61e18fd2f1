//! Whether the first bytes of a file are what its ending says. A script that calls itself a picture is found out on both
//! sides; what a file is served as is the backend's to say, and stricter.

use crate::file::{FileError, extension};

/// So many of the first bytes are looked at.
pub const HEAD_BYTES: usize = 4096;

/// Compares the beginning of a file with its name. An ending that is not known here is not judged.
///
/// # Errors
/// They do not fit together.
pub fn check_content(name: &str, head: &[u8]) -> Result<(), FileError> {
    let head = head.get(..HEAD_BYTES).unwrap_or(head);
    let ending = extension(name).unwrap_or_default();
    if agrees(&ending, head) { Ok(()) } else { Err(FileError::OtherContent) }
}

fn agrees(ending: &str, head: &[u8]) -> bool {
    let begins = |with: &[&[u8]]| with.iter().any(|signature| head.starts_with(signature));
    let at = |place: usize, wanted: &[&[u8]]| head.get(place..place + 4).is_some_and(|found| wanted.contains(&found));
    let is_zip = || begins(&[b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"]);
    // Office before 2007; and whatever Office has locked with a password.
    let is_compound = || begins(&[b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]);
    match ending {
        "jpg" | "jpeg" => begins(&[b"\xff\xd8\xff"]),
        "png" => begins(&[b"\x89PNG\r\n\x1a\n"]),
        "gif" => begins(&[b"GIF87a", b"GIF89a"]),
        "webp" => begins(&[b"RIFF"]) && at(8, &[b"WEBP"]),
        "bmp" => begins(&[b"BM"]),
        "tif" | "tiff" => begins(&[b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"]),
        "avif" | "heic" => at(4, &[b"ftyp"]),
        "avi" => begins(&[b"RIFF"]) && at(8, &[b"AVI "]),
        "mp4" | "m4v" | "mov" => at(4, &[b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"]),
        "mkv" | "webm" => begins(&[b"\x1a\x45\xdf\xa3"]),
        "mpeg" | "mpg" => begins(&[b"\0\0\x01", b"\x47"]),
        // Some programs write a line before it.
        "pdf" => contains(head.get(..1024).unwrap_or(head), b"%PDF-"),
        "rtf" => begins(&[b"{\\rtf"]),
        "gz" => begins(&[b"\x1f\x8b"]),
        "zip" | "odt" | "ods" | "odp" => is_zip(),
        "docx" | "xlsx" | "pptx" => is_zip() || is_compound(),
        // Word has long kept RTF under this ending.
        "doc" => is_compound() || begins(&[b"{\\rtf"]),
        "xls" | "ppt" => is_compound(),
        "txt" | "log" | "md" | "csv" | "tsv" | "json" | "har" | "xml" => is_text(head),
        _ => true,
    }
}

/// Logs hold odd characters; a zero is in none but UTF-16, which says so at its beginning.
fn is_text(head: &[u8]) -> bool {
    let is_marked = head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff");
    is_marked || !head.contains(&0) && !head.starts_with(b"%PDF-") && !head.starts_with(b"\x89PNG")
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}
