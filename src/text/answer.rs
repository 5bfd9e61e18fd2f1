//! An answer's text as a reader's language writes it: days, months and amounts are stored in one notation for all.

use super::{Language, intl};
use balcao_contract::form::{Field, FieldKind};
use balcao_contract::format::{Format, countries, currencies};
use balcao_contract::time::Timestamp;

impl Language {
    /// What was answered to a field, which is neither a choice nor a table.
    #[must_use]
    pub fn answer(self, field: &Field, text: &str) -> String {
        let written = match (field.kind, field.format) {
            (FieldKind::Date, _) => self.day_or_month(text),
            (_, Some(Format::Month)) => self.day_or_month(text),
            (_, Some(Format::Money)) => intl::amount(self.locale(), text),
            (_, Some(format)) => self.name_of(format, text),
            _ => None,
        };
        written.unwrap_or_else(|| text.to_owned())
    }

    /// What a country or a currency is called; `None` for other formats.
    fn name_of(self, format: Format, code: &str) -> Option<String> {
        match format {
            Format::Country => Some(intl::name_of(self.locale(), "region", code)),
            Format::Currency => Some(format!("{} ({code})", intl::name_of(self.locale(), "currency", code))),
            _ => None,
        }
    }

    /// Every country or currency, by code and name, as the language orders them; none for other formats.
    #[must_use]
    pub fn names(self, format: Format) -> Vec<(String, String)> {
        let named = |code: &str| Some((code.to_owned(), self.name_of(format, code)?));
        let mut names: Vec<_> = match format {
            Format::Country => countries().filter_map(named).collect(),
            Format::Currency => currencies().filter_map(named).collect(),
            _ => Vec::new(),
        };
        intl::sort(self.locale(), &mut names);
        names
    }

    /// "21 Nov 2026" or "November 2026", whichever is stored; `None` for neither.
    #[must_use]
    pub fn day_or_month(self, text: &str) -> Option<String> {
        match text.len() {
            7 => Some(intl::month(self.locale(), noon(&format!("{text}-15"))?)),
            _ => Some(self.format_date(noon(text)?)),
        }
    }
}

/// Noon of a day: the same day on the calendar of nearly every time zone.
fn noon(day: &str) -> Option<Timestamp> {
    format!("{day}T12:00:00Z").parse().ok()
}

#[cfg(test)]
mod tests {
    #[test]
    fn only_days_of_the_calendar_have_a_noon() {
        assert!(super::noon("2026-11-21").is_some());
        for none in ["2026-02-30", "", "tomorrow", "2026-11-21T00:00"] {
            assert!(super::noon(none).is_none(), "{none}");
        }
    }
}
