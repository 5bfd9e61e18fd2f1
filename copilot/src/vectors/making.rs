//! Making the vectors that are not on disk yet. It takes minutes for thousands of articles, so it goes on beside everything else
//! and keeps what it has every now and then.

use super::cache::{Cache, Key, Stored, key};
use super::passages::passages;
use super::{Effort, Encoder, Kind, is_sound};
use crate::library::Library;
use crate::scope::Scope;
use crate::sections;
use balcao_contract::locale::Locale;
use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

/// After so many new vectors they are written to disk.
const KEPT_AFTER: usize = 250;
/// So many titles of a language stand for questions as they are usually asked.
const TITLES: usize = 60;

/// A text that needs a vector.
#[derive(Debug)]
pub(crate) struct Wanted {
    pub(crate) kind: Kind,
    pub(crate) locale: Locale,
    /// The article that it is a piece or the title of.
    pub(crate) article: Option<usize>,
    pub(crate) key: Key,
    text: String,
}

/// Every text that needs a vector: all pieces of articles in the library's order, titles, and what is out of scope.
pub(crate) fn wanted(library: &Library, scope: &Scope, model: &str) -> Vec<Wanted> {
    let new = |kind: Kind, locale, article, text: String| {
        let key = key(model, kind.name(), &text);
        Wanted { kind, locale, article, key, text }
    };
    let mut wanted = Vec::new();
    for (number, entry) in library.entries().iter().enumerate() {
        let Some(text) = entry.source.read() else { continue };
        let blocks = sections::without_own_title(&entry.title, text.blocks());
        let pieces = passages(&entry.title, &blocks).into_iter();
        wanted.extend(pieces.map(|piece| new(Kind::Passage, entry.locale, Some(number), piece)));
    }
    for locale in Locale::ALL {
        let articles = library.entries().iter().enumerate().filter(|(_, entry)| entry.locale == locale);
        let titles: Vec<(usize, &str)> = articles.map(|(number, entry)| (number, entry.title.as_str())).collect();
        // Spread over all: neighbours are often about the same.
        let every = titles.len().div_ceil(TITLES).max(1);
        let titles = titles.into_iter().step_by(every);
        wanted.extend(titles.map(|(number, title)| new(Kind::Title, locale, Some(number), title.to_owned())));
    }
    let examples = scope.examples();
    wanted.extend(examples.map(|(locale, text)| new(Kind::Example, locale, None, text.to_owned())));
    wanted
}

/// Makes those vectors that are missing. `false` where it was stopped before the last.
pub(crate) fn make(
    wanted: &[Wanted],
    cache: &mut Cache,
    encoder: &dyn Encoder,
    effort: &Effort,
    stop: &(dyn Fn() -> bool + Sync),
) -> bool {
    let kept: HashSet<Key> = wanted.iter().map(|wanted| wanted.key).collect();
    let mut seen = HashSet::new();
    let missing: Vec<&Wanted> =
        wanted.iter().filter(|wanted| cache.get(&wanted.key).is_none() && seen.insert(wanted.key)).collect();
    if missing.is_empty() {
        return true;
    }
    tracing::info!(
        texts = missing.len(),
        known = kept.len() - missing.len(),
        "Copilot reads the articles for their meaning"
    );
    let write = |cache: &Cache| {
        if let Some(Err(error)) = effort.kept_in.as_deref().map(|file| cache.write(file, &kept)) {
            tracing::warn!(%error, "vectors cannot be kept: they are made anew at the next start");
        }
    };
    let threads = effort.article_threads.max(1);
    let next = AtomicUsize::new(0);
    let mut made = 0;
    std::thread::scope(|scope| {
        let (sender, receiver) = mpsc::sync_channel::<(Key, Vec<f32>)>(threads);
        for _ in 0..threads {
            let sender = sender.clone();
            scope.spawn(|| {
                let sender = sender;
                (effort.on_article_thread)();
                while !stop()
                    && let Some(wanted) = missing.get(next.fetch_add(1, Ordering::Relaxed))
                {
                    let vector = match wanted.kind {
                        Kind::Passage => encoder.passage(&wanted.text),
                        Kind::Title | Kind::Example => encoder.question(&wanted.text),
                    };
                    if sender.send((wanted.key, vector)).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        for (key, vector) in receiver {
            // One that is no vector is as far from everything as can be.
            let sound = is_sound(&vector, encoder.dimensions());
            let vector = if sound { vector } else { vec![0.0; encoder.dimensions()] };
            cache.insert(key, Stored::of(&vector));
            made += 1;
            if made % KEPT_AFTER == 0 {
                write(cache);
            }
        }
    });
    write(cache);
    made == missing.len()
}
