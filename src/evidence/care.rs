//! What is done with a file before it goes: HAR files are cleaned, texts as the person says.

use balcao_contract::file::extension;
use balcao_redact::begins_as_har;

/// See the module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Care {
    /// It goes as it is.
    None,
    /// It holds what the browser was signed in with: it never goes as it is.
    Har,
    /// A text may hold secrets: the person decides.
    Text {
        /// They are taken out.
        is_hidden: bool,
    },
}

impl Care {
    /// What a file's name and first bytes ask for.
    pub fn of(name: &str, head: &[u8]) -> Self {
        if begins_as_har(head) {
            return Self::Har;
        }
        match extension(name).as_deref() {
            Some("har") => Self::Har,
            Some("json" | "txt" | "log" | "csv" | "tsv" | "md" | "xml") => Self::Text { is_hidden: true },
            _ => Self::None,
        }
    }

    /// Whether it has to be cleaned.
    pub const fn cleans(self) -> bool {
        matches!(self, Self::Har | Self::Text { is_hidden: true })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_har_file_is_known_by_its_name_or_its_beginning() {
        let har = b"{\"log\": {\"version\": \"1.2\"";
        let text = Care::Text { is_hidden: true };
        let cases: [(&str, &[u8], Care); 8] = [
            ("shop.har", b"nonsense", Care::Har),
            ("SHOP.HAR", b"", Care::Har),
            ("shop.json", har, Care::Har),
            ("shop.txt", har, Care::Har),
            ("orders.json", b"{\"logs\":1}", text),
            ("app.log", b"2026", text),
            ("shop.csv", har, Care::Har),
            ("shot.png", b"\x89PNG", Care::None),
        ];
        for (name, head, care) in cases {
            assert_eq!(Care::of(name, head), care, "{name}");
        }
    }
}
