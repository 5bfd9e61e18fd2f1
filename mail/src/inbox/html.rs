//! The text of an HTML mail, with what it quotes marked as quoted: `> ` for each level, as a text mail has it.

use balcao_desk::html_to_text;
use balcao_steps as steps;

/// Stands alone on a line where a client says that everything below is the message that was answered. No mail's text can
/// hold it: control characters are taken out first.
pub(super) const BELOW_IS_QUOTED: &str = "\u{1}";

/// Elements that Outlook, Yahoo and others put before the message that was answered.
const QUOTES_BEGIN: [&str; 6] = [
    "id=\"appendonsend\"",
    "id=\"divrplyfwdmsg\"",
    "id=\"mail-editor-reference-message-container\"",
    "id=\"ms-outlook-mobile-body-separator-line\"",
    "class=\"yahoo_quoted\"",
    "class=\"hmmessage_quoted\"",
];
/// Deeper quotes are shown as this deep.
const DEEPEST: usize = 5;

/// The text.
pub(super) fn to_text(html: &str) -> String {
    let mut text = String::with_capacity(html.len() / 2);
    let (mut depth, mut from, mut at) = (0_usize, 0, 0);
    while let Some(found) = steps::found(html.len() - at, html[at..].find('<')) {
        let start = at + found;
        let rest = &html[start..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            at = steps::found(comment.len(), comment.find("-->")).map_or(html.len(), |end| start + 4 + end + 3);
            continue;
        }
        let Some(end) = steps::found(rest.len(), rest.find('>')) else { break };
        steps::take(end);
        let tag = rest[1..end].to_ascii_lowercase();
        at = start + end + 1;
        let name: String = tag.chars().take_while(|sign| sign.is_ascii_alphanumeric() || *sign == '/').collect();
        let quotes_begin = || {
            let tag = tag.replace('\'', "\"");
            QUOTES_BEGIN.iter().any(|mark| tag.contains(mark))
        };
        match name.as_str() {
            "blockquote" => {
                push(&mut text, &html[from..start], depth);
                depth += 1;
                from = at;
            }
            "/blockquote" => {
                push(&mut text, &html[from..start], depth);
                depth = depth.saturating_sub(1);
                from = at;
            }
            "div" | "hr" | "p" if depth == 0 && quotes_begin() => {
                push(&mut text, &html[from..start], depth);
                text.push_str(BELOW_IS_QUOTED);
                text.push('\n');
                from = start;
            }
            _ => {}
        }
    }
    push(&mut text, &html[from..], depth);
    text.trim().to_owned()
}

fn push(text: &mut String, html: &str, depth: usize) {
    steps::take(html.len());
    let mut html = html.to_owned();
    // Empty lines, as clients write them: they part paragraphs.
    for empty in ["<div><br></div>", "<div><br/></div>", "<div><br /></div>", "<br><br>", "<br/><br/>"] {
        html = html.replace(empty, "<p></p>").replace(&empty.to_uppercase(), "<p></p>");
    }
    let piece = html_to_text(&html).replace(BELOW_IS_QUOTED, "");
    if piece.is_empty() {
        return;
    }
    let mark = "> ".repeat(depth.min(DEEPEST));
    for line in piece.lines() {
        text.push_str(format!("{mark}{line}").trim_end());
        text.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_quoted_is_marked() {
        let rows = [
            ("<p>Hello</p><p>there</p>", "Hello\n\nthere"),
            (
                "<div>Yes</div><blockquote type=\"cite\"><div>Does it?</div><blockquote>Hm</blockquote></blockquote>end",
                "Yes\n> Does it?\n> > Hm\nend",
            ),
            ("Yes<hr id='x'><div id=\"divRplyFwdMsg\" dir=ltr>From: us</div>", "Yes\n\u{1}\nFrom: us"),
            ("<!-- <blockquote> -->all ours", "all ours"),
            ("a</blockquote>b", "a\nb"),
            ("cut <blockquote", "cut"),
        ];
        for (html, text) in rows {
            assert_eq!(to_text(html), text, "{html}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(html in "(<|>|/|blockquote|div id=\"appendonsend\"|!--|é|\\n| ){0,30}") {
            let _ = to_text(&html);
        }
    }
}
