//! Numbers that mails do not show: a mail lies in mailboxes and backups for years, and the panel shows the same to
//! whoever may see it. Which answers are meant, the forms' definitions say; card numbers and CPFs are known by their
//! digits wherever somebody wrote them.

use balcao_contract::format::{self, Format};
use std::ops::Range;

/// Stands for what is hidden.
const DOT: char = '•';
/// So many signs of a document's number are shown at its end: enough to tell two apart.
const SHOWN_OF_A_DOCUMENT: usize = 2;
/// As on every receipt.
const SHOWN_OF_A_CARD: usize = 4;
/// How the numbers of cards and CPFs are written in groups of digits.
const GROUPED: [&[usize]; 5] = [&[4, 4, 4, 4, 3], &[4, 4, 4, 4], &[4, 6, 5], &[4, 6, 4], &[3, 3, 3, 2]];
/// The same without groups.
const WHOLE: [&[usize]; 5] = [&[19], &[16], &[15], &[14], &[11]];

/// An answer to a sensitive question: the last two signs of each line are left, of a short one none.
#[must_use]
pub fn answer(value: &str) -> String {
    value.lines().map(line).collect::<Vec<_>>().join("\n")
}

fn line(line: &str) -> String {
    let signs = line.chars().filter(|sign| sign.is_alphanumeric()).count();
    let shown = if signs > 2 * SHOWN_OF_A_DOCUMENT { SHOWN_OF_A_DOCUMENT } else { 0 };
    let mut left = signs;
    let hide = |sign: char| {
        if !sign.is_alphanumeric() {
            return sign;
        }
        left -= 1;
        if left < shown { sign } else { DOT }
    };
    line.chars().map(hide).collect()
}

/// A text without the digits of card numbers and CPFs in it.
#[must_use]
pub fn numbers(text: &str) -> String {
    let mut hidden = hidden(text).into_iter().peekable();
    let hide = |(at, sign): (usize, char)| {
        while hidden.next_if(|digits| digits.end <= at).is_some() {}
        let is_hidden = hidden.peek().is_some_and(|digits| digits.contains(&at));
        if sign.is_ascii_digit() && is_hidden { DOT } else { sign }
    };
    text.char_indices().map(hide).collect()
}

/// Where the digits stand that are not shown.
fn hidden(text: &str) -> Vec<Range<usize>> {
    let groups = digit_groups(text);
    let mut hidden = Vec::new();
    let mut at = 0;
    while let Some(rest) = groups.get(at..).filter(|rest| !rest.is_empty()) {
        let found =
            GROUPED.iter().chain(&WHOLE).find_map(|shape| digits_hidden(text, rest, shape).zip(Some(shape.len())));
        if let Some((digits, _)) = &found {
            hidden.push(digits.clone());
        }
        at += found.map_or(1, |(_, groups)| groups);
    }
    hidden
}

/// The digits to hide where groups of that shape begin the rest and are what they look like.
fn digits_hidden(text: &str, rest: &[Range<usize>], shape: &[usize]) -> Option<Range<usize>> {
    let groups = rest.get(..shape.len())?;
    let fits = groups.iter().zip(shape).all(|(group, length)| group.len() == *length)
        && groups.windows(2).all(|pair| is_joint(&text[pair[0].end..pair[1].start]));
    if !fits {
        return None;
    }
    let digits: String = groups.iter().map(|group| &text[group.clone()]).collect();
    let shown = match digits.len() {
        11 if format::read(Format::Cpf, None, &digits).is_ok() => SHOWN_OF_A_DOCUMENT,
        14.. if is_card(digits.as_bytes()) => SHOWN_OF_A_CARD,
        _ => return None,
    };
    let last = groups.last()?;
    // The last group may be shorter than what is shown: then the one before it ends a little earlier.
    let mut end = last.end;
    let mut left = shown;
    for group in groups.iter().rev() {
        let here = group.len().min(left);
        end = group.end - here;
        left -= here;
        if left == 0 {
            break;
        }
    }
    Some(groups.first()?.start..end)
}

/// Every run of digits.
fn digit_groups(text: &str) -> Vec<Range<usize>> {
    let mut groups: Vec<Range<usize>> = Vec::new();
    for (at, byte) in text.bytes().enumerate() {
        match groups.last_mut() {
            _ if !byte.is_ascii_digit() => {}
            Some(group) if group.end == at => group.end += 1,
            _ => groups.push(at..at + 1),
        }
    }
    groups
}

/// What stands between the groups of one number.
fn is_joint(between: &str) -> bool {
    matches!(between, " " | "-" | "." | "\u{a0}")
}

/// The lengths and beginnings that the networks give out (ISO/IEC 7812), and the check digit (Luhn).
fn is_card(digits: &[u8]) -> bool {
    let is_given_out = match digits.first() {
        Some(b'4' | b'6') => matches!(digits.len(), 16 | 19),
        Some(b'2' | b'5') => digits.len() == 16,
        Some(b'3') => matches!(digits.len(), 14..=16),
        _ => false,
    };
    let sum: u32 = digits.iter().rev().zip(0..).map(|(digit, place)| luhn(u32::from(digit - b'0'), place)).sum();
    is_given_out && sum.is_multiple_of(10)
}

const fn luhn(digit: u32, place: usize) -> u32 {
    match (place % 2, digit * 2) {
        (0, _) => digit,
        (_, doubled @ 10..) => doubled - 9,
        (_, doubled) => doubled,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn of_a_sensitive_answer_its_end_is_left() {
        for (written, shown) in [
            ("529.982.247-25", "•••.•••.•••-25"),
            ("12.345.678-X", "••.•••.••8-X"),
            ("MG-12.345.678", "••-••.•••.•78"),
            ("12.ABC.345/01DE-35", "••.•••.•••/••••-35"),
            ("1234", "••••"),
            ("", ""),
            ("529.982.247-25\n111.444.777-35", "•••.•••.•••-25\n•••.•••.•••-35"),
        ] {
            assert_eq!(answer(written), shown);
        }
    }

    #[test]
    fn card_numbers_and_cpfs_are_hidden_wherever_they_stand() {
        for (written, shown) in [
            ("4111111111111111", "••••••••••••1111"),
            ("card 4111 1111 1111 1111 12/29", "card •••• •••• •••• 1111 12/29"),
            ("(5555-5555-5555-4444)", "(••••-••••-••••-4444)"),
            ("3782 822463 10005, 6011111111111117", "•••• •••••• •0005, ••••••••••••1117"),
            ("cpf 529.982.247-25 e 52998224725", "cpf •••.•••.•••-25 e •••••••••25"),
        ] {
            assert_eq!(numbers(written), shown);
        }
    }

    #[test]
    fn other_long_numbers_stay() {
        for text in [
            // An order, a moment, a telephone, a barcode, a payment slip, an invoice's key.
            "1234567890123-01",
            "1764446400000",
            "+55 11 98765-4321",
            "7891000100103",
            "34191.79001 01043.510047 91020.150008 5 84410026000",
            "35200114200166000187550010000000046550000046",
            // One digit is wrong.
            "4111 1111 1111 1112",
            "529.982.247-26",
            "é 4111-1111",
        ] {
            assert_eq!(numbers(text), text);
        }
    }

    proptest! {
        #[test]
        fn only_digits_change_and_only_into_dots(text in "[0-9 .é-]{0,60}") {
            let masked = numbers(&text);
            prop_assert_eq!(masked.chars().count(), text.chars().count());
            for (before, after) in text.chars().zip(masked.chars()) {
                prop_assert!(before == after || (before.is_ascii_digit() && after == DOT));
            }
        }
    }
}
