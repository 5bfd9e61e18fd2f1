//! What the admin around us says, read without trust: a message is understood or it is nothing.

use crate::json;
use balcao_contract::locale::Locale;
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// The longest message that is looked at, in bytes of JSON. The largest part of a real one is its token.
const LONGEST: usize = 64 * 1024;
/// The longest token that is passed on.
const LONGEST_TOKEN: usize = 16 * 1024;

/// Something that the host said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HostMessage {
    /// The user chose a language (`LOCALE_SELECTED`); `None` for one that the panel does not speak.
    Locale(Option<Locale>),
    /// Who is asking, and where we are (`admin-iframe-message`).
    Context(HostContext),
    /// The older pages' greeting (`admin.parent.hostname`).
    Greeting,
}

/// Who is asking, and where in the admin the panel is.
#[derive(Clone, PartialEq, Eq)]
pub struct HostContext {
    /// The store account's name.
    pub account: String,
    /// The admin's language, where the panel speaks it.
    pub locale: Option<Locale>,
    /// Proves to the backend who is asking.
    pub token: Option<String>,
    /// Where the panel is in the admin, without a slash at the end: `/admin/support`.
    pub base_path: String,
    /// Where the Support page is, when this frame is not it but Copilot's drawer beside another page.
    pub support_path: Option<String>,
}

impl std::fmt::Debug for HostContext {
    /// Without the token: it must not end up in a log.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("HostContext")
            .field("account", &self.account)
            .field("base_path", &self.base_path)
            .finish_non_exhaustive()
    }
}

impl HostMessage {
    /// Reads a message, given as JSON; `None` for everything that is none of the three dialects.
    #[must_use]
    pub fn parse(json: &str) -> Option<Self> {
        if json.len() > LONGEST {
            return None;
        }
        let message: Wire = json::read(json).ok()?;
        if let Some(action) = message.action {
            let is_locale = action.r#type.0.as_deref() == Some("LOCALE_SELECTED");
            return action.locale.0.filter(|_| is_locale).map(|tag| Self::Locale(Locale::from_tag(&tag)));
        }
        match message.r#type.0?.as_str() {
            "admin-iframe-message" => {
                let data = message.data?;
                Some(Self::Context(HostContext {
                    account: data.account.0.filter(|account| is_account(account))?,
                    locale: data.locale.0.and_then(|tag| Locale::from_tag(&tag)),
                    token: data.token.0.filter(|token| is_token(token)),
                    base_path: data.base_path.0.filter(|path| is_path(path)).map(without_slash).unwrap_or_default(),
                    support_path: data.support_path.0.filter(|path| is_path(path)).map(without_slash),
                }))
            }
            "admin.parent.hostname" => message.hostname.0.map(|_| Self::Greeting),
            _ => None,
        }
    }
}

/// What any of the three dialects may say.
#[derive(Deserialize)]
struct Wire {
    #[serde(default)]
    r#type: Loose,
    #[serde(default)]
    hostname: Loose,
    data: Option<Data>,
    action: Option<Action>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Data {
    account: Loose,
    locale: Loose,
    token: Loose,
    base_path: Loose,
    support_path: Loose,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Action {
    r#type: Loose,
    locale: Loose,
}

/// A text; none where there is something else: an odd part of a message does not take the sound ones with it.
#[derive(Default)]
struct Loose(Option<String>);

impl<'de> Deserialize<'de> for Loose {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Anything;

        impl<'de> Visitor<'de> for Anything {
            type Value = Loose;

            fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
                formatter.write_str("anything")
            }

            fn visit_str<E>(self, text: &str) -> Result<Loose, E> {
                Ok(Loose(Some(text.to_owned())))
            }

            fn visit_unit<E>(self) -> Result<Loose, E> {
                Ok(Loose(None))
            }

            fn visit_bool<E>(self, _: bool) -> Result<Loose, E> {
                Ok(Loose(None))
            }

            fn visit_i64<E>(self, _: i64) -> Result<Loose, E> {
                Ok(Loose(None))
            }

            fn visit_u64<E>(self, _: u64) -> Result<Loose, E> {
                Ok(Loose(None))
            }

            fn visit_f64<E>(self, _: f64) -> Result<Loose, E> {
                Ok(Loose(None))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Loose, A::Error> {
                while items.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Loose(None))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Loose, A::Error> {
                while entries.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Loose(None))
            }
        }

        deserializer.deserialize_any(Anything)
    }
}

fn is_account(name: &str) -> bool {
    !name.is_empty() && name.len() <= 64 && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

/// A token goes into a JSON body; what is not visible ASCII is no token.
fn is_token(token: &str) -> bool {
    !token.is_empty() && token.len() <= LONGEST_TOKEN && token.bytes().all(|b| b.is_ascii_graphic())
}

/// A path within the admin: never another site (`//elsewhere`, `/\elsewhere`).
pub(super) fn is_path(path: &str) -> bool {
    path.starts_with('/')
        && !path.starts_with("//")
        && path.len() <= 2_048
        && !path.contains(|c: char| c.is_control() || c == '\\')
}

fn without_slash(path: String) -> String {
    path.trim_end_matches('/').to_owned()
}

/// The origins that may embed the panel, as the backend writes them into the page: separated by spaces. What is not
/// exactly an origin is left out.
#[must_use]
pub fn parse_origins(list: &str) -> Vec<String> {
    list.split_ascii_whitespace().filter(|origin| is_origin(origin)).map(str::to_owned).collect()
}

fn is_origin(origin: &str) -> bool {
    let Some((scheme, host)) = origin.split_once("://") else { return false };
    matches!(scheme, "https" | "http")
        && !host.is_empty()
        && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':' | b'[' | b']'))
}

/// The origin of an address: what stands before the path.
#[must_use]
pub fn origin_of(address: &str) -> Option<&str> {
    let (scheme, rest) = address.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next().filter(|host| !host.is_empty())?;
    address.get(..scheme.len() + 3 + host.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONTEXT: &str = r#"{"type":"admin-iframe-message","data":{"account":"acmestore","workspace":"master",
        "locale":"pt-BR","currency":"BRL","token":"a.b.c","basePath":"/admin/support/","path":"/","production":false}}"#;

    fn context(json: &str) -> Option<HostContext> {
        match HostMessage::parse(json) {
            Some(HostMessage::Context(context)) => Some(context),
            _ => None,
        }
    }

    #[test]
    fn the_three_dialects_are_understood() {
        assert_eq!(
            context(CONTEXT),
            Some(HostContext {
                account: "acmestore".to_owned(),
                locale: Some(Locale::Pt),
                token: Some("a.b.c".to_owned()),
                base_path: "/admin/support".to_owned(),
                support_path: None,
            })
        );
        for (tag, locale) in [("es-MX", Some(Locale::Es)), ("en-US", Some(Locale::En)), ("fr", None)] {
            let json = format!(r#"{{"action":{{"type":"LOCALE_SELECTED","locale":"{tag}"}}}}"#);
            assert_eq!(HostMessage::parse(&json), Some(HostMessage::Locale(locale)), "{tag}");
        }
        let json = r#"{"type":"admin.parent.hostname","hostname":"acmestore.example.com"}"#;
        assert_eq!(HostMessage::parse(json), Some(HostMessage::Greeting));
    }

    #[test]
    fn junk_is_nothing() {
        let huge =
            format!(r#"{{"type":"admin-iframe-message","data":{{"account":"a","token":"{}"}}}}"#, "x".repeat(LONGEST));
        let deep = "[".repeat(10_000);
        let junk = [
            "",
            "null",
            "42",
            "\"admin-iframe-message\"",
            "[]",
            "{}",
            "{",
            r#"{"type":5}"#,
            r#"{"type":"admin-iframe-message"}"#,
            r#"{"type":"admin-iframe-message","data":null}"#,
            r#"{"type":"admin-iframe-message","data":{"account":5}}"#,
            r#"{"type":"admin-iframe-message","data":{"account":""}}"#,
            r#"{"type":"admin-iframe-message","data":{"account":"../acme"}}"#,
            r#"{"action":{"type":"LOCALE_SELECTED","locale":["pt"]}}"#,
            r#"{"action":{"type":"START_LOADING"}}"#,
            r#"{"action":"LOCALE_SELECTED"}"#,
            r#"{"type":"admin.parent.hostname","hostname":{}}"#,
            r#"{"type":"webpackOk"}"#,
            &huge,
            &deep,
        ];
        for json in junk {
            assert_eq!(HostMessage::parse(json), None, "{}", json.get(..60).unwrap_or(json));
        }
    }

    #[test]
    fn a_context_with_odd_parts_keeps_the_sound_ones() {
        let odd = context(
            r#"{"type":"admin-iframe-message","data":{"account":"acme","locale":7,"token":"a b","basePath":"//evil.example"}}"#,
        );
        let sound = HostContext {
            account: "acme".to_owned(),
            locale: None,
            token: None,
            base_path: String::new(),
            support_path: None,
        };
        assert_eq!(odd, Some(sound));
    }

    #[test]
    fn a_token_is_not_written_into_logs() {
        assert!(!format!("{:?}", context(CONTEXT)).contains("a.b.c"));
    }

    #[test]
    fn paths_stay_within_the_admin() {
        for path in ["/", "/admin/support", "/admin/x?y=1#z"] {
            assert!(is_path(path), "{path}");
        }
        for path in ["", "admin", "//evil.example", "/\\evil.example", "https://evil.example", "/a\nb"] {
            assert!(!is_path(path), "{path}");
        }
    }

    #[test]
    fn only_exact_origins_are_heard() {
        assert_eq!(
            parse_origins(" https://a.example  http://127.0.0.1:8080\nhttps://[::1]:3 "),
            ["https://a.example", "http://127.0.0.1:8080", "https://[::1]:3"]
        );
        assert!(
            parse_origins("* null https:// a.example https://a.example/ javascript:x https://*.example __X__")
                .is_empty()
        );
    }

    #[test]
    fn the_origin_of_an_address() {
        let cases = [
            ("https://a.example/x?y", Some("https://a.example")),
            ("http://a:1", Some("http://a:1")),
            ("https://a?x", Some("https://a")),
            ("about:blank", None),
            ("https:///x", None),
            ("", None),
        ];
        for (address, origin) in cases {
            assert_eq!(origin_of(address), origin, "{address}");
        }
    }
}
