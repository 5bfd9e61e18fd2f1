//! Text out of HTML that a client sent as `html_body`. Nothing of it is ever drawn as HTML: what comes out is text,
//! and goes the way of every text from there.

use balcao_steps as steps;

/// Elements whose content is no text.
const SILENT: [&str; 6] = ["script", "style", "template", "head", "title", "noscript"];
/// Elements that end a line.
const LINES: [&str; 22] = [
    "address",
    "article",
    "blockquote",
    "br",
    "dd",
    "div",
    "dl",
    "dt",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "ol",
    "pre",
    "tr",
    "ul",
];

/// The text of an HTML fragment: tags go, blocks become lines, character references what they stand for.
#[must_use]
pub fn html_to_text(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut ends = TagEnds::of(html);
    let mut at = 0;
    while let Some(start) = steps::found(html.len() - at, html[at..].find('<')).map(|found| at + found) {
        push_text(&mut text, &html[at..start]);
        let rest = &html[start..];
        at = start;
        if let Some(after) = rest.strip_prefix("<!--") {
            at = steps::found(after.len(), after.find("-->")).map_or(html.len(), |end| start + 4 + end + 3);
            continue;
        }
        let begins_tag = rest[1..].starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
        if !begins_tag {
            text.push('<');
            at += 1;
            continue;
        }
        let Some(end) = ends.after(start) else { break };
        let tag = &html[start + 1..end];
        at = end + 1;
        let closing = tag.starts_with('/');
        steps::take(tag.len());
        let name: String = tag.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
        let name = name.to_ascii_lowercase();
        if !closing && SILENT.contains(&name.as_str()) {
            at = html.len() - after_closing(&html[at..], &name).len();
        } else if name == "p" || LINES.contains(&name.as_str()) {
            end_line(&mut text, name == "p");
            if name == "li" && !closing {
                text.push_str("- ");
            }
        }
    }
    let rest = &html[at..];
    if !rest.starts_with('<') {
        push_text(&mut text, rest);
    }
    text.trim().to_owned()
}

/// Where each tag ends: at the first `>` outside of an attribute's quotes, or, where a quote is never closed, at the next
/// `>` of any kind. All of them are found in one walk from the end: looking for each by itself would walk over the rest
/// of the text again and again.
struct TagEnds {
    /// Where a tag may begin and where it ends, the last one first.
    ends: Vec<(usize, usize)>,
}

impl TagEnds {
    fn of(html: &str) -> Self {
        let mut ends = Vec::new();
        // Where a tag ends that is read from here on: outside of quotes, within double ones, within single ones.
        let (mut outside, mut double, mut single) = (None, None, None);
        let mut next = None;
        for (at, byte) in html.bytes().enumerate().rev() {
            steps::take(1);
            match byte {
                b'>' => (outside, next) = (Some(at), Some(at)),
                b'"' => (outside, double) = (double, outside),
                b'\'' => (outside, single) = (single, outside),
                b'<' => ends.extend(outside.or(next).map(|end| (at, end))),
                _ => {}
            }
        }
        Self { ends }
    }

    /// The end of the tag that begins there; tags are asked for in their order.
    fn after(&mut self, start: usize) -> Option<usize> {
        while self.ends.pop_if(|(at, _)| *at < start).is_some() {
            steps::take(1);
        }
        self.ends.last().filter(|(at, _)| *at == start).map(|(_, end)| *end)
    }
}

fn after_closing<'a>(rest: &'a str, name: &str) -> &'a str {
    let is_closing = |start: &usize| {
        steps::take(name.len());
        let tag = rest.as_bytes().get(start + 2..start + 2 + name.len());
        rest[*start..].starts_with("</") && tag.is_some_and(|tag| tag.eq_ignore_ascii_case(name.as_bytes()))
    };
    let start = rest.match_indices("</").map(|(start, _)| start).find(is_closing);
    let Some(start) = steps::found(rest.len(), start) else { return "" };
    steps::found(rest.len() - start, rest[start..].find('>')).map_or("", |end| &rest[start + end + 1..])
}

fn end_line(text: &mut String, paragraph: bool) {
    let kept = text.trim_end_matches(' ').len();
    steps::take(text.len() - kept);
    text.truncate(kept);
    let wanted = if paragraph { 2 } else { 1 };
    let there = text.len() - text.trim_end_matches('\n').len();
    steps::take(there);
    if !text.is_empty() {
        for _ in there..wanted {
            text.push('\n');
        }
    }
}

/// White space is one space, as HTML has it.
fn push_text(text: &mut String, raw: &str) {
    let decoded = decode(raw);
    steps::take(raw.len() + decoded.len());
    for character in decoded.chars() {
        if matches!(character, ' ' | '\t' | '\n' | '\r') {
            if !text.is_empty() && !text.ends_with([' ', '\n']) {
                text.push(' ');
            }
        } else {
            text.push(character);
        }
    }
}

fn decode(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(start) = steps::found(rest.len(), rest.find('&')) {
        text.push_str(&rest[..start]);
        rest = &rest[start..];
        let reference = rest.bytes().take(12).position(|byte| byte == b';').and_then(|end| {
            let name = rest.get(1..end)?;
            Some((character(name)?, end + 1))
        });
        match reference {
            Some((character, length)) => {
                text.push(character);
                rest = &rest[length..];
            }
            None => {
                text.push('&');
                rest = &rest[1..];
            }
        }
    }
    text.push_str(rest);
    text
}

fn character(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code);
    }
    let known = [
        ("amp", '&'),
        ("lt", '<'),
        ("gt", '>'),
        ("quot", '"'),
        ("apos", '\''),
        ("nbsp", ' '),
        ("ndash", '–'),
        ("mdash", '—'),
        ("hellip", '…'),
        ("aacute", 'á'),
        ("eacute", 'é'),
        ("iacute", 'í'),
        ("oacute", 'ó'),
        ("uacute", 'ú'),
        ("atilde", 'ã'),
        ("otilde", 'õ'),
        ("ccedil", 'ç'),
        ("ntilde", 'ñ'),
        ("acirc", 'â'),
        ("ecirc", 'ê'),
        ("ocirc", 'ô'),
    ];
    known.into_iter().find_map(|(entity, character)| (entity == name).then_some(character))
}

#[cfg(test)]
mod tests {
    use super::html_to_text;
    use proptest::prelude::*;

    #[test]
    fn text_of_html() {
        let rows = [
            ("plain", "plain"),
            ("<p>One</p><p>Two &amp; three</p>", "One\n\nTwo & three"),
            ("a<br>b<br/>c", "a\nb\nc"),
            ("<ul><li>x</li><li>y</li></ul>", "- x\n- y"),
            ("<script>alert(1)</script>safe", "safe"),
            ("<SCRIPT>alert('</scr')</SCRIPT>safe", "safe"),
            ("<style>p{}</style><b>bold</b>", "bold"),
            ("<img src=x onerror=\"a>b\">after", "after"),
            ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
            ("<!-- no -->yes<!-- open", "yes"),
            ("&lt;script&gt;", "<script>"),
            ("&#225;&#xE7;&unknown; &", "áç&unknown; &"),
            ("  many \n  spaces ", "many spaces"),
            ("<script>never closed", ""),
            ("cut <b", "cut"),
            ("&é;", "&é;"),
        ];
        for (html, text) in rows {
            assert_eq!(html_to_text(html), text, "{html}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(html in "[<>a-z/&;!\"' é-]{0,60}") {
            let _ = html_to_text(&html);
        }
    }
}
