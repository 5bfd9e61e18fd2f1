//! One article file: what its front matter says, and where its text is.

use super::front_matter::{self, FrontMatterError};
use balcao_contract::id::ArticleId;
use balcao_contract::locale::Locale;
use balcao_contract::panel::ArticleKind;
use balcao_contract::rich_text::Block;
use balcao_contract::time::Timestamp;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::path::{Path, PathBuf};

/// Larger files are no articles.
pub(crate) const MAX_BYTES: u64 = 1 << 20;

/// Where an article's text is. It is read when it is shown: thousands of articles need no memory.
#[derive(Debug, Clone)]
pub(crate) enum Source {
    /// In the binary.
    Embedded(&'static str),
    /// In a file.
    File(PathBuf),
}

impl Source {
    /// The file's text; `None`, with a warning, where it can no longer be read.
    pub(crate) fn read(&self) -> Option<Text> {
        match self {
            Self::Embedded(text) => Some(Text(Cow::Borrowed(text))),
            Self::File(path) => match std::fs::read_to_string(path) {
                Ok(text) => Some(Text(Cow::Owned(text))),
                Err(error) => {
                    tracing::warn!(file = %path.display(), %error, "an article can no longer be read");
                    None
                }
            },
        }
    }
}

/// The text of an article file, front matter and all.
pub(crate) struct Text(Cow<'static, str>);

impl Text {
    /// The article's own text as blocks.
    pub(crate) fn blocks(&self) -> Vec<Block> {
        let body = front_matter::split(&self.0).map_or(&*self.0, |(_, body)| body);
        balcao_rich_text::parse(body)
    }
}

/// An article of the library.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) id: ArticleId,
    pub(crate) slug: String,
    /// By what it goes where another article has its name already: the name within its language, then that of its file with the
    /// folder before it.
    pub(crate) other_names: Vec<String>,
    /// The name of the article it was translated from.
    pub(crate) original: String,
    pub(crate) locale: Locale,
    pub(crate) title: String,
    /// More words that people ask with; searched, not shown.
    pub(crate) keywords: String,
    pub(crate) kind: ArticleKind,
    pub(crate) updated_at: Option<Timestamp>,
    pub(crate) published_at: Option<Timestamp>,
    /// What an announcement says in a sentence; may be empty.
    pub(crate) synopsis: String,
    /// Where a known issue stands; `None` for other articles.
    pub(crate) issue_status: Option<String>,
    pub(crate) source: Source,
}

/// Why a file is not an article of the library.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EntryError {
    #[error(transparent)]
    FrontMatter(#[from] FrontMatterError),
    #[error("not published")]
    NotPublished,
    #[error("no such language here: {0}")]
    Language(String),
    #[error("no slug that could stand in an address")]
    Slug,
}

impl Entry {
    /// The article of a file's text; `path` names it where it has no slug of its own.
    pub(crate) fn parse(path: &Path, text: &str, source: Source) -> Result<Self, EntryError> {
        let (front, _) = front_matter::split(text).ok_or(FrontMatterError::Missing)?;
        let front = front_matter::parse(front)?;
        // Editors call `changed` what is published and has a newer draft.
        if !["published", "changed"].iter().any(|status| front.status.eq_ignore_ascii_case(status)) {
            return Err(EntryError::NotPublished);
        }
        let locale = Locale::from_tag(&front.locale).ok_or(EntryError::Language(front.locale))?;
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        let first = |names: &[&str]| names.iter().map(|name| in_address(name)).find(|name| !name.is_empty());
        let slug = first(&[&front.slug_en, &front.slug, stem]).ok_or(EntryError::Slug)?;
        let mut other_names: Vec<String> = first(&[&front.slug, stem]).into_iter().collect();
        // Two files with one slug of their own are a mistake; two of one name in two folders are not.
        if front.slug.is_empty()
            && let Some(folder) = path.parent().and_then(Path::file_name).and_then(|folder| folder.to_str())
        {
            other_names.extend(first(&[&format!("{folder}-{stem}")]));
        }
        Ok(Self {
            id: article_id(locale, &slug),
            other_names,
            original: slug.clone(),
            slug,
            locale,
            title: balcao_contract::text::single_line(&front.title),
            keywords: front.keywords,
            kind: kind_of(&front.content_type),
            updated_at: front.updated_at,
            published_at: front.published_at,
            synopsis: front.synopsis,
            issue_status: Some(front.issue_status).filter(|status| !status.is_empty()),
            source,
        })
    }
}

impl Entry {
    /// When it was published, of an announcement; of all others, when they were last changed.
    pub(crate) fn moment(&self) -> Option<Timestamp> {
        match self.kind {
            ArticleKind::Announcement => self.published_at.or(self.updated_at),
            _ => self.updated_at.or(self.published_at),
        }
    }

    /// The same article under another name.
    pub(crate) fn named(self, name: &str) -> Self {
        Self { id: article_id(self.locale, name), slug: name.to_owned(), ..self }
    }
}

/// The kind behind a `contentType`, as help centers write it; whatever else it says tells how something is done.
fn kind_of(content_type: &str) -> ArticleKind {
    match content_type.to_ascii_lowercase().replace([' ', '-', '_'], "").as_str() {
        "faq" | "frequentlyaskedquestions" => ArticleKind::Faq,
        "troubleshooting" => ArticleKind::Troubleshooting,
        "knownissue" | "knownissues" => ArticleKind::KnownIssue,
        "announcement" | "announcements" | "updates" => ArticleKind::Announcement,
        _ => ArticleKind::Guide,
    }
}

/// What of a slug may stand in an address: letters and digits of ASCII, `-`, `_` and `.`, but not at the ends.
fn in_address(slug: &str) -> String {
    let kept: String =
        slug.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')).take(200).collect();
    let kept = kept.trim_matches(['-', '_', '.']).to_ascii_lowercase();
    if kept.contains("..") { String::new() } else { kept }
}

/// A number that stays the same as long as the slug does: 52 bits of a hash, never zero.
fn article_id(locale: Locale, slug: &str) -> ArticleId {
    let mut round = 0_u8;
    loop {
        let digest = Sha256::new()
            .chain_update([round])
            .chain_update(locale.code())
            .chain_update("/")
            .chain_update(slug)
            .finalize();
        let number = digest.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte)) >> 12;
        if let Ok(id) = ArticleId::try_from(number) {
            return id;
        }
        round = round.wrapping_add(1);
    }
}
