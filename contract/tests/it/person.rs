//! Which names are taken.

use balcao_contract::person::{LONGEST_NAME, NameError, PersonName};

#[test]
fn a_first_and_a_last_name_are_a_name() {
    let cases = [
        ("Ana Souza", "Ana Souza"),
        ("  Ana \t Souza\r\nBcc: x ", "Ana Souza Bcc: x"),
        ("J. Silva", "J. Silva"),
        ("María José de la Cruz-Gómez", "María José de la Cruz-Gómez"),
        ("Ана Соуза", "Ана Соуза"),
        ("山田 太郎", "山田 太郎"),
        ("Ana\u{202e} Souza", "Ana Souza"),
    ];
    for (given, name) in cases {
        assert_eq!(PersonName::parse(given).as_ref().map(PersonName::as_str), Ok(name), "{given:?}");
    }
}

#[test]
fn anything_less_is_none_and_says_why() {
    for blank in ["", "  ", "\u{200b}", "\r\n"] {
        assert_eq!(PersonName::parse(blank), Err(NameError::Blank), "{blank:?}");
    }
    for incomplete in ["Ana", "Ana 2", "ana@acmestore.example", "Ana ana@acmestore.example", "- -", "Ana \u{200b}"] {
        assert_eq!(PersonName::parse(incomplete), Err(NameError::Incomplete), "{incomplete:?}");
    }
}

#[test]
fn the_limit_is_in_characters() {
    let of = |length: u32| format!("Ana {}", "é".repeat(length as usize - 4));
    assert!(PersonName::parse(&of(LONGEST_NAME)).is_ok());
    assert_eq!(PersonName::parse(&of(LONGEST_NAME + 1)), Err(NameError::TooLong(LONGEST_NAME + 1)));
}
