//! The sentences and the layout of mails: one file of sentences a language, one text and one HTML template a kind.

use balcao_contract::locale::Locale;
use minijinja::{Environment, Value, context};
use serde::Serialize;
use std::sync::LazyLock;

/// Why a message cannot be written.
#[derive(Debug, Clone, thiserror::Error)]
#[error("mail template: {0}")]
pub struct TemplateError(String);

/// What one language says.
#[derive(Debug, Clone)]
pub struct MailTexts(toml::Table);

struct Mails {
    templates: Environment<'static>,
    texts: [MailTexts; Locale::ALL.len()],
}

static MAILS: LazyLock<Result<Mails, TemplateError>> = LazyLock::new(read);

fn read() -> Result<Mails, TemplateError> {
    let mut templates = Environment::new();
    templates.set_trim_blocks(true);
    templates.set_lstrip_blocks(true);
    templates.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
    for (name, source) in [
        ("layout.html", include_str!("../../mails/layout.html")),
        ("code.html", include_str!("../../mails/code.html")),
        ("code.txt", include_str!("../../mails/code.txt")),
        ("closed.html", include_str!("../../mails/closed.html")),
        ("closed.txt", include_str!("../../mails/closed.txt")),
        ("closing_soon.html", include_str!("../../mails/closing_soon.html")),
        ("closing_soon.txt", include_str!("../../mails/closing_soon.txt")),
        ("created.html", include_str!("../../mails/created.html")),
        ("created.txt", include_str!("../../mails/created.txt")),
    ] {
        templates.add_template(name, source).map_err(|error| TemplateError(error.to_string()))?;
    }
    let texts = |locale: Locale| {
        let source = match locale {
            Locale::En => include_str!("../../mails/en.toml"),
            Locale::Pt => include_str!("../../mails/pt.toml"),
            Locale::Es => include_str!("../../mails/es.toml"),
        };
        source.parse().map(MailTexts).map_err(|error| TemplateError(format!("{locale}: {error}")))
    };
    Ok(Mails { templates, texts: [texts(Locale::En)?, texts(Locale::Pt)?, texts(Locale::Es)?] })
}

fn mails() -> Result<&'static Mails, TemplateError> {
    MAILS.as_ref().map_err(Clone::clone)
}

impl MailTexts {
    /// The sentences of a language.
    ///
    /// # Errors
    /// The sentences compiled in cannot be read; a test makes sure they can.
    pub fn of(locale: Locale) -> Result<&'static Self, TemplateError> {
        let [en, pt, es] = &mails()?.texts;
        Ok(match locale {
            Locale::En => en,
            Locale::Pt => pt,
            Locale::Es => es,
        })
    }

    /// A sentence, by its place: `created.subject`; `{name}` and its kind are filled in, once.
    ///
    /// # Errors
    /// There is no such sentence.
    pub fn text(&self, place: &str, parts: &[(&str, &str)]) -> Result<String, TemplateError> {
        let missing = || TemplateError(format!("no sentence: {place}"));
        let mut at = self.0.get(place.split('.').next().unwrap_or_default()).ok_or_else(missing)?;
        for key in place.split('.').skip(1) {
            at = at.get(key).ok_or_else(missing)?;
        }
        Ok(fill(at.as_str().ok_or_else(missing)?, parts))
    }
}

/// Replaces `{name}`; what was filled in is not looked at again, whatever braces a title may hold.
fn fill(sentence: &str, parts: &[(&str, &str)]) -> String {
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

/// A message's text and HTML.
pub(super) fn render(
    kind: &str,
    locale: Locale,
    subject: &str,
    values: impl Serialize,
) -> Result<(String, String), TemplateError> {
    let mails = mails()?;
    let texts = MailTexts::of(locale)?;
    let shared = context! { t => Value::from_serialize(&texts.0), lang => locale.tag(), subject };
    let values = context! { ..Value::from_serialize(values), ..shared };
    let part = |ending: &str| {
        let template = mails.templates.get_template(&format!("{kind}.{ending}"));
        template.and_then(|template| template.render(&values)).map_err(|error| TemplateError(error.to_string()))
    };
    Ok((part("txt")?, part("html")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(table: &toml::Table, before: &str, found: &mut Vec<(String, Vec<String>)>) {
        for (key, value) in table {
            let place = format!("{before}{key}");
            match value {
                toml::Value::Table(inner) => places(inner, &format!("{place}."), found),
                value => {
                    let text = value.as_str().unwrap();
                    assert!(!text.trim().is_empty(), "{place} says nothing");
                    let mut parts: Vec<String> =
                        text.split('{').skip(1).map(|part| part.split_once('}').unwrap().0.to_owned()).collect();
                    parts.sort();
                    found.push((place, parts));
                }
            }
        }
    }

    #[test]
    fn every_language_says_the_same_with_the_same_parts() {
        let of = |locale| {
            let mut found = Vec::new();
            places(&MailTexts::of(locale).unwrap().0, "", &mut found);
            found
        };
        assert_eq!(of(Locale::En), of(Locale::Pt));
        assert_eq!(of(Locale::En), of(Locale::Es));
    }

    #[test]
    fn what_is_filled_in_is_not_filled_again() {
        assert_eq!(fill("{a} and {b} {c}", &[("a", "{b}"), ("b", "2")]), "{b} and 2 {c}");
        assert_eq!(fill("{", &[]), "{");
    }
}
