//! Answers in words, for mails and for a first comment that nobody wrote: options by their labels, days, months and
//! amounts as the reader's language writes them.

use super::names;
use balcao_contract::answers::{AnswerValue, Answers};
use balcao_contract::entries;
use balcao_contract::form::{Field, FieldKind, Form};
use balcao_contract::format::Format;
use balcao_contract::locale::Locale;
use balcao_contract::text;
use balcao_contract::visibility::visible_fields;

/// The answers to a form's own questions, label by label, in its order; those to title, text and files are left out.
/// The form is in the reader's language already.
#[must_use]
pub fn answer_lines(form: &Form, answers: &Answers, locale: Locale) -> Vec<(String, String)> {
    let shown = visible_fields(form, answers).into_iter().filter(|shown| shown.field.kind.is_custom());
    let lines = shown.filter_map(|shown| {
        let value = worded(shown.field, answers.get(shown.field.key.as_str())?, locale);
        (!text::is_blank(&value)).then(|| (shown.field.title.clone(), value))
    });
    lines.collect()
}

/// One answer.
#[must_use]
pub fn worded(field: &Field, answer: &AnswerValue, locale: Locale) -> String {
    let option = |key: &String| field.option_name(key).unwrap_or(key).to_owned();
    match answer {
        AnswerValue::Flag(true) => yes(locale).to_owned(),
        AnswerValue::Flag(false) => String::new(),
        AnswerValue::Number(number) => number.to_string(),
        AnswerValue::Many(keys) => keys.iter().map(option).collect::<Vec<_>>().join("\n"),
        AnswerValue::Text(written) => match (field.kind, field.format) {
            (FieldKind::Tagger, _) => option(written),
            (FieldKind::Table, _) => table(field, written),
            (FieldKind::Date, _) | (_, Some(Format::Month)) => day_or_month(written, locale),
            (_, Some(format @ (Format::Country | Format::Currency))) => {
                names::of(format, written, locale).unwrap_or_else(|| written.clone())
            }
            (_, Some(Format::Money)) => money(written, locale).unwrap_or_else(|| written.clone()),
            _ => written.clone(),
        },
    }
}

/// A row a line, cells side by side; empty ones are left out.
fn table(field: &Field, written: &str) -> String {
    let Ok(rows) = entries::rows(&field.columns, written) else { return written.to_owned() };
    let row = |row: entries::Row| row.cells.into_iter().filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join(" | ");
    rows.into_iter().map(row).collect::<Vec<_>>().join("\n")
}

const fn yes(locale: Locale) -> &'static str {
    match locale {
        Locale::En => "Yes",
        Locale::Pt => "Sim",
        Locale::Es => "Sí",
    }
}

/// A day or a month, whichever it is; as it is where it is neither.
#[must_use]
pub fn day_or_month(written: &str, locale: Locale) -> String {
    day(written, locale).or_else(|| month(written, locale)).unwrap_or_else(|| written.to_owned())
}

fn day(written: &str, locale: Locale) -> Option<String> {
    let (month, day) = written.rsplit_once('-')?;
    let (year, name) = month_parts(month, locale)?;
    let day: u32 = day.parse().ok()?;
    Some(match locale {
        Locale::En => format!("{name} {day}, {year}"),
        Locale::Pt | Locale::Es => format!("{day} de {name} de {year}"),
    })
}

fn month(written: &str, locale: Locale) -> Option<String> {
    let (year, name) = month_parts(written, locale)?;
    Some(match locale {
        Locale::En => format!("{name} {year}"),
        Locale::Pt | Locale::Es => format!("{name} de {year}"),
    })
}

fn month_parts(written: &str, locale: Locale) -> Option<(&str, &'static str)> {
    let (year, month) = written.split_once('-')?;
    let is_year = year.len() == 4 && year.bytes().all(|digit| digit.is_ascii_digit());
    let at = month.parse::<usize>().ok()?.checked_sub(1)?;
    is_year.then_some((year, MONTHS.get(at)?[locale as usize]))
}

/// In the order of [`Locale::ALL`].
const MONTHS: [[&str; 3]; 12] = [
    ["January", "janeiro", "enero"],
    ["February", "fevereiro", "febrero"],
    ["March", "março", "marzo"],
    ["April", "abril", "abril"],
    ["May", "maio", "mayo"],
    ["June", "junho", "junio"],
    ["July", "julho", "julio"],
    ["August", "agosto", "agosto"],
    ["September", "setembro", "septiembre"],
    ["October", "outubro", "octubre"],
    ["November", "novembro", "noviembre"],
    ["December", "dezembro", "diciembre"],
];

/// `1234567.50` as `1.234.567,50`, or with the signs the other way round.
fn money(stored: &str, locale: Locale) -> Option<String> {
    let (whole, cents) = stored.split_once('.')?;
    let (group, decimal) = match locale {
        Locale::En => (',', '.'),
        Locale::Pt | Locale::Es => ('.', ','),
    };
    let mut amount = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            amount.push(group);
        }
        amount.push(digit);
    }
    Some(format!("{amount}{decimal}{cents}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn said(field: serde_json::Value, written: &str) -> [String; 3] {
        let mut whole =
            json!({ "id": 1, "key": "x", "type": "text", "title_in_portal": "X", "required_in_portal": false });
        whole.as_object_mut().unwrap().extend(field.as_object().unwrap().clone());
        let field: Field = serde_json::from_value(whole).unwrap();
        Locale::ALL.map(|locale| worded(&field, &AnswerValue::from(written), locale))
    }

    #[test]
    fn days_months_and_amounts_are_written_as_the_language_writes_them() {
        assert_eq!(
            said(json!({ "type": "date" }), "2026-12-01"),
            ["December 1, 2026", "1 de dezembro de 2026", "1 de diciembre de 2026"]
        );
        assert_eq!(
            said(json!({ "format": "month" }), "2026-10"),
            ["October 2026", "outubro de 2026", "octubre de 2026"]
        );
        assert_eq!(said(json!({ "format": "money" }), "1234567.50"), ["1,234,567.50", "1.234.567,50", "1.234.567,50"]);
        assert_eq!(said(json!({ "format": "money" }), "100.00"), ["100.00", "100,00", "100,00"]);
        for odd in ["", "x", "2026-13", "1.2.3-4"] {
            assert_eq!(said(json!({ "format": "month" }), odd), [odd, odd, odd]);
            assert_eq!(said(json!({ "type": "date" }), odd), [odd, odd, odd]);
        }
    }

    #[test]
    fn a_table_is_a_row_a_line() {
        let columns = json!([{ "key": "a", "title": "A", "required": true }, { "key": "b", "title": "B" }]);
        let table = json!({ "type": "table", "columns": columns });
        assert_eq!(said(table, "one\t\"x;y\"\ntwo\t")[0], "one | x;y\ntwo");
    }
}
