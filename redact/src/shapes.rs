//! Secrets that are known by how they look, without a name.

use crate::Kind;
use crate::base64;

/// What a token goes on with.
pub fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'=' | b'+' | b'/' | b'~')
}

/// What a key goes on with.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

/// How many signs of a class a text begins with, as far as it matters.
fn count(text: &[u8], is_in: fn(u8) -> bool) -> usize {
    let count = text.iter().take(128).take_while(|byte| is_in(**byte)).count();
    balcao_steps::take(count);
    count
}

/// How keys of services begin, and how long the rest is at least.
const KEYS: [(&str, usize); 35] = [
    ("AKIA", 16),
    ("ASIA", 16),
    ("AIza", 30),
    ("ghp_", 20),
    ("gho_", 20),
    ("ghu_", 20),
    ("ghs_", 20),
    ("ghr_", 20),
    ("github_pat_", 20),
    ("glpat-", 16),
    ("xoxb-", 10),
    ("xoxa-", 10),
    ("xoxp-", 10),
    ("xoxr-", 10),
    ("xoxs-", 10),
    ("xoxe-", 10),
    ("xapp-", 10),
    ("sk_live_", 10),
    ("sk_test_", 10),
    ("rk_live_", 10),
    ("rk_test_", 10),
    ("whsec_", 16),
    ("sk-ant-", 16),
    ("sk-proj-", 16),
    ("GOCSPX-", 16),
    ("npm_", 30),
    ("pypi-", 40),
    ("shpat_", 20),
    ("shpss_", 20),
    ("shpca_", 20),
    ("APP_USR-", 16),
    ("vtexappkey-", 6),
    ("sq0atp-", 16),
    ("sq0csp-", 16),
    ("dop_v1_", 30),
];

/// A secret that the text begins with: its kind, and how many bytes before it are kept. The caller knows that a word begins here.
pub fn secret_at(text: &[u8]) -> Option<(Kind, usize)> {
    let begins = |with: &str| text.starts_with(with.as_bytes());
    let run = |from: usize| count(&text[from..], is_token);
    let word = |from: usize| count(&text[from..], is_word);
    match text.first()? {
        b'e' if begins("eyJ") && is_jwt(text) => return Some((Kind::Token, 0)),
        b'y' if begins("ya29.") && run(0) >= 25 => return Some((Kind::Token, 0)),
        b'S' if begins("SG.") && run(0) >= 40 => return Some((Kind::Key, 0)),
        b'h' if begins("hvs.") && run(0) >= 24 => return Some((Kind::Token, 0)),
        b'h' if begins("hooks.slack.com/services/") => return Some((Kind::Key, 25)),
        b'1' if begins("1//0") && run(0) >= 40 => return Some((Kind::Token, 0)),
        b'E' if begins("EAA") && word(0) >= 80 => return Some((Kind::Token, 0)),
        b's' if begins("sk-") && word(0) >= 32 && is_random(&text[..word(0)], 20) => return Some((Kind::Key, 0)),
        // `<saml` in base64.
        b'P' if (begins("PHNhbW") || begins("PD94bW")) && run(0) >= 40 => return Some((Kind::Token, 0)),
        b'B' | b'b' => {
            let scheme = ["Bearer", "bearer", "Basic", "basic"].into_iter().find(|scheme| begins(scheme))?;
            let blanks = text[scheme.len()..].iter().take_while(|byte| matches!(byte, b' ' | b'+')).count();
            let from = scheme.len() + blanks;
            if blanks == 0 || blanks > 4 {
                return None;
            }
            let value = &text[from..from + run(from)];
            let padding = value.iter().rev().take_while(|byte| **byte == b'=').count();
            if value[..value.len() - padding].contains(&b'=') {
                return None;
            }
            let is_secret = if scheme.len() == 6 {
                value.len() >= 20 || value.len() >= 8 && value.iter().any(u8::is_ascii_digit)
            } else {
                base64::text(value).is_some_and(|text| text.contains(&b':'))
            };
            return is_secret.then_some((if scheme.len() == 6 { Kind::Token } else { Kind::Password }, from));
        }
        _ => {}
    }
    let begin = text.get(..2).unwrap_or_default();
    let is_key = matches!(
        begin,
        b"AK"
            | b"AS"
            | b"AI"
            | b"gh"
            | b"gi"
            | b"gl"
            | b"xo"
            | b"xa"
            | b"sk"
            | b"rk"
            | b"wh"
            | b"GO"
            | b"np"
            | b"py"
            | b"sh"
            | b"AP"
            | b"vt"
            | b"sq"
            | b"do"
    );
    if is_key && KEYS.iter().any(|(start, rest)| begins(start) && word(start.len()) >= *rest) {
        return Some((Kind::Key, 0));
    }
    // The token of an application of VTEX.
    let capitals = text.iter().take_while(|byte| byte.is_ascii_uppercase()).count();
    let is_whole = !text.get(capitals).is_some_and(u8::is_ascii_alphanumeric);
    (capitals >= 60 && is_whole).then_some((Kind::Key, 0))
}

/// `{"` in base64 begins a JWT where a dot and more follow; JSON that somebody has wrapped is looked into like any other.
fn is_jwt(text: &[u8]) -> bool {
    let head = text.iter().take_while(|byte| is_word(**byte)).count();
    balcao_steps::take(head);
    let rest = &text[head..];
    let is_followed =
        rest.first() == Some(&b'.') && rest.get(1..3).is_some_and(|next| next.iter().all(|byte| is_word(*byte)));
    // One whose head is longer than what is looked at says what it is at once.
    let is_long = || {
        let begin = base64::decode(&text[..head.min(400)]);
        [&b"\"alg\""[..], b"\"typ\"", b"\"enc\""].iter().any(|name| begin.windows(name.len()).any(|part| part == *name))
    };
    head >= 16 && (is_followed || rest.is_empty() && is_long())
}

/// Whether a value looks drawn by chance: letters and digits in turns, and no number that merely identifies (UUID).
pub fn is_random(value: &[u8], least: usize) -> bool {
    if value.len() < least || !value.iter().all(|byte| is_token(*byte)) || is_uuid(value) {
        return false;
    }
    let turns = value.windows(2).filter(|pair| {
        pair[0].is_ascii_digit() && pair[1].is_ascii_alphabetic()
            || pair[0].is_ascii_alphabetic() && pair[1].is_ascii_digit()
    });
    let has = |test: fn(&u8) -> bool| value.iter().any(test);
    let is_mixed = has(u8::is_ascii_digit) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase);
    let turns = turns.count();
    turns >= 4 || turns >= 2 && is_mixed
}

fn is_uuid(value: &[u8]) -> bool {
    value.len() == 36
        && value.iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// Whether a value looks like what its name may mean.
pub fn looks(kind: Kind, value: &[u8]) -> bool {
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    let is_number = value.iter().all(|byte| byte.is_ascii_digit() || b" .-/()+".contains(byte));
    match kind {
        Kind::Code => digits == 6 && value.len() == 6 || is_random(value, 20),
        Kind::Card => is_number && (12..=19).contains(&digits),
        Kind::Document => {
            value.len() <= 20
                && digits >= 7
                && value.iter().all(|byte| byte.is_ascii_alphanumeric() || b" .-/".contains(byte))
        }
        Kind::Phone => is_number && value.len() <= 24 && (8..=15).contains(&digits),
        _ => {
            is_random(value, 16)
                || value.len() == 36 && is_uuid(value)
                || value.len() >= 32 && value.iter().all(u8::is_ascii_hexdigit)
        }
    }
}

/// How long the domain of an e-mail address is that begins behind the `@`; 0 for none.
pub fn domain_at(text: &[u8]) -> usize {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.') || *byte >= 0x80;
    let run = &text[..text.iter().take(255).take_while(|byte| is_part(byte)).count()];
    balcao_steps::take(run.len());
    let length = run.len() - run.iter().rev().take_while(|byte| matches!(byte, b'.' | b'-')).count();
    let mut labels = run[..length].split(|byte| *byte == b'.');
    let first = labels.next().unwrap_or_default();
    let Some(last) = labels.next_back() else { return 0 };
    // `search@2.1.0.min.js` and `logo@2x.png` are files.
    let is_file =
        matches!(last, b"png" | b"jpg" | b"jpeg" | b"gif" | b"svg" | b"webp" | b"js" | b"css" | b"map" | b"json");
    // What is written right behind it does not belong to it.
    let top = last.iter().take_while(|byte| byte.is_ascii_alphabetic() || **byte >= 0x80).count();
    let is_none = first.is_empty() || first.iter().all(u8::is_ascii_digit) || top < 2 || is_file;
    if is_none { 0 } else { length - last.len() + top }
}

/// Where the name and password of an address end that stands behind `://`: the place of the `@`.
pub fn user_end(text: &[u8]) -> Option<usize> {
    balcao_steps::take(text.len());
    let is_end =
        |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'<' | b'>' | b'`' | b'(' | b')');
    let whole = &text[..text.iter().position(is_end).unwrap_or(text.len())];
    let authority = &whole[..whole.iter().position(|byte| matches!(byte, b'/' | b'?' | b'#')).unwrap_or(whole.len())];
    let last = |part: &[u8]| part.iter().rposition(|byte| *byte == b'@').filter(|at| *at > 0);
    last(authority).or_else(|| {
        // A password with a slash: behind the colon stands no port.
        let colon = authority.iter().position(|byte| *byte == b':')?;
        let is_port = authority[colon + 1..].iter().all(u8::is_ascii_digit);
        if is_port || authority.contains(&b'[') { None } else { last(whole) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_is_found() {
        for (begin, rest) in KEYS {
            let text = begin.to_owned() + &"a1".repeat(rest);
            assert_eq!(secret_at(text.as_bytes()), Some((Kind::Key, 0)), "{text}");
        }
    }

    #[test]
    fn shapes_are_known() {
        let jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl";
        let capitals = "ZRGSQXXJSWTIZWNUBBNVSKLNUDMMGLTPNLKJSBYRMODXAJHTYFPHRKFRWKQHWNRX";
        let cases = [
            (jwt, Kind::Token, 0),
            ("Bearer abc12345", Kind::Token, 7),
            ("Basic bWFyaWE6c2VncmVkbw==", Kind::Password, 6),
            ("AKIAIOSFODNN7EXAMPLE", Kind::Key, 0),
            ("AIzaSyD-9tSrke72PouQMnMX-a7eZSW0jkFMBWY", Kind::Key, 0),
            ("ghp_0123456789abcdefghijABCDEFGHIJ012345", Kind::Key, 0),
            ("sk_live_51H8abcdefghij", Kind::Key, 0),
            ("vtexappkey-loja-ABCDEF", Kind::Key, 0),
            ("hooks.slack.com/services/T0/B0/x", Kind::Key, 25),
            (capitals, Kind::Key, 0),
        ];
        for (text, kind, kept) in cases {
            assert_eq!(secret_at(text.as_bytes()), Some((kind, kept)), "{text}");
        }
        for text in [
            "Bearer token",
            "Basic plan",
            "basic authentication",
            "eyJ",
            "AKIA",
            "sk-loading-indicator-wrapper-of-page",
            "",
        ] {
            assert_eq!(secret_at(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn chance_is_told_from_words() {
        for value in ["3f9a8b7c6d5e4f3a2b1c", "Zk81LqPx92mNaB4t", "aGVsbG8gd29ybGQgMTIz"] {
            assert!(is_random(value.as_bytes(), 16), "{value}");
        }
        for value in [
            "iphone-15-pro-max-256gb-azul",
            "6b0e6f0c-12f4-4a8e-9d7b-0f6d3c2b1a09",
            "2026-11-30",
            "a_long_name_of_a_field",
        ] {
            assert!(!is_random(value.as_bytes(), 16), "{value}");
        }
    }

    #[test]
    fn domains_and_users_end_where_they_end() {
        for (text, length) in [
            ("loja.com.br,", 11),
            ("x.com4111", 5),
            ("x.com.", 5),
            ("2x.png", 0),
            ("2.1.0.min.js", 0),
            ("media", 0),
            ("", 0),
            ("a.b", 0),
        ] {
            assert_eq!(domain_at(text.as_bytes()), length, "{text}");
        }
        for (text, end) in [
            ("u:p@host/x", Some(3)),
            ("host:8080/a@b", None),
            ("host/x@y.z", None),
            ("user:pa/ss@host/", Some(10)),
            ("tok@host", Some(3)),
            ("[::1]:80/a@b", None),
        ] {
            assert_eq!(user_end(text.as_bytes()), end, "{text}");
        }
    }
}
