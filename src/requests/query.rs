//! The state of the list, which lives in the address and nowhere else: `/requests?of=&status=&kind=&query=&sort=&page=`.

use super::sort::Sort;
use super::whose::Whose;
use balcao_contract::id::{AccountId, RequestId};
use balcao_contract::kind::Kind;
use balcao_contract::status::{ShownStatus, Status};
use balcao_contract::text;
use std::fmt::Write as _;

/// How many requests stand on a page.
pub const PAGE_SIZE: u32 = 20;
/// The longest search, in characters; what is pasted beyond it is cut off.
pub const SEARCH_LIMIT: usize = 200;
/// The last page the list can be asked for: the contract answers 400 past 10,000 records.
const LAST_LIST_PAGE: u32 = 10_000 / PAGE_SIZE;
/// The last page a search can be asked for: the contract answers 422 past 1,000 results.
const LAST_SEARCH_PAGE: u32 = 1_000 / PAGE_SIZE;

/// What the list shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListQuery {
    /// Whose requests; everybody's only where the store shares them.
    pub whose: Whose,
    /// One of the four filters; `None` for all.
    pub status: Option<ShownStatus>,
    /// One of the three kinds; `None` for all.
    pub kind: Option<Kind>,
    /// What is searched for, one clean line; empty for no search.
    pub search: String,
    /// The order.
    pub sort: Sort,
    /// The page, from 1.
    pub page: u32,
}

impl Default for ListQuery {
    fn default() -> Self {
        Self { whose: Whose::Mine, status: None, kind: None, search: String::new(), sort: Sort::default(), page: 1 }
    }
}

impl ListQuery {
    /// The state of an address's query string, with or without its `?`. What cannot be read counts as not given: an
    /// old or mistyped address shows a list, never a fault.
    #[must_use]
    pub fn deserialize(address: &str) -> Self {
        let mut query = Self::default();
        for pair in address.trim_start_matches('?').split('&') {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            let value = percent_decoded(value);
            match percent_decoded(key).as_str() {
                "of" => query.whose = Whose::from_name(value.trim()),
                "status" => query.status = shown_status(value.trim()),
                "kind" => query.kind = Kind::from_key(value.trim()),
                "query" => query.search = clean_search(&value),
                "sort" => query.sort = Sort::from_name(value.trim()).unwrap_or_default(),
                "page" => query.page = value.trim().parse().unwrap_or(1),
                _ => {}
            }
        }
        query.page = query.page.clamp(1, query.last_page_allowed());
        query
    }

    /// The address's query string with its `?`; empty for the list as it first shows. Only what differs from that
    /// stands in it, so that one list has one address.
    #[must_use]
    pub fn serialize(&self) -> String {
        let mut address = String::new();
        if self.whose != Whose::Mine {
            push(&mut address, "of", self.whose.name());
        }
        if let Some(status) = self.status {
            push(&mut address, "status", status.name());
        }
        if let Some(kind) = self.kind {
            push(&mut address, "kind", kind.key());
        }
        if !self.search.is_empty() {
            push(&mut address, "query", &self.search);
        }
        if self.sort != Sort::default() {
            push(&mut address, "sort", self.sort.name());
        }
        if self.page > 1 {
            push(&mut address, "page", &self.page.to_string());
        }
        address
    }

    /// The route, ready for a link.
    #[must_use]
    pub fn route(&self) -> String {
        format!("/requests{}", self.serialize())
    }

    /// The same of other people's requests, from its first page.
    #[must_use]
    pub fn of(&self, whose: Whose) -> Self {
        Self { whose, page: 1, ..self.clone() }
    }

    /// The list says who opened each: not all of them are one's own.
    #[must_use]
    pub fn names_people(&self, shared: Option<AccountId>) -> bool {
        self.whose == Whose::Copied || self.store(shared).is_some()
    }

    fn store(&self, shared: Option<AccountId>) -> Option<AccountId> {
        shared.filter(|_| self.whose == Whose::Store)
    }

    /// The same list under another filter, from its first page.
    #[must_use]
    pub fn with_status(&self, status: Option<ShownStatus>) -> Self {
        Self { status, page: 1, ..self.clone() }
    }

    /// The same list of one kind or of all, from its first page.
    #[must_use]
    pub fn with_kind(&self, kind: Option<Kind>) -> Self {
        Self { kind, page: 1, ..self.clone() }
    }

    /// Another search under the same filter, from its first page.
    #[must_use]
    pub fn with_search(&self, typed: &str) -> Self {
        Self { search: clean_search(typed), page: 1, ..self.clone() }
    }

    /// The same list in another order, from its first page.
    #[must_use]
    pub fn with_sort(&self, sort: Sort) -> Self {
        Self { sort, page: 1, ..self.clone() }
    }

    /// Another page of the same list.
    #[must_use]
    pub fn with_page(&self, page: u32) -> Self {
        Self { page: page.clamp(1, self.last_page_allowed()), ..self.clone() }
    }

    /// The number that is searched for, if it is one.
    #[must_use]
    pub fn number(&self) -> Option<RequestId> {
        number(&self.search)
    }

    /// The filter that counts: a number is looked for under every status, so that it is always found.
    #[must_use]
    pub fn effective_status(&self) -> Option<ShownStatus> {
        if self.number().is_some() { None } else { self.status }
    }

    /// The kind that counts: a number is looked for under every kind, too.
    fn effective_kind(&self) -> Option<Kind> {
        if self.number().is_some() { None } else { self.kind }
    }

    /// Nothing is searched for and nothing filtered.
    #[must_use]
    pub fn is_whole_list(&self) -> bool {
        self.effective_status().is_none() && self.effective_kind().is_none() && self.search.is_empty()
    }

    /// Path and query string of the API call behind this list; `shared` is the account, where it shares its requests.
    #[must_use]
    pub fn api_path(&self, shared: Option<AccountId>) -> String {
        let (field, descending) = self.sort.field();
        let order = if descending { "desc" } else { "asc" };
        let mut query = String::new();
        let path = match self.store(shared) {
            _ if !self.search.is_empty() => "/api/v2/requests/search".to_owned(),
            Some(store) => format!("/api/v2/organizations/{store}/requests"),
            None if self.whose == Whose::Copied => "/api/v2/requests/ccd".to_owned(),
            None => "/api/v2/requests".to_owned(),
        };
        if !self.search.is_empty() {
            // The order stands first: of the last word a beginning is enough, and it has to stay the last.
            push(&mut query, "query", &format!("order_by:{field} sort:{order} {}", self.search_words()));
        }
        if let Some(status) = self.effective_status() {
            push(&mut query, "status", &names(status).collect::<Vec<_>>().join(","));
        }
        if let Some(kind) = self.effective_kind() {
            push(&mut query, "ticket_form_id", &kind.form().to_string());
        }
        if self.search.is_empty() {
            push(&mut query, "sort_by", field);
            push(&mut query, "sort_order", order);
        }
        push(&mut query, "page", &self.page.to_string());
        push(&mut query, "per_page", &PAGE_SIZE.to_string());
        if !self.search.is_empty() {
            self.push_whose(&mut query, shared);
        }
        if self.names_people(shared) {
            push(&mut query, "include", "users");
        }
        format!("{path}{query}")
    }

    /// Path and query string of the call that counts what stands behind each filter.
    #[must_use]
    pub fn counts_path(&self, shared: Option<AccountId>) -> String {
        let mut query = String::new();
        self.push_whose(&mut query, shared);
        if !self.search.is_empty() {
            push(&mut query, "query", &self.search_words());
        }
        if let Some(kind) = self.effective_kind() {
            push(&mut query, "ticket_form_id", &kind.form().to_string());
        }
        format!("/api/panel/requests/counts{query}")
    }

    fn push_whose(&self, query: &mut String, shared: Option<AccountId>) {
        if let Some(store) = self.store(shared) {
            push(query, "organization_id", &store.to_string());
        } else if self.whose == Whose::Copied {
            push(query, "cc_id", "true");
        }
    }

    /// How many pages `count` requests fill, as far as they can be asked for; at least one.
    #[must_use]
    pub fn pages(&self, count: u64) -> u32 {
        let pages = count.div_ceil(u64::from(PAGE_SIZE));
        u32::try_from(pages).unwrap_or(u32::MAX).clamp(1, self.last_page_allowed())
    }

    /// The search as the API takes it: plain digits stay (a request's number, or a word of one), other ways to write a
    /// number become `#123`. Phrases in quotes stay; a word that the search language would read as a command is put
    /// into quotes: somebody who pastes `status:closed` or `-1` from a log looks for just that.
    fn search_words(&self) -> String {
        match self.number() {
            Some(_) if self.search.bytes().all(|byte| byte.is_ascii_digit()) => self.search.clone(),
            Some(number) => format!("#{number}"),
            None => {
                let text = self.search.replace(['\u{201c}', '\u{201d}'], "\"");
                let pieces = text.split('"').enumerate().flat_map(|(index, piece)| {
                    let is_phrase = index % 2 == 1;
                    let words: Vec<&str> = if is_phrase { vec![piece.trim()] } else { piece.split(' ').collect() };
                    words.into_iter().filter(|word| !word.is_empty()).map(move |word| plain(word, is_phrase))
                });
                pieces.collect::<Vec<_>>().join(" ")
            }
        }
    }

    fn last_page_allowed(&self) -> u32 {
        if self.search.is_empty() { LAST_LIST_PAGE } else { LAST_SEARCH_PAGE }
    }
}

/// The request's number where the text is one: `123`, `#123`, `# 123`, `nº 123`, `No. 123`. A number that no request
/// can have is a word like any other.
#[must_use]
pub fn number(typed: &str) -> Option<RequestId> {
    let typed = typed.trim();
    let digits = ["#", "\u{ff03}", "nº", "n°", "n.º", "no.", "№"]
        .into_iter()
        .find_map(|sign| {
            typed.get(..sign.len()).filter(|start| start.eq_ignore_ascii_case(sign)).map(|_| &typed[sign.len()..])
        })
        .unwrap_or(typed)
        .trim_start();
    let is_plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_plain.then(|| digits.parse().ok()).flatten()
}

/// The numbers that a pager shows: first, last, and the neighbours of the current page; `None` for a gap.
#[must_use]
pub fn page_numbers(current: u32, last: u32) -> Vec<Option<u32>> {
    let mut numbers: Vec<Option<u32>> = Vec::new();
    let mut before = 0;
    for page in 1..=last {
        let shown = page == 1 || page == last || page.abs_diff(current) <= 1;
        // A gap of one page is not worth an ellipsis.
        let bridges = (page == 2 && current <= 4) || (page + 1 == last && current + 3 >= last);
        if !shown && !bridges {
            continue;
        }
        if page > before + 1 {
            numbers.push(None);
        }
        numbers.push(Some(page));
        before = page;
    }
    numbers
}

/// A filter's name, or the name of one of Zendesk's statuses behind it.
fn shown_status(name: &str) -> Option<ShownStatus> {
    let name = name.to_ascii_lowercase();
    ShownStatus::from_name(&name).or_else(|| Status::from_name(&name).map(Status::shown))
}

fn names(status: ShownStatus) -> impl Iterator<Item = &'static str> {
    status.statuses().iter().map(|status| status.name())
}

fn clean_search(typed: &str) -> String {
    if text::is_blank(typed) {
        return String::new();
    }
    let line: String = text::single_line(typed).chars().take(SEARCH_LIMIT).collect();
    line.trim_end().to_owned()
}

/// A word that is looked for as it stands.
fn plain(word: &str, is_phrase: bool) -> String {
    if is_phrase || word.contains([':', '<', '>', '=']) || word.starts_with(['-', '#']) {
        format!("\"{word}\"")
    } else {
        word.to_owned()
    }
}

fn push(query: &mut String, key: &str, value: &str) {
    query.push(if query.is_empty() { '?' } else { '&' });
    query.push_str(key);
    query.push('=');
    for byte in value.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b',' => query.push(char::from(byte)),
            b' ' => query.push('+'),
            _ => {
                let _ = write!(query, "%{byte:02X}");
            }
        }
    }
}

/// `application/x-www-form-urlencoded`, as browsers write it. Broken escapes stay as they are; bytes that are no
/// UTF-8 become the replacement character.
fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let hex = |offset: usize| bytes.get(at + offset).and_then(|digit| char::from(*digit).to_digit(16));
        match (byte, hex(1), hex(2)) {
            (b'%', Some(high), Some(low)) => {
                decoded.push((high * 16 + low) as u8);
                at += 3;
            }
            (b'+', _, _) => {
                decoded.push(b' ');
                at += 1;
            }
            _ => {
                decoded.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
#[path = "query_tests.rs"]
mod tests;
