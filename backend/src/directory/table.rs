//! Rows as a table for eyes, or as JSON for scripts.

use super::Office;
use super::arguments::Shape;
use crate::output::{self, columns};
use serde::Serialize;

/// Between two columns.
const GAP: usize = 2;
/// The last column, the free text, is cut in a narrow terminal, but not to fewer columns than these.
const LEAST: usize = 16;

/// Prints rows as a table, or as JSON. In a terminal too narrow for the table each row is a block of lines.
///
/// # Errors
/// They cannot be printed.
pub fn table<T: Serialize>(
    office: &mut Office<'_>,
    shape: Shape,
    heads: &[&str],
    all: &[T],
    cells: impl Fn(&T) -> Vec<String>,
) -> std::io::Result<()> {
    if shape.json {
        return output::json(office.out, all);
    }
    let harmless = |row: &T| cells(row).iter().map(|cell| output::line(cell)).collect();
    let rows: Vec<Vec<String>> = all.iter().map(harmless).collect();
    let mut widths: Vec<usize> = heads.iter().map(|head| head.len()).collect();
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(columns(cell));
        }
    }
    let last = widths.pop().unwrap_or_default();
    let before: usize = widths.iter().map(|width| width + GAP).sum();
    let room = office.width.map_or(usize::MAX, |width| width.saturating_sub(before));
    if room < last.min(LEAST) && !rows.is_empty() {
        return blocks(office, heads, &rows);
    }
    let line = |cells: &[&str]| {
        let (free, padded) = cells.split_last().unwrap_or((&"", &[]));
        let pad =
            |(cell, width): (&&str, &usize)| format!("{cell}{}", " ".repeat(width.saturating_sub(columns(cell)) + GAP));
        let start: String = padded.iter().zip(&widths).map(pad).collect();
        format!("{start}{}", output::cut(free, room)).trim_end().to_owned()
    };
    writeln!(office.out, "{}", line(heads))?;
    for row in &rows {
        writeln!(office.out, "{}", line(&row.iter().map(String::as_str).collect::<Vec<_>>()))?;
    }
    if rows.is_empty() {
        writeln!(office.out, "(none)")?;
    }
    Ok(())
}

/// A line for each cell that says something, and an empty line between rows.
fn blocks(office: &mut Office<'_>, heads: &[&str], rows: &[Vec<String>]) -> std::io::Result<()> {
    let width = heads.iter().map(|head| head.len()).max().unwrap_or_default();
    for (number, row) in rows.iter().enumerate() {
        if number > 0 {
            writeln!(office.out)?;
        }
        for (head, cell) in heads.iter().zip(row).filter(|(_, cell)| !cell.is_empty()) {
            writeln!(office.out, "{head:width$}  {cell}")?;
        }
    }
    Ok(())
}

/// Takes away what is beyond a list's limit, of which one more is asked for than is shown, and says so.
pub fn cut_at<T>(all: &mut Vec<T>, limit: u32) -> Option<String> {
    let limit = limit as usize;
    let more = all.len() > limit;
    all.truncate(limit);
    more.then(|| format!("there are more than these {limit}; --limit shows more"))
}
