//! Articles that a search found, and votes on them.

use balcao_contract::id::{ArticleId, UserId};
use balcao_contract::time::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// An article that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FoundArticleShape {
    /// Its id.
    pub id: ArticleId,
    /// The API address of this object.
    pub url: String,
    /// Where people read it.
    pub html_url: String,
    /// As `title`.
    pub name: String,
    /// The title.
    pub title: String,
    /// The whole text, as safe HTML.
    pub body: String,
    /// A passage with the words in `<em>`; everything else in it is escaped.
    pub snippet: String,
    /// `en-us`, `pt-br` or `es`.
    pub locale: String,
    /// As `locale`.
    pub source_locale: String,
    /// Always false here.
    pub draft: bool,
    /// Always false here.
    pub promoted: bool,
    /// Always false here.
    pub outdated: bool,
    /// Always true here.
    pub comments_disabled: bool,
    /// Always empty here.
    pub label_names: Vec<String>,
    /// Votes for less votes against.
    pub vote_sum: i64,
    /// All votes.
    pub vote_count: i64,
    /// When it last changed; `null` where it does not say.
    pub created_at: Option<Timestamp>,
    /// When it last changed.
    pub updated_at: Option<Timestamp>,
    /// When it last changed.
    pub edited_at: Option<Timestamp>,
    /// Always `article`.
    pub result_type: String,
}

/// A page of articles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FoundArticlesPage {
    /// The articles, best first.
    pub results: Vec<FoundArticleShape>,
    /// How many there are in all, up to 1,000.
    pub count: u32,
    /// Which page this is.
    pub page: u32,
    /// Articles on a page.
    pub per_page: u32,
    /// How many pages there are.
    pub page_count: u32,
    /// The next page's address.
    pub next_page: Option<String>,
    /// The previous page's address.
    pub previous_page: Option<String>,
}

/// Somebody's vote on an article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Vote {
    /// Its id.
    pub id: i64,
    /// The API address of this object.
    pub url: String,
    /// Whose.
    pub user_id: UserId,
    /// 1 or -1.
    pub value: i64,
    /// The article.
    pub item_id: ArticleId,
    /// Always `Article`.
    pub item_type: String,
    /// When they first voted.
    pub created_at: Timestamp,
    /// When they last did.
    pub updated_at: Timestamp,
}

/// `{"vote": …}`
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct VoteEnvelope {
    /// The vote.
    pub vote: Vote,
}
