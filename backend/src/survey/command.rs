//! `balcao-backend survey …`: what operators read of the survey. It changes nothing, and works beside a server that runs.

use super::figures::{Figures, Length, Span};
use super::show;
use balcao_config::Config;
use balcao_contract::id::FormId;
use balcao_contract::locale::Locale;
use balcao_contract::support::Region;
use balcao_contract::survey::ANSWER_WINDOW;
use balcao_desk::forms::Forms;
use balcao_store::{Store, StoreError, survey_figures};
use chrono::{DateTime, Months, NaiveDate, Utc};
use chrono_tz::Tz;
use clap::{Args, Subcommand};
use std::io::Write;
use std::path::PathBuf;

/// More periods than these nobody reads.
const MOST_PERIODS: usize = 1_500;

/// `survey …`
#[derive(Debug, Clone, Subcommand)]
pub enum SurveyCommand {
    /// What requesters said about support, by period and form.
    Figures(FiguresArguments),
}

/// What `survey figures` is told.
#[derive(Debug, Clone, Args)]
pub struct FiguresArguments {
    /// The first day, such as 2026-01-31; eleven months before the last one's month where it is left out.
    #[arg(long, value_name = "DAY")]
    pub from: Option<NaiveDate>,
    /// The last day; today where it is left out.
    #[arg(long, value_name = "DAY")]
    pub to: Option<NaiveDate>,
    /// How long a period is.
    #[arg(long, value_enum, default_value_t = Length::Month)]
    pub by: Length,
    /// Only requests of this form, by its key: technical, financial, commercial.
    #[arg(long, value_name = "KEY")]
    pub form: Option<String>,
    /// Whose days: a time zone, such as America/Sao_Paulo.
    #[arg(long, value_name = "ZONE", default_value = "UTC", value_parser = zone)]
    pub zone: Tz,
    /// Prints CSV: a row for each period and form.
    #[arg(long)]
    pub csv: bool,
    /// Writes a page with a chart into this file, which needs nothing else; one that is there is replaced.
    #[arg(long, value_name = "FILE", conflicts_with = "csv")]
    pub html: Option<PathBuf>,
}

fn zone(name: &str) -> Result<Tz, String> {
    name.parse().map_err(|_| "this is no time zone, such as America/Sao_Paulo".to_owned())
}

/// Why a command was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum SurveyError {
    /// What was asked for makes no sense; a sentence says why.
    #[error("{0}")]
    Refused(String),
    /// The database.
    #[error("the database cannot be read: {0}")]
    Store(#[from] StoreError),
    /// The page cannot be written.
    #[error("{} cannot be written: {error}", .file.display())]
    Page {
        /// Where it was to be.
        file: PathBuf,
        /// Why not.
        error: std::io::Error,
    },
    /// The answer cannot be written.
    #[error("cannot write: {0}")]
    Output(#[from] std::io::Error),
    /// A template of ours is broken; a test makes sure it is not.
    #[error("figures: {0}")]
    Template(#[from] minijinja::Error),
    /// CSV cannot be written.
    #[error("CSV: {0}")]
    Csv(#[from] csv::Error),
}

/// Carries out a command.
///
/// # Errors
/// See [`SurveyError`].
pub async fn run(
    store: &Store,
    config: &Config,
    forms: &Forms,
    now: DateTime<Utc>,
    command: SurveyCommand,
    out: &mut (dyn Write + Send),
) -> Result<(), SurveyError> {
    let SurveyCommand::Figures(asked) = command;
    let span = span(&asked, now)?;
    let form = form(forms, asked.form.as_deref())?;
    let over_until = Region::ALL.map(|region| (region, config.calendars.of(region).due_since(now, ANSWER_WINDOW)));
    let (from, to) = span.moments();
    let mut read = store.read().await?;
    let counted = survey_figures::count(&mut read, from, to, &over_until).await?;
    drop(read);
    let figures = Figures::of(&span, &counted, form);
    let name = |form: Option<FormId>| form_name(forms, form);
    if let Some(file) = asked.html {
        let narrowed = form.map(|form| format!(", {} only", form_name(forms, Some(form)))).unwrap_or_default();
        let about = format!(
            "{} to {}, by {} ({}){narrowed}. Counted {}.",
            span.from,
            span.to,
            format!("{:?}", span.length).to_lowercase(),
            span.zone,
            now.with_timezone(&span.zone).format("%Y-%m-%d %H:%M"),
        );
        let page = show::page(&figures, &name, &about)?;
        std::fs::write(&file, page).map_err(|error| SurveyError::Page { file: file.clone(), error })?;
        writeln!(
            out,
            "{} written: {} surveys in {} periods",
            file.display(),
            figures.all.asked,
            figures.periods.len()
        )?;
    } else if asked.csv {
        write!(out, "{}", show::csv(&figures, &name)?)?;
    } else {
        write!(out, "{}", show::table(&figures))?;
    }
    Ok(())
}

fn span(asked: &FiguresArguments, now: DateTime<Utc>) -> Result<Span, SurveyError> {
    let to = asked.to.unwrap_or_else(|| now.with_timezone(&asked.zone).date_naive());
    let a_year = || Length::Month.first_day(to) - Months::new(11);
    let span = Span { from: asked.from.unwrap_or_else(a_year), to, length: asked.by, zone: asked.zone };
    if span.from > span.to {
        return Err(SurveyError::Refused(format!("--from {} is after --to {}", span.from, span.to)));
    }
    let shortest = match span.length {
        Length::Day => 1,
        Length::Week => 7,
        Length::Month => 28,
        Length::Quarter => 90,
    };
    let periods = (span.to - span.from).num_days() / shortest;
    if usize::try_from(periods).unwrap_or(usize::MAX) > MOST_PERIODS {
        return Err(SurveyError::Refused(format!(
            "these are more than {MOST_PERIODS} periods; ask for longer ones with --by, or for fewer days"
        )));
    }
    Ok(span)
}

fn form(forms: &Forms, key: Option<&str>) -> Result<Option<FormId>, SurveyError> {
    let Some(key) = key else { return Ok(None) };
    let known = forms.by_key(key, Locale::En).map(|form| form.id);
    known.map(Some).ok_or_else(|| {
        let keys: Vec<&str> = forms.all(Locale::En).iter().map(|form| form.key.as_str()).collect();
        SurveyError::Refused(format!("there is no form {key}; there are {}", keys.join(", ")))
    })
}

fn form_name(forms: &Forms, form: Option<FormId>) -> String {
    match form {
        Some(id) => forms.by_id(id, Locale::En).map_or_else(|| format!("form {id}"), |form| form.key.clone()),
        None => "no form".to_owned(),
    }
}
