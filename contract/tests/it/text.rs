use balcao_contract::locale::Locale;
use balcao_contract::text::{is_blank, length, several_lines, single_line};
use proptest::prelude::*;

#[test]
fn blank_is_what_nobody_can_see() {
    for blank in ["", " ", "\t\r\n", "\u{a0}\u{2003}", "\u{200b}", "\u{feff}", "\u{202e}\u{2066}", "\0"] {
        assert!(is_blank(blank), "{blank:?}");
    }
    for seen in ["a", " a ", "😀", ".", "\u{200b}x"] {
        assert!(!is_blank(seen), "{seen:?}");
    }
}

#[test]
fn a_line_cannot_break() {
    let cases = [
        ("  plain  title ", "plain title"),
        ("a\r\nBcc: victim@example.com", "a Bcc: victim@example.com"),
        ("a\u{85}b\u{2028}c\u{0}d", "a b c d"),
        ("emoji 😀 fine", "emoji 😀 fine"),
        ("\u{1b}[31mred", "[31mred"),
    ];
    for (given, expected) in cases {
        assert_eq!(single_line(given), expected, "{given:?}");
    }
}

#[test]
fn lines_end_as_unix_has_them() {
    assert_eq!(several_lines("\r\n a\r\nb\rc\t\u{7}d \n"), "a\nb\nc\td");
}

#[test]
fn length_counts_characters() {
    assert_eq!(length("ação 😀"), 6);
}

#[test]
fn languages_are_found_by_tag_and_header() {
    use Locale::{En, Es, Pt};
    for (tag, expected) in [
        ("pt-BR", Some(Pt)),
        ("PT", Some(Pt)),
        ("es_419", Some(Es)),
        ("en", Some(En)),
        ("fr", None),
        ("", None),
        ("ptx", None),
    ] {
        assert_eq!(Locale::from_tag(tag), expected, "{tag}");
    }
    for (header, expected) in [
        ("pt-BR,pt;q=0.9,en;q=0.8", Pt),
        ("fr, es;q=0.5, en;q=0.4", Es),
        ("en;q=0.1, es;q=0.9", Es),
        ("es;q=0, pt;q=0.1", Pt),
        ("fr", En),
        ("", En),
        ("*;q=x, ;;;", En),
    ] {
        assert_eq!(Locale::from_accept_language(header), expected, "{header}");
    }
    for locale in Locale::ALL {
        assert_eq!(Locale::from_tag(locale.tag()), Some(locale));
    }
}

proptest! {
    #[test]
    fn a_single_line_is_one_and_settled(text in "\\PC*|[\\x00-\\x1f a]{0,40}") {
        let line = single_line(&text);
        prop_assert!(!line.chars().any(char::is_control));
        prop_assert_eq!(single_line(&line), line.clone());
    }

    #[test]
    fn several_lines_are_settled(text in "[\\x00-\\x1f ab]{0,60}") {
        let lines = several_lines(&text);
        prop_assert!(!lines.contains('\r'));
        prop_assert_eq!(several_lines(&lines), lines.clone());
    }

    #[test]
    fn no_header_breaks_the_language_choice(header in "\\PC{0,80}") {
        let _ = Locale::from_accept_language(&header);
    }
}
