//! What is wrong with an answer, in words.

use super::problems::Problem;
use crate::text::{Language, Text};
use balcao_contract::entries::EntryError;
use balcao_contract::form::{Field, FieldKind};
use balcao_contract::format::{Format, FormatError};
use balcao_contract::validation::AnswerErrorKind;

/// More entries of a list are not told one by one: the first are mended first.
const MOST_TOLD: usize = 5;
/// So much of a wrong entry is quoted, in characters.
const MOST_QUOTED: usize = 60;

/// A problem in words.
pub fn sentence(language: Language, field: &Field, problem: &Problem) -> String {
    let kind = match problem {
        Problem::Said(sentence) => return sentence.clone(),
        Problem::Rule(kind) => kind,
    };
    let name = ("field", field.title.as_str());
    match kind {
        AnswerErrorKind::Blank => language.text_with(
            match field.kind {
                FieldKind::Tagger | FieldKind::Multiselect => Text::FormFaultChoose,
                FieldKind::Checkbox => Text::FormFaultTick,
                FieldKind::Evidence => Text::FormFaultAttach,
                FieldKind::Date => Text::FormFaultDay,
                _ if matches!(field.format, Some(Format::Country | Format::Currency)) => Text::FormFaultChoose,
                _ => Text::FormFaultBlank,
            },
            &[name],
        ),
        AnswerErrorKind::TooLong { max, actual } => language.text_with(
            Text::FormFaultTooLong,
            &[
                name,
                ("max", &language.format_number(u64::from(*max))),
                ("actual", &language.format_number(u64::from(*actual))),
            ],
        ),
        AnswerErrorKind::TooManyEntries { max, actual } => language.text_with(
            Text::FormFaultEntries,
            &[
                name,
                ("max", &language.format_number(u64::from(*max))),
                ("actual", &language.format_number(u64::from(*actual))),
            ],
        ),
        AnswerErrorKind::NotADate => language.text_with(Text::FormFaultDay, &[name]),
        AnswerErrorKind::TooEarly { earliest } => {
            language.text_with(Text::FormFaultEarly, &[name, ("day", &day(language, earliest))])
        }
        AnswerErrorKind::TooLate { latest } => {
            language.text_with(Text::FormFaultLate, &[name, ("day", &day(language, latest))])
        }
        AnswerErrorKind::Format(fault) => {
            language.text_with(Text::FormFaultFormat, &[name, ("what", &what(language, fault))])
        }
        AnswerErrorKind::Entries(faults) => {
            language.text_with(Text::FormFaultFormat, &[name, ("what", &entries(language, faults))])
        }
        AnswerErrorKind::WrongType if field.kind == FieldKind::Integer => {
            language.text_with(Text::FormFaultNumber, &[name])
        }
        AnswerErrorKind::UnknownOption => language.text_with(Text::FormFaultChoose, &[name]),
        _ => language.text_with(Text::FormFaultOther, &[name]),
    }
}

fn day(language: Language, stored: &str) -> String {
    language.day_or_month(stored).unwrap_or_else(|| stored.to_owned())
}

/// What is wrong with an entry, without saying which.
fn what(language: Language, fault: &FormatError) -> String {
    language.text(match fault {
        FormatError::Email => Text::FormFormatEmail,
        FormatError::Phone => Text::FormFormatPhone,
        FormatError::CpfShape => Text::FormFormatCpf,
        FormatError::CnpjShape => Text::FormFormatCnpj,
        FormatError::CpfDigits | FormatError::CnpjDigits => Text::FormFormatDigits,
        FormatError::Money => Text::FormFormatMoney,
        FormatError::MoneyNegative => Text::FormFormatNegative,
        FormatError::Month => Text::FormFormatMonth,
        FormatError::AccountName => Text::FormFormatAccount,
        FormatError::AccountPrefix { prefix } => {
            return language.text_with(Text::FormFormatPrefix, &[("prefix", prefix)]);
        }
        FormatError::PersonName => Text::FormFormatName,
        FormatError::Blank => Text::FormFormatBlank,
        FormatError::TooLong { max } => {
            return language.text_with(Text::FormFormatLong, &[("max", &max.to_string())]);
        }
        FormatError::Repeated { line } => {
            return language.text_with(Text::FormFormatRepeated, &[("line", &line.to_string())]);
        }
        FormatError::TooManyCells { columns } => {
            return language.text_with(Text::FormFormatCells, &[("columns", &columns.to_string())]);
        }
        FormatError::OpenQuote => Text::FormFormatQuote,
        _ => Text::FormFormatOther,
    })
}

/// Each wrong entry with its line, its column and what stands there.
fn entries(language: Language, faults: &[EntryError]) -> String {
    let one = |fault: &EntryError| {
        let mut place = language.text_with(Text::FormFaultLine, &[("line", &fault.line.to_string())]);
        if let Some(column) = &fault.column {
            place += &format!(", {column}");
        }
        if !fault.text.is_empty() {
            let quoted: String = fault.text.chars().take(MOST_QUOTED).collect();
            place += &format!(", \u{201c}{quoted}\u{201d}");
        }
        format!("{place}: {}", what(language, &fault.what))
    };
    let told: Vec<String> = faults.iter().take(MOST_TOLD).map(one).collect();
    let told = told.join("; ");
    match faults.len().saturating_sub(MOST_TOLD) {
        0 => told,
        rest => language.text_with(Text::FormFaultMore, &[("told", &told), ("count", &rest.to_string())]),
    }
}
