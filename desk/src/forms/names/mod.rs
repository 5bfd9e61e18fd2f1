//! What countries and currencies are called in the panel's languages: for mails and agents, who have no browser to say it.
//! The tables are Unicode's (CLDR), as browsers have them; a line is a code and its name in English, Portuguese, Spanish.

use balcao_contract::format::Format;
use balcao_contract::locale::Locale;

const COUNTRIES: &str = include_str!("countries.tsv");
const CURRENCIES: &str = include_str!("currencies.tsv");

/// The name behind a code, a currency's with its code; `None` for what is none.
#[must_use]
pub fn of(format: Format, code: &str, locale: Locale) -> Option<String> {
    let table = match format {
        Format::Country => COUNTRIES,
        Format::Currency => CURRENCIES,
        _ => return None,
    };
    let line = table.lines().find(|line| line.split('\t').next() == Some(code))?;
    let name = line.split('\t').nth(1 + locale as usize)?;
    Some(if format == Format::Currency { format!("{name} ({code})") } else { name.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use balcao_contract::format::{countries, currencies};

    #[test]
    fn every_country_and_currency_has_a_name_in_each_language() {
        for locale in Locale::ALL {
            for (format, codes) in
                [(Format::Country, countries().collect::<Vec<_>>()), (Format::Currency, currencies().collect())]
            {
                for code in codes {
                    let name = of(format, code, locale).unwrap_or_default();
                    assert!(name.chars().count() >= 3 && name != code, "{code} {locale}: {name:?}");
                }
            }
        }
        assert_eq!(of(Format::Country, "BR", Locale::Es).as_deref(), Some("Brasil"));
        assert_eq!(of(Format::Currency, "BRL", Locale::Pt).as_deref(), Some("Real brasileiro (BRL)"));
        assert_eq!(of(Format::Country, "Brazil", Locale::En), None);
        assert_eq!(
            (COUNTRIES.lines().count(), CURRENCIES.lines().count()),
            (countries().count(), currencies().count())
        );
    }
}
