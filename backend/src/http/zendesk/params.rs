//! The parameters of an address, kept as they came so that links can repeat them.

use crate::http::{ApiError, App};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use balcao_contract::limits::MOST_IDS;
use std::convert::Infallible;
use std::str::FromStr;

/// Every parameter, decoded, in order; and the path they stand behind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Params {
    path: String,
    pairs: Vec<(String, String)>,
}

impl<S: Send + Sync> FromRequestParts<S> for Params {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self::new(parts.uri.path(), parts.uri.query().unwrap_or_default()))
    }
}

impl Params {
    /// The parameters of a path and a query string.
    #[must_use]
    pub fn new(path: &str, query: &str) -> Self {
        let pairs = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        Self { path: path.to_owned(), pairs }
    }

    /// A parameter; the last one where it stands there twice.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.pairs.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// A parameter that says something: an empty one is what a form sends that nobody filled in.
    #[must_use]
    pub fn given(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|value| !value.is_empty())
    }

    /// A whole number within bounds.
    ///
    /// # Errors
    /// It is there and is none.
    pub fn number(&self, name: &str, least: u32, most: u32) -> Result<Option<u32>, ApiError> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let number = value.trim().parse::<u32>().ok().filter(|number| (least..=most).contains(number));
        number.map(Some).ok_or_else(|| ApiError::parameter(name))
    }

    /// The numbers of a comma-separated list; what is none is left out.
    ///
    /// # Errors
    /// There are more than [`MOST_IDS`].
    pub fn ids<T: FromStr>(&self, name: &str) -> Result<Vec<T>, ApiError> {
        let list = self.get(name).unwrap_or_default();
        if list.split(',').nth(MOST_IDS).is_some() {
            return Err(ApiError::parameter(name));
        }
        Ok(list.split(',').filter_map(|id| id.trim().parse().ok()).collect())
    }

    /// Whether a comma-separated list contains a word, as in `include=users,rich_text`.
    #[must_use]
    pub fn lists(&self, name: &str, word: &str) -> bool {
        self.get(name).is_some_and(|list| list.split(',').any(|known| known.trim() == word))
    }

    /// This address on our origin, with some parameters changed or (`None`) left out.
    #[must_use]
    pub fn link(&self, app: &App, changes: &[(&str, Option<String>)]) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in &self.pairs {
            if !changes.iter().any(|(changed, _)| changed == name) {
                query.append_pair(name, value);
            }
        }
        for (name, value) in changes {
            if let Some(value) = value {
                query.append_pair(name, value);
            }
        }
        let query = query.finish();
        let address = app.config.link(&format!("{}.json", self.path));
        if query.is_empty() { address } else { format!("{address}?{query}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_decoded() {
        let params = Params::new("/p", "page%5Bsize%5D=5&query=a+b%20c&x&x=2&include=users,%20rich_text");
        assert_eq!(params.get("page[size]"), Some("5"));
        assert_eq!(params.get("query"), Some("a b c"));
        assert_eq!(params.get("x"), Some("2"));
        assert!(params.lists("include", "rich_text") && !params.lists("include", "rich"));
    }

    #[test]
    fn a_list_of_ids_has_an_end() {
        let ids = |list: &str| Params::new("/", &format!("ids={list}")).ids::<u64>("ids");
        assert_eq!(ids("7, 9,x,,-1").unwrap(), [7, 9]);
        assert_eq!(ids("").unwrap(), [0; 0]);
        assert_eq!(ids(&vec!["7"; MOST_IDS].join(",")).unwrap().len(), MOST_IDS);
        let refused = ids(&vec!["7"; MOST_IDS + 1].join(","));
        assert!(matches!(refused, Err(ApiError::InvalidParameter(name)) if name == "ids"));
    }

    #[test]
    fn numbers_are_numbers() {
        let number = |query| Params::new("/", query).number("page", 1, 100);
        assert!(matches!(number(""), Ok(None)));
        assert!(matches!(number("page=7"), Ok(Some(7))));
        for wrong in ["page=0", "page=101", "page=-1", "page=1.5", "page=x", "page=", "page=99999999999"] {
            assert!(matches!(number(wrong), Err(ApiError::InvalidParameter(name)) if name == "page"), "{wrong}");
        }
    }
}
