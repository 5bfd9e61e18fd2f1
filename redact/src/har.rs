//! What the places of a HAR file mean: headers, cookies, parameters, bodies. Known by the names around them, so that a part
//! of such a file, or one within another, is understood too.

use crate::Kind;
use crate::masker::Mode;
use crate::names::{Verdict, judge, judge_header, judge_parameter};

/// The list or object that something stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Class {
    Entries,
    Request,
    Headers,
    Cookies,
    /// `queryString` of a request, `params` of what it sends.
    Parameters,
    /// What is sent and what comes.
    Body,
    WebSocket,
    #[default]
    Other,
}

impl Class {
    pub fn of(key: &[u8]) -> Self {
        match key {
            b"entries" => Self::Entries,
            b"request" => Self::Request,
            b"headers" | b"requestHeaders" | b"responseHeaders" => Self::Headers,
            b"cookies" => Self::Cookies,
            b"queryString" | b"params" => Self::Parameters,
            b"content" | b"postData" => Self::Body,
            b"_webSocketMessages" | b"webSocketMessages" => Self::WebSocket,
            _ => Self::Other,
        }
    }

    /// What the value means that belongs to a name.
    pub fn mode_of(self, name: &[u8], is_whole: bool) -> Mode {
        const ADDRESSES: [&[u8]; 8] =
            [b"referer", b"location", b"content-location", b":path", b"origin", b"link", b"refresh", b"x-original-url"];
        if !is_whole {
            return SECRET;
        }
        let is = |known: &[u8]| name.eq_ignore_ascii_case(known);
        let named = |verdict: Option<Verdict>, otherwise| verdict.map_or(otherwise, Mode::Named);
        match self {
            Self::Cookies => Mode::Named(Verdict { kind: Kind::Cookie, is_certain: true }),
            Self::Headers if is(b"cookie") => Mode::Cookie,
            Self::Headers if is(b"set-cookie") => Mode::SetCookie,
            Self::Headers if ADDRESSES.iter().any(|known| is(known)) => Mode::Address,
            Self::Headers => named(judge_header(name), Mode::Text),
            Self::Parameters => named(judge_parameter(name), Mode::Parameter),
            _ => named(judge(name), Mode::Parameter),
        }
    }

    /// What a value means whose name has not come yet.
    pub const fn mode_without_name(self) -> Mode {
        match self {
            Self::Cookies => Mode::Named(Verdict { kind: Kind::Cookie, is_certain: true }),
            Self::Headers | Self::Parameters => SECRET,
            _ => Mode::Text,
        }
    }
}

/// What is secret without a name of its own.
pub const SECRET: Mode = Mode::Named(Verdict { kind: Kind::Token, is_certain: true });

/// Whether a key holds the name of what stands beside it, and whether it holds that.
pub fn is_name(key: &[u8]) -> bool {
    matches!(key, b"name" | b"key" | b"field" | b"header" | b"id")
}

pub fn is_value(key: &[u8]) -> bool {
    matches!(key, b"value" | b"val" | b"newValue" | b"values")
}

/// Whether a key holds an address.
pub fn is_address(key: &[u8]) -> bool {
    matches!(key, b"url" | b"redirectURL" | b"location" | b"referrer" | b"documentURL" | b"title" | b"href" | b"uri")
}

/// Whether a body of that type is code, whose `token = next()` is no secret.
pub fn is_code(mime_type: &[u8]) -> bool {
    let contains = |part: &str| mime_type.windows(part.len()).any(|known| known.eq_ignore_ascii_case(part.as_bytes()));
    ["javascript", "ecmascript", "text/css", "font", "wasm"].into_iter().any(contains)
}

/// Whether a file begins as a HAR file does, whatever its name.
#[must_use]
pub fn begins_as_har(head: &[u8]) -> bool {
    // Marks of UTF-8 and UTF-16, and the second halves of the latter's signs.
    let mut signs =
        head.iter().filter(|byte| !matches!(byte, 0 | 0xef | 0xbb | 0xbf | 0xfe | 0xff | b' ' | b'\t' | b'\r' | b'\n'));
    b"{\"log\":{".iter().all(|wanted| signs.next() == Some(wanted))
}
