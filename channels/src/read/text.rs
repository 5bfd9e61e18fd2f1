//! Strangers' text.

use url::Url;

/// The longest name or title, in characters.
const TITLE: usize = 200;
/// The longest text, in characters.
const TEXT: usize = 600;
/// So much of strangers' HTML is looked at, in bytes.
const MOST_HTML: usize = 64 * 1024;
/// The longest address, in bytes.
const ADDRESS: usize = 2000;

/// A name or title: one line.
pub(super) fn title(text: &str) -> String {
    shortened(&plain(text), TITLE)
}

/// What HTML says, in one paragraph.
pub(super) fn summary(html: &str) -> String {
    shortened(&plain(html), TEXT)
}

/// An address that a person may follow.
pub(super) fn link(text: &str) -> Option<String> {
    let url = Url::parse(text.trim()).ok()?;
    let fits = url.scheme() == "https" && url.has_host() && url.username().is_empty() && url.password().is_none();
    (fits && url.as_str().len() <= ADDRESS).then(|| url.into())
}

/// Without tags, entities and control characters; white space is single spaces.
pub(super) fn plain(html: &str) -> String {
    let mut end = html.len().min(MOST_HTML);
    while !html.is_char_boundary(end) {
        end -= 1;
    }
    let text = nanohtml2text::html2text(&html[..end]);
    let text: String = text.chars().map(|sign| if sign.is_control() || is_bidi(sign) { ' ' } else { sign }).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Signs that turn around what stands beside them.
const fn is_bidi(sign: char) -> bool {
    matches!(sign, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn shortened(text: &str, most: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(most) else { return text.to_owned() };
    let head = &text[..end];
    // At a word, where there is one near the end.
    let head = head.rsplit_once(' ').map_or(head, |(words, _)| if words.len() * 2 > head.len() { words } else { head });
    format!("{head}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_becomes_plain_text() {
        assert_eq!(plain("<p>Slow &amp; <b>late</b></p><script>alert(1)</script>\n\t x"), "Slow & late x");
        assert_eq!(plain("a\u{202e}b\u{0}c"), "a b c");
        assert_eq!(plain("5 < 6 and nothing else"), plain("5 &lt; 6 and nothing else"));
    }

    #[test]
    fn long_text_ends_at_a_word() {
        let long = "word ".repeat(200);
        let short = title(&long);
        assert!(short.ends_with("word…") && short.chars().count() <= TITLE + 1, "{short}");
        assert!(title(&"ã".repeat(5000)).chars().count() == TITLE + 1, "one word is cut");
    }

    #[test]
    fn only_https_may_be_followed() {
        assert_eq!(link(" https://status.example.com/i/1 ").as_deref(), Some("https://status.example.com/i/1"));
        for bad in
            ["javascript:alert(1)", "http://example.com/", "data:text/html,x", "//example.com", "https://a:b@c.d/"]
        {
            assert_eq!(link(bad), None, "{bad}");
        }
        assert_eq!(link(&format!("https://example.com/{}", "a".repeat(3000))), None);
    }
}
