//! Two rankings put together: what has the words of a question, and what means the same.

use super::index::{Hit, sort};
use std::collections::BTreeMap;

/// So many of each ranking are put together: far down, neither says anything.
const DEPTH: usize = 100;
/// What meaning counts for, where words count for 1. By the questions of `eval/`; docs/decisions/copilot-search.md has the figures.
const MEANING: f32 = 0.75;

/// Both rankings from 0 for their last to 1 for their best, added up.
pub(crate) fn fused(words: &[Hit], closest: &[(usize, f32)]) -> Vec<Hit> {
    let words = words.get(..DEPTH).unwrap_or(words);
    let closest = closest.get(..DEPTH).unwrap_or(closest);
    let mut hits: BTreeMap<usize, Hit> = BTreeMap::new();
    let scale = Scale::of(words.iter().map(|hit| hit.score));
    for hit in words {
        hits.insert(hit.article, Hit { score: scale.place(hit.score), ..*hit });
    }
    let scale = Scale::of(closest.iter().map(|(_, cosine)| *cosine));
    for (article, cosine) in closest {
        let hit = hits.entry(*article).or_insert(Hit { article: *article, section: None, score: 0.0 });
        hit.score += MEANING * scale.place(*cosine);
    }
    let mut hits: Vec<Hit> = hits.into_values().collect();
    sort(&mut hits);
    hits
}

/// From the least to the most of a ranking.
struct Scale {
    least: f32,
    most: f32,
}

impl Scale {
    fn of(scores: impl Iterator<Item = f32>) -> Self {
        let start = Self { least: f32::INFINITY, most: f32::NEG_INFINITY };
        scores.fold(start, |scale, score| Self { least: scale.least.min(score), most: scale.most.max(score) })
    }

    fn place(&self, score: f32) -> f32 {
        if self.most > self.least { (score - self.least) / (self.most - self.least) } else { 1.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Articles with their scores.
    type Scores<'a> = &'a [(usize, f32)];

    fn hits(scores: Scores<'_>) -> Vec<Hit> {
        scores.iter().map(|(article, score)| Hit { article: *article, section: Some(1), score: *score }).collect()
    }

    fn order(words: Scores<'_>, closest: Scores<'_>) -> Vec<usize> {
        fused(&hits(words), closest).iter().map(|hit| hit.article).collect()
    }

    #[test]
    fn what_both_find_comes_before_what_one_finds() {
        let cases: &[(Scores<'_>, Scores<'_>, &[usize])] = &[
            (&[(1, 3.0), (2, 2.0), (3, 0.0)], &[(2, 0.9), (4, 0.8), (5, 0.1)], &[2, 1, 4, 3, 5]),
            // Words alone, meaning alone, nothing.
            (&[(1, 3.0), (2, 2.0)], &[], &[1, 2]),
            (&[], &[(7, 0.4), (6, 0.2)], &[7, 6]),
            (&[], &[], &[]),
            // The best by words is ahead of the best by meaning.
            (&[(1, 3.0), (3, 1.0)], &[(2, 0.9), (4, 0.8)], &[1, 2, 3, 4]),
        ];
        for (words, closest, expected) in cases {
            assert_eq!(order(words, closest), *expected, "{words:?} {closest:?}");
        }
    }

    #[test]
    fn a_section_that_words_found_is_kept_and_meaning_names_none() {
        let fused = fused(&hits(&[(1, 1.0), (3, 0.5)]), &[(1, 0.5), (2, 0.4)]);
        let section = |article| fused.iter().find(|hit| hit.article == article).unwrap().section;
        assert_eq!((section(1), section(2)), (Some(1), None));
    }

    #[test]
    fn only_the_first_hundred_of_each_count() {
        let many: Vec<(usize, f32)> = (0..300).map(|at| (at, 300.0 - at as f32)).collect();
        assert_eq!(order(&many, &[]).len(), DEPTH);
        assert_eq!(order(&[], &many).len(), DEPTH);
    }
}
