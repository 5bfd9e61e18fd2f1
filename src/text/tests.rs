use super::*;

#[test]
fn placeholders_are_filled_in_once() {
    type Values = &'static [(&'static str, &'static str)];
    let cases: [(&str, Values, &str); 8] = [
        ("Request {number}", &[("number", "35")], "Request 35"),
        ("{a}{b}{a}", &[("a", "1"), ("b", "2")], "121"),
        ("{a} and {b}", &[("a", "{b}"), ("b", "x")], "{b} and x"),
        ("unknown {who}", &[("a", "1")], "unknown {who}"),
        ("open {", &[("a", "1")], "open {"),
        ("{{a}}", &[("a", "1")], "{1}"),
        ("", &[("a", "1")], ""),
        ("ü{ä}ß", &[("ä", "€")], "ü€ß"),
    ];
    for (sentence, values, filled) in cases {
        assert_eq!(fill_in(sentence, values), filled, "{sentence}");
    }
}

#[test]
fn a_changed_file_has_another_address() {
    let address = file_address(Part::First, Locale::Pt);
    assert!(address.starts_with("/panel/locales/pt.json?v="), "{address}");
    assert_ne!(address.replace("pt", "en"), file_address(Part::First, Locale::En));
    let pages = file_address(Part::Pages, Locale::Pt);
    assert!(pages.starts_with("/panel/locales/pages/pt.json?v="), "{pages}");
}

#[test]
fn sizes_are_written_in_the_unit_that_fits() {
    let cases =
        [(0, 0.0, "byte"), (1023, 1023.0, "byte"), (1024, 1.0, "kilobyte"), (50 * 1024 * 1024, 50.0, "megabyte")];
    for (bytes, number, unit) in cases {
        assert_eq!(intl::bytes_in_unit(bytes), (number, unit));
    }
    assert_eq!(intl::bytes_in_unit(u64::MAX).1, "gigabyte");
}

#[test]
fn distances_are_whole_and_signed() {
    let at = |seconds: i64| Timestamp::from_unix_milliseconds(seconds * 1000).unwrap();
    let now = 1_000_000_000_000.0;
    let base = 1_000_000_000;
    let cases = [
        (0, 0.0, "second"),
        (-59, -59.0, "second"),
        (-60, -1.0, "minute"),
        (-3_599, -59.0, "minute"),
        (3_600, 1.0, "hour"),
        (-86_400, -1.0, "day"),
        (-2_592_000, -1.0, "month"),
        (-31_536_000, -1.0, "year"),
    ];
    for (seconds, count, unit) in cases {
        assert_eq!(intl::distance(at(base + seconds), now), (count, unit), "{seconds}");
    }
}
