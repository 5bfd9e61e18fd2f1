//! What came along with a message, with a name for each.

use super::letter::File;
use super::tnef;
use bytes::Bytes;
use mail_parser::{Message, MessagePart, MimeHeaders as _, PartType};
use std::collections::HashSet;

/// Signatures of a whole message: they say nothing to people.
const SIGNATURES: [&str; 3] = ["pgp-signature", "pkcs7-signature", "x-pkcs7-signature"];
/// Names for what has none, by kind of content.
const ENDINGS: [(&str, &str); 14] = [
    ("image/png", "png"),
    ("image/jpeg", "jpg"),
    ("image/gif", "gif"),
    ("image/webp", "webp"),
    ("image/bmp", "bmp"),
    ("image/tiff", "tif"),
    ("image/heic", "heic"),
    ("application/pdf", "pdf"),
    ("application/zip", "zip"),
    ("application/json", "json"),
    ("text/plain", "txt"),
    ("text/html", "html"),
    ("text/csv", "csv"),
    ("text/calendar", "ics"),
];

/// The files, and the text where it was packed into one of them. `shown` are the parts that are the message's text.
pub(super) fn of(message: &Message<'_>, shown: &[u32]) -> (Vec<File>, String) {
    let shown: HashSet<u32> = shown.iter().copied().collect();
    let (mut files, mut text) = (Vec::new(), String::new());
    // Parts that are neither text nor attached, such as an invitation beside a text, are files all the same.
    let bodies = message.text_body.iter().chain(&message.html_body);
    let mut ids: Vec<u32> =
        message.attachments.iter().chain(bodies).copied().filter(|id| !shown.contains(id)).collect();
    ids.sort_unstable();
    ids.dedup();
    for part in ids.iter().filter_map(|id| message.part(*id)) {
        let kind = kind(part);
        let subtype = kind.split('/').nth(1).unwrap_or_default();
        if SIGNATURES.contains(&subtype) || matches!(part.body, PartType::Multipart(_)) {
            continue;
        }
        let name = name(part, &kind, files.len() + 1);
        let is_packed = subtype.ends_with("ms-tnef") || name.eq_ignore_ascii_case("winmail.dat");
        match tnef::unpack(part.contents()).filter(|_| is_packed) {
            Some(unpacked) => {
                text = unpacked.text;
                for (name, bytes) in unpacked.files {
                    let name = if name.trim().is_empty() { format!("file-{}", files.len() + 1) } else { name };
                    files.push(File { name, bytes: bytes.into() });
                }
            }
            None => files.push(File { name, bytes: Bytes::copy_from_slice(part.contents()) }),
        }
    }
    (files, text)
}

fn kind(part: &MessagePart<'_>) -> String {
    match (part.content_type(), &part.body) {
        (_, PartType::Message(_)) => "message/rfc822".to_owned(),
        (Some(kind), _) => format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or_default()).to_ascii_lowercase(),
        (None, PartType::Html(_)) => "text/html".to_owned(),
        (None, _) => "text/plain".to_owned(),
    }
}

/// What its sender calls it, or what it is and the how manieth.
fn name(part: &MessagePart<'_>, kind: &str, number: usize) -> String {
    let given = part.attachment_name().map(str::trim).filter(|name| !name.is_empty());
    if let PartType::Message(inner) = &part.body {
        // A message is text, and so it can be read wherever text can.
        let subject = given.or(inner.subject()).map(str::trim).filter(|name| !name.is_empty()).unwrap_or("message");
        let subject: String = subject.trim_end_matches(".eml").chars().take(100).collect();
        return format!("{}.eml.txt", subject.replace(['/', '\\'], "-"));
    }
    if let Some(given) = given {
        return given.to_owned();
    }
    let ending = ENDINGS.iter().find(|(known, _)| *known == kind).map(|(_, ending)| *ending);
    let stem = kind.split('/').next().filter(|stem| *stem == "image").unwrap_or("file");
    match ending {
        Some(ending) => format!("{stem}-{number}.{ending}"),
        None => format!("{stem}-{number}"),
    }
}
