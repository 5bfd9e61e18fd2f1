//! The sentences of one language, compiled in as TOML: those of mails, and those of the support site's pages.

/// The sentences, by their place.
#[derive(Debug, Clone)]
pub struct Texts(toml::Table);

/// There is no such sentence; a test makes sure there is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no sentence: {0}")]
pub struct NoSentence(String);

impl std::str::FromStr for Texts {
    type Err = toml::de::Error;
    fn from_str(source: &str) -> Result<Self, Self::Err> {
        source.parse().map(Self)
    }
}

impl Texts {
    /// A sentence, by its place: `created.subject`; `{name}` and its kind are filled in, once.
    ///
    /// # Errors
    /// There is no such sentence.
    pub fn text(&self, place: &str, parts: &[(&str, &str)]) -> Result<String, NoSentence> {
        let missing = || NoSentence(place.to_owned());
        let mut at = self.0.get(place.split('.').next().unwrap_or_default()).ok_or_else(missing)?;
        for key in place.split('.').skip(1) {
            at = at.get(key).ok_or_else(missing)?;
        }
        Ok(fill(at.as_str().ok_or_else(missing)?, parts))
    }

    /// All of them, for a template.
    #[must_use]
    pub fn values(&self) -> minijinja::Value {
        minijinja::Value::from_serialize(&self.0)
    }

    /// Every sentence's place and the parts it takes, in order: two languages that say the same agree.
    #[must_use]
    pub fn places(&self) -> Vec<(String, Vec<String>)> {
        let mut found = Vec::new();
        places(&self.0, "", &mut found);
        found
    }
}

fn places(table: &toml::Table, before: &str, found: &mut Vec<(String, Vec<String>)>) {
    for (key, value) in table {
        let place = format!("{before}{key}");
        match value {
            toml::Value::Table(inner) => places(inner, &format!("{place}."), found),
            value => {
                let parts = value.as_str().unwrap_or_default().split('{').skip(1);
                let mut parts: Vec<String> =
                    parts.map(|part| part.split('}').next().unwrap_or_default().to_owned()).collect();
                parts.sort();
                found.push((place, parts));
            }
        }
    }
}

/// Replaces `{name}`; what was filled in is not looked at again, whatever braces a title may hold.
#[must_use]
pub fn fill(sentence: &str, parts: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(sentence.len());
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let part = after
            .split_once('}')
            .and_then(|(name, after)| parts.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value, after)));
        match part {
            Some((value, after)) => {
                filled.push_str(value);
                rest = after;
            }
            None => {
                filled.push('{');
                rest = after;
            }
        }
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_filled_in_is_not_filled_again() {
        assert_eq!(fill("{a} and {b} {c}", &[("a", "{b}"), ("b", "2")]), "{b} and 2 {c}");
        assert_eq!(fill("{", &[]), "{");
    }
}
