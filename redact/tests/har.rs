//! HAR files as browsers write them: what is secret is gone, and all else is as it was, to the byte.

#![allow(clippy::unwrap_used, reason = "a test may panic, its helpers too")]

mod common;

use balcao_redact::{Kind, begins_as_har};
use common::{cleaned, cleaned_by, sample, secrets_in};

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
    assert!(secrets_in(&planted).len() >= 20, "{:?}", secrets_in(&planted));
    let (found, report) = cleaned(&planted);
    assert_same(&found, &wanted);
    assert_eq!(secrets_in(&found), Vec::<String>::new());
    assert!(report.is_har() && !report.is_broken() && !report.is_binary());
}

#[test]
fn a_file_of_firefox_loses_its_secrets_and_nothing_else() {
    let (planted, wanted) = sample(FIREFOX);
    assert!(secrets_in(&planted).len() >= 20, "{:?}", secrets_in(&planted));
    let (found, report) = cleaned(&planted);
    assert_same(&found, &wanted);
    assert_eq!(secrets_in(&found), Vec::<String>::new());
    assert!(report.is_har() && !report.is_broken());
}
