//! The help center as one browses it.

use crate::locale::Locale;
use crate::rich_text::Inline;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Articles on a page of the list.
pub const ARTICLES_PER_PAGE: u32 = 20;
/// The longest search, in characters.
pub const ARTICLE_SEARCH_LIMIT: usize = 200;

/// `GET /api/panel/articles?query=&kind=&page=&locale=`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ArticleList {
    /// The page that was asked for: best first where something is searched for, else the newest first.
    pub articles: Vec<ArticleSummary>,
    /// All that fit, over all pages.
    pub count: u64,
    /// How many fit of each kind, whichever kind was asked for. Kinds without any are left out.
    pub kinds: Vec<ArticleCount>,
}

/// How many articles there are of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ArticleCount {
    /// Of which kind.
    pub kind: ArticleKind,
    /// So many.
    pub count: u64,
}

/// An article in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ArticleSummary {
    /// The stable name.
    pub slug: String,
    /// Its language.
    pub locale: Locale,
    /// Its title.
    pub title: String,
    /// What sort of article.
    pub kind: ArticleKind,
    /// When it was last changed, or published, where it says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<Timestamp>,
    /// Of a known issue: where it stands, in words of the article's language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issue_status: Option<String>,
    /// A piece of its text; what was searched for is strong.
    pub excerpt: Vec<Inline>,
}

/// What sort of article it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ArticleKind {
    /// How something is done.
    Guide,
    /// Questions that are asked often.
    Faq,
    /// What to do when something does not work.
    Troubleshooting,
    /// Something that does not work, and is known.
    KnownIssue,
    /// News of the product.
    Announcement,
}

impl ArticleKind {
    /// Every kind, in the order in which they are shown.
    pub const ALL: [Self; 5] = [Self::Guide, Self::Faq, Self::Troubleshooting, Self::KnownIssue, Self::Announcement];

    /// As on the wire and in addresses.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Guide => "guide",
            Self::Faq => "faq",
            Self::Troubleshooting => "troubleshooting",
            Self::KnownIssue => "known_issue",
            Self::Announcement => "announcement",
        }
    }

    /// The kind of that name, if there is one.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}
