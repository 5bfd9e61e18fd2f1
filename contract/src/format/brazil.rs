//! The tax numbers of Brazil, with their check digits.

use super::FormatError;

/// Eleven digits; the last two check the others (modulus 11, weights from 2 upwards, from the right).
pub fn cpf(line: &str) -> Result<String, FormatError> {
    let signs = without_marks(line);
    if signs.len() != 11 || !signs.iter().all(u8::is_ascii_digit) {
        return Err(FormatError::CpfShape);
    }
    let weight = |from_right: usize| from_right as u32 + 2;
    if all_the_same(&signs) || !checks(&signs, weight) {
        return Err(FormatError::CpfDigits);
    }
    let text = string(&signs);
    Ok(format!("{}.{}.{}-{}", &text[..3], &text[3..6], &text[6..9], &text[9..]))
}

/// Twelve letters or digits and two check digits. Since July 2026 a new company's number may have letters; a letter
/// counts as its ASCII code less 48, so that the numbers that have none stay what they are (Nota Técnica COCAD/SUARA/RFB
/// 49/2024). Weights run from 2 to 9 and again, from the right.
pub fn cnpj(line: &str) -> Result<String, FormatError> {
    let signs = without_marks(&line.to_ascii_uppercase());
    let fits = signs.len() == 14
        && signs[..12].iter().all(|sign| sign.is_ascii_digit() || sign.is_ascii_uppercase())
        && signs[12..].iter().all(u8::is_ascii_digit);
    if !fits {
        return Err(FormatError::CnpjShape);
    }
    let weight = |from_right: usize| from_right as u32 % 8 + 2;
    if all_the_same(&signs) || !checks(&signs, weight) {
        return Err(FormatError::CnpjDigits);
    }
    let text = string(&signs);
    Ok(format!("{}.{}.{}/{}-{}", &text[..2], &text[2..5], &text[5..8], &text[8..12], &text[12..]))
}

/// Without the marks that these numbers are written with.
fn without_marks(line: &str) -> Vec<u8> {
    // A sign of several bytes is none of a number: its bytes are kept, and refused.
    line.bytes().filter(|sign| !matches!(sign, b'.' | b'-' | b'/' | b' ')).collect()
}

/// `000.000.000-00` passes the arithmetic, and is nobody's.
fn all_the_same(signs: &[u8]) -> bool {
    signs.iter().all(|sign| *sign == signs[0])
}

/// Whether the last two digits are what the rest demands.
fn checks(signs: &[u8], weight: impl Fn(usize) -> u32) -> bool {
    let body = signs.len() - 2;
    (body..signs.len()).all(|at| check_digit(&signs[..at], &weight) == u32::from(signs[at] - b'0'))
}

fn check_digit(signs: &[u8], weight: &impl Fn(usize) -> u32) -> u32 {
    let sum: u32 = signs.iter().rev().enumerate().map(|(at, sign)| u32::from(sign - b'0') * weight(at)).sum();
    match sum % 11 {
        0 | 1 => 0,
        rest => 11 - rest,
    }
}

fn string(signs: &[u8]) -> String {
    signs.iter().map(|sign| char::from(*sign)).collect()
}
