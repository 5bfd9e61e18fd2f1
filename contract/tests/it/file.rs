use balcao_contract::file::{FILE_NAME_LIMIT, FileFault, FileLimits, extension, safe_name};
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
        ("a.png", Some(max + 1), 0, Err(FileFault::TooLarge)),
        ("a.png", Some(0), 0, Err(FileFault::Empty)),
        ("a.png", Some(1), 20, Err(FileFault::TooMany)),
        ("a.exe", Some(1), 0, Err(FileFault::TypeNotTaken)),
        ("a.pdf.exe", Some(1), 0, Err(FileFault::TypeNotTaken)),
        ("a.svg", Some(1), 0, Err(FileFault::TypeNotTaken)),
        ("a.html", Some(1), 0, Err(FileFault::TypeNotTaken)),
        (".htaccess", Some(1), 0, Err(FileFault::TypeNotTaken)),
        ("noending", Some(1), 0, Err(FileFault::TypeNotTaken)),
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
