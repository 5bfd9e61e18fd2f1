//! How many guesses find a password, for somebody who knows what people take: common passwords, names and words, the
//! person's and the store's own, runs of keys, years, and all of that with something put before, after or between.
//!
//! The password is cut into such pieces where it costs least; what is left over costs by the sign. Each sign is looked at
//! a fixed number of times, so that a long password costs no more than its length: an estimator that tries out what
//! each sign may stand for, such as zxcvbn's, takes seconds for the wrong hundred signs.

use super::common;
use std::collections::HashSet;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Guesses, as a power of two, that a password must be worth. The second factor stands behind it, guesses at the door are
/// slowed down, and whoever steals the database lacks the key that seasons the hashes.
const ENOUGH: u32 = 34;
/// One of some fifty thousand words, the usual ones first.
const WORD: u32 = 12;
/// One of a handful.
const YOURS: u32 = 3;
/// Where it begins, in which direction, how long.
const RUN: u32 = 6;
const YEAR: u32 = 6;
const LETTER: u32 = 4;
const DIGIT: u32 = 3;
const OTHER: u32 = 5;
/// A letter of an alphabet that has no usual guesses here.
const FOREIGN: u32 = 7;

/// Shorter parts of a name are in too many words.
const SHORTEST_OF_YOURS: usize = 3;
/// Fewer signs in a row are no run.
const SHORTEST_RUN: usize = 3;
/// Keys in the order in which they are tapped.
const ROWS: [&str; 11] = [
    "1234567890",
    "!@#$%^&*()",
    "qwertyuiop[]",
    "qwertzuiop",
    "azertyuiop",
    "asdfghjkl;'",
    "zxcvbnm,./",
    "qazwsxedcrfvtgbyhnujmik",
    "1qaz2wsx3edc4rfv5tgb6yhn",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
];

/// Why a password is easy to guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guessable {
    /// It is made of the person's or the store's words.
    Yours,
    /// It is a common one, or made of common words.
    Common,
    /// It repeats, or follows the keys, the alphabet or the calendar.
    Pattern,
}

/// The words of a person and their stores, as they are looked for.
#[derive(Debug, Default)]
pub struct Words(HashSet<String>);

impl Words {
    /// Every word of these texts, and each text as one word.
    pub fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut words = HashSet::new();
        for text in texts {
            let folded: String = folded(text).into_iter().collect();
            let parts = folded.split(|c: char| !c.is_alphanumeric()).map(str::to_owned);
            let joined: String = folded.chars().filter(|c| c.is_alphanumeric()).collect();
            words.extend(parts.chain([joined]).filter(|word| word.chars().count() >= SHORTEST_OF_YOURS));
        }
        Self(words)
    }
}

/// Why a password is easy to guess; `None` where it is not.
pub fn guessable(password: &str, words: &Words) -> Option<Guessable> {
    let signs = folded(password);
    // `abcabcabc` is `abc`, and how often.
    let unit = period(&signs);
    let repeated = if unit < signs.len() { RUN } else { 0 };
    let cheapest = cheapest(&signs[..unit], words);
    match cheapest {
        Cut { cost, .. } if cost + repeated >= ENOUGH => None,
        Cut { yours: true, .. } => Some(Guessable::Yours),
        Cut { common: true, .. } => Some(Guessable::Common),
        Cut { .. } => Some(Guessable::Pattern),
    }
}

/// Lower case, without accents, letters of any width and shape as the plain ones.
fn folded(text: &str) -> Vec<char> {
    text.nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .filter(|c| !is_combining_mark(*c))
        .collect()
}

/// The length of the shortest beginning that gives the whole when it is repeated, the last time perhaps in part; at least
/// twice in full.
fn period(signs: &[char]) -> usize {
    // The longest end that is a beginning, for each beginning (Knuth, Morris, Pratt).
    let mut borders = vec![0; signs.len()];
    for at in 1..signs.len() {
        let mut border: usize = borders[at - 1];
        while border > 0 && signs[border] != signs[at] {
            border = borders[border - 1];
        }
        borders[at] = border + usize::from(signs[border] == signs[at]);
    }
    let unit = signs.len() - borders.last().copied().unwrap_or(0);
    if unit * 2 <= signs.len() { unit } else { signs.len() }
}

/// A way to cut a password, up to some sign.
#[derive(Debug, Clone, Copy)]
struct Cut {
    cost: u32,
    yours: bool,
    common: bool,
}

impl Cut {
    const fn and(self, cost: u32) -> Self {
        Self { cost: self.cost + cost, ..self }
    }
}

/// The cheapest way to cut all of it.
fn cheapest(signs: &[char], words: &Words) -> Cut {
    let readings = [Reading::of(signs, |sign| sign), Reading::of(signs, letter), Reading::of(signs, other_letter)];
    let runs = runs(signs);
    let mut cuts: Vec<Option<Cut>> = vec![None; signs.len() + 1];
    let start = Cut { cost: 0, yours: false, common: false };
    cuts[0] = Some(start);
    let longest_of_yours = words.0.iter().map(|word| word.chars().count()).max().unwrap_or(0);
    for at in 0..signs.len() {
        let cut = cuts[at].unwrap_or(start);
        let mut offer = |length: usize, cut: Cut| {
            if let Some(known) = cuts.get_mut(at + length)
                && known.is_none_or(|known| cut.cost < known.cost)
            {
                *known = Some(cut);
            }
        };
        offer(1, cut.and(alone(signs[at])));
        if runs[at] >= SHORTEST_RUN {
            offer(runs[at], cut.and(RUN));
        }
        if is_year(&signs[at..]) {
            offer(4, cut.and(YEAR));
        }
        let longest = common::LONGEST.max(longest_of_yours).min(signs.len() - at);
        for length in SHORTEST_OF_YOURS..=longest {
            let mut read = readings.iter().map(|reading| reading.part(at, length));
            if length <= longest_of_yours && read.clone().any(|word| words.0.contains(word)) {
                offer(length, Cut { yours: true, ..cut.and(YOURS) });
            } else if length <= common::LONGEST && read.any(common::is_common) {
                offer(length, Cut { common: true, ..cut.and(WORD) });
            }
        }
    }
    cuts.last().copied().flatten().unwrap_or(start)
}

/// What a sign costs that belongs to nothing.
const fn alone(sign: char) -> u32 {
    match sign {
        'a'..='z' => LETTER,
        '0'..='9' => DIGIT,
        sign if sign.is_ascii() => OTHER,
        _ => FOREIGN,
    }
}

/// The letter that a sign is written for: `p@ssw0rd`.
const fn letter(sign: char) -> char {
    match sign {
        '0' => 'o',
        '1' | '!' | '|' => 'i',
        '3' | '€' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' | '+' => 't',
        '8' => 'b',
        '9' => 'g',
        sign => sign,
    }
}

/// The same, where another one is meant.
const fn other_letter(sign: char) -> char {
    match sign {
        '1' | '!' | '|' => 'l',
        '2' => 'z',
        '6' | '9' => 'g',
        sign => letter(sign),
    }
}

/// One way to read the signs, and where each begins.
struct Reading {
    text: String,
    starts: Vec<usize>,
}

impl Reading {
    fn of(signs: &[char], read: impl Fn(char) -> char) -> Self {
        let mut text = String::with_capacity(signs.len());
        let mut starts = vec![0];
        for sign in signs {
            text.push(read(*sign));
            starts.push(text.len());
        }
        Self { text, starts }
    }

    fn part(&self, at: usize, length: usize) -> &str {
        match (self.starts.get(at), self.starts.get(at + length)) {
            (Some(start), Some(end)) => &self.text[*start..*end],
            _ => "",
        }
    }
}

/// How far the run that begins at each sign goes: the same sign again, the alphabet, a row of keys, forwards or backwards.
fn runs(signs: &[char]) -> Vec<usize> {
    let mut longest = vec![1; signs.len()];
    let mut note = |goes_on: &dyn Fn(char, char) -> bool| {
        let mut length = 1;
        for at in (0..signs.len().saturating_sub(1)).rev() {
            length = if goes_on(signs[at], signs[at + 1]) { length + 1 } else { 1 };
            longest[at] = longest[at].max(length);
        }
    };
    let step = |from: char, to: char| {
        let plain = from.is_ascii_alphanumeric() && to.is_ascii_alphanumeric();
        if plain { i64::from(u32::from(to)) - i64::from(u32::from(from)) } else { 0 }
    };
    note(&|from, to| from == to);
    note(&|from, to| step(from, to) == 1);
    note(&|from, to| step(from, to) == -1);
    for row in ROWS {
        let follows = |from: char, to: char| row.find(from).is_some_and(|at| row[at + 1..].starts_with(to));
        note(&follows);
        note(&|from, to| follows(to, from));
    }
    longest
}

fn is_year(signs: &[char]) -> bool {
    matches!(signs, ['1', '8' | '9', '0'..='9', '0'..='9', ..] | ['2', '0', '0'..='9', '0'..='9', ..])
}

#[cfg(test)]
#[path = "guess_tests.rs"]
mod tests;
