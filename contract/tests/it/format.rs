use balcao_contract::format::{Format, FormatError, read};
use proptest::prelude::*;

fn all(format: Format, cases: &[(&str, Result<&str, FormatError>)]) {
    for (written, expected) in cases {
        assert_eq!(read(format, None, written), expected.clone().map(str::to_owned), "{format:?} {written:?}");
    }
}

#[test]
fn addresses() {
    let no = || Err(FormatError::Email);
    all(
        Format::Email,
        &[
            ("ana@acme.example", Ok("ana@acme.example")),
            ("  Ana.Souza+nf@ACME.Example ", Ok("Ana.Souza+nf@acme.example")),
            ("Ana Souza <ana@acme.example>", Ok("ana@acme.example")),
            ("o'neil@mail.acme.co.uk", Ok("o'neil@mail.acme.co.uk")),
            ("ana@xn--80ak6aa92e.xn--p1ai", Ok("ana@xn--80ak6aa92e.xn--p1ai")),
            ("ana", no()),
            ("ana@", no()),
            ("@acme.example", no()),
            ("ana@acme", no()),
            ("ana@acme.", no()),
            ("ana@.example", no()),
            ("ana@acme..example", no()),
            ("ana@-acme.example", no()),
            ("ana@acme_x.example", no()),
            ("ana@1.2.3.4", no()),
            (".ana@acme.example", no()),
            ("an..a@acme.example", no()),
            ("ana souza@acme.example", no()),
            ("ana@acme.example, bia@acme.example", no()),
            ("ana@acme.example\r\nBcc: x@y.example", no()),
            ("ana<ana@acme.example", no()),
            ("", no()),
        ],
    );
    let long = format!("{}@acme.example", "a".repeat(65));
    assert_eq!(read(Format::Email, None, &long), Err(FormatError::Email));
    assert!(read(Format::Email, None, &long[1..]).is_ok());
}

#[test]
fn telephone_numbers() {
    let no = || Err(FormatError::Phone);
    all(
        Format::Phone,
        &[
            ("+55 (11) 98765-4321", Ok("+5511987654321")),
            ("0055 11 98765 4321", Ok("+5511987654321")),
            ("11 98765.4321", Ok("11987654321")),
            ("(011) 4002-8922", Ok("01140028922")),
            ("+1 415/555-2671", Ok("+14155552671")),
            ("1234567", no()),
            ("+1234567890123456", no()),
            ("+0 11 98765 4321", no()),
            ("11 98765 4321 ext 5", no()),
            ("11+987654321", no()),
            ("phone", no()),
            ("+", no()),
        ],
    );
}

#[test]
fn cpf_with_check_digits() {
    let (shape, digits) = (|| Err(FormatError::CpfShape), || Err(FormatError::CpfDigits));
    all(
        Format::Cpf,
        &[
            ("529.982.247-25", Ok("529.982.247-25")),
            ("52998224725", Ok("529.982.247-25")),
            ("111.444.777-35", Ok("111.444.777-35")),
            ("000.000.001-91", Ok("000.000.001-91")),
            ("529.982.247-26", digits()),
            ("529.982.247-52", digits()),
            ("259.982.247-25", digits()),
            ("111.111.111-11", digits()),
            ("000.000.000-00", digits()),
            ("529.982.247-2", shape()),
            ("529.982.247-255", shape()),
            ("529.982.247-2X", shape()),
            ("529982247２５", shape()),
            ("", shape()),
        ],
    );
}

#[test]
fn cnpj_with_check_digits_and_letters() {
    let (shape, digits) = (|| Err(FormatError::CnpjShape), || Err(FormatError::CnpjDigits));
    all(
        Format::Cnpj,
        &[
            ("11.222.333/0001-81", Ok("11.222.333/0001-81")),
            ("11222333000181", Ok("11.222.333/0001-81")),
            ("00.000.000/0001-91", Ok("00.000.000/0001-91")),
            // The tax office's own example of a number with letters.
            ("12.ABC.345/01DE-35", Ok("12.ABC.345/01DE-35")),
            ("12abc34501de35", Ok("12.ABC.345/01DE-35")),
            ("12.ABC.345/01DE-53", digits()),
            ("12.ABD.345/01DE-35", digits()),
            ("11.222.333/0001-82", digits()),
            ("11.222.333/0001-80", digits()),
            ("11.111.111/1111-11", digits()),
            ("00.000.000/0000-00", digits()),
            ("11.222.333/0001-8", shape()),
            ("11.222.333/0001-811", shape()),
            ("12.ABC.345/01DE-3A", shape()),
            ("12.ÁBC.345/01DE-35", shape()),
            ("529.982.247-25", shape()),
            ("", shape()),
        ],
    );
}

#[test]
fn amounts_of_either_habit() {
    let (no, below) = (|| Err(FormatError::Money), || Err(FormatError::MoneyNegative));
    all(
        Format::Money,
        &[
            ("1.234,56", Ok("1234.56")),
            ("1,234.56", Ok("1234.56")),
            ("1 234,56", Ok("1234.56")),
            ("1\u{a0}234\u{202f}567,5", Ok("1234567.50")),
            ("1'234.56", Ok("1234.56")),
            ("1234,56", Ok("1234.56")),
            ("1234.56", Ok("1234.56")),
            ("1234", Ok("1234.00")),
            ("0", Ok("0.00")),
            ("0,5", Ok("0.50")),
            ("007", Ok("7.00")),
            // Three digits after a single mark are thousands: an amount has two decimals.
            ("1.234", Ok("1234.00")),
            ("1,234", Ok("1234.00")),
            ("1.234.567", Ok("1234567.00")),
            ("1,234,567.8", Ok("1234567.80")),
            ("999999999999999,99", Ok("999999999999999.99")),
            ("9999999999999999", no()),
            ("1234.567", no()),
            ("1.23.456", no()),
            ("1.234,567", no()),
            ("1,234,56", no()),
            ("1.234,56,78", no()),
            ("1,234.56.78", no()),
            ("12,", no()),
            (",50", no()),
            ("R$ 10", no()),
            ("ten", no()),
            ("1e6", no()),
            ("", no()),
            ("-", no()),
            ("-1", below()),
            ("\u{2212}1.234,56", below()),
            ("(10,00)", below()),
        ],
    );
}

#[test]
fn months() {
    let no = || Err(FormatError::Month);
    all(
        Format::Month,
        &[
            ("2026-10", Ok("2026-10")),
            ("10/2026", Ok("2026-10")),
            ("1/2026", Ok("2026-01")),
            ("2026-13", no()),
            ("2026-00", no()),
            ("26-10", no()),
            ("2026-10-01", no()),
            ("October 2026", no()),
            ("", no()),
        ],
    );
}

#[test]
fn names_of_accounts() {
    let no = || Err(FormatError::AccountName);
    all(
        Format::AccountName,
        &[
            ("acmestore2", Ok("acmestore2")),
            (" AcmeStore ", Ok("acmestore")),
            ("2acme", no()),
            ("acme-store", no()),
            ("acme store", no()),
            ("acmé", no()),
            ("", no()),
        ],
    );
    let with = |written| read(Format::AccountName, Some("acme"), written);
    assert_eq!(with("acmesul"), Ok("acmesul".to_owned()));
    for other in ["acme", "sul", "theacme"] {
        assert_eq!(with(other), Err(FormatError::AccountPrefix { prefix: "acme".to_owned() }), "{other}");
    }
}

#[test]
fn first_and_last_names() {
    let no = || Err(FormatError::PersonName);
    all(
        Format::PersonName,
        &[
            ("Ana Souza", Ok("Ana Souza")),
            ("  José  da   Silva ", Ok("José da Silva")),
            ("D. O'Neil", Ok("D. O'Neil")),
            ("王 小明", Ok("王 小明")),
            ("Ana", no()),
            ("Ana .", no()),
            ("Ana 2", no()),
            ("ana@acme.example Souza", no()),
            ("", no()),
        ],
    );
}

const FORMATS: [Format; 9] = [
    Format::Email,
    Format::EmailList,
    Format::Phone,
    Format::Cpf,
    Format::Cnpj,
    Format::Money,
    Format::Month,
    Format::AccountName,
    Format::PersonName,
];

/// The check digits that a body demands, worked out once more and another way: as long sums, weight by weight.
fn with_check_digits(body: &str, weights: [&[u32]; 2]) -> String {
    let mut number = body.to_owned();
    for weights in weights {
        let sum: u32 = number.bytes().zip(weights).map(|(sign, weight)| u32::from(sign - 48) * weight).sum();
        let rest = sum % 11;
        number += &(if rest < 2 { 0 } else { 11 - rest }).to_string();
    }
    number
}

proptest! {
    /// What is stored is read back as itself, and nothing breaks the reading.
    #[test]
    fn what_is_stored_is_settled(written in "\\PC{0,40}|[0-9.,/ A-Z@-]{0,24}") {
        for format in FORMATS {
            if let Ok(stored) = read(format, None, &written) {
                prop_assert_eq!(read(format, None, &stored), Ok(stored.clone()));
                prop_assert!(!stored.chars().any(char::is_control));
            }
        }
    }

    #[test]
    fn every_right_cnpj_is_taken_and_no_slip_of_a_digit(body in "[0-9A-Z]{12}", place in 0usize..14, by in 1u8..10) {
        let number = with_check_digits(&body, [
            &[5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2],
            &[6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2],
        ]);
        prop_assert!(read(Format::Cnpj, None, &number).is_ok() || body.bytes().all(|sign| sign == body.as_bytes()[0]));
        let mut slipped = number.into_bytes();
        // Remainders 0 and 1 share a check digit, so that not every slip in the body shows; one in the check digits does.
        let place = 12 + place % 2;
        slipped[place] = b'0' + (slipped[place] - b'0' + by) % 10;
        prop_assert!(read(Format::Cnpj, None, &String::from_utf8(slipped).unwrap()).is_err());
    }

    #[test]
    fn every_right_cpf_is_taken(body in "[0-9]{9}") {
        let number = with_check_digits(&body, [&[10, 9, 8, 7, 6, 5, 4, 3, 2], &[11, 10, 9, 8, 7, 6, 5, 4, 3, 2]]);
        prop_assert!(read(Format::Cpf, None, &number).is_ok() || body.bytes().all(|sign| sign == body.as_bytes()[0]));
    }

    /// However an amount is written, the same is stored.
    #[test]
    fn amounts_are_the_same_in_every_notation(whole in 0u64..999_999_999_999, cents in 0u8..100) {
        let digits = whole.to_string();
        let grouped = |sign: char| {
            let mut text = String::new();
            for (at, digit) in digits.chars().enumerate() {
                if at > 0 && (digits.len() - at) % 3 == 0 {
                    text.push(sign);
                }
                text.push(digit);
            }
            text
        };
        let stored = format!("{whole}.{cents:02}");
        for written in [
            format!("{}.{cents:02}", grouped(',')),
            format!("{},{cents:02}", grouped('.')),
            format!("{},{cents:02}", grouped(' ')),
            format!("{digits}.{cents:02}"),
            format!("{digits},{cents:02}"),
        ] {
            prop_assert_eq!(read(Format::Money, None, &written), Ok(stored.clone()), "{}", written);
        }
    }
}
