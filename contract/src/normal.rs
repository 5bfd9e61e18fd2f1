//! How an answer is stored, however it was typed. What cannot be read stays as it is, cleaned: it has a fault, and is
//! shown as it was written. Storing what was stored changes nothing.

use crate::answers::AnswerValue;
use crate::entries;
use crate::form::{Field, FieldKind};
use crate::format::{self, Format};
use crate::text;
use std::collections::HashSet;

/// The answer as it is stored.
#[must_use]
pub fn normal(field: &Field, value: AnswerValue) -> AnswerValue {
    let written = match value {
        AnswerValue::Text(written) => written,
        AnswerValue::Many(mut keys) => {
            // An option is chosen or not, however often it is named.
            let mut known = HashSet::new();
            keys.retain(|key| known.insert(key.clone()));
            return AnswerValue::Many(keys);
        }
        value => return value,
    };
    match field.kind {
        FieldKind::Integer => match written.trim().parse() {
            Ok(number) => AnswerValue::Number(number),
            Err(_) => AnswerValue::Text(written),
        },
        FieldKind::Table => AnswerValue::Text(match entries::read_table(field, &written) {
            Ok(rows) => entries::write_table(&rows),
            Err(_) => written,
        }),
        _ => AnswerValue::Text(normal_text(field, &written)),
    }
}

fn normal_text(field: &Field, written: &str) -> String {
    match field.format {
        Some(Format::EmailList) => match entries::read_addresses(written) {
            Ok(addresses) => addresses.join("\n"),
            Err(_) => text::several_lines(written),
        },
        Some(format) => {
            format::read(format, field.prefix.as_deref(), written).unwrap_or_else(|_| text::single_line(written))
        }
        None if matches!(field.kind, FieldKind::Description | FieldKind::Textarea) => text::several_lines(written),
        None => text::single_line(written),
    }
}
