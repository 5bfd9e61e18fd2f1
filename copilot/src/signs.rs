//! Whether a question is answered at all. Scores alone cannot tell a weak match from a strong one: they grow with the length of
//! the question. So relative signs are weighed.

/// How well the best articles fit a question. None of them grows with the length of the question, nor with the number of
/// articles once there are some hundreds.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Signs {
    /// How many different words count in the question.
    pub words: usize,
    /// How much of the question's weight the best of the first three articles has: 1 is all of it.
    pub coverage: f32,
    /// How much of the question's weight stands in no article at all.
    pub unknown: f32,
    /// By how much the words are more frequent in questions that are out of scope than in articles, as a mean of logarithms.
    pub elsewhere: f32,
    /// By how much the closest article is closer in meaning than the closest question out of scope, as cosines; `None` where
    /// nothing is known of meaning.
    pub within: Option<f32>,
}

/// What each sign counts for, and as much as that is needed: one question in twenty that an article answers is refused with it.
/// By logistic regression on the questions of `eval/`, whose README has the figures; `cargo run --example gate` works them out
/// anew from a run of the evaluation.
struct Weights {
    coverage: f32,
    unknown: f32,
    elsewhere: f32,
    within: f32,
    needed: f32,
}

const BY_WORDS: Weights = Weights { coverage: 3.04, unknown: -1.31, elsewhere: -2.67, within: 0.0, needed: 2.71 };
const BY_MEANING: Weights = Weights { coverage: 5.66, unknown: -1.19, elsewhere: -1.69, within: 7.09, needed: 2.25 };

impl Signs {
    /// Whether something is to be quoted.
    pub(crate) fn answered(self) -> bool {
        let weights = if self.within.is_some() { BY_MEANING } else { BY_WORDS };
        let words =
            weights.coverage * self.coverage + weights.unknown * self.unknown + weights.elsewhere * self.elsewhere;
        self.words > 0 && words + weights.within * self.within.unwrap_or_default() >= weights.needed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_close_in_meaning_needs_fewer_of_the_words() {
        let signs = |within| Signs { words: 8, coverage: 0.25, unknown: 0.3, elsewhere: -0.3, within };
        assert!(!signs(None).answered());
        assert!(signs(Some(0.2)).answered());
        assert!(!signs(Some(-0.1)).answered());
    }

    #[test]
    fn what_articles_say_is_answered_and_what_they_do_not_is_not() {
        let cases = [
            // All of it, in words that neither articles nor other questions prefer.
            (1, 1.0, 0.0, 0.0, true),
            // Half of it, in words that articles are full of.
            (8, 0.5, 0.1, -0.8, true),
            (8, 0.5, 0.5, 0.0, false),
            // All of it, but in words of other questions.
            (3, 1.0, 0.0, 1.5, false),
            (2, 0.0, 1.0, 0.0, false),
            // Nothing was asked.
            (0, 1.0, 0.0, -3.0, false),
        ];
        for (words, coverage, unknown, elsewhere, answered) in cases {
            let signs = Signs { words, coverage, unknown, elsewhere, within: None };
            assert_eq!(signs.answered(), answered, "{signs:?}");
        }
    }
}
