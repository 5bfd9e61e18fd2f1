//! A message's header fields as they were written: unfolded, with whatever bytes they hold. The parser drops what is no
//! UTF-8, and with it a field that a check relies on would be gone.

use balcao_contract::text::single_line;
use mail_parser::Message;

/// Every field, from the top.
pub(super) struct Headers(Vec<(String, String)>);

impl Headers {
    pub(super) fn of(message: &Message<'_>) -> Self {
        let raw = message.raw_message();
        let fields = message.headers().iter().map(|header| {
            let range = header.offset_start() as usize..header.offset_end() as usize;
            let value = String::from_utf8_lossy(raw.get(range).unwrap_or_default());
            (header.name().to_ascii_lowercase(), single_line(&value))
        });
        Self(fields.collect())
    }

    /// The values of a field; `name` in lower case.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether there is such a field.
    pub(super) fn has(&self, name: &str) -> bool {
        self.all(name).next().is_some()
    }

    /// Everything in these fields that looks like an address, however broken the rest is.
    pub(super) fn addresses<'a>(&'a self, names: &'a [&'a str]) -> impl Iterator<Item = &'a str> {
        let values = names.iter().flat_map(|name| self.all(name));
        let is_part = |sign: char| sign.is_ascii_alphanumeric() || "._+-@".contains(sign);
        values.flat_map(move |value| value.split(move |sign| !is_part(sign))).filter(|word| word.contains('@'))
    }
}
