//! Answers of several entries: lists of addresses, and tables that are typed, pasted from a spreadsheet, or read from a
//! CSV file. An entry's faults name its line, its column and what stands there.

use crate::form::{Column, Field};
use crate::format::{self, Format, FormatError};
use crate::text;
use std::collections::{BTreeMap, BTreeSet};

/// The most addresses of a list.
pub const MOST_ADDRESSES: u32 = 100;
/// The longest text of a cell, in characters.
pub const CELL_LIMIT: u32 = 255;
/// The most rows of a table whose definition sets no other limit.
pub const MOST_ROWS: u32 = 500;

/// What is wrong with one entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryError {
    /// Of a table its line, of a list which entry it is; from 1.
    pub line: u32,
    /// The column's title; `None` in a list, and where it is about the whole row.
    pub column: Option<String>,
    /// What stands there.
    pub text: String,
    /// What is wrong.
    pub what: FormatError,
}

/// The entries of a list.
fn list(written: &str) -> Vec<String> {
    let entries = written.split(['\n', '\r', ',', ';']).map(text::single_line);
    entries.filter(|entry| !text::is_blank(entry)).collect()
}

/// What is stored for a list of addresses: one a line, each once.
///
/// # Errors
/// The faults of its entries.
pub fn read_addresses(written: &str) -> Result<Vec<String>, Vec<EntryError>> {
    let mut kept: Vec<String> = Vec::new();
    let mut known = BTreeSet::new();
    let mut faults = Vec::new();
    for (entry, line) in list(written).into_iter().zip(1..) {
        match format::read(Format::Email, None, &entry) {
            Ok(address) if !known.insert(address.to_ascii_lowercase()) => {}
            Ok(address) => kept.push(address),
            Err(what) => faults.push(EntryError { line, column: None, text: entry, what }),
        }
    }
    if faults.is_empty() { Ok(kept) } else { Err(faults) }
}

/// A row of a table: its line in what was written, and its cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// From 1.
    pub line: u32,
    /// One line each.
    pub cells: Vec<String>,
}

/// The rows of a table as they are written, whatever stands in them: tabs, semicolons or commas between cells, cells in
/// quotation marks where they hold such a sign (RFC 4180). Empty rows and a row of headings are left out.
///
/// # Errors
/// The line where a quotation mark is opened and never closed.
pub fn rows(columns: &[Column], written: &str) -> Result<Vec<Row>, u32> {
    let separators: &[char] = match columns.len() {
        // With a single column nothing else can be meant by them.
        1 => &['\t', ';', ','],
        _ => separator(written),
    };
    let mut rows = split(written, separators)?;
    if columns.len() == 1 {
        let singly = |row: Row| row.cells.into_iter().map(move |cell| Row { line: row.line, cells: vec![cell] });
        rows = rows.into_iter().flat_map(singly).collect();
    }
    rows.retain(|row| !row.cells.iter().all(|cell| text::is_blank(cell)));
    let headings = rows.iter().take_while(|row| is_heading(columns, &row.cells)).count();
    rows.drain(..headings);
    Ok(rows)
}

/// The sign between cells: the strongest that is there at all outside of quotation marks.
fn separator(written: &str) -> &'static [char] {
    let mut quoted = false;
    let mut best: &[char] = &[','];
    for sign in written.chars() {
        match sign {
            '"' => quoted = !quoted,
            '\t' if !quoted => return &['\t'],
            ';' if !quoted => best = &[';'],
            _ => {}
        }
    }
    best
}

fn split(written: &str, separators: &[char]) -> Result<Vec<Row>, u32> {
    let mut rows = Vec::new();
    let mut row = Row { line: 1, cells: Vec::new() };
    let mut cell = String::new();
    let mut line = 1;
    let mut opened = None;
    let mut signs = written.strip_prefix('\u{feff}').unwrap_or(written).chars().peekable();
    while let Some(sign) = signs.next() {
        let ends_line = sign == '\n' || (sign == '\r' && signs.peek() != Some(&'\n'));
        line += u32::from(ends_line);
        if opened.is_some() {
            match sign {
                '"' if signs.peek() == Some(&'"') => cell.extend(signs.next()),
                '"' => opened = None,
                sign => cell.push(sign),
            }
        } else if sign == '"' && text::is_blank(&cell) {
            cell.clear();
            opened = Some(line);
        } else if separators.contains(&sign) {
            row.cells.push(text::single_line(&std::mem::take(&mut cell)));
        } else if ends_line {
            row.cells.push(text::single_line(&std::mem::take(&mut cell)));
            rows.push(std::mem::replace(&mut row, Row { line, cells: Vec::new() }));
        } else {
            cell.push(sign);
        }
    }
    if let Some(line) = opened {
        return Err(line);
    }
    row.cells.push(text::single_line(&cell));
    rows.push(row);
    Ok(rows)
}

/// Every cell says what its column is called: the heading of a spreadsheet.
fn is_heading(columns: &[Column], cells: &[String]) -> bool {
    let says = |cell: &String, column: &Column| {
        text::is_blank(cell)
            || [&column.title, &column.key].iter().any(|name| name.chars().map(small).eq(cell.chars().map(small)))
    };
    cells.len() <= columns.len() && cells.iter().zip(columns).all(|(cell, column)| says(cell, column))
}

/// The small letter of a capital of our languages: all of Unicode's would be 12 KB of the panel.
const fn small(letter: char) -> char {
    match letter {
        // Latin-1 has them in the same order, 32 apart, with a multiplication sign among them.
        '\u{c0}'..='\u{de}' if letter != '\u{d7}' => ((letter as u8) + 32) as char,
        _ => letter.to_ascii_lowercase(),
    }
}

/// A table's cells as they are stored.
///
/// # Errors
/// The faults of its cells, line by line.
pub fn read_table(field: &Field, written: &str) -> Result<Vec<Vec<String>>, Vec<EntryError>> {
    let columns = &field.columns;
    let rows = rows(columns, written)
        .map_err(|line| vec![EntryError { line, column: None, text: String::new(), what: FormatError::OpenQuote }])?;
    let mut kept: Vec<Vec<String>> = Vec::new();
    // What stands in a column already, and in which line.
    let mut known: BTreeMap<(usize, String), u32> = BTreeMap::new();
    let mut faults = Vec::new();
    for Row { line, cells } in rows {
        let count = u32::try_from(columns.len()).unwrap_or(u32::MAX);
        if cells.iter().skip(columns.len()).any(|cell| !text::is_blank(cell)) {
            let text = cells.join(" ");
            faults.push(EntryError { line, column: None, text, what: FormatError::TooManyCells { columns: count } });
            continue;
        }
        let mut read = Vec::with_capacity(columns.len());
        for (at, column) in columns.iter().enumerate() {
            let written = cells.get(at).map(String::as_str).unwrap_or_default();
            let stored = cell(column, written).and_then(|stored| {
                if !column.unique || stored.is_empty() {
                    return Ok(stored);
                }
                match known.get(&(at, stored.clone())) {
                    Some(line) => Err(FormatError::Repeated { line: *line }),
                    None => {
                        known.insert((at, stored.clone()), line);
                        Ok(stored)
                    }
                }
            });
            match stored {
                Ok(stored) => read.push(stored),
                Err(what) => {
                    let text = written.to_owned();
                    faults.push(EntryError { line, column: Some(column.title.clone()), text, what });
                }
            }
        }
        if read.len() == columns.len() {
            kept.push(read);
        }
    }
    if faults.is_empty() { Ok(kept) } else { Err(faults) }
}

fn cell(column: &Column, written: &str) -> Result<String, FormatError> {
    if text::is_blank(written) {
        return if column.required { Err(FormatError::Blank) } else { Ok(String::new()) };
    }
    if text::length(written) > CELL_LIMIT as usize {
        return Err(FormatError::TooLong { max: CELL_LIMIT });
    }
    match column.format {
        Some(format) => format::read(format, column.prefix.as_deref(), written),
        None => Ok(written.to_owned()),
    }
}

/// A table as text: a row a line, tabs between cells. Reads back as the same rows.
#[must_use]
pub fn write_table(rows: &[Vec<String>]) -> String {
    let cell = |cell: &String| match cell.contains(['"', ',', ';', '\t']) {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell.clone(),
    };
    let row = |row: &Vec<String>| row.iter().map(cell).collect::<Vec<_>>().join("\t");
    rows.iter().map(row).collect::<Vec<_>>().join("\n")
}
