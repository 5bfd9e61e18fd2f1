//! The language of `?query=` (tickets-api.md): words, "phrases", `#123`, `status:open`, `created>=2026-01-01`,
//! `order_by:updated_at sort:desc`, `requester:me`. Whatever is no such thing is looked for as words, so that
//! nothing a person types into a search box is an error.

use balcao_contract::status::Status;
use balcao_contract::text;
use balcao_steps as steps;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

/// More words than these are not looked for.
const MAX_WORDS: usize = 32;

/// The longest query that is read, in characters.
pub const MAX_QUERY: usize = 2_000;

/// A query that has been read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// `#123`: this request and no other.
    pub number: Option<u64>,
    /// The whole text is `123`: this request, or the word.
    pub number_or_word: Option<u64>,
    /// What must stand in it.
    pub words: Vec<Word>,
    /// What must not.
    pub without: Vec<Word>,
    /// Any of these; all where it is empty.
    pub statuses: Vec<Status>,
    /// None of these.
    pub not_statuses: Vec<Status>,
    /// When it was opened.
    pub created: Range,
    /// When it last changed.
    pub updated: Range,
    /// `requester:`, as it was written.
    pub requesters: Vec<String>,
    /// `organization:` or `organization_id:`, as it was written.
    pub organizations: Vec<String>,
    /// `order_by:`.
    pub order_by: Option<OrderBy>,
    /// `sort:`, true for descending.
    pub descending: Option<bool>,
}

/// Something to look for: a word, or a phrase of several in this order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The text.
    pub text: String,
    /// Whether a longer word that begins with it is a match too: what is still being typed.
    pub prefix: bool,
}

/// A span of time: from (including) and before (excluding).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Range {
    /// The first moment.
    pub from: Option<DateTime<Utc>>,
    /// The first moment after it.
    pub before: Option<DateTime<Utc>>,
}

impl Range {
    fn narrow(&mut self, from: Option<DateTime<Utc>>, before: Option<DateTime<Utc>>) {
        self.from = self.from.max(from);
        self.before = match (self.before, before) {
            (Some(known), Some(new)) => Some(known.min(new)),
            (known, new) => known.or(new),
        };
    }
}

/// What a list can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderBy {
    /// When it was opened.
    CreatedAt,
    /// When it last changed.
    UpdatedAt,
}

impl OrderBy {
    /// The sort key of that name, if there is one.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "created_at" => Some(Self::CreatedAt),
            "updated_at" => Some(Self::UpdatedAt),
            _ => None,
        }
    }

    /// The name in addresses.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CreatedAt => "created_at",
            Self::UpdatedAt => "updated_at",
        }
    }
}

/// A comparison between a key and its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Is,
    Less,
    LessOrIs,
    More,
    MoreOrIs,
}

/// A key, how it is compared, with what, and whether it must not be so.
pub(super) type Clause<'a> = (String, Comparison, &'a str, bool);

/// A piece of the query as it was written.
pub(super) struct Token {
    pub(super) text: String,
    pub(super) quoted: bool,
    /// Nothing follows it, not even a space: the person may be in the middle of the word.
    last: bool,
}

/// Reads a query.
#[must_use]
pub fn parse(query: &str) -> Query {
    parse_tokens(tokens(query))
}

/// Reads the pieces of a query.
pub(super) fn parse_tokens(tokens: Vec<Token>) -> Query {
    let mut parsed = Query::default();
    steps::take(tokens.len());
    let texts = tokens.iter().filter(|token| is_word(token)).count();
    for token in tokens {
        let clause = if token.quoted { None } else { clause(&token.text) };
        if let Some((key, comparison, value, negated)) = clause
            && apply(&mut parsed, &key, comparison, value, negated)
        {
            continue;
        }
        take_word(&mut parsed, &token, texts == 1);
    }
    parsed
}

fn is_word(token: &Token) -> bool {
    let known = |(key, ..): Clause<'_>| is_key(&key);
    token.quoted || !clause(&token.text).is_some_and(known)
}

fn take_word(parsed: &mut Query, token: &Token, alone: bool) {
    let written = token.text.as_str();
    if !token.quoted {
        if let Some(number) = written.strip_prefix('#').and_then(digits) {
            parsed.number = Some(number);
            return;
        }
        if alone && let Some(number) = digits(written) {
            parsed.number_or_word = Some(number);
        }
    }
    let (written, negated) = match written.strip_prefix('-') {
        Some(rest) if !token.quoted && rest.chars().any(char::is_alphanumeric) => (rest, true),
        _ => (written, false),
    };
    let words = if negated { &mut parsed.without } else { &mut parsed.words };
    if words.len() < MAX_WORDS {
        words.push(Word { text: written.to_owned(), prefix: token.last && !token.quoted && !negated });
    }
}

fn digits(text: &str) -> Option<u64> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    // Zero is nobody's number; more digits than a number has are looked for all the same, and not found.
    plain.then(|| text.parse().unwrap_or(u64::MAX))
}

/// Splits at white space outside quotes. A quote that is never closed ends with the text.
pub(super) fn tokens(query: &str) -> Vec<Token> {
    // Control characters, NUL above all, end a query of the full-text index early.
    let line = text::single_line(query);
    let ends_open = !query.ends_with(char::is_whitespace);
    let mut found = Vec::new();
    let mut current = String::new();
    let mut quoted = false;
    let mut inside = false;
    let mut push = |current: &mut String, quoted: &mut bool| {
        if !current.is_empty() {
            found.push(Token { text: std::mem::take(current), quoted: *quoted, last: false });
        }
        *quoted = false;
    };
    steps::take(query.len());
    for character in line.chars() {
        match character {
            '"' | '\u{201c}' | '\u{201d}' => {
                if inside {
                    inside = false;
                    if quoted {
                        push(&mut current, &mut quoted);
                    }
                } else {
                    inside = true;
                    // `key:"a b"` is one piece that is not quoted as a whole.
                    if !current.ends_with([':', '=', '<', '>']) {
                        push(&mut current, &mut quoted);
                        quoted = true;
                    }
                }
            }
            ' ' if !inside => push(&mut current, &mut quoted),
            other => current.push(other),
        }
    }
    push(&mut current, &mut quoted);
    if let Some(token) = found.last_mut() {
        token.last = ends_open;
    }
    found
}

/// `key:value`, `key>=value`, `-key:value`.
pub(super) fn clause(token: &str) -> Option<Clause<'_>> {
    steps::take(token.len());
    let (rest, negated) = token.strip_prefix('-').map_or((token, false), |rest| (rest, true));
    let at = rest.find([':', '=', '<', '>'])?;
    let (key, rest) = rest.split_at(at);
    let signs = [
        (">=", Comparison::MoreOrIs),
        ("<=", Comparison::LessOrIs),
        (":", Comparison::Is),
        ("=", Comparison::Is),
        (">", Comparison::More),
        ("<", Comparison::Less),
    ];
    let (value, comparison) =
        signs.into_iter().find_map(|(sign, comparison)| Some((rest.strip_prefix(sign)?, comparison)))?;
    (!key.is_empty() && !value.is_empty()).then(|| (key.to_ascii_lowercase(), comparison, value, negated))
}

fn is_key(key: &str) -> bool {
    matches!(
        key,
        "status"
            | "created"
            | "created_at"
            | "updated"
            | "updated_at"
            | "requester"
            | "organization"
            | "organization_id"
            | "order_by"
            | "sort"
            | "type"
    )
}

/// Takes a clause; false where it says nothing this language knows.
fn apply(parsed: &mut Query, key: &str, comparison: Comparison, value: &str, negated: bool) -> bool {
    let is = comparison == Comparison::Is && !negated;
    match key {
        "status" => apply_status(parsed, comparison, value, negated),
        "created" | "created_at" if !negated => apply_time(&mut parsed.created, comparison, value),
        "updated" | "updated_at" if !negated => apply_time(&mut parsed.updated, comparison, value),
        "requester" if is => {
            parsed.requesters.push(value.to_owned());
            true
        }
        "organization" | "organization_id" if is => {
            parsed.organizations.push(value.to_owned());
            true
        }
        "order_by" if is => OrderBy::from_name(value).map(|order| parsed.order_by = Some(order)).is_some(),
        "sort" if is => match value {
            "asc" | "desc" => {
                parsed.descending = Some(value == "desc");
                true
            }
            _ => false,
        },
        // Clients of the general search say what they look for; there is nothing else here.
        "type" if is => matches!(value, "ticket" | "request"),
        _ => false,
    }
}

fn apply_status(parsed: &mut Query, comparison: Comparison, value: &str, negated: bool) -> bool {
    steps::take(value.len());
    let named: Option<Vec<Status>> = value.split(',').map(Status::from_name).collect();
    let Some(named) = named else { return false };
    let matching: Vec<Status> = Status::ALL
        .into_iter()
        .filter(|status| {
            named.iter().any(|named| match comparison {
                Comparison::Is => status == named,
                Comparison::Less => status < named,
                Comparison::LessOrIs => status <= named,
                Comparison::More => status > named,
                Comparison::MoreOrIs => status >= named,
            })
        })
        .collect();
    if matching.is_empty() {
        // `status<new`: nothing can be that.
        parsed.not_statuses.extend(Status::ALL);
    } else if negated {
        parsed.not_statuses.extend(matching);
    } else {
        parsed.statuses.extend(matching);
    }
    true
}

fn apply_time(range: &mut Range, comparison: Comparison, value: &str) -> bool {
    let Some((first, after)) = moment(value) else { return false };
    match comparison {
        Comparison::Is => range.narrow(Some(first), Some(after)),
        Comparison::Less => range.narrow(None, Some(first)),
        Comparison::LessOrIs => range.narrow(None, Some(after)),
        Comparison::More => range.narrow(Some(after), None),
        Comparison::MoreOrIs => range.narrow(Some(first), None),
    }
    true
}

/// A day or a second, as its first moment and the first one after it. A day is one of UTC.
fn moment(value: &str) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    let (first, lasts) = match NaiveDate::parse_from_str(value, "%Y-%m-%d") {
        Ok(day) => (day.and_hms_opt(0, 0, 0)?.and_utc(), TimeDelta::days(1)),
        Err(_) => (DateTime::parse_from_rfc3339(value).ok()?.to_utc(), TimeDelta::seconds(1)),
    };
    Some((first, first.checked_add_signed(lasts)?))
}

impl Query {
    /// The statuses that are left; `None` where any will do.
    #[must_use]
    pub fn wanted_statuses(&self) -> Option<Vec<Status>> {
        if self.statuses.is_empty() && self.not_statuses.is_empty() {
            return None;
        }
        let wanted = |status: &Status| {
            (self.statuses.is_empty() || self.statuses.contains(status)) && !self.not_statuses.contains(status)
        };
        Some(Status::ALL.into_iter().filter(wanted).collect())
    }

    /// The words as expressions of SQLite's FTS5, every one quoted; `None` where there is none to look for.
    /// An expression that nothing matches stands for words of signs alone, which no index knows.
    #[must_use]
    pub fn words_expression(&self) -> Option<WordsExpression> {
        if self.words.is_empty() && self.without.is_empty() {
            return None;
        }
        let has_letters = |word: &&Word| word.text.chars().any(char::is_alphanumeric);
        let quoted = |word: &Word| {
            let star = if word.prefix { "*" } else { "" };
            format!("\"{}\"{star}", word.text.replace('"', "\"\""))
        };
        let with: Vec<String> = self.words.iter().filter(has_letters).map(quoted).collect();
        let without: Vec<String> = self.without.iter().filter(has_letters).map(quoted).collect();
        if with.is_empty() && !self.words.is_empty() {
            return Some(WordsExpression::Nothing);
        }
        Some(WordsExpression::Match { with, without })
    }
}

/// Words in the syntax of FTS5 (https://sqlite.org/fts5.html#full_text_query_syntax).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WordsExpression {
    /// Nothing can match.
    Nothing,
    /// Both may be empty, not both at once.
    Match {
        /// All of these, wherever each stands.
        with: Vec<String>,
        /// None of these.
        without: Vec<String>,
    },
}

#[cfg(test)]
#[path = "search_tests.rs"]
mod tests;
