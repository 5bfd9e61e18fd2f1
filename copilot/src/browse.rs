//! The help center as one browses it: by kind, by words, the newest first.

use super::article::Entry;
use super::{Copilot, known_issue, sections, snippet};
use balcao_contract::locale::Locale;
use balcao_contract::panel::{ARTICLES_PER_PAGE, ArticleCount, ArticleKind, ArticleList, ArticleSummary};
use std::cmp::Reverse;

/// What is looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Browse {
    /// The reader's language. Where there is no article in it, the next one's are shown.
    pub locale: Locale,
    /// Words; empty for all articles.
    pub query: String,
    /// One kind alone.
    pub kind: Option<ArticleKind>,
    /// From 1.
    pub page: u32,
}

impl Copilot {
    /// A page of the articles, of [`ARTICLES_PER_PAGE`]. Reads the files that it shows: call it off the event loop.
    #[must_use]
    pub fn browse(&self, browse: &Browse) -> ArticleList {
        let languages = std::iter::once(browse.locale).chain(Locale::ALL);
        let Some(locale) = languages.into_iter().find(|locale| self.index.has(*locale)) else {
            return ArticleList::default();
        };
        let mut found = self.matching(locale, &browse.query);
        let count_of = |kind: ArticleKind| found.iter().filter(|(entry, _)| entry.kind == kind).count() as u64;
        let kinds = ArticleKind::ALL.map(|kind| ArticleCount { kind, count: count_of(kind) });
        let kinds = kinds.into_iter().filter(|kind| kind.count > 0).collect();
        found.retain(|(entry, _)| browse.kind.is_none_or(|kind| entry.kind == kind));
        let skip = u64::from(browse.page.saturating_sub(1)) * u64::from(ARTICLES_PER_PAGE);
        let page = found.iter().skip(usize::try_from(skip).unwrap_or(usize::MAX)).take(ARTICLES_PER_PAGE as usize);
        let articles = page.filter_map(|(entry, section)| summary(entry, *section, &browse.query)).collect();
        ArticleList { articles, count: found.len() as u64, kinds }
    }

    /// The articles of a language in their order, each with the section that was found.
    fn matching(&self, locale: Locale, query: &str) -> Vec<(&Entry, Option<usize>)> {
        if !balcao_contract::text::is_blank(query) {
            let hits = self.index.ranked(locale, query, true, None).0;
            return hits.into_iter().filter_map(|hit| Some((self.library.get(hit.article)?, hit.section))).collect();
        }
        let mut all: Vec<&Entry> = self.library.entries().iter().filter(|entry| entry.locale == locale).collect();
        all.sort_by(|a, b| (Reverse(a.moment()), &a.title).cmp(&(Reverse(b.moment()), &b.title)));
        all.into_iter().map(|entry| (entry, None)).collect()
    }
}

/// `None` where its file can no longer be read.
fn summary(entry: &Entry, section: Option<usize>, query: &str) -> Option<ArticleSummary> {
    let text = if query.is_empty() && !entry.synopsis.is_empty() {
        entry.synopsis.clone()
    } else {
        let sections = sections::split(&entry.title, entry.source.read()?.blocks());
        let texts: Vec<String> = sections.iter().map(|section| balcao_rich_text::to_plain(&section.content)).collect();
        match section {
            Some(section) => snippet::best(entry.locale, &texts, section, query)?.to_owned(),
            // An article may begin with a heading.
            None => texts.into_iter().find(|text| !balcao_contract::text::is_blank(text)).unwrap_or_default(),
        }
    };
    Some(ArticleSummary {
        slug: entry.slug.clone(),
        locale: entry.locale,
        title: entry.title.clone(),
        kind: entry.kind,
        updated_at: entry.moment(),
        issue_status: entry.issue_status.as_ref().map(|status| known_issue::status(entry.locale, status).to_owned()),
        excerpt: snippet::excerpt(entry.locale, &text, query),
    })
}
