//! What a help center is not for: examples of questions that no article is meant to answer, of which operators may add more.

use super::analysis::terms;
use balcao_contract::locale::Locale;
use std::collections::{BTreeMap, BTreeSet};

/// The name of the file that an operator's folder of articles may have.
pub(crate) const FILE: &str = "out_of_scope.txt";

/// Those that every help center starts with.
const EXAMPLES: &str = include_str!("../out_of_scope.txt");

#[derive(Debug, Default, Clone)]
pub(crate) struct Scope {
    languages: [Language; 3],
    examples: Vec<(Locale, String)>,
}

/// The examples of one language.
#[derive(Debug, Default, Clone)]
struct Language {
    examples: u32,
    /// In how many of them a word stands.
    having: BTreeMap<String, u32>,
}

impl Scope {
    /// The examples that come along, and the operator's own.
    pub(crate) fn new(own: &str) -> Self {
        let mut scope = Self::default();
        for line in EXAMPLES.lines().chain(own.lines()).map(str::trim) {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let example =
                line.split_once(':').and_then(|(locale, text)| Some((Locale::from_tag(locale.trim())?, text)));
            let Some((locale, text)) = example else {
                tracing::warn!(line, "{FILE}: a line is left out: no language before a colon");
                continue;
            };
            let words: BTreeSet<String> = terms(locale, text).into_iter().map(|(term, _)| term).collect();
            let language = &mut scope.languages[locale as usize];
            for word in words {
                *language.having.entry(word).or_default() += 1;
            }
            language.examples += 1;
            scope.examples.push((locale, text.trim().to_owned()));
        }
        scope
    }

    /// All examples.
    pub(crate) fn examples(&self) -> impl Iterator<Item = (Locale, &str)> {
        self.examples.iter().map(|(locale, text)| (*locale, text.as_str()))
    }

    /// The part of a language's examples that have the word.
    pub(crate) fn share(&self, locale: Locale, word: &str) -> f32 {
        let language = &self.languages[locale as usize];
        language.having.get(word).map_or(0.0, |having| *having as f32 / language.examples as f32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_as_many_examples() {
        let scope = Scope::new("");
        let counts = Locale::ALL.map(|locale| scope.languages[locale as usize].examples);
        assert!(counts.iter().all(|count| *count == counts[0] && *count >= 50), "{counts:?}");
    }

    #[test]
    fn an_operator_adds_examples_and_a_broken_line_is_left_out() {
        let ours = "# ours\n\nen: zeppelin flights\nno language here\nfr: zeppelin\n pt : passeio de zepelim\n";
        let (before, after) = (Scope::new(""), Scope::new(ours));
        assert_eq!(before.share(Locale::En, "zeppelin"), 0.0);
        assert!(after.share(Locale::En, "zeppelin") > 0.0 && after.share(Locale::Pt, "zepelim") > 0.0);
        assert_eq!(after.share(Locale::Es, "zeppelin"), 0.0);
    }
}
