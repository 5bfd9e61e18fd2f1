//! The usual passwords, and some that are none.

use super::Guessable::{Common, Pattern, Yours};
use super::*;
use proptest::prelude::*;

fn ana() -> Words {
    Words::of(["Ana Souza", "ana.souza@acmestore.example", "acme-store", "Balcão", "desk.example.com"])
}

#[test]
fn the_usual_passwords_are_guessed_and_several_words_are_not() {
    let table = [
        // Common ones that are long enough as they are.
        ("1q2w3e4r5t6y", Some(Pattern)),
        ("qwerty123456", Some(Common)),
        ("administrator", Some(Common)),
        ("manchesterunited", Some(Common)),
        ("motherfucker", Some(Common)),
        ("finalfantasy", Some(Common)),
        ("international", Some(Common)),
        ("jamesbond007", Some(Common)),
        // Made long enough: digits, signs, years, capitals, signs for letters.
        ("password1234", Some(Common)),
        ("Password123!", Some(Common)),
        ("P@ssw0rd1234", Some(Common)),
        ("pa$$word2026!", Some(Common)),
        ("PASSWORD!!!!!", Some(Common)),
        ("123password123", Some(Common)),
        ("!!!Password1", Some(Common)),
        ("qwertyuiop123", Some(Common)),
        ("iloveyou2024", Some(Common)),
        ("Sunshine2024!", Some(Common)),
        ("sunshine@1234", Some(Common)),
        ("monkey123456", Some(Common)),
        ("Summer2026!!", Some(Common)),
        ("Welcome12345", Some(Common)),
        ("letmein12345", Some(Common)),
        ("Dragon#99999", Some(Common)),
        ("football2025", Some(Common)),
        ("princess1990", Some(Common)),
        ("Mariana12345", Some(Common)),
        ("liverpool1892", Some(Common)),
        ("changeme2026", Some(Common)),
        ("passwordpassword", Some(Common)),
        ("letmeinletmein", Some(Common)),
        ("passwordpasswo", Some(Common)),
        ("monkeydragon12", Some(Common)),
        ("correcthorse1", None),
        // In Portuguese and Spanish.
        ("senha1234567", Some(Common)),
        ("Senha@123456", Some(Common)),
        ("Mudar@123456", Some(Common)),
        ("minhasenha123", Some(Common)),
        ("Flamengo@2024", Some(Common)),
        ("corinthians1910", Some(Common)),
        ("palmeiras1914", Some(Common)),
        ("Brasil2026!!", Some(Common)),
        ("Janeiro@2026", Some(Common)),
        ("contraseña123", Some(Common)),
        ("CONTRASEÑA2026", Some(Common)),
        ("holamundo1234", Some(Common)),
        ("teamo12345678", Some(Common)),
        ("Bienvenido123", Some(Common)),
        ("Verão2026!!!", Some(Common)),
        // Of the person and the store.
        ("ana.souza2026", Some(Yours)),
        ("AnaSouza123456", Some(Yours)),
        ("souza.ana.souza", Some(Yours)),
        ("4n4s0uz4-2026", Some(Yours)),
        ("ana.souza@acmestore.example", Some(Yours)),
        ("acmestore2026", Some(Yours)),
        ("Acme-Store-12", Some(Yours)),
        ("acme-store-acme", Some(Yours)),
        ("Balcão2026!!", Some(Yours)),
        ("balcao123456", Some(Yours)),
        // Patterns.
        ("aaaaaaaaaaaa", Some(Pattern)),
        ("abababababab", Some(Pattern)),
        ("abcabcabcabc", Some(Pattern)),
        ("abcdefghijkl", Some(Pattern)),
        ("lkjihgfedcba", Some(Pattern)),
        ("asdfghjkl;'asd", Some(Pattern)),
        ("poiuytrewqasdfg", Some(Pattern)),
        ("!@#$%^&*()!@", Some(Pattern)),
        ("198519861987", Some(Pattern)),
        ("010120000101", Some(Common)),
        ("............", Some(Pattern)),
        ("            ", Some(Pattern)),
        ("аааааааааааа", Some(Pattern)),
        // Nobody's first guess.
        ("several words in a row", None),
        ("coffee table lamp", None),
        ("correct horse battery staple", None),
        ("a long enough one", None),
        ("o gato subiu no telhado", None),
        ("el perro duerme mal", None),
        ("çãé 漢字 ünïcode ok", None),
        ("パスワードは長い方がいい", None),
        ("xK7#pq9vLm2z", None),
        ("84 61 07 93 25", None),
        ("nvqzptwmkxhr", None),
        ("Ana's cat drinks tea", None),
    ];
    let wrong: Vec<String> = table
        .into_iter()
        .map(|(password, expected)| (password, guessable(password, &ana()), expected))
        .filter(|(_, found, expected)| found != expected)
        .map(|(password, found, expected)| format!("{password}: {found:?}, not {expected:?}"))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn each_common_password_is_guessed_with_the_usual_endings_too() {
    let words = Words::default();
    // Every fiftieth: the whole list takes a debug build half a minute.
    let sample = common::all().filter(|word| word.len() >= 8).step_by(50);
    let mut looked_at = 0;
    for word in sample {
        let capital: String = word[..1].to_uppercase() + &word[1..];
        for ending in ["", "1", "123", "1234", "!", "!!", "2026", "2026!", "@123", "#1"] {
            assert!(guessable(&format!("{word}{ending}"), &words).is_some(), "{word}{ending}");
            assert!(guessable(&format!("{capital}{ending}"), &words).is_some(), "{capital}{ending}");
        }
        looked_at += 1;
    }
    assert!(looked_at >= 400, "{looked_at}");
}

#[test]
fn words_that_are_hers_are_as_good_as_any_for_somebody_else() {
    assert_eq!(guessable("kvothe-denna-1", &Words::of(["Kvothe Denna"])), Some(Yours));
    assert_eq!(guessable("kvothe-denna-1", &Words::default()), None);
    // Two letters of a name are in too many words.
    assert_eq!(guessable("jo7xq9vlm2zw", &Words::of(["Jo Li"])), None);
}

#[test]
fn what_repeats_is_its_shortest_part() {
    for (text, unit) in [("", 0), ("a", 1), ("aa", 1), ("abab", 2), ("ababa", 2), ("abcab", 5), ("abcabc", 3)] {
        assert_eq!(period(&text.chars().collect::<Vec<_>>()), unit, "{text}");
    }
}

proptest! {
    #[test]
    fn any_text_is_looked_at_to_its_end(text in "\\PC{0,300}", word in "\\PC{0,40}") {
        let _ = guessable(&text, &Words::of([word.as_str()]));
    }

    /// What is put after a common password makes it a better one only when it would be one by itself.
    #[test]
    fn a_common_password_with_three_signs_is_still_one(ending in "[ -~]{0,3}") {
        let password = format!("sunshine{ending}");
        prop_assert!(guessable(&password, &Words::default()).is_some());
    }
}
