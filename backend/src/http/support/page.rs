//! The pages: templates and sentences, in the visitor's language.

use super::visitor::Visitor;
use crate::http::{ApiError, App};
use crate::identity::site::SiteError;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse as _, Response};
use balcao_contract::locale::Locale;
use balcao_runtime::texts::{Texts, fill};
use minijinja::value::{Kwargs, Value};
use minijinja::{Environment, context};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::sync::LazyLock;

/// The style of every page.
pub const STYLE: &str = include_str!("../../../support/style.css");

/// Where it is: a name that changes with it.
pub fn style_path() -> &'static str {
    static PATH: LazyLock<String> = LazyLock::new(|| {
        let digest = Sha256::digest(STYLE.as_bytes());
        let hash = digest.iter().take(8).fold(String::new(), |mut hash, byte| {
            let _ = write!(hash, "{byte:02x}");
            hash
        });
        format!("/support/style-{hash}.css")
    });
    &PATH
}

macro_rules! templates {
    ($($name:literal),* $(,)?) => { [$(($name, include_str!(concat!("../../../support/", $name)))),*] };
}

struct Pages {
    templates: Environment<'static>,
    texts: [Texts; Locale::ALL.len()],
}

static PAGES: LazyLock<Result<Pages, String>> = LazyLock::new(read);

fn read() -> Result<Pages, String> {
    let mut templates = Environment::new();
    templates.set_trim_blocks(true);
    templates.set_lstrip_blocks(true);
    templates.set_undefined_behavior(minijinja::UndefinedBehavior::SemiStrict);
    templates.add_filter("fill", fill_in);
    for (name, source) in templates![
        "layout.html",
        "form.html",
        "start.html",
        "code.html",
        "password.html",
        "second_factor.html",
        "to_code.html",
        "reminders.html",
        "reset.html",
        "reset_code.html",
        "new_password.html",
        "enrol.html",
        "enrol_app.html",
        "enrol_phone.html",
        "enrol_phone_code.html",
        "recovery_codes.html",
        "sign_out.html",
        "fault.html",
    ] {
        templates.add_template(name, source).map_err(|error| format!("{name}: {error:#}"))?;
    }
    let texts = |locale: Locale| {
        let source = match locale {
            Locale::En => include_str!("../../../support/en.toml"),
            Locale::Pt => include_str!("../../../support/pt.toml"),
            Locale::Es => include_str!("../../../support/es.toml"),
        };
        source.parse::<Texts>().map_err(|error| format!("{locale}: {error}"))
    };
    Ok(Pages { templates, texts: [texts(Locale::En)?, texts(Locale::Pt)?, texts(Locale::Es)?] })
}

/// `{{ t.code.sent|fill(address=email) }}`
fn fill_in(sentence: &str, parts: Kwargs) -> Result<String, minijinja::Error> {
    let parts: Vec<(String, String)> = parts
        .args()
        .map(|name| Ok((name.to_owned(), parts.get::<Value>(name)?.to_string())))
        .collect::<Result<_, minijinja::Error>>()?;
    let parts: Vec<(&str, &str)> = parts.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    Ok(fill(sentence, &parts))
}

fn pages() -> Result<&'static Pages, ApiError> {
    PAGES.as_ref().map_err(|error| ApiError::internal(format!("support pages: {error}")))
}

fn texts(locale: Locale) -> Result<&'static Texts, ApiError> {
    let [en, pt, es] = &pages()?.texts;
    Ok(match locale {
        Locale::En => en,
        Locale::Pt => pt,
        Locale::Es => es,
    })
}

/// What is wrong with a field, or with the whole.
#[derive(Debug, Clone, Serialize)]
struct FieldMessage {
    field: &'static str,
    sentence: String,
}

/// A page that is to be drawn.
#[derive(Debug)]
pub struct Page {
    template: &'static str,
    status: StatusCode,
    values: Value,
    fault: Option<(&'static str, &'static str, u64)>,
    retry_after: Option<u64>,
}

impl Page {
    /// A page by its template.
    pub fn new(template: &'static str) -> Self {
        Self { template, status: StatusCode::OK, values: context! {}, fault: None, retry_after: None }
    }

    /// What it shows besides its sentences.
    pub fn with(self, values: Value) -> Self {
        Self { values, ..self }
    }

    /// With another status.
    pub fn status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    /// Worth another try after so many seconds.
    pub fn retry_after(self, seconds: u64) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }

    /// The same page with what is wrong, said at its field: the sentence is `faults.<name>`.
    pub fn fault(self, field: &'static str, name: &'static str) -> Self {
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, fault: Some((field, name, 0)), ..self }
    }

    /// The same page with what a door refused; what is none of the visitor's faults goes on as it is. `names` are the
    /// sentences for something malformed, wrong and expired.
    pub fn refused(
        self,
        field: &'static str,
        error: SiteError,
        [malformed, wrong, expired]: [&'static str; 3],
    ) -> Result<Self, ApiError> {
        if !matches!(error, SiteError::Failed(_)) {
            // The span says by which door.
            tracing::info!(reason = %error, "sign-in refused");
        }
        Ok(match error {
            SiteError::Malformed => self.fault(field, malformed),
            SiteError::Wrong => self.fault(field, wrong),
            SiteError::Expired => self.fault(field, expired),
            SiteError::TooOften(seconds) => Self {
                status: StatusCode::TOO_MANY_REQUESTS,
                fault: Some((field, "too_often", seconds)),
                retry_after: Some(seconds),
                ..self
            },
            SiteError::Declined => self.fault("", "google_declined"),
            SiteError::Refused => self.fault("", "google_refused"),
            SiteError::Unknown => self.fault("", "google_unknown"),
            SiteError::Unavailable => {
                self.fault("", "unavailable").status(StatusCode::SERVICE_UNAVAILABLE).retry_after(5)
            }
            SiteError::Failed(error) => return Err(error.into()),
        })
    }

    /// Draws it.
    pub fn answer(self, app: &App, visitor: &Visitor) -> Result<Response, ApiError> {
        let locale = visitor.locale();
        let texts = texts(locale)?;
        let fault = self.fault.map(|(field, name, seconds)| {
            let sentence = match name {
                "too_often" => too_often(texts, seconds),
                name => texts.text(&format!("faults.{name}"), &[]),
            };
            sentence.map(|sentence| FieldMessage { field, sentence })
        });
        let fault = fault.transpose().map_err(ApiError::internal)?;
        let languages: Vec<Value> = Locale::ALL
            .into_iter()
            .map(|other| {
                let (name, tag) = (other.native_name(), other.tag());
                context! { name, tag, address => visitor.address_in(other), current => other == locale }
            })
            .collect();
        let shared = context! {
            t => texts.values(), lang => locale.tag(), style => style_path(), languages, fault,
            doors => context! {
                email => app.config.support_site.email,
                password => app.config.support_site.password,
                google => app.config.support_site.google.is_some(),
            },
        };
        let template = pages()?.templates.get_template(self.template).map_err(ApiError::internal)?;
        let html = template.render(context! { ..self.values, ..shared });
        let html = html.map_err(|error| ApiError::internal(format!("{error:#}")))?;
        let mut response = (self.status, Html(html)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(locale.tag()));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        Ok(response)
    }
}

/// How long to wait, in the unit that a person would say.
fn too_often(texts: &Texts, seconds: u64) -> Result<String, balcao_runtime::texts::NoSentence> {
    let minutes = seconds.div_ceil(60);
    match seconds {
        1 => texts.text("faults.too_often_second", &[]),
        ..90 => texts.text("faults.too_often_seconds", &[("seconds", &seconds.to_string())]),
        _ => texts.text("faults.too_often_minutes", &[("minutes", &minutes.to_string())]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_says_the_same_with_the_same_parts() {
        let [en, pt, es] = &PAGES.as_ref().unwrap().texts;
        assert_eq!(en.places(), pt.places());
        assert_eq!(en.places(), es.places());
        for texts in [en, pt, es] {
            for (place, _) in texts.places() {
                assert!(!texts.text(&place, &[]).unwrap().trim().is_empty(), "{place} says nothing");
            }
        }
    }
}
