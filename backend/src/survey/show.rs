//! The figures as a table for the terminal, as CSV, and as a page with a chart.

use super::figures::Figures;
use super::tally::{FEWEST, Share, Tally};
use super::words;
use balcao_contract::id::FormId;
use balcao_contract::locale::Locale;
use minijinja::{Environment, context};
use serde::Serialize;

/// Names of forms; a request that came without one has none.
pub type FormName<'a> = &'a dyn Fn(Option<FormId>) -> String;

/// What the columns of the tables are called.
const COLUMNS: [&str; 9] =
    ["asked", "answered", "good", "bad", "waiting", "reopened", "expired", "response rate", "satisfied"];

fn counts(tally: &Tally) -> [u64; 7] {
    [tally.asked, tally.answered(), tally.good, tally.bad, tally.waiting, tally.reopened, tally.expired]
}

/// "83 % (66–93)"; a dash from too few.
fn said(share: Option<Share>) -> String {
    share.map_or_else(|| "–".to_owned(), |share| format!("{:.0} % ({:.0}–{:.0})", share.percent, share.low, share.high))
}

fn cells(tally: &Tally) -> Vec<String> {
    let shares = [said(tally.response_rate()), said(tally.good_share())];
    counts(tally).iter().map(u64::to_string).chain(shares).collect()
}

/// A table of periods for the terminal.
#[must_use]
pub fn table(figures: &Figures) -> String {
    let mut rows =
        vec![[&["period"][..], &COLUMNS[..]].concat().into_iter().map(str::to_uppercase).collect::<Vec<_>>()];
    let periods = figures.periods.iter().map(|period| (period.name.as_str(), &period.all));
    for (name, tally) in periods.chain([("all", &figures.all)]) {
        rows.push([name.to_owned()].into_iter().chain(cells(tally)).collect());
    }
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let widths: Vec<usize> = (0..=COLUMNS.len()).map(width).collect();
    let mut text = String::new();
    for row in &rows {
        let padded: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        text.push_str(padded.join("  ").trim_end());
        text.push('\n');
    }
    for (what, count) in reasons(&figures.all) {
        text.push_str(&format!("low because: {what}: {count}\n"));
    }
    text.push_str(&format!(
        "Shares with the range that holds the truth 19 times out of 20; none from fewer than {FEWEST}.\n"
    ));
    text
}

fn reasons(tally: &Tally) -> Vec<(&'static str, u64)> {
    let given = tally.reasons().map(|(reason, count)| (words::reason(reason, Locale::En), count));
    let all = given.chain([(words::no_reason(Locale::En), tally.without_reason())]);
    all.filter(|(_, count)| *count > 0).collect()
}

/// One row for each period and form, and one for the period as a whole with `form` empty.
///
/// # Errors
/// It cannot be written.
pub fn csv(figures: &Figures, form_name: FormName<'_>) -> Result<String, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut heads = vec!["period", "form"];
    heads.extend(["asked", "answered", "good", "bad", "waiting", "reopened", "expired"]);
    heads.extend(["response_rate", "good_share", "good_share_low", "good_share_high"]);
    heads.extend(["very_satisfied", "satisfied", "dissatisfied", "very_dissatisfied"]);
    heads.extend(["not_solved", "took_too_long", "no_help", "treatment", "other_reason", "no_reason"]);
    writer.write_record(&heads)?;
    for period in &figures.periods {
        let whole = (String::new(), &period.all);
        let forms = period.forms.iter().map(|(form, tally)| (form_name(*form), tally));
        for (form, tally) in [whole].into_iter().chain(forms) {
            let mut row = vec![period.name.clone(), form];
            row.extend(counts(tally).iter().map(u64::to_string));
            let share = |share: Option<f64>| share.map(|share| format!("{share:.1}")).unwrap_or_default();
            let good = tally.good_share();
            row.push(share(tally.response_rate().map(|rate| rate.percent)));
            row.push(share(good.map(|good| good.percent)));
            row.push(share(good.map(|good| good.low)));
            row.push(share(good.map(|good| good.high)));
            row.extend(tally.steps().map(|(_, count)| count.to_string()));
            row.extend(tally.reasons().map(|(_, count)| count.to_string()));
            row.push(tally.without_reason().to_string());
            writer.write_record(&row)?;
        }
    }
    let bytes = writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// A bar of the chart, in the coordinates of its drawing.
#[derive(Serialize)]
struct Bar {
    x: f64,
    width: f64,
    asked_y: f64,
    asked_height: f64,
    good_y: f64,
    good_height: f64,
    bad_y: f64,
    bad_height: f64,
    /// Where its name stands; empty where there is no room for every name.
    name: String,
    middle: f64,
    said: String,
}

/// The chart's inner size, in the units of its drawing.
const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 220.0;
/// More names than these do not stand beside one another.
const MOST_NAMES: usize = 12;

fn bars(figures: &Figures, top: u64) -> Vec<Bar> {
    let count = figures.periods.len().max(1);
    let slot = WIDTH / count as f64;
    let width = (slot * 0.7).min(48.0);
    let every = count.div_ceil(MOST_NAMES);
    let height = |count: u64| HEIGHT * count as f64 / top.max(1) as f64;
    let bar = |(at, period): (usize, &super::figures::Period)| {
        let tally = &period.all;
        let (good, bad, asked) = (height(tally.good), height(tally.bad), height(tally.asked));
        let middle = slot * (at as f64 + 0.5);
        Bar {
            x: middle - width / 2.0,
            width,
            asked_y: HEIGHT - asked,
            asked_height: asked,
            good_y: HEIGHT - good,
            good_height: good,
            bad_y: HEIGHT - good - bad,
            bad_height: bad,
            name: if at % every == 0 { period.name.clone() } else { String::new() },
            middle,
            said: format!("{}: {} asked, {} good, {} bad", period.name, tally.asked, tally.good, tally.bad),
        }
    };
    figures.periods.iter().enumerate().map(bar).collect()
}

/// A round number at or above the greatest count: where the chart's scale ends.
fn top_of(figures: &Figures) -> u64 {
    let greatest = figures.periods.iter().map(|period| period.all.asked).max().unwrap_or_default().max(4);
    let mut step = 1_u64;
    loop {
        for round in [4, 8, 10, 20] {
            if greatest <= round * step {
                return round * step;
            }
        }
        step = step.saturating_mul(10);
    }
}

/// A page that needs nothing else: no script, nothing fetched.
///
/// # Errors
/// The template is broken; a test makes sure it is not.
pub fn page(figures: &Figures, form_name: FormName<'_>, about: &str) -> Result<String, minijinja::Error> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
    environment.add_template("figures.html", include_str!("figures.html"))?;
    let row = |name: String, tally: &Tally| (name, cells(tally));
    let periods: Vec<_> = figures.periods.iter().map(|period| row(period.name.clone(), &period.all)).collect();
    let forms: Vec<_> = figures.forms.iter().map(|(form, tally)| row(form_name(*form), tally)).collect();
    let top = top_of(figures);
    let lines: Vec<_> =
        (0..=4_u64).map(|quarter| (HEIGHT - HEIGHT * quarter as f64 / 4.0, top * quarter / 4)).collect();
    environment.get_template("figures.html")?.render(context! {
        about,
        columns => COLUMNS,
        periods,
        forms,
        all => cells(&figures.all),
        reasons => reasons(&figures.all),
        bars => bars(figures, top),
        lines,
        width => WIDTH,
        height => HEIGHT,
        fewest => FEWEST,
        asked => figures.all.asked,
    })
}
