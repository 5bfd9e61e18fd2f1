//! The sentences and the layout of mails: one file of sentences a language, one text and one HTML template a kind.

use balcao_contract::locale::Locale;
use balcao_runtime::texts::Texts;
use minijinja::{Environment, Value, context};
use serde::Serialize;
use std::sync::LazyLock;

/// Why a message cannot be written.
#[derive(Debug, Clone, thiserror::Error)]
#[error("mail template: {0}")]
pub struct TemplateError(String);

/// What one language says.
#[derive(Debug, Clone)]
pub struct MailTexts(Texts);

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
        ("layout.html", include_str!("../../backend/mails/layout.html")),
        ("answer.html", include_str!("../../backend/mails/answer.html")),
        ("answer.txt", include_str!("../../backend/mails/answer.txt")),
        ("code.html", include_str!("../../backend/mails/code.html")),
        ("code.txt", include_str!("../../backend/mails/code.txt")),
        ("closed.html", include_str!("../../backend/mails/closed.html")),
        ("closed.txt", include_str!("../../backend/mails/closed.txt")),
        ("closing_soon.html", include_str!("../../backend/mails/closing_soon.html")),
        ("closing_soon.txt", include_str!("../../backend/mails/closing_soon.txt")),
        ("sign_in_code.html", include_str!("../../backend/mails/sign_in_code.html")),
        ("sign_in_code.txt", include_str!("../../backend/mails/sign_in_code.txt")),
        ("password_code.html", include_str!("../../backend/mails/password_code.html")),
        ("password_code.txt", include_str!("../../backend/mails/password_code.txt")),
        ("notice.html", include_str!("../../backend/mails/notice.html")),
        ("notice.txt", include_str!("../../backend/mails/notice.txt")),
        ("returned.html", include_str!("../../backend/mails/returned.html")),
        ("returned.txt", include_str!("../../backend/mails/returned.txt")),
        ("created.html", include_str!("../../backend/mails/created.html")),
        ("created.txt", include_str!("../../backend/mails/created.txt")),
    ] {
        templates.add_template(name, source).map_err(|error| TemplateError(error.to_string()))?;
    }
    let texts = |locale: Locale| {
        let source = match locale {
            Locale::En => include_str!("../../backend/mails/en.toml"),
            Locale::Pt => include_str!("../../backend/mails/pt.toml"),
            Locale::Es => include_str!("../../backend/mails/es.toml"),
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

    /// A sentence; see [`Texts::text`].
    ///
    /// # Errors
    /// There is no such sentence.
    pub fn text(&self, place: &str, parts: &[(&str, &str)]) -> Result<String, TemplateError> {
        self.0.text(place, parts).map_err(|error| TemplateError(error.to_string()))
    }
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
    let shared = context! { t => texts.0.values(), lang => locale.tag(), subject };
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

    #[test]
    fn every_language_says_the_same_with_the_same_parts() {
        let of = |locale| MailTexts::of(locale).unwrap().0.places();
        assert_eq!(of(Locale::En), of(Locale::Pt));
        assert_eq!(of(Locale::En), of(Locale::Es));
        for locale in Locale::ALL {
            let texts = MailTexts::of(locale).unwrap();
            for (place, _) in of(locale) {
                assert!(!texts.text(&place, &[]).unwrap().trim().is_empty(), "{place} says nothing");
            }
        }
    }
}
