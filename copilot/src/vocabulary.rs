//! The words of one language: in how many articles each stands, how often in which, and what a slip of the finger means.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// A word of that many letters may be misspelt in one of them.
const SPELLING_FROM: usize = 5;

/// How soon more of the same word stops to count, and how much long articles are held back (Robertson and Zaragoza 2009).
const K1: f32 = 1.2;
const B: f32 = 0.75;

/// With so many articles, how common a word is in them is half believed.
const ARTICLES_THAT_TELL: f32 = 100.0;

/// The words of one language, and which articles have them.
#[derive(Debug, Default)]
pub(crate) struct Vocabulary {
    numbers: HashMap<Arc<str>, u32>,
    /// Words by their first letter and how many they have: a slip of the finger is looked for among those alone.
    alike: HashMap<(char, usize), Vec<Arc<str>>>,
    /// For each word the articles it stands in, and how often.
    articles: Vec<Vec<(u32, u16)>>,
    /// How many words each article has; none for those of other languages.
    lengths: Vec<u32>,
    /// How many articles there are in this language.
    size: u32,
    words: u64,
}

impl Vocabulary {
    /// Takes in an article with all its words, each as often as it stands there, and gives the numbers of the different ones.
    pub(crate) fn add<'a>(&mut self, article: usize, words: impl Iterator<Item = &'a str>) -> Box<[u32]> {
        let article = u32::try_from(article).unwrap_or(u32::MAX);
        let mut times: BTreeMap<u32, u16> = BTreeMap::new();
        let mut length = 0_u32;
        for word in words {
            let number = self.number_of(word);
            let times = times.entry(number).or_default();
            *times = times.saturating_add(1);
            length = length.saturating_add(1);
        }
        for (number, times) in &times {
            if let Some(articles) = self.articles.get_mut(*number as usize) {
                articles.push((article, *times));
            }
        }
        self.lengths.resize((article as usize + 1).max(self.lengths.len()), 0);
        if let Some(place) = self.lengths.get_mut(article as usize) {
            *place = length;
        }
        self.size += 1;
        self.words += u64::from(length);
        times.into_keys().collect()
    }

    fn number_of(&mut self, word: &str) -> u32 {
        if let Some(number) = self.numbers.get(word) {
            return *number;
        }
        let number = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
        let word: Arc<str> = word.into();
        if let Some(first) = word.chars().next() {
            self.alike.entry((first, word.chars().count())).or_default().push(word.clone());
        }
        self.numbers.insert(word, number);
        self.articles.push(Vec::new());
        number
    }

    /// The numbers of words that are known, sorted.
    pub(crate) fn known<'a>(&self, words: impl Iterator<Item = &'a str>) -> Box<[u32]> {
        let mut numbers: Vec<u32> = words.filter_map(|word| self.numbers.get(word).copied()).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers.into_boxed_slice()
    }

    /// The word, or, where that may be, the commonest one that a single slip of a finger makes of it.
    pub(crate) fn find(&self, word: &str, forgiving: bool) -> Option<(u32, Arc<str>)> {
        if let Some((known, number)) = self.numbers.get_key_value(word) {
            return Some((*number, known.clone()));
        }
        let length = word.chars().count();
        if !forgiving || length < SPELLING_FROM || word.chars().any(|c| c.is_ascii_digit()) {
            return None;
        }
        let first = word.chars().next()?;
        (length - 1..=length + 1)
            .filter_map(|length| self.alike.get(&(first, length)))
            .flatten()
            .filter(|known| is_one_slip_away(word, known))
            .filter_map(|known| Some((*self.numbers.get(known)?, known)))
            .max_by_key(|(number, known)| (self.having(*number), Reverse((*known).clone())))
            .map(|(number, known)| (number, known.clone()))
    }

    fn having(&self, number: u32) -> usize {
        self.articles.get(number as usize).map_or(0, Vec::len)
    }

    /// Inverse document frequency, as BM25 has it.
    pub(crate) fn weight(&self, number: u32) -> f32 {
        let having = self.having(number) as f32;
        let all = self.size as f32;
        (1.0 + (all - having + 0.5) / (having + 0.5)).ln()
    }

    /// The part of the articles that have it. A few articles tell little of which words are common: they count as if many others
    /// did not have it.
    pub(crate) fn share(&self, number: u32) -> f32 {
        self.having(number) as f32 / (self.size as f32 + ARTICLES_THAT_TELL)
    }

    /// No article is in this language.
    pub(crate) fn is_empty(&self) -> bool {
        self.size == 0
    }

    pub(crate) fn weight_of_unknown(&self) -> f32 {
        // As if one article had it: not having a word must not count for more than the rarest word there is.
        (1.0 + (self.size as f32 - 0.5).max(0.5) / 1.5).ln()
    }

    /// The articles that have any of these words, each with its score by BM25 over everything it says.
    pub(crate) fn scores(&self, words: impl Iterator<Item = u32>) -> Vec<(usize, f32)> {
        let average = (self.words as f32 / (self.size as f32).max(1.0)).max(1.0);
        let mut scores = vec![0.0_f32; self.lengths.len()];
        for number in words {
            let weight = self.weight(number);
            for (article, times) in self.articles.get(number as usize).into_iter().flatten() {
                let article = *article as usize;
                let (Some(score), Some(length)) = (scores.get_mut(article), self.lengths.get(article)) else {
                    continue;
                };
                let times = f32::from(*times);
                *score += weight * times * (K1 + 1.0) / (times + K1 * (1.0 - B + B * *length as f32 / average));
            }
        }
        scores.into_iter().enumerate().filter(|(_, score)| *score > 0.0).collect()
    }
}

/// One letter more, less, other, or two neighbours changed; the first letter is usually right.
fn is_one_slip_away(word: &str, known: &str) -> bool {
    if word.len().abs_diff(known.len()) > 4 || word.chars().next() != known.chars().next() {
        return false;
    }
    let (word, known): (Vec<char>, Vec<char>) = (word.chars().collect(), known.chars().collect());
    if word.len().abs_diff(known.len()) > 1 {
        return false;
    }
    let same = word.iter().zip(&known).take_while(|(a, b)| a == b).count();
    let (rest, known_rest) = (&word[same..], &known[same..]);
    match (rest, known_rest) {
        ([_, rest @ ..], known) if rest == known => true,
        (rest, [_, known @ ..]) if rest == known => true,
        ([_, rest @ ..], [_, known @ ..]) if rest == known => true,
        ([a, b, rest @ ..], [c, d, known @ ..]) => a == d && b == c && rest == known,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_one_slip_away;

    #[test]
    fn a_slip_is_forgiven_two_are_not() {
        for slip in ["chekout", "checkkout", "chekcout", "checkaut", "checkou"] {
            assert!(is_one_slip_away(slip, "checkout"), "{slip}");
        }
        for other in ["chekot", "scheckout", "heckout", "chicken", "c", ""] {
            assert!(!is_one_slip_away(other, "checkout"), "{other}");
        }
    }
}
