//! What counts as text: blank, length, and what may stand on a single line.

/// Invisible characters that a title of nothing else would be made of.
fn is_invisible(character: char) -> bool {
    character.is_whitespace()
        || character.is_control()
        || matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{2800}' | '\u{3164}')
}

/// Nothing a reader could see.
#[must_use]
pub fn is_blank(text: &str) -> bool {
    text.chars().all(is_invisible)
}

/// Length in Unicode scalar values: what "150 characters" means in every message.
#[must_use]
pub fn length(text: &str) -> usize {
    text.chars().count()
}

/// One clean line: control characters and line breaks become a space, runs of white space one, ends are trimmed.
/// Keeps subjects from smuggling mail headers or log lines.
#[must_use]
pub fn single_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// Several lines: CRLF and CR become LF, other control characters but the tabulator go, ends are trimmed.
#[must_use]
pub fn several_lines(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let kept: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    kept.trim().to_owned()
}

/// What an address says of a name as one of its segments (RFC 3986, unreserved signs as they are).
#[cfg(feature = "backend")]
#[must_use]
pub fn path_segment(name: &str) -> String {
    const ESCAPED: &percent_encoding::AsciiSet =
        &percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    percent_encoding::utf8_percent_encode(name, ESCAPED).to_string()
}
