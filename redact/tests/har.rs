//! HAR files as browsers write them: what is secret is gone, and all else is as it was, to the byte.

#![allow(clippy::unwrap_used, reason = "a test may panic, its helpers too")]

mod common;

use balcao_redact::{Kind, begins_as_har};
use common::{cleaned, cleaned_by, kinds_in, sample, secrets_in};

const CHROMIUM: &str = include_str!("samples/chromium.har");
const FIREFOX: &str = include_str!("samples/firefox.har");

/// Shows the first difference: files are long.
fn assert_same(found: &str, wanted: &str) {
    if let Some(at) = found.bytes().zip(wanted.bytes()).position(|(found, wanted)| found != wanted) {
        let around = |text: &str| {
            String::from_utf8_lossy(&text.as_bytes()[at.saturating_sub(80)..text.len().min(at + 80)]).into_owned()
        };
        panic!("at {at}:\nfound  {}\nwanted {}", around(found), around(wanted));
    }
    assert_eq!(found.len(), wanted.len());
}

#[test]
fn a_file_of_chromium_loses_its_secrets_and_nothing_else() {
    let (planted, wanted) = sample(CHROMIUM);
    assert!(kinds_in(&planted) >= 20, "{:?}", secrets_in(&planted));
    let (found, report) = cleaned(&planted);
    assert_same(&found, &wanted);
    assert_eq!(secrets_in(&found), Vec::<String>::new());
    assert!(report.is_har() && !report.is_broken() && !report.is_binary());
}

#[test]
fn a_file_of_firefox_loses_its_secrets_and_nothing_else() {
    let (planted, wanted) = sample(FIREFOX);
    assert!(kinds_in(&planted) >= 20, "{:?}", secrets_in(&planted));
    let (found, report) = cleaned(&planted);
    assert_same(&found, &wanted);
    assert_eq!(secrets_in(&found), Vec::<String>::new());
    assert!(report.is_har() && !report.is_broken());
}

#[test]
fn it_does_not_matter_how_a_file_is_cut() {
    for template in [CHROMIUM, FIREFOX] {
        let (planted, wanted) = sample(template);
        for piece in [1, 2, 3, 7, 64, 1000, 4096] {
            let (found, _) = cleaned_by(planted.as_bytes(), std::iter::repeat_n(piece, planted.len() / piece));
            assert_same(std::str::from_utf8(&found).unwrap(), &wanted);
        }
    }
}

#[test]
fn a_clean_file_is_left_alone() {
    for template in [CHROMIUM, FIREFOX] {
        let (_, wanted) = sample(template);
        let (found, report) = cleaned(&wanted);
        assert_same(&found, &wanted);
        assert_eq!(report.total(), 0);
    }
}

#[test]
fn a_file_in_utf_16_is_cleaned_as_it_is() {
    let (planted, wanted) = sample(FIREFOX);
    let mark = "\u{feff}";
    let encoded = |text: &str| (mark.to_owned() + text).encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let (found, report) = cleaned_by(&encoded(&planted), [1, 1, 1001, 77]);
    assert!(found == encoded(&wanted));
    assert!(!report.is_binary() && report.is_har());
}

#[test]
fn the_report_says_what_and_where_and_never_the_thing_itself() {
    let (planted, _) = sample(CHROMIUM);
    let (_, report) = cleaned(&planted);
    for kind in Kind::ALL {
        for place in report.places(kind) {
            let told = format!("{} {}", place.address, place.name);
            assert_eq!(secrets_in(&told), Vec::<String>::new(), "{told}");
            assert!(!place.address.contains('?') && place.line == 0, "{place:?}");
        }
    }
    assert_eq!(report.count(Kind::Cookie), 6, "three of the header, two of the list, and one that was set");
    let places: Vec<_> = report.places(Kind::Password).map(|place| (place.entry, place.name.as_str())).collect();
    assert_eq!(places, [(1, "url"), (1, "text")]);
    let address = &report.places(Kind::Key).find(|place| place.name == "X-VTEX-API-AppKey").unwrap().address;
    assert_eq!(address, "(removed:password)@loja.myvtex.com/api/oms/pvt/orders");
}

#[test]
fn a_file_that_is_cut_anywhere_gives_nothing_away() {
    for template in [CHROMIUM, FIREFOX] {
        let (planted, _) = sample(template);
        for length in (0..planted.len()).step_by(97) {
            let Some(cut) = planted.get(..length) else { continue };
            let (found, report) = cleaned(cut);
            assert_eq!(secrets_in(&found), Vec::<String>::new(), "cut at {length}");
            assert!(length < 2 || report.is_broken());
        }
    }
}

#[test]
fn a_file_that_is_no_json_any_more_gives_nothing_away() {
    for template in [CHROMIUM, FIREFOX] {
        let (planted, _) = sample(template);
        let places: Vec<usize> = planted.char_indices().map(|(at, _)| at).step_by(53).collect();
        // A name that is broken is another name.
        let is_in_name = |at: &usize| {
            let is_sign = |sign: char| sign.is_alphanumeric() || "_-:".contains(sign);
            let rest = planted[*at..].trim_start_matches(is_sign);
            let before = planted[..*at].trim_end_matches(is_sign);
            let behind = ["\":", "\\\":", "\\\" :", "=", "\\\\\\\":", ">", "&quot;:"];
            behind.iter().any(|with| rest.starts_with(with))
                || planted[..*at].rfind("digo de").is_some_and(|begin| at - begin < 16)
                || planted[..*at].trim_end_matches('\\').ends_with('=')
                || ["name\": \"", "name\":\"", "name=\\\""].iter().any(|with| before.ends_with(with))
        };
        for at in places.into_iter().filter(|at| !is_in_name(at)) {
            // The end of a line is the end of a header in a log.
            let is_in_line = planted[..at].rfind("DEBUG cookie: ").is_some_and(|begin| at - begin < 80);
            let nonsense = ["\"", "}", "x", ",", "\0", "'", "\n"];
            for nonsense in &nonsense[..nonsense.len() - usize::from(is_in_line)] {
                let broken = [&planted[..at], nonsense, &planted[at..]].concat();
                let (found, report) = cleaned(&broken);
                // Brackets within a string that is broken belong to nothing any more.
                let cut = |found: &String| found.starts_with("listed");
                let left: Vec<_> = secrets_in(&found).into_iter().filter(|found| !cut(found)).collect();
                assert_eq!(left, Vec::<String>::new(), "{nonsense:?} at {at}: {}", report.is_broken());
            }
        }
    }
}

#[test]
fn a_har_file_is_known_by_its_beginning() {
    for head in ["{\"log\":{\"version\"", "\u{feff} {\r\n  \"log\" : {", "{\"log\":{"] {
        assert!(begins_as_har(head.as_bytes()), "{head}");
    }
    let utf16: Vec<u8> = "\u{feff}{\"log\": {}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(begins_as_har(&utf16));
    for head in ["", "{\"logs\":{", "{\"log\":[", "log", "[{\"log\":{}}]"] {
        assert!(!begins_as_har(head.as_bytes()), "{head}");
    }
}
