//! Numbers that carry check digits: payment cards, CPF, CNPJ (with letters too, as of 2026).

use crate::Kind;

/// The longest form of any of them, with what stands between the digits.
const LONGEST: usize = 28;

/// The number that `text` begins with, and how many bytes it takes. The caller knows that no digit stands before it.
pub fn number_at(text: &[u8]) -> Option<(Kind, usize)> {
    document_at(text)
        .map(|length| (Kind::Document, length))
        .or_else(|| card_at(text).map(|length| (Kind::Card, length)))
}

/// A CPF or CNPJ, dotted or bare, with the right check digits.
pub fn document_at(text: &[u8]) -> Option<usize> {
    let forms: [(&[u8], bool); 4] =
        [(b"ddd.ddd.ddd-dd", true), (b"ddddddddddd", true), (b"cc.ccc.ccc/cccc-dd", false), (b"ccccccccccccdd", false)];
    forms.into_iter().find_map(|(form, is_cpf)| {
        let (values, length) = fits(text, form)?;
        let is_right = if is_cpf { is_cpf_number(&values) } else { is_cnpj_number(&values, form.len() == 14) };
        is_right.then_some(length)
    })
}

/// The values of the signs where a text has a form: `d` is a digit, `c` a digit or capital.
fn fits(text: &[u8], form: &[u8]) -> Option<([u8; 14], usize)> {
    let mut values = [0; 14];
    let mut count = 0;
    let found = text.get(..form.len())?;
    for (byte, wanted) in found.iter().zip(form) {
        let value = match wanted {
            b'd' if byte.is_ascii_digit() => byte - b'0',
            // The standard's value of a letter is its code less that of the zero.
            b'c' if byte.is_ascii_digit() || byte.is_ascii_uppercase() => byte - b'0',
            b'd' | b'c' => return None,
            _ if byte == wanted => continue,
            _ => return None,
        };
        *values.get_mut(count)? = value;
        count += 1;
    }
    let has_letter = values.iter().any(|value| *value > 9);
    let goes_on = |byte: &u8| byte.is_ascii_digit() || has_letter && byte.is_ascii_alphanumeric();
    (!text.get(form.len()).is_some_and(goes_on)).then_some((values, form.len()))
}

fn is_cpf_number(values: &[u8; 14]) -> bool {
    let digit = |count: usize| {
        let sum: u32 = (0..count).map(|at| u32::from(values[at]) * (count + 1 - at) as u32).sum();
        (sum * 10 % 11 % 10) as u8
    };
    values[..11].iter().any(|value| *value != values[0]) && values[9] == digit(9) && values[10] == digit(10)
}

fn is_cnpj_number(values: &[u8; 14], is_bare: bool) -> bool {
    let digit = |count: usize| {
        // Weights 2 to 9 from the right, over and over.
        let sum: u32 = (0..count).map(|at| u32::from(values[at]) * (2 + (count - 1 - at) as u32 % 8)).sum();
        match sum % 11 {
            0 | 1 => 0,
            rest => (11 - rest) as u8,
        }
    };
    values.iter().any(|value| *value != values[0])
        && values[12] == digit(12)
        && values[13] == digit(13)
        && !(is_bare && is_time(values))
}

/// `20261130205237` is a time; one in a hundred has right check digits by chance.
fn is_time(values: &[u8; 14]) -> bool {
    if values.iter().any(|value| *value > 9) {
        return false;
    }
    let two = |at: usize| values[at] * 10 + values[at + 1];
    matches!(two(0), 19 | 20)
        && (1..=12).contains(&two(4))
        && (1..=31).contains(&two(6))
        && two(8) < 24
        && two(10) < 60
        && two(12) < 60
}

/// The number of a card: as long as its network's are, with a right last digit, bare or in groups.
pub fn card_at(text: &[u8]) -> Option<usize> {
    let mut digits = [0_u8; 19];
    let mut count = 0;
    let mut between = None;
    let mut group = 0;
    let mut groups = 1;
    let mut found = None;
    for (at, byte) in text.iter().enumerate().take(LONGEST) {
        if byte.is_ascii_digit() {
            // What goes on for too long is something else; what came before it may still be a card.
            let Some(digit) = digits.get_mut(count) else { break };
            *digit = byte - b'0';
            count += 1;
            group += 1;
            let ends = !text.get(at + 1).is_some_and(u8::is_ascii_digit);
            // `412.33599994564429` is a fraction.
            let is_fraction = between == Some(b'.') && groups < 3;
            if ends && !is_fraction && is_card(&digits[..count]) {
                found = Some(at + 1);
            }
        } else if matches!(byte, b' ' | b'-' | b'+' | b'.') && group >= 3 && *between.get_or_insert(*byte) == *byte {
            group = 0;
            groups += 1;
        } else {
            break;
        }
    }
    found
}

fn is_card(digits: &[u8]) -> bool {
    let begins = |count: usize| digits.iter().take(count).fold(0_u32, |number, digit| number * 10 + u32::from(*digit));
    let is_known = match digits.len() {
        13 => begins(1) == 4 || begins(6) == 606_282,
        14 => matches!(begins(2), 30 | 36 | 38 | 39),
        15 => matches!(begins(2), 34 | 37),
        16 => matches!(begins(1), 4..=6) || begins(2) == 35 || (2221..=2720).contains(&begins(4)),
        17..=19 => matches!(begins(1), 4..=6) || begins(4) == 3841,
        _ => false,
    };
    let sum = digits.iter().rev().enumerate().map(|(at, digit)| match at % 2 {
        0 => u32::from(*digit),
        _ => u32::from(digit * 2 / 10 + digit * 2 % 10),
    });
    is_known && digits.iter().any(|digit| *digit != digits[0]) && sum.sum::<u32>() % 10 == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_with_right_check_digits_are_found() {
        let cases: [(&str, Kind, usize); 18] = [
            ("529.982.247-25", Kind::Document, 14),
            ("52998224725", Kind::Document, 11),
            ("52998224725,Maria", Kind::Document, 11),
            ("11.222.333/0001-81", Kind::Document, 18),
            ("11222333000181", Kind::Document, 14),
            // The example of the tax office for numbers with letters.
            ("12.ABC.345/01DE-35", Kind::Document, 18),
            ("12ABC34501DE35", Kind::Document, 14),
            ("4111111111111111", Kind::Card, 16),
            ("4111 1111 1111 1111", Kind::Card, 19),
            ("4111-1111-1111-1111.", Kind::Card, 19),
            ("4111 1111 1111 1111 12/28 123", Kind::Card, 19),
            ("4111111111111111 4111111111111111", Kind::Card, 16),
            ("5555555555554444", Kind::Card, 16),
            ("2223003122003222", Kind::Card, 16),
            ("378282246310005", Kind::Card, 15),
            ("3782 822463 10005", Kind::Card, 17),
            ("36227206271667", Kind::Card, 14),
            ("6062828888666688", Kind::Card, 16),
        ];
        for (text, kind, length) in cases {
            assert_eq!(number_at(text.as_bytes()), Some((kind, length)), "{text}");
        }
    }

    #[test]
    fn other_numbers_are_left() {
        let others = [
            "529.982.247-26",
            "11111111111",
            "11.222.333/0001-82",
            "12ABC34501DE36",
            "4111111111111112",
            "41111111111111111",
            "411111111111111100000",
            "1701377557123",
            "0000000000000000",
            "4111_1111_1111_1111",
            "20 26 11 30 20 52 37 12",
            "529982247251",
            "123",
            "412.33599994564429",
            "4111.111111111111",
            "",
        ];
        for text in others {
            assert_eq!(number_at(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn a_time_is_no_company() {
        let mut by_chance = 0;
        for second in 0..60 {
            for minute in 0..60 {
                let time = format!("2026113000{minute:02}{second:02}");
                let (values, _) = fits(time.as_bytes(), b"ccccccccccccdd").unwrap();
                by_chance += u32::from(is_cnpj_number(&values, false));
                assert_eq!(document_at(time.as_bytes()), None, "{time}");
            }
        }
        assert!(by_chance > 0, "the test has a case");
    }
}
