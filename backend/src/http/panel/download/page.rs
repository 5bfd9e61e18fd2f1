//! The page: one file without scripts, everything from outside escaped.

use super::Head;
use super::names::Names;
use super::thread::{CommentWithFiles, Document};
use crate::http::ApiError;
use balcao_contract::locale::Locale;
use balcao_mail::messages::moment_in;
use balcao_rich_text as rich_text;
use balcao_runtime::texts::Texts;
use balcao_store::files::StoredFile;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use minijinja::{Environment, Value, context};
use serde::Serialize;
use std::sync::Arc;

const PAGE: &str = include_str!("../../../../download/page.html");
/// What stands between these is made for each comment.
const EACH: &str = "{# for each comment #}\n";
const EACH_ENDS: &str = "{# after the comments #}\n";

fn source(locale: Locale) -> &'static str {
    match locale {
        Locale::En => include_str!("../../../../download/en.toml"),
        Locale::Pt => include_str!("../../../../download/pt.toml"),
        Locale::Es => include_str!("../../../../download/es.toml"),
    }
}

/// The page in one language.
pub(super) struct Page {
    head: Arc<Head>,
    templates: Environment<'static>,
    texts: Texts,
    support: String,
    /// Files lie beside the page, under these names.
    names: Option<Names>,
    locale: Locale,
    zone: Tz,
    now: DateTime<Utc>,
}

#[derive(Serialize)]
struct ShownFile {
    name: String,
    link: Option<String>,
    size: String,
}

impl Page {
    /// A page with `links` to files beside it, or without.
    pub fn new(head: Arc<Head>, links: bool, locale: Locale, zone: Tz, now: DateTime<Utc>) -> Result<Self, ApiError> {
        let texts: Texts = source(locale).parse().map_err(ApiError::internal)?;
        let support = texts.text("support", &[]).map_err(ApiError::internal)?;
        let mut templates = Environment::new();
        templates.set_trim_blocks(true);
        templates.set_keep_trailing_newline(true);
        let parts = PAGE.split_once(EACH).and_then(|(begin, rest)| Some((begin, rest.split_once(EACH_ENDS)?)));
        let (begin, (comment, end)) = parts.ok_or_else(|| ApiError::internal("the page has no place for comments"))?;
        for (name, part) in [("begin.html", begin), ("comment.html", comment), ("end.html", end)] {
            templates.add_template(name, part).map_err(ApiError::internal)?;
        }
        let names = links.then(Names::default);
        Ok(Self { head, templates, texts, support, names, locale, zone, now })
    }

    fn part(&self, name: &str, values: Value) -> Result<Vec<u8>, ApiError> {
        let part = self.templates.get_template(name).and_then(|part| part.render(values));
        Ok(part.map_err(ApiError::internal)?.into_bytes())
    }

    fn moment(&self, moment: DateTime<Utc>) -> String {
        moment_in(self.locale, moment, self.zone)
    }

    fn shown(&mut self, file: &StoredFile) -> ShownFile {
        let kilobytes = file.size.div_ceil(1024);
        let size =
            if kilobytes < 1024 { format!("{kilobytes} KB") } else { format!("{} MB", kilobytes.div_ceil(1024)) };
        let link = self.names.as_mut().map(|names| names.link(&file.file_name));
        ShownFile { name: file.file_name.clone(), link, size }
    }
}

impl Document for Page {
    fn begin(&mut self) -> Result<Vec<u8>, ApiError> {
        let Head { request, account, answers, .. } = &*self.head;
        let word = |place: &str| self.texts.text(place, &[]).map_err(ApiError::internal);
        let status = word(&format!("statuses.{}", request.status.shown().name()))?;
        let priority = request.priority.map(|priority| word(&format!("priorities.{}", priority.name()))).transpose()?;
        let values = context! {
            lang => self.locale.tag(), t => self.texts.values(), number => request.id.get(), subject => request.subject,
            account, status, priority,
            opened => self.moment(request.created_at.0),
            updated => self.moment(request.updated_at.0),
            followup_of => request.followup_source.map(|id| id.get()),
            answers => Value::from_serialize(answers),
        };
        self.part("begin.html", values)
    }

    fn comment(&mut self, (row, files): &CommentWithFiles) -> Result<Vec<u8>, ApiError> {
        let files: Vec<ShownFile> = files.iter().map(|file| self.shown(file)).collect();
        let author = self.head.people.iter().find(|person| person.id == row.author);
        let comment = context! {
            // Whoever is not known can only be of the support team.
            support => author.is_none_or(|author| author.agent),
            author => author.map_or(self.support.as_str(), |author| &author.name),
            at => self.moment(row.created_at.0),
            html => rich_text::to_html(&rich_text::parse_comment(&row.body)),
            files => Value::from_serialize(files),
        };
        self.part("comment.html", context! { t => self.texts.values(), comment })
    }

    fn end(&mut self) -> Result<Vec<u8>, ApiError> {
        let saved = self.texts.text("saved", &[("moment", &self.moment(self.now))]).map_err(ApiError::internal)?;
        self.part("end.html", context! { saved })
    }
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
