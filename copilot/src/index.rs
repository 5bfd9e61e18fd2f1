//! The search index: one document for each section of each article, in memory, built at the start.
//!
//! Two rankings are put together. tantivy ranks sections by BM25 with weights for title and heading, which serves questions
//! of a few words; the vocabulary ranks whole articles, together with the English original of a translation, which serves
//! questions that tell a story. Whether a question is answered at all is decided beside it (see `signs`).

use super::analysis::terms;
use super::fusion;
use super::library::Library;
use super::reading::{self, Said};
use super::scope::Scope;
use super::sections::Section;
use super::signs::Signs;
use super::vectors::Likeness;
use super::vocabulary::Vocabulary;
use balcao_contract::locale::Locale;
use balcao_rich_text::to_plain;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, BoostQuery, Occur, Query, TermQuery};
use tantivy::schema::{FAST, Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{PreTokenizedString, Token};
use tantivy::{IndexReader, ReloadPolicy, TantivyDocument, Term};

/// Long questions repeat themselves and wander: no more than so many of the weightiest words have to be covered.
const WORDS_THAT_COUNT: usize = 9;
/// Of a word that stands in the text but not in title, headings or keywords, so much counts.
const MENTIONED: f32 = 0.6;
/// An answer is not diluted with articles that are much worse than the best.
const CLOSE_TO_BEST: f32 = 0.35;
/// Sections that are looked at.
const DEPTH: usize = 400;
/// Questions of so many words are ranked by sections alone; the more words, the less these count.
const SHORT: f32 = 2.0;
/// Of a word that is taken for a slip of the finger, so much counts where it is decided whether there is an answer.
const GUESSED: f32 = 0.7;
/// A word in fewer articles or examples tells nothing of where a question belongs.
const SELDOM: f32 = 0.002;
/// The most different words of a question that are looked up.
const MAX_TERMS: usize = 64;
/// Memory of the index writer in bytes, for the time it works; tantivy takes no less.
const WRITER_MEMORY: usize = 20_000_000;

/// Article and section of a document, in one number.
const PLACE: &str = "place";

const TITLE_WEIGHT: f32 = 3.0;
const HEADING_WEIGHT: f32 = 2.0;

/// A section that matches, the best of its article.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Hit {
    pub(crate) article: usize,
    /// `None` where none of its sections came far enough forward to be looked at.
    pub(crate) section: Option<usize>,
    pub(crate) score: f32,
}

#[derive(Debug, Clone, Copy)]
struct Fields {
    title: Field,
    heading: Field,
    text: Field,
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
    /// As it was asked.
    term: String,
    /// As articles write it; `None` where none does.
    known: Option<(u32, Arc<str>)>,
    /// How much it says: the rarer, the more.
    weight: f32,
}

pub(crate) struct Index {
    reader: IndexReader,
    fields: [Fields; 3],
    vocabularies: [Vocabulary; 3],
    words: Vec<ArticleWords>,
    scope: Scope,
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
    pub(crate) fn build(library: &Library, scope: Scope) -> Result<Self, tantivy::TantivyError> {
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
        for ((number, entry), said) in library.entries().iter().enumerate().zip(reading::all(library)) {
            let Some(Said { title, keywords, sections, original }) = said else {
                words.push(ArticleWords::default());
                continue;
            };
            let locale = place_in_list(entry.locale);
            let fields = fields[locale];
            let name: Vec<String> = title.into_iter().chain(keywords).collect();
            let headings = sections.iter().flat_map(|section| &section.heading);
            let named: BTreeSet<&str> = name.iter().chain(headings).map(String::as_str).collect();
            for (at, section) in sections.iter().enumerate() {
                let mut document = TantivyDocument::default();
                document.add_pre_tokenized_text(fields.title, tokens(&name));
                document.add_pre_tokenized_text(fields.heading, tokens(&section.heading));
                document.add_pre_tokenized_text(fields.text, tokens(&section.content));
                document.add_u64(place, (number as u64) << 16 | (at as u64 & 0xffff));
                writer.add_document(document)?;
            }
            let under = sections.iter().flat_map(|section| section.heading.iter().chain(&section.content));
            let vocabulary = &mut vocabularies[locale];
            let all = vocabulary.add(number, name.iter().chain(under).chain(&original).map(String::as_str));
            let named = vocabulary.known(named.into_iter());
            words.push(ArticleWords { named, all });
        }
        writer.commit()?;
        // Merging finishes before the writer and its memory go.
        writer.wait_merging_threads()?;
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok(Self { reader, fields, vocabularies, words, scope })
    }

    /// There are articles in this language.
    pub(crate) fn has(&self, locale: Locale) -> bool {
        !self.vocabularies[place_in_list(locale)].is_empty()
    }

    /// The articles that answer a question, best first, each with its best section; none where nothing fits well enough.
    /// Without `forgiving`, no word is taken for a slip of the finger.
    pub(crate) fn answers(
        &self,
        locale: Locale,
        question: &str,
        forgiving: bool,
        likeness: Option<&Likeness>,
    ) -> Vec<Hit> {
        let (mut hits, signs) = self.ranked(locale, question, forgiving, likeness);
        if !signs.answered() {
            return Vec::new();
        }
        let best = hits.first().map_or(0.0, |hit| hit.score);
        hits.retain(|hit| hit.score >= best * CLOSE_TO_BEST);
        hits
    }

    /// The articles that have any of the words or mean the same, best first, and how well the best of them fit the question.
    pub(crate) fn ranked(
        &self,
        locale: Locale,
        question: &str,
        forgiving: bool,
        likeness: Option<&Likeness>,
    ) -> (Vec<Hit>, Signs) {
        let asked = self.asked(locale, question, forgiving);
        let vocabulary = &self.vocabularies[place_in_list(locale)];
        let mut sections = self.hits(locale, &asked, DEPTH);
        for hit in sections.values_mut() {
            let coverage = self.coverage(hit.article, &asked, MENTIONED, 1.0);
            hit.score *= coverage * coverage;
        }
        let whole = vocabulary.scores(asked.iter().filter_map(|word| Some(word.known.as_ref()?.0)));
        let best_section = sections.values().map(|hit| hit.score).fold(f32::MIN_POSITIVE, f32::max);
        let best_whole = whole.iter().map(|(_, score)| *score).fold(f32::MIN_POSITIVE, f32::max);
        let share = (SHORT / (asked.len() as f32).max(1.0)).min(1.0).powi(2);
        let mut hits: Vec<Hit> = whole
            .iter()
            .map(|(article, score)| {
                let hit = sections.get(article);
                let section = hit.map_or(0.0, |hit| hit.score) / best_section;
                let score = share * section + (1.0 - share) * score / best_whole;
                Hit { article: *article, section: hit.and_then(|hit| hit.section), score }
            })
            .collect();
        sort(&mut hits);
        let mut signs = self.signs(locale, &asked, &hits);
        if let Some(likeness) = likeness {
            signs.within = Some(likeness.within[locale as usize]);
            hits = fusion::fused(&hits, &likeness.closest[locale as usize]);
        }
        (hits, signs)
    }

    fn signs(&self, locale: Locale, asked: &[Asked], hits: &[Hit]) -> Signs {
        let vocabulary = &self.vocabularies[place_in_list(locale)];
        let weight: f32 = asked.iter().map(|word| word.weight).sum();
        if weight <= 0.0 {
            return Signs::default();
        }
        let covered = hits.iter().take(3).map(|hit| self.coverage(hit.article, asked, 1.0, GUESSED));
        let unknown: f32 = asked.iter().filter(|word| word.known.is_none()).map(|word| word.weight).sum();
        let elsewhere = |word: &Asked| {
            let here = word.known.as_ref().map_or(0.0, |(number, _)| vocabulary.share(*number));
            let there = self.scope.share(locale, &word.term);
            word.weight * (there.max(SELDOM) / here.max(SELDOM)).ln()
        };
        Signs {
            words: asked.len(),
            coverage: covered.fold(0.0, f32::max),
            unknown: unknown / weight,
            elsewhere: asked.iter().map(elsewhere).sum::<f32>() / weight,
            within: None,
        }
    }

    /// The words of a question, each once, the weightiest first.
    fn asked(&self, locale: Locale, question: &str, forgiving: bool) -> Vec<Asked> {
        let vocabulary = &self.vocabularies[place_in_list(locale)];
        let different: BTreeSet<String> = terms(locale, question).into_iter().map(|(term, _)| term).collect();
        let mut asked: BTreeMap<Option<u32>, Asked> = BTreeMap::new();
        let mut unknown = Vec::new();
        for term in different.into_iter().take(MAX_TERMS * 4) {
            match vocabulary.find(&term, forgiving) {
                Some((number, known)) => {
                    let weight = vocabulary.weight(number);
                    asked.insert(Some(number), Asked { term, known: Some((number, known)), weight });
                }
                None => unknown.push(Asked { term, known: None, weight: vocabulary.weight_of_unknown() }),
            }
        }
        let mut asked: Vec<Asked> = asked.into_values().chain(unknown).collect();
        asked.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        asked.truncate(MAX_TERMS);
        asked
    }

    /// The section that says most of what was asked; what stands in its heading counts double.
    pub(crate) fn best_section(&self, locale: Locale, question: &str, sections: &[Section]) -> usize {
        let asked = self.asked(locale, question, true);
        let says = |text: &str| -> f32 {
            let words: BTreeSet<String> = terms(locale, text).into_iter().map(|(term, _)| term).collect();
            let known = asked.iter().filter_map(|word| Some((&word.known.as_ref()?.1, word.weight)));
            known.filter(|(word, _)| words.contains(&***word)).map(|(_, weight)| weight).sum()
        };
        let scores = sections.iter().map(|section| 2.0 * says(&section.heading) + says(&to_plain(&section.content)));
        let best = scores.enumerate().reduce(|best, other| if other.1 > best.1 { other } else { best });
        best.map_or(0, |(at, _)| at)
    }

    /// How much of the question's weight the article has: 1 is all of it. A word that stands in the text alone counts as much
    /// as `mentioned` says, and one that was taken for a slip of the finger as much as `guessed` says.
    fn coverage(&self, article: usize, asked: &[Asked], mentioned: f32, guessed: f32) -> f32 {
        let Some(words) = self.words.get(article) else { return 0.0 };
        let needed: f32 = asked.iter().take(WORDS_THAT_COUNT).map(|word| word.weight).sum();
        let covered: f32 = asked
            .iter()
            .filter_map(|word| {
                let (number, known) = word.known.as_ref()?;
                let weight = if **known == *word.term { word.weight } else { word.weight * guessed };
                if words.named.binary_search(number).is_ok() {
                    Some(weight)
                } else if words.all.binary_search(number).is_ok() {
                    Some(weight * mentioned)
                } else {
                    None
                }
            })
            .sum();
        if needed > 0.0 { (covered / needed).min(1.0) } else { 0.0 }
    }

    /// The best section of each article.
    fn hits(&self, locale: Locale, asked: &[Asked], depth: usize) -> BTreeMap<usize, Hit> {
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
            return BTreeMap::new();
        }
        let searcher = self.reader.searcher();
        let found = searcher.search(&BooleanQuery::new(clauses), &TopDocs::with_limit(depth).order_by_score());
        let found = match found {
            Ok(found) => found,
            Err(error) => {
                // An index in memory has nothing to fail on; no answer is better than no conversation.
                tracing::error!(%error, "the article index cannot be searched");
                return BTreeMap::new();
            }
        };
        let mut best: BTreeMap<usize, Hit> = BTreeMap::new();
        for (score, address) in found {
            let Ok(places) = searcher.segment_reader(address.segment_ord).fast_fields().u64(PLACE) else { continue };
            let Some(place) = places.first(address.doc_id) else { continue };
            let hit = Hit { article: (place >> 16) as usize, section: Some((place & 0xffff) as usize), score };
            best.entry(hit.article).or_insert(hit);
        }
        best
    }
}

/// Best first; of equals the earlier article.
pub(crate) fn sort(hits: &mut [Hit]) {
    hits.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.article.cmp(&b.article)));
}

fn tokens(terms: &[String]) -> PreTokenizedString {
    let tokens = terms.iter().enumerate();
    let tokens = tokens.map(|(position, text)| Token { position, text: text.clone(), ..Token::default() });
    PreTokenizedString { text: String::new(), tokens: tokens.collect() }
}
