//! Copilot: finds in the help center's articles what answers a question, and quotes it as it stands.
//! It keeps no conversation and knows no user; `store::conversations` and `http` do.

mod analysis;
mod article;
#[cfg(test)]
mod bad_input_tests;
mod browse;
mod current;
mod front_matter;
mod fusion;
mod handover;
mod index;
mod known_issue;
mod library;
mod parallel;
#[cfg(feature = "parsers")]
pub mod parsers;
mod reading;
mod scope;
mod sections;
mod sentences;
mod signs;
mod snippet;
#[cfg(test)]
mod tests;
mod vectors;
mod vocabulary;

pub use browse::Browse;
pub use current::{Current, Watched, state_of};
pub use handover::handover;
pub use signs::Signs;
pub use vectors::{Effort, Encoder};

use balcao_contract::id::ArticleId;
use balcao_contract::locale::Locale;
use balcao_contract::panel::{Answer, Article, NewQuestion, Passage};
use balcao_contract::time::Timestamp;
use include_dir::Dir;
use index::{Hit, Index};
use library::Library;
use scope::Scope;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use vectors::{Likeness, Vectors};

/// An answer quotes at most this many articles.
pub const MAX_PASSAGES: usize = 3;

/// Where the articles are.
#[derive(Debug, Clone, Copy)]
pub enum Articles<'a> {
    /// In a folder, and the folders in it.
    Folder(&'a Path),
    /// In the binary.
    Embedded(&'static Dir<'static>),
}

/// Why Copilot cannot start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CopilotError {
    /// The folder of articles cannot be read.
    #[error("copilot.articles_dir: {path}: {source}")]
    Folder {
        /// Which folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The index cannot be built.
    #[error("the article index: {0}")]
    Index(#[from] tantivy::TantivyError),
}

/// An article as a search finds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundArticle {
    /// The number of the article in its language.
    pub id: ArticleId,
    /// The stable name.
    pub slug: String,
    /// Its language.
    pub locale: Locale,
    /// Its title.
    pub title: String,
    /// When it was last changed.
    pub updated_at: Option<Timestamp>,
    /// A piece of its text as HTML; what was searched for stands in `<em>`.
    pub snippet: String,
    /// The whole text as HTML.
    pub body: String,
}

/// The articles that were found, and how many there are beside.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FoundArticles {
    /// The page that was asked for.
    pub articles: Vec<FoundArticle>,
    /// All of them.
    pub count: usize,
}

/// An article's place in a ranking.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranked {
    /// The stable name.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// Between 0 and 1; comparable within one ranking only.
    pub score: f32,
}

/// The help center and its index. Reading and searching block for a few milliseconds: call it off the event loop.
pub struct Copilot {
    library: Library,
    index: Index,
    /// The examples out of scope, until their vectors are made.
    scope: Scope,
    /// Once they are all there.
    vectors: OnceLock<Vectors>,
}

impl Copilot {
    /// Reads Markdown articles with front matter and indexes them. A file that cannot be used is left out with a warning
    /// that names it.
    ///
    /// # Errors
    /// The folder cannot be read, or the index cannot be built.
    pub fn open(articles: Articles<'_>) -> Result<Self, CopilotError> {
        let (library, own) = match articles {
            Articles::Folder(folder) => (Library::of_folder(folder)?, out_of_scope(folder)),
            Articles::Embedded(folder) => (Library::embedded(folder), String::new()),
        };
        let scope = Scope::new(&own);
        let index = Index::build(&library, scope.clone())?;
        tracing::info!(articles = library.len(), "help center indexed");
        Ok(Self { library, index, scope, vectors: OnceLock::new() })
    }

    /// Makes vectors of all articles, those that are not kept from before, and from then on finds what means the same as well as
    /// what has the same words. That takes minutes for thousands of articles: call it on a thread of its own, while questions
    /// are answered by their words. `false` where `stop` ended it.
    ///
    /// # Errors
    /// No thread can be started.
    pub fn learn(
        &self,
        encoder: &Arc<dyn Encoder>,
        effort: &Effort,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> std::io::Result<bool> {
        let Some(vectors) = Vectors::make(&self.library, &self.scope, encoder, effort, stop)? else { return Ok(false) };
        tracing::info!(articles = self.library.len(), "Copilot finds by meaning");
        // Whoever learns a second time has learned the same.
        let _ = self.vectors.set(vectors);
        Ok(true)
    }

    fn likeness(&self, question: &str) -> Option<Likeness> {
        self.vectors.get()?.likeness(question.trim())
    }

    /// How many articles there are, over all languages.
    #[must_use]
    pub fn len(&self) -> usize {
        self.library.len()
    }

    /// Nothing can be found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What the help center says to a question: in the conversation's language, or in another where it says nothing
    /// there. No passage where nothing fits.
    #[must_use]
    pub fn answer(&self, locale: Locale, question: &NewQuestion) -> Answer {
        let whole = format!("{}\n{}", question.text, question.problem);
        let joining = Locale::ALL.map(|locale| (locale, analysis::joining_words(locale, &whole)));
        let most = joining.iter().map(|(_, words)| *words).max();
        let is_in = |locale: Locale| joining.iter().any(|(other, words)| *other == locale && Some(*words) == most);
        let likeness = self.likeness(&whole);
        // In a language that the question is not written in, what it finds is chance.
        let may_be_in = |other: &Locale| *other != locale && (is_in(*other) || !self.index.has(locale));
        for locale in std::iter::once(locale).chain(Locale::ALL.into_iter().filter(may_be_in)) {
            // An error code that no article knows must not hide what the question alone would find.
            for asked in [&whole, &question.text] {
                // Words of another language look like misspelt ones of this.
                let hits = self.index.answers(locale, asked, is_in(locale), likeness.as_ref());
                let passages: Vec<Passage> =
                    hits.into_iter().filter_map(|hit| self.passage(hit, asked)).take(MAX_PASSAGES).collect();
                if !passages.is_empty() {
                    return Answer { passages };
                }
            }
        }
        Answer::default()
    }

    /// What of an article answers best.
    fn passage(&self, hit: Hit, question: &str) -> Option<Passage> {
        let entry = self.library.get(hit.article)?;
        let sections = sections::split(&entry.title, entry.source.read()?.blocks());
        let best = hit.section.unwrap_or_else(|| self.index.best_section(entry.locale, question, &sections));
        let section = sections.get(best)?;
        // A known issue brings its headings along.
        let (heading, content) = match &entry.issue_status {
            Some(status) => (String::new(), known_issue::content(entry.locale, status, &sections, section)),
            None => (section.heading.clone(), sections::excerpt(&section.content)),
        };
        Some(Passage { slug: entry.slug.clone(), title: entry.title.clone(), heading, content, locale: entry.locale })
    }

    /// An article by its stable name, in the language asked for or the next one that it exists in.
    #[must_use]
    pub fn article(&self, slug: &str, locale: Locale) -> Option<Article> {
        let entry = self.library.find(slug, locale)?;
        Some(Article {
            slug: entry.slug.clone(),
            locale: entry.locale,
            title: entry.title.clone(),
            updated_at: entry.updated_at,
            content: sections::without_own_title(&entry.title, entry.source.read()?.blocks()),
        })
    }

    /// An article by its number.
    #[must_use]
    pub fn has_article(&self, id: ArticleId) -> bool {
        self.library.find_by_id(id).is_some()
    }

    /// Searches titles and texts, best first, in one language or in all of them.
    #[must_use]
    pub fn search(&self, query: &str, locale: Option<Locale>, skip: usize, take: usize) -> FoundArticles {
        let locales = locale.map_or_else(|| Locale::ALL.to_vec(), |locale| vec![locale]);
        let mut hits: Vec<Hit> =
            locales.into_iter().flat_map(|locale| self.index.ranked(locale, query, true, None).0).collect();
        hits.sort_by(|a, b| b.score.total_cmp(&a.score));
        let articles = hits.iter().skip(skip).take(take).filter_map(|hit| self.found(*hit, query)).collect();
        FoundArticles { articles, count: hits.len() }
    }

    /// How articles of one language are ranked for a question, best first, and the signs that decide whether it is answered:
    /// to measure and to explain.
    #[must_use]
    pub fn ranking(&self, locale: Locale, question: &str, take: usize) -> (Vec<Ranked>, Signs) {
        let (hits, signs) = self.index.ranked(locale, question, true, self.likeness(question).as_ref());
        let ranked = hits.iter().take(take).filter_map(|hit| {
            let entry = self.library.get(hit.article)?;
            Some(Ranked { slug: entry.slug.clone(), title: entry.title.clone(), score: hit.score })
        });
        (ranked.collect(), signs)
    }

    fn found(&self, hit: Hit, query: &str) -> Option<FoundArticle> {
        let entry = self.library.get(hit.article)?;
        let blocks = entry.source.read()?.blocks();
        let body = balcao_rich_text::to_html(&blocks);
        let texts: Vec<String> = sections::split(&entry.title, blocks)
            .iter()
            .map(|section| format!("{}\n{}", section.heading, balcao_rich_text::to_plain(&section.content)))
            .collect();
        let text = snippet::best(entry.locale, &texts, hit.section.unwrap_or_default(), query)?;
        Some(FoundArticle {
            id: entry.id,
            slug: entry.slug.clone(),
            locale: entry.locale,
            title: entry.title.clone(),
            updated_at: entry.updated_at,
            snippet: snippet::snippet(entry.locale, text, query),
            body,
        })
    }
}

/// What the operator says that the help center is not for. A folder without it is as good.
fn out_of_scope(folder: &Path) -> String {
    let path = folder.join(scope::FILE);
    match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) => {
            if error.kind() != std::io::ErrorKind::NotFound {
                tracing::warn!(file = %path.display(), %error, "examples left out");
            }
            String::new()
        }
    }
}

impl std::fmt::Debug for Copilot {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Copilot").field("articles", &self.len()).finish_non_exhaustive()
    }
}
