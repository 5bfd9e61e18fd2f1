use balcao_contract::content::check_content;
use balcao_contract::file::{FILE_NAME_LIMIT, FileError, FileLimits, extension, safe_name};
use proptest::prelude::*;

#[test]
fn names_are_made_safe() {
    let cases = [
        ("screenshot.png", "screenshot.png"),
        ("Evidência do erro.pdf", "Evidência do erro.pdf"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\system.ini", "system.ini"),
        ("C:\\Users\\ana\\erro.har", "erro.har"),
        ("/absolute/path.txt", "path.txt"),
        (".htaccess", "htaccess"),
        ("..", "file"),
        ("...", "file"),
        ("", "file"),
        ("   ", "file"),
        ("folder/", "file"),
        ("a\0b.txt", "ab.txt"),
        ("a\r\nSet-Cookie: x.txt", "aSet-Cookie x.txt"),
        ("\u{202e}gnp.exe", "gnp.exe"),
        ("in\u{200b}vis\u{feff}ible.txt", "invisible.txt"),
        ("CON", "_CON"),
        ("con.txt", "_con.txt"),
        ("Lpt1.log", "_Lpt1.log"),
        ("COM10.txt", "COM10.txt"),
        ("console.txt", "console.txt"),
        ("trailing. . ", "trailing"),
        ("what?<is>|this*\".txt", "whatisthis.txt"),
        ("a.pdf.exe", "a.pdf.exe"),
        ("日本語.png", "日本語.png"),
    ];
    for (given, expected) in cases {
        assert_eq!(safe_name(given), expected, "{given:?}");
    }
}

#[test]
fn a_long_name_keeps_its_ending() {
    let long = format!("{}.har", "é".repeat(300));
    let kept = safe_name(&long);
    assert!(kept.len() <= FILE_NAME_LIMIT, "{}", kept.len());
    assert!(kept.ends_with("é.har"));
}

#[test]
fn endings() {
    let cases = [
        ("a.PNG", Some("png")),
        ("a.tar.gz", Some("gz")),
        (".htaccess", None),
        ("none", None),
        ("dot.", None),
        ("a.pdf.exe", Some("exe")),
    ];
    for (name, expected) in cases {
        assert_eq!(extension(name).as_deref(), expected, "{name}");
    }
}

#[test]
fn limits_are_checked_one_by_one() {
    let limits = FileLimits::default();
    let max = limits.max_bytes;
    assert_eq!(max, 52_428_800);
    let cases = [
        ("a.png", Some(1), 0, Ok(())),
        ("a.png", Some(max), 19, Ok(())),
        ("a.png", None, 0, Ok(())),
        ("a.png", Some(max + 1), 0, Err(FileError::TooLarge)),
        ("a.png", Some(0), 0, Err(FileError::Empty)),
        ("a.png", Some(1), 20, Err(FileError::TooMany)),
        ("a.exe", Some(1), 0, Err(FileError::TypeNotTaken)),
        ("a.pdf.exe", Some(1), 0, Err(FileError::TypeNotTaken)),
        ("a.svg", Some(1), 0, Err(FileError::TypeNotTaken)),
        ("a.html", Some(1), 0, Err(FileError::TypeNotTaken)),
        (".htaccess", Some(1), 0, Err(FileError::TypeNotTaken)),
        ("noending", Some(1), 0, Err(FileError::TypeNotTaken)),
        ("TRACE.HAR", Some(1), 0, Ok(())),
        ("clip.mov", Some(1), 0, Ok(())),
        ("sheet.xlsx", Some(1), 0, Ok(())),
        ("logs.zip", Some(1), 0, Ok(())),
    ];
    for (name, bytes, already, expected) in cases {
        assert_eq!(limits.check(name, bytes, already), expected, "{name}, {bytes:?}, {already}");
    }
}

#[test]
fn a_name_ends_and_begins_well_wherever_it_is_cut() {
    let cut = format!("{}.{}", "a".repeat(FILE_NAME_LIMIT - 1), "b c ".repeat(10));
    assert_eq!(safe_name(&cut), "a".repeat(FILE_NAME_LIMIT - 1));
    assert_eq!(safe_name(".. ..a\u{a0}."), "a");
}

proptest! {
    /// Whatever comes in, the name is short, is no path, and is safe to make safe again.
    #[test]
    fn safe_names_are_safe(name in "\\PC{0,400}|[./\\\\a-c\u{202e}\u{0}]{0,40}") {
        let safe = safe_name(&name);
        prop_assert!(!safe.is_empty() && safe.len() <= FILE_NAME_LIMIT);
        prop_assert!(!safe.contains(['/', '\\', '\0', '\r', '\n', '"']));
        prop_assert!(!safe.starts_with('.'));
        prop_assert_eq!(safe_name(&safe), safe.clone());
    }
}

#[test]
fn the_first_bytes_are_compared_with_the_ending() {
    const ZIP: &[u8] = b"PK\x03\x04\x14\0\0\0";
    const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
    const EXE: &[u8] = b"MZ\x90\0\x03\0\0\0";
    let cases: &[(&str, &[u8], bool)] = &[
        ("a.png", b"\x89PNG\r\n\x1a\n\0\0", true),
        ("A.PNG", b"\x89PNG\r\n\x1a\n\0\0", true),
        ("a.png", b"\xff\xd8\xff\xe0", false),
        ("a.png", b"<svg onload='alert(1)'/>", false),
        ("a.png", EXE, false),
        ("a.jpg", b"\xff\xd8\xff\xe1", true),
        ("a.webp", b"RIFF\0\0\0\0WEBPVP8 ", true),
        ("a.webp", b"RIFF\0\0\0\0AVI LIST", false),
        ("a.heic", b"\0\0\0\x18ftypheic", true),
        ("a.mp4", b"\0\0\0\x18ftypisom", true),
        ("a.mov", b"\0\0\0\x08wide", true),
        ("a.mp4", b"<html>", false),
        ("a.webm", b"\x1a\x45\xdf\xa3", true),
        ("a.pdf", b"%PDF-1.7", true),
        ("a.pdf", b"\r\n%PDF-1.4", true),
        ("a.pdf", b"<script>", false),
        ("a.docx", ZIP, true),
        // With a password it is no zip any more.
        ("a.docx", COMPOUND, true),
        ("a.xls", COMPOUND, true),
        ("a.doc", b"{\\rtf1", true),
        ("a.zip", EXE, false),
        ("a.txt", EXE, false),
        ("a.txt", b"%PDF-1.7", false),
        ("a.txt", "ação".as_bytes(), true),
        ("a.csv", b"\xff\xfea\0;\0", true),
        ("a.log", b"\x1b[31mfailed\x1b[0m\x07\r\n", true),
        ("BMW.txt", b"BMW is a car", true),
        ("a.txt", b"", true),
        ("a.png", b"", false),
        // An operator's own.
        ("a.dwg", EXE, true),
    ];
    for (name, head, fits) in cases {
        assert_eq!(check_content(name, head).is_ok(), *fits, "{name} {head:?}");
    }
    // What comes after the beginning is not looked at, so that both sides judge alike.
    let long = [&[b'x'; 4096][..], b"\0"].concat();
    assert_eq!(check_content("a.log", &long), Ok(()));
    assert_eq!(check_content("a.log", &long[1..]), Err(FileError::OtherContent));
}
