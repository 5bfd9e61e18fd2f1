//! The lines between `---` at the top of an article file.

use balcao_contract::time::Timestamp;
use balcao_steps as steps;
use chrono::{DateTime, NaiveDate, NaiveTime};
use serde_yaml_ng::{Mapping, Value};

/// Front matter is a few lines; more is something else.
const MAX_BYTES: usize = 16 * 1024;

/// Brackets within each other. The YAML parser looks at all that are open for each sign, so that a few KB of them take it
/// seconds.
const DEEPEST: usize = 16;

/// What an article says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct FrontMatter {
    pub(crate) title: String,
    pub(crate) slug: String,
    /// The slug of the English original: the name that all languages share.
    pub(crate) slug_en: String,
    pub(crate) locale: String,
    pub(crate) status: String,
    pub(crate) keywords: String,
    pub(crate) updated_at: Option<Timestamp>,
    pub(crate) published_at: Option<Timestamp>,
    pub(crate) content_type: String,
    /// What an announcement says in a sentence.
    pub(crate) synopsis: String,
    /// Of a known issue: whether it is mended or will be.
    pub(crate) issue_status: String,
}

/// Why front matter cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FrontMatterError {
    #[error("no front matter between two lines of ---")]
    Missing,
    #[error("front matter of more than {MAX_BYTES} bytes")]
    TooLong,
    #[error("front matter has brackets within each other more than {DEEPEST} times")]
    TooDeep,
    #[error("front matter is not YAML: {0}")]
    Yaml(#[from] serde_yaml_ng::Error),
    #[error("front matter has no {0}")]
    NoValue(&'static str),
    #[error("updatedAt is no moment and no day: {0}")]
    Moment(String),
}

/// Front matter and what follows it.
pub(crate) fn split(text: &str) -> Option<(&str, &str)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let rest = text.strip_prefix("---")?;
    let rest = rest.trim_start_matches([' ', '\t']);
    let rest = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\n'))?;
    let mut at = 0;
    for line in rest.split_inclusive('\n') {
        steps::take(line.len());
        if line.trim_end() == "---" {
            return Some((&rest[..at], &rest[at + line.len()..]));
        }
        at += line.len();
    }
    None
}

pub(crate) fn parse(text: &str) -> Result<FrontMatter, FrontMatterError> {
    if text.len() > MAX_BYTES {
        return Err(FrontMatterError::TooLong);
    }
    if is_too_deep(text) {
        return Err(FrontMatterError::TooDeep);
    }
    let mapping: Mapping = serde_yaml_ng::from_str(text)?;
    let value = |key: &str| mapping.get(key).map(scalar).unwrap_or_default();
    let required = |key: &'static str| {
        let value = value(key);
        if balcao_contract::text::is_blank(&value) { Err(FrontMatterError::NoValue(key)) } else { Ok(value) }
    };
    let updated = value("updatedAt");
    let locale = required("locale")?;
    let language = locale.get(..2).unwrap_or_default().to_ascii_uppercase();
    let synopsis = [format!("announcementSynopsis{language}"), "synopsis".to_owned()].map(|key| value(&key));
    Ok(FrontMatter {
        title: required("title")?,
        slug: value("slug"),
        slug_en: value("slugEN"),
        locale,
        status: required("status")?,
        keywords: value("keywords"),
        issue_status: balcao_contract::text::single_line(&value("kiStatus")),
        // Beside `updatedAt` it only decides the order: a file is not left out for it.
        published_at: moment(&value("publishedAt")).ok(),
        content_type: value("contentType"),
        synopsis: synopsis
            .into_iter()
            .map(|text| balcao_contract::text::single_line(&text))
            .find(|text| !text.is_empty())
            .unwrap_or_default(),
        updated_at: if updated.is_empty() { None } else { Some(moment(&updated)?) },
    })
}

fn is_too_deep(text: &str) -> bool {
    let mut depth = 0_usize;
    text.bytes().any(|byte| {
        steps::take(1);
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > DEEPEST
    })
}

/// A plain value as text; a list as its values apart by spaces.
fn scalar(value: &Value) -> String {
    steps::take(1);
    match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        Value::Sequence(values) => values.iter().map(scalar).collect::<Vec<_>>().join(" "),
        _ => String::new(),
    }
}

/// An ISO time, or a day, which begins at midnight UTC.
fn moment(text: &str) -> Result<Timestamp, FrontMatterError> {
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return Ok(Timestamp(moment.to_utc()));
    }
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| FrontMatterError::Moment(text.to_owned()))?;
    Ok(Timestamp(day.and_time(NaiveTime::MIN).and_utc()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn front_matter_as_help_centers_write_it() {
        let (front, body) = split(
            "---\ntitle: 'Don''t panic: \"it\" works'\nid: 7bf2mM\nstatus: PUBLISHED\nupdatedAt: 2024-01-26T17:52:03.169Z\n\
             slug: nao-entre-em-panico\nslugEN: do-not-panic\nlocale: pt\ninternalReference: 948071\n---\n\n## One\n---\ntwo",
        )
        .unwrap();
        assert_eq!(body, "\n## One\n---\ntwo");
        let front = parse(front).unwrap();
        assert_eq!(front.title, "Don't panic: \"it\" works");
        assert_eq!((front.slug.as_str(), front.slug_en.as_str()), ("nao-entre-em-panico", "do-not-panic"));
        assert_eq!(front.updated_at.unwrap().unix_milliseconds(), 1_706_291_523_169);
    }

    #[test]
    fn a_day_alone_and_windows_line_ends_will_do() {
        let (front, body) = split(
            "\u{feff}---\r\ntitle: 404\r\nstatus: PUBLISHED\r\nlocale: en\r\nupdatedAt: 2026-01-08\r\n---\r\nText",
        )
        .unwrap();
        assert_eq!(body, "Text");
        let front = parse(front).unwrap();
        assert_eq!(front.title, "404");
        assert_eq!(front.updated_at.unwrap().unix_milliseconds(), 1_767_830_400_000);
    }

    #[test]
    fn what_is_broken_is_said() {
        assert!(split("no front matter").is_none());
        assert!(split("---\ntitle: never closed").is_none());
        assert!(matches!(parse("title: [\n"), Err(FrontMatterError::Yaml(_))));
        assert!(matches!(parse("title: a\nstatus: PUBLISHED"), Err(FrontMatterError::NoValue("locale"))));
        assert!(matches!(parse("title: a\nstatus: b\nlocale: en\nupdatedAt: soon"), Err(FrontMatterError::Moment(_))));
        assert!(matches!(parse(&"a".repeat(MAX_BYTES + 1)), Err(FrontMatterError::TooLong)));
        assert!(matches!(parse(&format!("a: {}", "[".repeat(DEEPEST + 1))), Err(FrontMatterError::TooDeep)));
        assert!(parse("just words").is_err());
    }
}
