//! Amounts, as people of either habit write them.

use super::FormatError;

/// The most digits before the decimal mark: far beyond any store's revenue, and exact in every program.
const MOST_DIGITS: usize = 15;

/// `1.234,56`, `1,234.56`, `1 234,5`, `1234`: stored with a point and two decimals. A single mark before exactly three
/// digits groups thousands, because an amount has at most two decimals.
pub fn read(line: &str) -> Result<String, FormatError> {
    let negative = line.starts_with(['-', '\u{2212}']) || (line.starts_with('(') && line.ends_with(')'));
    if negative {
        let inside = line.trim_matches(|sign| matches!(sign, '-' | '\u{2212}' | '(' | ')' | ' '));
        return Err(read(inside).map_or(FormatError::Money, |_| FormatError::MoneyNegative));
    }
    let (whole, decimals) = parts(line).ok_or(FormatError::Money)?;
    let digits = whole.trim_start_matches('0');
    if digits.len() > MOST_DIGITS {
        return Err(FormatError::Money);
    }
    let digits = if digits.is_empty() { "0" } else { digits };
    Ok(format!("{digits}.{decimals:0<2}"))
}

/// The digits before the decimal mark, without grouping, and those after it.
fn parts(line: &str) -> Option<(String, &str)> {
    let last = line.rfind(['.', ',']);
    let (whole, decimals) = match last {
        None => (line, ""),
        Some(at) => {
            let (whole, decimals) = (&line[..at], &line[at + 1..]);
            let same_before = whole.contains(&line[at..=at]);
            if same_before || (decimals.len() == 3 && !whole.contains(['.', ','])) {
                (line, "")
            } else {
                (whole, decimals)
            }
        }
    };
    let fits = decimals.len() <= 2 && decimals.bytes().all(|digit| digit.is_ascii_digit());
    if !fits || (decimals.is_empty() && whole.len() != line.len()) {
        return None;
    }
    // One sign groups all of it.
    let sign = whole.chars().find(|sign| !sign.is_ascii_digit());
    let Some(sign) = sign else { return (!whole.is_empty()).then(|| (whole.to_owned(), decimals)) };
    if !matches!(sign, '.' | ',' | ' ' | '\'') {
        return None;
    }
    let mut groups = whole.split(sign);
    let is_group = |group: &str| group.len() == 3 && group.bytes().all(|digit| digit.is_ascii_digit());
    let first = groups.next()?;
    let first_fits = (1..=3).contains(&first.len()) && first.bytes().all(|digit| digit.is_ascii_digit());
    (first_fits && groups.all(is_group)).then(|| (whole.replace(sign, ""), decimals))
}
