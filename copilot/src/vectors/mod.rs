//! What texts mean, as vectors: of every piece of every article, made once and kept on disk, and of a question.
//! It leaves to an [`Encoder`] how a text becomes a vector, and to the index what a likeness counts for.

mod asking;
mod cache;
mod making;
#[cfg(feature = "encoder")]
mod model;
mod passages;
mod pieces;
#[cfg(test)]
mod tests;

use crate::library::Library;
use crate::scope::Scope;
use asking::Asking;
use balcao_contract::locale::Locale;
use cache::Cache;
use making::Wanted;
use pieces::{Pieces, Rounded, mean, without};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Turns texts into vectors of length 1: those that mean the same lie close together, in whichever language they are.
pub trait Encoder: Send + Sync {
    /// What tells this model from others: vectors that are kept belong to it.
    fn fingerprint(&self) -> &str;
    /// How many numbers a vector has.
    fn dimensions(&self) -> usize;
    /// The vector of a piece of an article.
    fn passage(&self, text: &str) -> Vec<f32>;
    /// The vector of a question.
    fn question(&self, text: &str) -> Vec<f32>;
}

/// The cosine of what has no vector.
const FARTHEST: f32 = -1.0;

/// So many articles of each language are told.
pub(crate) const CLOSEST: usize = 100;

/// How much may be spent on vectors.
#[derive(Debug, Clone)]
pub struct Effort {
    /// Where vectors of articles are kept; nowhere without.
    pub kept_in: Option<PathBuf>,
    /// So many threads make those of articles.
    pub article_threads: usize,
    /// Called first on each of them: a place to make it give way to others.
    pub on_article_thread: fn(),
    /// So many threads make those of questions.
    pub question_threads: usize,
    /// A question that waits longer for its vector is answered by words alone.
    pub patience: Duration,
}

/// What a text is, which decides how it is encoded and what its vector is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A piece of an article.
    Passage,
    /// An article's title, as somebody might ask for it.
    Title,
    /// A question that is out of scope.
    Example,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Passage => "passage",
            Self::Title | Self::Example => "question",
        }
    }
}

/// How close a question is to articles, and to what it should not be close to.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Likeness {
    /// For each language the closest articles, the closest first.
    pub(crate) closest: [Vec<(usize, f32)>; 3],
    /// By how much the closest article of each language is closer than the closest example out of scope.
    pub(crate) within: [f32; 3],
}

/// Vectors of all articles, and of questions when they come.
pub(crate) struct Vectors {
    /// Of all articles, in their order.
    pieces: Pieces,
    /// How many pieces each article has.
    counts: Vec<usize>,
    /// The article that each was translated from.
    originals: Vec<Option<usize>>,
    locales: Vec<Locale>,
    examples: Pieces,
    /// What all questions have in common.
    common: Vec<f32>,
    asking: Asking,
}

impl Vectors {
    /// Makes every vector that is not on disk, which may take minutes. `None` where it was stopped before it was through.
    ///
    /// # Errors
    /// No thread can be started.
    pub(crate) fn make(
        library: &Library,
        scope: &Scope,
        encoder: &Arc<dyn Encoder>,
        effort: &Effort,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> std::io::Result<Option<Self>> {
        let wanted = making::wanted(library, scope, encoder.fingerprint());
        let file = effort.kept_in.as_deref();
        let mut cache = file.map_or_else(|| Cache::new(encoder.dimensions()), |file| kept(file, encoder.dimensions()));
        if !making::make(&wanted, &mut cache, &**encoder, effort, stop) {
            return Ok(None);
        }
        let asking = Asking::new(encoder, effort.question_threads, effort.patience)?;
        Ok(Some(Self::of(library, &wanted, &cache, asking, encoder.dimensions())))
    }

    fn of(library: &Library, wanted: &[Wanted], cache: &Cache, asking: Asking, dimensions: usize) -> Self {
        let vectors = |kind: Kind, locale: Option<Locale>| {
            let of_kind = wanted.iter().filter(move |wanted| wanted.kind == kind);
            let of_kind = of_kind.filter(move |wanted| locale.is_none_or(|locale| wanted.locale == locale));
            of_kind.filter_map(|wanted| Some(cache.get(&wanted.key)?.numbers()))
        };
        let common = mean(vectors(Kind::Title, None), dimensions);
        let of_language = Locale::ALL.map(|locale| mean(vectors(Kind::Passage, Some(locale)), dimensions));
        let mut pieces = Pieces::new(dimensions);
        let mut counts = vec![0; library.len()];
        let mut examples = Pieces::new(dimensions);
        for wanted in wanted {
            let Some(stored) = cache.get(&wanted.key) else { continue };
            match (wanted.kind, wanted.article) {
                (Kind::Passage, Some(article)) => {
                    pieces.push(&without(&stored.numbers(), &of_language[wanted.locale as usize]));
                    counts[article] += 1;
                }
                (Kind::Example, _) => examples.push(&without(&stored.numbers(), &common)),
                (Kind::Passage | Kind::Title, _) => {}
            }
        }
        let entries = library.entries();
        Self {
            pieces,
            counts,
            originals: entries.iter().map(|entry| library.original_number(entry)).collect(),
            locales: entries.iter().map(|entry| entry.locale).collect(),
            examples,
            common,
            asking,
        }
    }

    /// How close a question is to everything; `None` where that cannot be said in time.
    pub(crate) fn likeness(&self, question: &str) -> Option<Likeness> {
        let vector = self.asking.vector(question)?;
        let vector = Rounded::of(&without(&vector, &self.common));
        let mut cosines = self.pieces.cosines(&vector);
        let best = |count: &usize| cosines.by_ref().take(*count).fold(FARTHEST, f32::max);
        let own: Vec<f32> = self.counts.iter().map(best).collect();
        let example = self.examples.cosines(&vector).fold(FARTHEST, f32::max);
        let mut likeness = Likeness { within: [FARTHEST; 3], ..Likeness::default() };
        for (article, (locale, original)) in self.locales.iter().zip(&self.originals).enumerate() {
            let cosine = original.map_or(own[article], |original| f32::midpoint(own[article], own[original]));
            likeness.closest[*locale as usize].push((article, cosine));
            let within = &mut likeness.within[*locale as usize];
            *within = within.max(own[article] - example);
        }
        for closest in &mut likeness.closest {
            closest.sort_by(|(one, a), (other, b)| b.total_cmp(a).then(one.cmp(other)));
            closest.truncate(CLOSEST);
        }
        Some(likeness)
    }
}

fn is_sound(vector: &[f32], dimensions: usize) -> bool {
    vector.len() == dimensions && vector.iter().all(|value| value.is_finite())
}

/// The vectors of a file. One that is damaged is replaced: everything in it can be made anew.
fn kept(file: &Path, dimensions: usize) -> Cache {
    Cache::read(file, dimensions).unwrap_or_else(|error| {
        tracing::warn!(file = %file.display(), %error, "vectors of articles are made anew");
        Cache::new(dimensions)
    })
}
