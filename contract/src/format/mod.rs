//! What a line of text must be where a field asks for something definite: an address, a tax number, an amount. One
//! function reads an entry: it gives what is stored, or what is wrong. Both sides call it, so that both agree.

mod brazil;
mod codes;
mod contact;
mod money;

pub use codes::{countries, currencies};

use crate::text;
use serde::{Deserialize, Serialize};

/// What a text must be. The names are those of the form definitions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// An e-mail address.
    Email,
    /// E-mail addresses, separated by line breaks, commas or semicolons; stored one a line.
    EmailList,
    /// A telephone number: digits, `+`, spaces and the usual punctuation; stored without them.
    Phone,
    /// The number of a Brazilian taxpayer: stored as `529.982.247-25`.
    Cpf,
    /// The number of a Brazilian company, with letters too (valid since July 2026): stored as `12.ABC.345/01DE-35`.
    Cnpj,
    /// An amount that is not negative, typed as `1.234,56` or `1,234.56`; stored as `1234.56`.
    Money,
    /// A month, stored as `2026-10`.
    Month,
    /// The name of a store account: a-z and 0-9, a letter first.
    AccountName,
    /// First and last name.
    PersonName,
    /// A country, stored by its code: `BR`.
    Country,
    /// A currency, stored by its code: `BRL`.
    Currency,
}

/// Why a text is not what its format asks.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FormatError {
    /// Not an e-mail address.
    Email,
    /// Not a telephone number.
    Phone,
    /// Not the eleven digits of a CPF.
    CpfShape,
    /// Eleven digits that no CPF has: one is mistyped.
    CpfDigits,
    /// Not the fourteen characters of a CNPJ.
    CnpjShape,
    /// Fourteen characters that no CNPJ has: one is mistyped.
    CnpjDigits,
    /// Not an amount.
    Money,
    /// An amount below zero.
    MoneyNegative,
    /// Not a month of the calendar.
    Month,
    /// Not what an account can be called.
    AccountName,
    /// An account's name that does not begin as it must, or has nothing after that.
    AccountPrefix {
        /// How it must begin.
        prefix: String,
    },
    /// One name only.
    PersonName,
    /// A cell that must not be empty.
    Blank,
    /// Longer than a cell takes.
    TooLong {
        /// The limit, in characters.
        max: u32,
    },
    /// The same as in a line before, where each must differ.
    Repeated {
        /// The line that had it first.
        line: u32,
    },
    /// More cells in a row than the table has columns.
    TooManyCells {
        /// How many columns there are.
        columns: u32,
    },
    /// A quotation mark that is never closed.
    OpenQuote,
    /// Not one of those that there are.
    NotListed,
}

/// The longest name of an account: it is a part of host names (RFC 1035, 2.3.4).
const ACCOUNT_NAME_LIMIT: usize = 63;

/// What is stored for an entry. `prefix` is how an account's name must begin. Of [`Format::EmailList`] one entry.
///
/// # Errors
/// What is wrong with it.
pub fn read(format: Format, prefix: Option<&str>, written: &str) -> Result<String, FormatError> {
    let line = text::single_line(written);
    match format {
        Format::Email | Format::EmailList => contact::email(&line),
        Format::Phone => contact::phone(&line),
        Format::PersonName => contact::person_name(&line),
        Format::Cpf => brazil::cpf(&line),
        Format::Cnpj => brazil::cnpj(&line),
        Format::Money => money::read(&line),
        Format::Month => month(&line),
        Format::AccountName => account_name(&line, prefix),
        Format::Country => codes::read(countries(), &line),
        Format::Currency => codes::read(currencies(), &line),
    }
}

/// `2026-10`, as the browser's month field gives it, or `10/2026`, as it is typed where the browser has none.
fn month(line: &str) -> Result<String, FormatError> {
    let (year, month) = match (line.split_once('-'), line.split_once('/')) {
        (Some((year, month)), None) => (year, month),
        (None, Some((month, year))) => (year, month),
        _ => return Err(FormatError::Month),
    };
    let number = |digits: &str, longest: usize| {
        let fits = (1..=longest).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit());
        digits.parse::<u32>().ok().filter(|_| fits)
    };
    match (number(year.trim(), 4), number(month.trim(), 2)) {
        (Some(year @ 1900..=9999), Some(month @ 1..=12)) => Ok(format!("{year:04}-{month:02}")),
        _ => Err(FormatError::Month),
    }
}

fn account_name(line: &str, prefix: Option<&str>) -> Result<String, FormatError> {
    let name = line.to_ascii_lowercase();
    let fits = name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.bytes().all(|sign| sign.is_ascii_lowercase() || sign.is_ascii_digit())
        && name.len() <= ACCOUNT_NAME_LIMIT;
    if !fits {
        return Err(FormatError::AccountName);
    }
    match prefix {
        Some(prefix) if name.strip_prefix(prefix).is_none_or(str::is_empty) => {
            Err(FormatError::AccountPrefix { prefix: prefix.to_owned() })
        }
        _ => Ok(name),
    }
}
