//! Files of any length: the work grows with them and no faster, and nothing of them is kept. Steps are counted, not seconds.

#![allow(clippy::unwrap_used, reason = "a test may panic, its helpers too")]

use balcao_redact::Cleaner;

/// What is kept is never more than this.
const KEPT: usize = 256 * 1024;

/// Feeds pieces; how many steps that took a byte, and how much was kept at most.
fn fed(begin: &str, piece: &str, times: usize, end: &str) -> (f64, usize, bool) {
    let piece = piece.as_bytes();
    let block: Vec<u8> = piece.iter().copied().cycle().take(piece.len() * (16 * 1024 / piece.len() + 1)).collect();
    let blocks = (times * piece.len()).div_ceil(block.len());
    let ((kept, is_broken, bytes), steps) = balcao_steps::of(|| {
        let mut cleaner = Cleaner::default();
        let (mut out, mut given, mut kept) = (Vec::new(), 0, 0);
        cleaner.push(begin.as_bytes(), &mut out);
        out.clear();
        for _ in 0..blocks {
            cleaner.push(&block, &mut out);
            given += block.len();
            kept = kept.max(cleaner.kept());
            out.clear();
        }
        cleaner.push(end.as_bytes(), &mut out);
        let report = cleaner.finish(&mut out);
        (kept, report.is_broken(), given)
    });
    (steps as f64 / bytes as f64, kept, is_broken)
}

#[test]
fn the_work_grows_with_the_file_and_nothing_of_it_is_kept() {
    let cases = [
        ("a string", "{\"a\":\"", "lorem ipsum ", "\"}"),
        ("a secret", "{\"password\":\"", "lorem ipsum ", "\"}"),
        ("a number", "{\"a\":", "1", "}"),
        ("a secret number", "{\"otp\":", "1", "}"),
        ("a key", "{\"", "token", "\":1}"),
        ("brackets", "", "[", ""),
        ("objects", "", "{\"a\":", ""),
        ("brackets and what closes none", "", "[]", ""),
        ("escapes", "{\"a\":\"", "\\\\", "\"}"),
        ("half escapes", "{\"a\":\"", "\\u00", "\"}"),
        ("percent signs", "", "%25", ""),
        ("names", "", "token=", ""),
        ("names that may be", "", "key=", ""),
        ("names in quotes", "", "\"name\":\"otp\",", ""),
        ("open quotes", "", "senha:\"a'", ""),
        ("base64", "{\"text\":\"", "aGVsbG8gd29ybGQg", "\"}"),
        ("base64 of nothing", "", "qpZ9", ""),
        ("slashes", "", "/a", ""),
        ("addresses", "", "://", ""),
        ("users", "", "://a:b", ""),
        ("at signs", "", "a.b@", ""),
        ("tags", "", "<a", ""),
        ("ends of tags", "", "<password>", ""),
        ("keys that begin", "", "-----BEGIN PRIVATE KEY-----", ""),
        ("digits", "", "4111 ", ""),
        ("keys of services", "", "npm_", ""),
        ("other keys", "", "sk-", ""),
        ("blank lines", "name=\"otp\"", "\n\n", ""),
        ("cookies", "{\"headers\":[{\"name\":\"Cookie\",\"value\":\"", "a; ", "\"}]}"),
        ("a cookie", "{\"headers\":[{\"name\":\"Cookie\",\"value\":\"", "a", "\"}]}"),
        ("lists", "{\"tokens\":", "[", ""),
    ];
    for (name, begin, piece, end) in cases {
        let (short, _, _) = fed(begin, piece, 400_000 / piece.len(), end);
        let (long, kept, _) = fed(begin, piece, 1_600_000 / piece.len(), end);
        assert!(long < short * 1.2 + 0.1, "{name}: {short} steps a byte, then {long}");
        assert!(long < 300.0, "{name}: {long} steps a byte");
        assert!(kept < KEPT, "{name}: {kept} bytes are kept");
    }
}

#[test]
fn a_string_of_100_mb_goes_through_and_so_do_100_000_brackets() {
    let (_, kept, is_broken) = fed("{\"a\":\"", "lorem ipsum dolor sit amet ", 100_000_000 / 27, "\"}");
    assert!(kept < KEPT && !is_broken);
    let text = "[".repeat(100_000) + "{\"token\":\"abc\"}" + &"]".repeat(100_000);
    let mut cleaner = Cleaner::default();
    let mut out = Vec::new();
    cleaner.push(text.as_bytes(), &mut out);
    assert!(cleaner.kept() < KEPT);
    let report = cleaner.finish(&mut out);
    assert!(!report.is_broken());
    assert!(String::from_utf8(out).unwrap() == text.replace("abc", "(removed:token)"));
}
