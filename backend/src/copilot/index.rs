//! The search index: one document for each section of each article, in memory, built at the start.
//!
//! tantivy ranks sections by BM25 with weights for title and heading. Whether a question is answered at all is decided
//! beside it, by *coverage*: how much of what the question says, weighed by how rare each word is, the article says
//! too. BM25 scores alone cannot tell a weak match from a strong one.

use super::analysis::terms;
use super::library::Library;
use super::sections;
use crate::rich_text::to_plain;
use balcao_contract::locale::Locale;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, BoostQuery, Occur, Query, TermQuery};
use tantivy::schema::{FAST, Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{PreTokenizedString, Token};
use tantivy::{IndexReader, ReloadPolicy, TantivyDocument, Term};

/// The part of a question's weight that an article has to cover to be quoted.
const ENOUGH: f32 = 0.42;
/// Long questions repeat themselves and wander: no more than so many of the weightiest words have to be covered.
const WORDS_THAT_COUNT: usize = 9;
/// Of a word that stands in the text but not in title, headings or keywords, so much counts.
const MENTIONED: f32 = 0.6;
/// An answer is not diluted with articles that are much worse than the best.
const CLOSE_TO_BEST: f32 = 0.35;
/// Sections that are looked at for an answer, and for a search.
const ANSWER_DEPTH: usize = 60;
const SEARCH_DEPTH: usize = 2_000;
/// The most different words of a question that are looked up.
const MAX_TERMS: usize = 64;
/// A word of that many letters may be misspelt in one of them.
const SPELLING_FROM: usize = 5;
/// Memory of the index writer in bytes, for the time it works; tantivy takes no less.
const WRITER_MEMORY: usize = 20_000_000;

/// Article and section of a document, in one number.
const PLACE: &str = "place";

const TITLE_WEIGHT: f32 = 3.0;
const HEADING_WEIGHT: f32 = 2.0;

/// A section that matches, the best of its article.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Hit {
    pub(super) article: usize,
    pub(super) section: usize,
    pub(super) score: f32,
}

#[derive(Debug, Clone, Copy)]
struct Fields {
    title: Field,
    heading: Field,
    text: Field,
}

/// The words of one language, and which articles have them.
#[derive(Debug, Default)]
struct Vocabulary {
    numbers: HashMap<Box<str>, u32>,
    /// In how many articles each word stands.
    articles: Vec<u32>,
    article_count: u32,
}

/// The words of one article, as sorted numbers.
#[derive(Debug, Default, Clone)]
struct ArticleWords {
    /// Of title, keywords and headings.
    named: Box<[u32]>,
    /// Of everything.
    all: Box<[u32]>,
}

/// A word of a question.
#[derive(Debug, Clone)]
struct Asked {
    /// As articles write it; `None` where none does.
    known: Option<(u32, Box<str>)>,
    /// How much it says: the rarer, the more.
    weight: f32,
}

pub(super) struct Index {
    reader: IndexReader,
    fields: [Fields; 3],
    vocabularies: [Vocabulary; 3],
    words: Vec<ArticleWords>,
}

fn place_in_list(locale: Locale) -> usize {
    match locale {
        Locale::En => 0,
        Locale::Pt => 1,
        Locale::Es => 2,
    }
}

impl Index {
    /// Reads every article once.
    pub(super) fn build(library: &Library) -> Result<Self, tantivy::TantivyError> {
        let mut schema = Schema::builder();
        let analysed = TextOptions::default()
            .set_indexing_options(TextFieldIndexing::default().set_index_option(IndexRecordOption::WithFreqs));
        let fields = Locale::ALL.map(|locale| Fields {
            title: schema.add_text_field(&format!("title_{locale}"), analysed.clone()),
            heading: schema.add_text_field(&format!("heading_{locale}"), analysed.clone()),
            text: schema.add_text_field(&format!("text_{locale}"), analysed.clone()),
        });
        let place = schema.add_u64_field(PLACE, FAST);
        let index = tantivy::Index::create_in_ram(schema.build());
        let mut writer = index.writer_with_num_threads(1, WRITER_MEMORY)?;
        let mut vocabularies: [Vocabulary; 3] = Default::default();
        let mut words = Vec::with_capacity(library.len());
        for (number, entry) in library.entries().iter().enumerate() {
            let Some(text) = entry.source.read() else {
                words.push(ArticleWords::default());
                continue;
            };
            let locale = place_in_list(entry.locale);
            let fields = fields[locale];
            let title = terms(entry.locale, &entry.title);
            let keywords = terms(entry.locale, &entry.keywords);
            let mut named: BTreeSet<String> = title.iter().chain(&keywords).map(|(term, _)| term.clone()).collect();
            let mut all = BTreeSet::new();
            for (at, section) in sections::split(&entry.title, text.blocks()).into_iter().enumerate() {
                let heading = terms(entry.locale, &section.heading);
                let content = terms(entry.locale, &to_plain(&section.content));
                named.extend(heading.iter().map(|(term, _)| term.clone()));
                all.extend(content.iter().map(|(term, _)| term.clone()));
                let mut document = TantivyDocument::default();
                document.add_pre_tokenized_text(fields.title, tokens(title.iter().chain(&keywords)));
                document.add_pre_tokenized_text(fields.heading, tokens(heading.iter()));
                document.add_pre_tokenized_text(fields.text, tokens(content.iter()));
                document.add_u64(place, (number as u64) << 16 | (at as u64 & 0xffff));
                writer.add_document(document)?;
            }
            all.extend(named.iter().cloned());
            let vocabulary = &mut vocabularies[locale];
            vocabulary.article_count += 1;
            let all: Box<[u32]> = vocabulary.numbers_of(all, true);
            words.push(ArticleWords { named: vocabulary.numbers_of(named, false), all });
        }
        writer.commit()?;
        // Merging finishes before the writer and its memory go.
        writer.wait_merging_threads()?;
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok(Self { reader, fields, vocabularies, words })
    }

    /// The sections that answer a question, best first, one of each article; none where nothing fits well enough.
    pub(super) fn answers(&self, locale: Locale, question: &str) -> Vec<Hit> {
        let asked = self.asked(locale, question);
        let mut hits = self.hits(locale, &asked, ANSWER_DEPTH);
        hits.retain_mut(|hit| {
            let coverage = self.coverage(hit.article, &asked);
            hit.score *= coverage * coverage;
            coverage >= ENOUGH
        });
        sort(&mut hits);
        let best = hits.first().map_or(0.0, |hit| hit.score);
        hits.retain(|hit| hit.score >= best * CLOSE_TO_BEST);
        hits
    }

    /// The articles that have any of the words, best first.
    pub(super) fn search(&self, locale: Locale, query: &str) -> Vec<Hit> {
        let asked = self.asked(locale, query);
        let mut hits = self.hits(locale, &asked, SEARCH_DEPTH);
        for hit in &mut hits {
            hit.score *= self.coverage(hit.article, &asked);
        }
        sort(&mut hits);
        hits
    }

    /// The words of a question, each once, the weightiest first.
    fn asked(&self, locale: Locale, question: &str) -> Vec<Asked> {
        let vocabulary = &self.vocabularies[place_in_list(locale)];
        let different: BTreeSet<String> = terms(locale, question).into_iter().map(|(term, _)| term).collect();
        let mut asked: BTreeMap<Option<u32>, Asked> = BTreeMap::new();
        let mut unknown = Vec::new();
        for term in different.into_iter().take(MAX_TERMS * 4) {
            match vocabulary.find(&term) {
                Some((number, known)) => {
                    let weight = vocabulary.weight(number);
                    asked.insert(Some(number), Asked { known: Some((number, known)), weight });
                }
                None => unknown.push(Asked { known: None, weight: vocabulary.weight_of_unknown() }),
            }
        }
        let mut asked: Vec<Asked> = asked.into_values().chain(unknown).collect();
        asked.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        asked.truncate(MAX_TERMS);
        asked
    }

    /// How much of the question's weight the article has: 1 is all of it.
    fn coverage(&self, article: usize, asked: &[Asked]) -> f32 {
        let Some(words) = self.words.get(article) else { return 0.0 };
        let needed: f32 = asked.iter().take(WORDS_THAT_COUNT).map(|word| word.weight).sum();
        let covered: f32 = asked
            .iter()
            .filter_map(|word| {
                let (number, _) = word.known.as_ref()?;
                if words.named.binary_search(number).is_ok() {
                    Some(word.weight)
                } else if words.all.binary_search(number).is_ok() {
                    Some(word.weight * MENTIONED)
                } else {
                    None
                }
            })
            .sum();
        if needed > 0.0 { (covered / needed).min(1.0) } else { 0.0 }
    }

    /// The best section of each article.
    fn hits(&self, locale: Locale, asked: &[Asked], depth: usize) -> Vec<Hit> {
        let fields = self.fields[place_in_list(locale)];
        let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        for (_, term) in asked.iter().filter_map(|word| word.known.as_ref()) {
            let weighted = [(fields.title, TITLE_WEIGHT), (fields.heading, HEADING_WEIGHT), (fields.text, 1.0)];
            for (field, weight) in weighted {
                let query = TermQuery::new(Term::from_field_text(field, term), IndexRecordOption::WithFreqs);
                clauses.push((Occur::Should, Box::new(BoostQuery::new(Box::new(query), weight))));
            }
        }
        if clauses.is_empty() {
            return Vec::new();
        }
        let searcher = self.reader.searcher();
        let found = searcher.search(&BooleanQuery::new(clauses), &TopDocs::with_limit(depth).order_by_score());
        let found = match found {
            Ok(found) => found,
            Err(error) => {
                // An index in memory has nothing to fail on; no answer is better than no conversation.
                tracing::error!(%error, "the article index cannot be searched");
                return Vec::new();
            }
        };
        let mut best: BTreeMap<usize, Hit> = BTreeMap::new();
        for (score, address) in found {
            let Ok(places) = searcher.segment_reader(address.segment_ord).fast_fields().u64(PLACE) else { continue };
            let Some(place) = places.first(address.doc_id) else { continue };
            let hit = Hit { article: (place >> 16) as usize, section: (place & 0xffff) as usize, score };
            best.entry(hit.article).or_insert(hit);
        }
        best.into_values().collect()
    }
}

/// Best first; of equals the earlier article.
fn sort(hits: &mut [Hit]) {
    hits.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.article.cmp(&b.article)));
}

impl Vocabulary {
    fn numbers_of(&mut self, words: BTreeSet<String>, counted: bool) -> Box<[u32]> {
        let mut numbers: Vec<u32> = words
            .into_iter()
            .map(|word| {
                let next = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
                let number = *self.numbers.entry(word.into_boxed_str()).or_insert(next);
                if number as usize == self.articles.len() {
                    self.articles.push(0);
                }
                if counted && let Some(count) = self.articles.get_mut(number as usize) {
                    *count += 1;
                }
                number
            })
            .collect();
        numbers.sort_unstable();
        numbers.into_boxed_slice()
    }

    /// The word, or the commonest one that a single slip of a finger makes of it.
    fn find(&self, word: &str) -> Option<(u32, Box<str>)> {
        if let Some(number) = self.numbers.get(word) {
            return Some((*number, word.into()));
        }
        if word.chars().count() < SPELLING_FROM || word.chars().any(|c| c.is_ascii_digit()) {
            return None;
        }
        self.numbers
            .iter()
            .filter(|(known, _)| is_one_slip_away(word, known))
            .max_by_key(|(known, number)| (self.articles.get(**number as usize).copied(), Reverse((*known).clone())))
            .map(|(known, number)| (*number, known.clone()))
    }

    /// Inverse document frequency, as BM25 has it.
    fn weight(&self, number: u32) -> f32 {
        let having = self.articles.get(number as usize).copied().unwrap_or(0) as f32;
        let all = self.article_count as f32;
        (1.0 + (all - having + 0.5) / (having + 0.5)).ln()
    }

    fn weight_of_unknown(&self) -> f32 {
        // As if one article had it: not having a word must not count for more than the rarest word there is.
        (1.0 + (self.article_count as f32 - 0.5).max(0.5) / 1.5).ln()
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

fn tokens<'a>(terms: impl Iterator<Item = &'a (String, std::ops::Range<usize>)>) -> PreTokenizedString {
    let tokens = terms
        .enumerate()
        .map(|(position, (text, place))| Token {
            offset_from: place.start,
            offset_to: place.end,
            position,
            text: text.clone(),
            position_length: 1,
        })
        .collect();
    PreTokenizedString { text: String::new(), tokens }
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
