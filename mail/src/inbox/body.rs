//! A message's text: the plain one where there is one, else the HTML's.

use super::html;
use balcao_steps as steps;
use mail_parser::{Message, MessagePart, MimeHeaders as _, PartType};

/// More text than this is not looked at for quotes; it is far above what a comment takes.
const LONGEST: usize = 1024 * 1024;

/// The whole text, quotes and all, and the parts that it stands in: those are no files.
pub(super) fn text(message: &Message<'_>) -> (String, Vec<u32>) {
    let join = |texts: Vec<String>| {
        let texts = texts.into_iter().filter(|text| !balcao_contract::text::is_blank(text));
        shortened(texts.collect::<Vec<_>>().join("\n\n"))
    };
    let of = |parts: &[u32]| join(parts.iter().filter_map(|id| message.part(*id)).filter_map(part_text).collect());
    let bodies = message.text_body.iter().chain(&message.html_body).copied();
    let mut shown: Vec<u32> = bodies.filter(|id| message.part(*id).and_then(part_text).is_some()).collect();
    let text = match of(&message.text_body) {
        text if text.is_empty() => of(&message.html_body),
        text => text,
    };
    if !text.is_empty() {
        return (text, shown);
    }
    // A broken frame: its parts were never closed or never begun, and what was meant as text looks like a nameless file.
    let is_stray = |part: &MessagePart<'_>| {
        let is_file = part.attachment_name().is_some()
            || part.content_disposition().is_some_and(|disposition| disposition.is_attachment());
        let is_frame = part.content_type().is_some_and(|kind| kind.ctype().eq_ignore_ascii_case("multipart"));
        let is_text = matches!(part.body, PartType::Text(_)) || is_frame;
        is_text && !is_file && !part.is_content_type("text", "calendar")
    };
    let strays: Vec<u32> =
        message.attachments.iter().copied().filter(|id| message.part(*id).is_some_and(is_stray)).collect();
    let stray = |id: &u32| {
        let text = String::from_utf8_lossy(message.part(*id)?.contents()).replace("\r\n", "\n");
        Some(text.replace(html::BELOW_IS_QUOTED, ""))
    };
    let text = join(strays.iter().filter_map(stray).collect());
    shown.extend(strays);
    (text, shown)
}

fn part_text(part: &MessagePart<'_>) -> Option<String> {
    let subtype = part.content_type().and_then(|kind| kind.c_subtype.as_deref()).unwrap_or("plain");
    match &part.body {
        PartType::Text(text) if subtype.eq_ignore_ascii_case("plain") => {
            let text = text.replace("\r\n", "\n").replace(html::BELOW_IS_QUOTED, "");
            let has = |name: &str, value: &str| {
                let attribute = part.content_type().and_then(|kind| kind.attribute(name));
                attribute.is_some_and(|found| found.eq_ignore_ascii_case(value))
            };
            Some(if has("format", "flowed") { unflowed(&text, has("delsp", "yes")) } else { text })
        }
        PartType::Html(source) => Some(html::to_text(source)),
        _ => None,
    }
}

/// Lines that were broken for the way are put together again (RFC 3676): those that end in a space go on below, at the
/// same depth of quotes.
pub(super) fn unflowed(text: &str, without_space: bool) -> String {
    let mut whole = String::with_capacity(text.len());
    let mut goes_on: Option<usize> = None;
    for line in text.lines() {
        steps::take(line.len() + 1);
        let depth = line.bytes().take_while(|byte| *byte == b'>').count();
        let content = &line[depth..];
        let content = content.strip_prefix(' ').unwrap_or(content);
        match goes_on {
            Some(before) if before == depth && content != "-- " => {}
            before => {
                if before.is_some() || !whole.is_empty() {
                    whole.push('\n');
                }
                whole.push_str(&">".repeat(depth));
                if depth > 0 {
                    whole.push(' ');
                }
            }
        }
        let flows = content.ends_with(' ') && content != "-- ";
        whole.push_str(if flows && without_space { &content[..content.len() - 1] } else { content });
        goes_on = flows.then_some(depth);
    }
    whole
}

fn shortened(mut text: String) -> String {
    if text.len() > LONGEST {
        let mut end = LONGEST;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn broken_lines_are_put_together() {
        let rows = [
            ("It fails \nsince noon.\n\nAna", "It fails since noon.\n\nAna"),
            ("Yes\n> does \n> it\n>> no \n> yes", "Yes\n> does it\n>> no \n> yes"),
            ("a\n-- \nAna", "a\n-- \nAna"),
            (" > no quote", "> no quote"),
        ];
        for (text, expected) in rows {
            assert_eq!(unflowed(text, false), expected, "{text}");
        }
        assert_eq!(unflowed("東京 \n都", true), "東京都");
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "[> a\\n-]{0,60}") {
            let _ = unflowed(&text, true);
        }
    }
}
