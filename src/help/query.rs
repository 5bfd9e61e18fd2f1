//! The state of the list, which lives in the address and nowhere else: `/help?kind=&query=&page=`.

use crate::listing::{clean, route};
use balcao_contract::panel::{ARTICLE_SEARCH_LIMIT, ARTICLES_PER_PAGE, ArticleKind};

/// The last page that can be asked for.
const LAST_PAGE: u32 = 10_000 / ARTICLES_PER_PAGE;

/// What the list shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HelpQuery {
    /// One kind alone.
    pub kind: Option<ArticleKind>,
    /// What is searched for, one clean line; empty for no search.
    pub search: String,
    /// The page, from 1.
    pub page: u32,
}

impl HelpQuery {
    /// The state of an address, whose parameters `get` gives decoded. What cannot be read counts as not given.
    #[must_use]
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Self {
        let kind = get("kind").and_then(|name| ArticleKind::from_name(&name));
        let search = clean(&get("query").unwrap_or_default(), ARTICLE_SEARCH_LIMIT);
        let page = get("page").and_then(|page| page.parse().ok()).unwrap_or(1);
        Self { kind, search, page: u32::clamp(page, 1, LAST_PAGE) }
    }

    /// The same search in another kind, from its first page.
    #[must_use]
    pub fn with_kind(&self, kind: Option<ArticleKind>) -> Self {
        Self { kind, page: 1, ..self.clone() }
    }

    /// Another search, in all kinds, from its first page.
    #[must_use]
    pub fn with_search(&self, typed: &str) -> Self {
        let search = clean(typed, ARTICLE_SEARCH_LIMIT);
        // Whoever searches within a kind and finds nothing there should not think that there is nothing.
        let kind = if search == self.search { self.kind } else { None };
        Self { kind, search, page: 1 }
    }

    /// Another page of the same list.
    #[must_use]
    pub fn with_page(&self, page: u32) -> Self {
        Self { page: page.clamp(1, LAST_PAGE), ..self.clone() }
    }

    /// The route, for a link; `encode` makes a text fit for an address.
    #[must_use]
    pub fn route(&self, encode: impl Fn(&str) -> String) -> String {
        route("/help", &self.parameters(encode))
    }

    /// The query string of the API call behind this list.
    #[must_use]
    pub fn api_path(&self, locale: &str, encode: impl Fn(&str) -> String) -> String {
        let mut parameters = self.parameters(encode).to_vec();
        parameters.push(("locale", locale.to_owned()));
        route("/api/panel/articles", &parameters)
    }

    fn parameters(&self, encode: impl Fn(&str) -> String) -> [(&'static str, String); 3] {
        let page = if self.page > 1 { self.page.to_string() } else { String::new() };
        let kind = self.kind.map(|kind| kind.name().to_owned()).unwrap_or_default();
        [("kind", kind), ("query", encode(&self.search)), ("page", page)]
    }

    /// How many pages `count` articles fill, as far as they can be asked for; at least one.
    #[must_use]
    pub fn pages(count: u64) -> u32 {
        let pages = count.div_ceil(u64::from(ARTICLES_PER_PAGE));
        u32::try_from(pages).unwrap_or(u32::MAX).clamp(1, LAST_PAGE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> HelpQuery {
        HelpQuery::read(|name| pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
    }

    fn route(query: &HelpQuery) -> String {
        query.route(|text| text.replace(' ', "%20"))
    }

    #[test]
    fn one_list_has_one_address() {
        let rows: [(&[(&str, &str)], &str); 5] = [
            (&[], "/help"),
            (&[("kind", "nonsense"), ("page", "-3"), ("query", " ")], "/help"),
            (&[("kind", "known_issue")], "/help?kind=known_issue"),
            (&[("kind", "faq"), ("query", " pix \n fails"), ("page", "2")], "/help?kind=faq&query=pix%20fails&page=2"),
            (&[("page", "99999999")], "/help?page=500"),
        ];
        for (pairs, expected) in rows {
            assert_eq!(route(&read(pairs)), expected, "{pairs:?}");
        }
        assert_eq!(read(&[("query", &"é".repeat(300))]).search.chars().count(), ARTICLE_SEARCH_LIMIT);
    }

    #[test]
    fn another_kind_keeps_the_search_and_another_search_looks_everywhere() {
        let third = read(&[("kind", "faq"), ("query", "pix"), ("page", "3")]);
        assert_eq!(route(&third.with_kind(Some(ArticleKind::Guide))), "/help?kind=guide&query=pix");
        assert_eq!(route(&third.with_kind(None)), "/help?query=pix");
        assert_eq!(route(&third.with_search("boleto")), "/help?query=boleto");
        assert_eq!(route(&third.with_search(" pix ")), "/help?kind=faq&query=pix");
        assert_eq!(route(&third.with_search("")), "/help");
        assert_eq!(third.api_path("pt", str::to_owned), "/api/panel/articles?kind=faq&query=pix&page=3&locale=pt");
    }

    #[test]
    fn pages_are_at_least_one_and_at_most_what_is_given() {
        for (count, pages) in [(0, 1), (20, 1), (21, 2), (10_000, 500), (u64::MAX, 500)] {
            assert_eq!(HelpQuery::pages(count), pages, "{count}");
        }
    }
}
