//! The state of the list, which lives in the address and nowhere else: `/survey?state=&query=&page=`.

use crate::listing::{clean, route};
use balcao_contract::survey::SurveyState;

/// How many surveys stand on a page.
pub const PAGE_SIZE: u32 = 20;
/// The longest search, in characters; what is pasted beyond it is cut off.
pub const SEARCH_LIMIT: usize = 200;
/// The last page that can be asked for: the backend gives 10,000 records.
const LAST_PAGE: u32 = 10_000 / PAGE_SIZE;

/// What the list shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListQuery {
    /// The tab.
    pub state: SurveyState,
    /// What is searched for, one clean line; empty for no search.
    pub search: String,
    /// The page, from 1.
    pub page: u32,
}

impl ListQuery {
    /// The state of an address, whose parameters `get` gives decoded. What cannot be read counts as not given.
    #[must_use]
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Self {
        let state = get("state").and_then(|name| SurveyState::from_name(&name)).unwrap_or(SurveyState::Pending);
        let search = clean(&get("query").unwrap_or_default(), SEARCH_LIMIT);
        let page = get("page").and_then(|page| page.parse().ok()).unwrap_or(1);
        Self { state, search, page: u32::clamp(page, 1, LAST_PAGE) }
    }

    /// The same search under another tab, from its first page.
    #[must_use]
    pub fn with_state(&self, state: SurveyState) -> Self {
        Self { state, page: 1, ..self.clone() }
    }

    /// Another search under the same tab, from its first page.
    #[must_use]
    pub fn with_search(&self, typed: &str) -> Self {
        Self { search: clean(typed, SEARCH_LIMIT), page: 1, ..self.clone() }
    }

    /// Another page of the same list.
    #[must_use]
    pub fn with_page(&self, page: u32) -> Self {
        Self { page: page.clamp(1, LAST_PAGE), ..self.clone() }
    }

    /// The route, for a link; `encode` makes a text fit for an address. One list has one address.
    #[must_use]
    pub fn route(&self, encode: impl Fn(&str) -> String) -> String {
        let state = if self.state == SurveyState::Pending { "" } else { self.state.name() };
        let page = if self.page > 1 { self.page.to_string() } else { String::new() };
        route("/survey", &[("state", state.to_owned()), ("query", encode(&self.search)), ("page", page)])
    }

    /// Path and query string of the API call behind this list.
    #[must_use]
    pub fn api_path(&self, encode: impl Fn(&str) -> String) -> String {
        let (state, query, page) = (self.state.name(), encode(&self.search), self.page);
        format!("/api/panel/surveys?state={state}&query={query}&page={page}&per_page={PAGE_SIZE}")
    }

    /// How many pages `count` surveys fill, as far as they can be asked for; at least one.
    #[must_use]
    pub fn pages(count: u64) -> u32 {
        let pages = count.div_ceil(u64::from(PAGE_SIZE));
        u32::try_from(pages).unwrap_or(u32::MAX).clamp(1, LAST_PAGE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> ListQuery {
        ListQuery::read(|name| pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
    }

    fn route(query: &ListQuery) -> String {
        query.route(|text| text.replace(' ', "%20"))
    }

    #[test]
    fn one_list_has_one_address() {
        let rows: [(&[(&str, &str)], &str); 6] = [
            (&[], "/survey"),
            (&[("state", "pending"), ("page", "1"), ("query", " ")], "/survey"),
            (&[("state", "expired")], "/survey?state=expired"),
            (&[("state", "nonsense"), ("page", "-3")], "/survey"),
            (
                &[("state", "reviewed"), ("query", " pix \n fails"), ("page", "2")],
                "/survey?state=reviewed&query=pix%20fails&page=2",
            ),
            (&[("page", "99999999")], "/survey?page=500"),
        ];
        for (pairs, expected) in rows {
            assert_eq!(route(&read(pairs)), expected, "{pairs:?}");
        }
        assert_eq!(read(&[("query", &"é".repeat(300))]).search.chars().count(), SEARCH_LIMIT);
    }

    #[test]
    fn another_tab_or_search_begins_on_its_first_page() {
        let third = read(&[("query", "pix"), ("page", "3")]);
        assert_eq!(route(&third.with_state(SurveyState::Expired)), "/survey?state=expired&query=pix");
        assert_eq!(route(&third.with_search("")), "/survey");
        assert_eq!(route(&third.with_page(0)), "/survey?query=pix");
        let path = third.api_path(str::to_owned);
        assert_eq!(path, "/api/panel/surveys?state=pending&query=pix&page=3&per_page=20");
    }

    #[test]
    fn pages_are_at_least_one_and_at_most_what_is_given() {
        let counts = [(0, 1), (20, 1), (21, 2), (10_000, 500), (u64::MAX, 500)];
        for (count, pages) in counts {
            assert_eq!(ListQuery::pages(count), pages, "{count}");
        }
    }
}
