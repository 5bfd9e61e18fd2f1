//! The page: one file without scripts, everything from outside escaped.

use super::Whole;
use crate::http::ApiError;
use crate::mail::messages::moment_in;
use crate::rich_text;
use crate::store::files::StoredFile;
use crate::texts::Texts;
use balcao_contract::id::AttachmentId;
use balcao_contract::locale::Locale;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use minijinja::{Environment, Value, context};
use serde::Serialize;
use std::collections::HashMap;

const PAGE: &str = include_str!("../../../../download/page.html");

fn source(locale: Locale) -> &'static str {
    match locale {
        Locale::En => include_str!("../../../../download/en.toml"),
        Locale::Pt => include_str!("../../../../download/pt.toml"),
        Locale::Es => include_str!("../../../../download/es.toml"),
    }
}

#[derive(Serialize)]
struct ShownComment {
    author: String,
    support: bool,
    at: String,
    html: String,
    files: Vec<ShownFile>,
}

#[derive(Serialize)]
struct ShownFile {
    name: String,
    link: Option<String>,
    size: String,
}

/// The page in that language; `links` lead to the files where they lie beside it.
pub(super) fn render(
    whole: &Whole,
    links: &HashMap<AttachmentId, String>,
    locale: Locale,
    zone: Tz,
    now: DateTime<Utc>,
) -> Result<Vec<u8>, ApiError> {
    let texts: Texts = source(locale).parse().map_err(ApiError::internal)?;
    let word = |place: &str| texts.text(place, &[]).map_err(ApiError::internal);
    let request = &whole.request;
    let support = word("support")?;
    let status = word(&format!("statuses.{}", request.status.shown().name()))?;
    let priority = request.priority.map(|priority| word(&format!("priorities.{}", priority.name()))).transpose()?;
    let saved = texts.text("saved", &[("moment", &moment_in(locale, now, zone))]).map_err(ApiError::internal)?;
    let people: HashMap<_, _> = whole.people.iter().map(|person| (person.id, person)).collect();
    let comments = whole.comments.iter().map(|row| {
        let author = people.get(&row.author);
        let files = whole.files.get(&row.id).into_iter().flatten();
        ShownComment {
            // Whoever is not known can only be of the support team.
            support: author.is_none_or(|author| author.agent),
            author: author.map_or_else(|| support.clone(), |author| author.name.clone()),
            at: moment_in(locale, row.created_at.0, zone),
            html: rich_text::to_html(&rich_text::parse_comment(&row.body)),
            files: files.map(|file| shown_file(file, links.get(&file.id).cloned())).collect(),
        }
    });
    let values = context! {
        lang => locale.tag(), t => texts.values(), number => request.id.get(), subject => request.subject,
        account => whole.account, status, priority, saved,
        opened => moment_in(locale, request.created_at.0, zone),
        updated => moment_in(locale, request.updated_at.0, zone),
        followup_of => request.followup_source.map(|id| id.get()),
        answers => Value::from_serialize(&whole.answers),
        comments => Value::from_serialize(comments.collect::<Vec<_>>()),
    };
    let mut templates = Environment::new();
    templates.set_trim_blocks(true);
    templates.add_template("page.html", PAGE).map_err(ApiError::internal)?;
    let page = templates.get_template("page.html").and_then(|page| page.render(values)).map_err(ApiError::internal)?;
    Ok(page.into_bytes())
}

fn shown_file(file: &StoredFile, link: Option<String>) -> ShownFile {
    let kilobytes = file.size.div_ceil(1024);
    let size = if kilobytes < 1024 { format!("{kilobytes} KB") } else { format!("{} MB", kilobytes.div_ceil(1024)) };
    ShownFile { name: file.file_name.clone(), link, size }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_the_same_words() {
        let places = |locale| source(locale).parse::<Texts>().unwrap().places();
        assert!(!places(Locale::En).is_empty());
        for locale in [Locale::Pt, Locale::Es] {
            assert_eq!(places(locale), places(Locale::En), "{locale:?}");
        }
    }
}
