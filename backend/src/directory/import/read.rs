//! From a file to rows: CSV as spreadsheets write it, or JSON. Nothing is looked up here.

use crate::directory::error::DirectoryError;
use balcao_contract::locale::Locale;
use balcao_contract::support::Region;
use balcao_desk::names;
use balcao_steps as steps;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// No directory is larger.
const LARGEST: u64 = 16 * 1024 * 1024;

const COLUMNS: [&str; 9] =
    ["account", "region", "main_account", "shares_requests", "email", "name", "locale", "sponsor", "support_resource"];

/// What one line says. What it leaves empty stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Row {
    pub account: Option<String>,
    pub region: Option<Region>,
    pub main_account: Option<String>,
    pub shares_requests: Option<bool>,
    pub email: Option<String>,
    pub name: Option<String>,
    pub locale: Option<Locale>,
    pub sponsor: bool,
    pub support_resource: Option<bool>,
}

/// A line by its number, and what it says or why it cannot be read.
pub(super) type Line = (u64, Result<Row, Vec<String>>);

/// Reads a file.
pub(super) fn file(path: &Path) -> Result<Vec<Line>, DirectoryError> {
    let shown = path.display();
    let cannot = |error: std::io::Error| DirectoryError::refused(format!("{shown} cannot be read: {error}"));
    if std::fs::metadata(path).map_err(cannot)?.len() > LARGEST {
        return Err(DirectoryError::refused(format!("{shown} is larger than 16 MiB; import it in parts")));
    }
    let bytes = std::fs::read(path).map_err(cannot)?;
    let text = String::from_utf8(bytes).map_err(|_| {
        DirectoryError::refused(format!("{shown} is not UTF-8; in a spreadsheet, save it as `CSV UTF-8`"))
    })?;
    // Excel begins its files with a byte order mark.
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let json = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
    if json { from_json(text) } else { from_csv(text) }
}

/// The separator of the first line: spreadsheets use `;` where the comma is in numbers.
fn separator(text: &str) -> u8 {
    let head = text.lines().next().unwrap_or_default();
    [b';', b'\t', b','].into_iter().max_by_key(|sign| head.bytes().filter(|byte| byte == sign).count()).unwrap_or(b',')
}

pub(super) fn from_csv(text: &str) -> Result<Vec<Line>, DirectoryError> {
    let text = &text.replace("\r\n", "\n").replace('\r', "\n");
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator(text))
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let heads = reader.headers().map_err(|error| DirectoryError::refused(format!("no CSV: {error}")))?;
    let heads: Vec<String> = heads.iter().map(|head| head.to_ascii_lowercase().replace([' ', '-'], "_")).collect();
    check_heads(&heads)?;
    let mut lines = Vec::new();
    let mut place = LineCounter { text, byte: 0, line: 1 };
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let line = error.position().map_or(0, |position| place.line_of(position));
                lines.push((line, Err(vec![format!("no CSV: {error}")])));
                continue;
            }
        };
        let line = record.position().map_or(0, |position| place.line_of(position));
        steps::take(record.as_slice().len() + record.len() + 1);
        if record.iter().all(str::is_empty) {
            continue;
        }
        let cells: BTreeMap<&str, &str> = heads.iter().map(String::as_str).zip(record.iter()).collect();
        let row = match record.len() == heads.len() {
            true => row(&cells),
            false => Err(vec![format!("has {} cells, the first line has {}", record.len(), heads.len())]),
        };
        lines.push((line, row));
    }
    Ok(lines)
}

/// Counts lines as an editor does. The reader's own count passes over empty ones.
struct LineCounter<'a> {
    text: &'a str,
    byte: usize,
    line: u64,
}

impl LineCounter<'_> {
    /// The line on which a record begins; records come in their order.
    fn line_of(&mut self, position: &csv::Position) -> u64 {
        let bytes = self.text.as_bytes();
        let mut begin = usize::try_from(position.byte()).unwrap_or(bytes.len()).min(bytes.len());
        while bytes.get(begin) == Some(&b'\n') {
            begin += 1;
        }
        steps::take(begin.saturating_sub(usize::try_from(position.byte()).unwrap_or(begin)));
        steps::take(begin.saturating_sub(self.byte));
        let passed = bytes.get(self.byte..begin).unwrap_or_default();
        self.line += passed.iter().filter(|byte| **byte == b'\n').count() as u64;
        self.byte = begin.max(self.byte);
        self.line
    }
}

fn check_heads(heads: &[String]) -> Result<(), DirectoryError> {
    let known = || format!("the columns are {}", COLUMNS.join(", "));
    for (place, head) in heads.iter().enumerate() {
        steps::take(place + head.len());
        if !COLUMNS.contains(&head.as_str()) {
            let head = head.escape_debug();
            return Err(DirectoryError::refused(format!("line 1: there is no column `{head}`; {}", known())));
        }
        if heads[..place].contains(head) {
            return Err(DirectoryError::refused(format!("line 1: the column `{head}` is there twice")));
        }
    }
    if !heads.iter().any(|head| head == "account" || head == "email") {
        return Err(DirectoryError::refused(format!("line 1 names neither account nor email; {}", known())));
    }
    Ok(())
}

/// A list of objects with the same names as the columns. A line's number is that of the entry, from 1.
pub(super) fn from_json(text: &str) -> Result<Vec<Line>, DirectoryError> {
    let all: Vec<BTreeMap<String, Value>> = serde_json::from_str(text)
        .map_err(|error| DirectoryError::refused(format!("no JSON list of objects: {error}")))?;
    let lines = (1..).zip(all).map(|(number, entry)| {
        let mut faults = Vec::new();
        let mut cells = BTreeMap::new();
        for (key, value) in entry {
            if !COLUMNS.contains(&key.as_str()) {
                faults.push(format!("there is no `{}`; there are {}", key.escape_debug(), COLUMNS.join(", ")));
                continue;
            }
            match value {
                Value::Null => {}
                Value::String(text) => drop(cells.insert(key, text.trim().to_owned())),
                Value::Bool(flag) => drop(cells.insert(key, if flag { "yes" } else { "no" }.to_owned())),
                _ => faults.push(format!("{key} is neither a text nor true or false")),
            }
        }
        if !faults.is_empty() {
            return (number, Err(faults));
        }
        let cells = cells.iter().map(|(key, text)| (key.as_str(), text.as_str())).collect();
        (number, row(&cells))
    });
    Ok(lines.collect())
}

fn row(cells: &BTreeMap<&str, &str>) -> Result<Row, Vec<String>> {
    let mut faults = Vec::new();
    let given = |name: &str| cells.get(name).copied().filter(|text| !text.is_empty());
    let regions = || Region::ALL.map(Region::name).join(", ");
    let row = Row {
        account: read(given("account"), names::account, &mut faults, "is no account name (letters, digits, - and _)"),
        region: read(
            given("region"),
            Region::from_name,
            &mut faults,
            &format!("is no region; there are {}", regions()),
        ),
        main_account: read(given("main_account"), names::account, &mut faults, "is no account name"),
        shares_requests: read(given("shares_requests"), flag, &mut faults, "is neither yes nor no"),
        email: read(given("email"), names::email, &mut faults, "is no e-mail address"),
        name: read(given("name"), names::person, &mut faults, "is no name"),
        locale: read(given("locale"), Locale::from_tag, &mut faults, "is no language; there are en, pt and es"),
        sponsor: read(given("sponsor"), flag, &mut faults, "is neither yes nor no").unwrap_or(false),
        support_resource: read(given("support_resource"), flag, &mut faults, "is neither yes nor no"),
    };
    if faults.is_empty() && row.account.is_none() && row.email.is_none() {
        faults.push("names neither account nor email".to_owned());
    }
    let of_account = row.region.is_some() || row.main_account.is_some() || row.shares_requests.is_some();
    if faults.is_empty() && row.account.is_none() && (of_account || row.sponsor || row.support_resource.is_some()) {
        faults.push("says something about an account and names none".to_owned());
    }
    let of_user = row.name.is_some() || row.locale.is_some() || row.sponsor || row.support_resource.is_some();
    if faults.is_empty() && row.email.is_none() && of_user {
        faults.push("says something about a person and has no email".to_owned());
    }
    if faults.is_empty() { Ok(row) } else { Err(faults) }
}

fn read<T>(
    given: Option<&str>,
    parse: impl Fn(&str) -> Option<T>,
    faults: &mut Vec<String>,
    otherwise: &str,
) -> Option<T> {
    let given = given?;
    let value = parse(given);
    if value.is_none() {
        faults.push(format!("`{}` {otherwise}", given.escape_debug()));
    }
    value
}

fn flag(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "yes" | "true" | "1" | "x" | "sim" | "sí" | "si" | "verdadeiro" | "verdadero" => Some(true),
        "no" | "false" | "0" | "não" | "nao" | "falso" => Some(false),
        _ => None,
    }
}
