//! Whether a question is answered at all. Scores alone cannot tell a weak match from a strong one: they grow with the length of
//! the question. So relative signs are weighed.

/// How well the best articles fit a question.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Signs {
    /// How many different words count in the question.
    pub words: usize,
    /// The best score by BM25, as a part of what these words could reach at most.
    pub of_highest: f32,
    /// How much of the question's weight the best of the first three articles has: 1 is all of it.
    pub coverage: f32,
    /// How much of the question's weight stands in no article at all.
    pub unknown: f32,
}

impl Signs {
    /// Whether something is to be quoted.
    pub(crate) fn answered(self) -> bool {
        self.coverage >= 0.42
    }
}
