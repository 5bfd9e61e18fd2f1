//! The words of one language: in how many articles each stands, how often in which, and what a slip of the finger means.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

/// A word of that many letters may be misspelt in one of them.
const SPELLING_FROM: usize = 5;

/// How soon more of the same word stops to count, and how much long articles are held back (Robertson and Zaragoza 2009).
const K1: f32 = 1.2;
const B: f32 = 0.75;

/// The words of one language, and which articles have them.
#[derive(Debug, Default)]
pub(crate) struct Vocabulary {
    numbers: HashMap<Box<str>, u32>,
    /// For each word the articles it stands in, and how often.
    articles: Vec<Vec<(u32, u16)>>,
    /// How many words each article has.
    lengths: HashMap<u32, u32>,
    words: u64,
}

impl Vocabulary {
    /// Takes in an article with all its words, each as often as it stands there, and gives the numbers of the different ones.
    pub(crate) fn add(&mut self, article: usize, words: impl Iterator<Item = String>) -> Box<[u32]> {
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
        self.lengths.insert(article, length);
        self.words += u64::from(length);
        times.into_keys().collect()
    }

    fn number_of(&mut self, word: String) -> u32 {
        let next = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
        let number = *self.numbers.entry(word.into_boxed_str()).or_insert(next);
        if number as usize == self.articles.len() {
            self.articles.push(Vec::new());
        }
        number
    }

    /// The numbers of words that are known, sorted.
    pub(crate) fn known<'a>(&self, words: impl Iterator<Item = &'a str>) -> Box<[u32]> {
        let mut numbers: Vec<u32> = words.filter_map(|word| self.numbers.get(word).copied()).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers.into_boxed_slice()
    }

    /// The word, or the commonest one that a single slip of a finger makes of it.
    pub(crate) fn find(&self, word: &str) -> Option<(u32, Box<str>)> {
        if let Some(number) = self.numbers.get(word) {
            return Some((*number, word.into()));
        }
        if word.chars().count() < SPELLING_FROM || word.chars().any(|c| c.is_ascii_digit()) {
            return None;
        }
        self.numbers
            .iter()
            .filter(|(known, _)| is_one_slip_away(word, known))
            .max_by_key(|(known, number)| (self.having(**number), Reverse((*known).clone())))
            .map(|(known, number)| (*number, known.clone()))
    }

    fn having(&self, number: u32) -> usize {
        self.articles.get(number as usize).map_or(0, Vec::len)
    }

    /// Inverse document frequency, as BM25 has it.
    pub(crate) fn weight(&self, number: u32) -> f32 {
        let having = self.having(number) as f32;
        let all = self.lengths.len() as f32;
        (1.0 + (all - having + 0.5) / (having + 0.5)).ln()
    }

    pub(crate) fn weight_of_unknown(&self) -> f32 {
        // As if one article had it: not having a word must not count for more than the rarest word there is.
        (1.0 + (self.lengths.len() as f32 - 0.5).max(0.5) / 1.5).ln()
    }

    /// The articles that have any of these words, each with its score by BM25 over everything it says.
    pub(crate) fn scores(&self, words: impl Iterator<Item = u32>) -> HashMap<usize, f32> {
        let average = self.words as f32 / (self.lengths.len() as f32).max(1.0);
        let mut scores = HashMap::new();
        for number in words {
            let weight = self.weight(number);
            for (article, times) in self.articles.get(number as usize).into_iter().flatten() {
                let length = self.lengths.get(article).copied().unwrap_or_default() as f32 / average.max(1.0);
                let times = f32::from(*times);
                let score = weight * times * (K1 + 1.0) / (times + K1 * (1.0 - B + B * length));
                *scores.entry(*article as usize).or_insert(0.0) += score;
            }
        }
        scores
    }

    /// What an article would score at most by words of this weight.
    pub(crate) fn highest(weight: f32) -> f32 {
        weight * (K1 + 1.0)
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
