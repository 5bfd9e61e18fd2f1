//! Takes a person's address and name out of what others wrote.

/// The text with a neutral word for address and name, wherever they stand alone; `None` where neither does. A name of one
/// word is left: it is too often a word of its own.
pub(super) fn without(text: &str, email: &str, name: &str, instead: &str) -> Option<String> {
    let name = name.trim();
    let name = Some(name).filter(|name| name.split_whitespace().count() > 1);
    let mut written = None;
    for wanted in std::iter::once(email).chain(name) {
        let from = written.as_deref().unwrap_or(text);
        if let Some(replaced) = replaced(from, wanted, instead) {
            written = Some(replaced);
        }
    }
    written
}

fn replaced(text: &str, wanted: &str, instead: &str) -> Option<String> {
    let mut written = String::new();
    let (mut copied, mut at) = (0, 0);
    while let Some(sign) = text[at..].chars().next() {
        let end = match_end(&text[at..], wanted).map(|length| at + length);
        let before = text[..at].chars().next_back();
        match end {
            Some(end) if !is_part(before) && !is_part(text[end..].chars().next()) => {
                written.push_str(&text[copied..at]);
                written.push_str(instead);
                copied = end;
                at = end;
            }
            _ => at += sign.len_utf8(),
        }
    }
    (copied > 0).then(|| {
        written.push_str(&text[copied..]);
        written
    })
}

/// How long the beginning of a text is that reads as `wanted`, in whatever case.
fn match_end(text: &str, wanted: &str) -> Option<usize> {
    let mut signs = text.char_indices();
    for expected in wanted.chars() {
        let (_, sign) = signs.next()?;
        if sign != expected && !sign.to_lowercase().eq(expected.to_lowercase()) {
            return None;
        }
    }
    Some(signs.next().map_or(text.len(), |(at, _)| at))
}

fn is_part(sign: Option<char>) -> bool {
    sign.is_some_and(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn address_and_full_name_go_and_nothing_else() {
        let (email, name) = ("ana@store.example", "Ana Souza");
        for (text, expected) in [
            ("Hello Ana Souza, we wrote to Ana@Store.example.", Some("Hello X, we wrote to X.")),
            ("ANA SOUZA", Some("X")),
            ("mariana@store.example and Banana Souza", None),
            ("ana@store.examples", None),
            ("Hi Ana", None),
            ("(ana@store.example)(ana@store.example)", Some("(X)(X)")),
            ("", None),
        ] {
            assert_eq!(without(text, email, name, "X").as_deref(), expected, "{text}");
        }
        assert_eq!(without("Jo\u{e3}o wrote", "j@x.example", "Jo\u{e3}o", "X"), None);
        assert_eq!(
            without("\u{130} JO\u{c3}O DIAS", "j@x.example", "Jo\u{e3}o Dias", "X").as_deref(),
            Some("\u{130} X")
        );
    }
}
