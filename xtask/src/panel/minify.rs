//! Files that trunk does not touch, without what only their authors read.

use crate::files::Hash;
use std::path::Path;

/// The content as it is served.
pub fn minified(path: &Path, content: Vec<u8>) -> Vec<u8> {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    match (extension, std::str::from_utf8(&content)) {
        ("json", Ok(text)) => json(text).into_bytes(),
        _ => content,
    }
}

/// A locale's sentences without their keys, in the keys' order, after the fingerprint of the whole: the panel knows the
/// places, and by the fingerprint that they are those of its own version. The file is flat, as `build.rs` has checked.
pub fn sentences(content: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(content);
    let mut strings = Vec::new();
    let (mut begin, mut escaped) = (None, false);
    for (at, sign) in text.char_indices() {
        match (begin, sign) {
            (_, _) if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(from), '"') => {
                strings.push(&text[from..=at]);
                begin = None;
            }
            (None, '"') => begin = Some(at),
            _ => {}
        }
    }
    let sentences: Vec<&str> = strings.into_iter().skip(1).step_by(2).collect();
    format!("[\"{}\",{}]", Hash::of(content), sentences.join(",")).into_bytes()
}

/// JSON without the white space between its values.
fn json(text: &str) -> String {
    let mut inside = false;
    let mut escaped = false;
    text.chars()
        .filter(|sign| {
            let keep = inside || !sign.is_ascii_whitespace();
            if *sign == '"' && !escaped {
                inside = !inside;
            }
            escaped = inside && *sign == '\\' && !escaped;
            keep
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locale_is_its_fingerprint_and_its_sentences() {
        let content = r#"{
  "a.b": "He said \"no\": {x}",
  "c.d": "Olá, \\"
}"#;
        let served = String::from_utf8(sentences(content.as_bytes())).unwrap();
        let fingerprint = Hash::of(content.as_bytes());
        assert_eq!(served, format!(r#"["{fingerprint}","He said \"no\": {{x}}","Olá, \\"]"#));
    }

    #[test]
    fn json_keeps_its_strings_to_the_letter() {
        let text = "{\n  \"a b\": \"one  \\\" two\\\\\",\n  \"c\": [1, 2]\n}\n";
        assert_eq!(json(text), "{\"a b\":\"one  \\\" two\\\\\",\"c\":[1,2]}");
    }

    #[test]
    fn what_is_no_text_stays_as_it_is() {
        assert_eq!(minified(Path::new("icon.png"), vec![0xff, 0x20]), [0xff, 0x20]);
        assert_eq!(minified(Path::new("broken.json"), vec![0xff, 0x20]), [0xff, 0x20]);
    }
}
