//! What takes secrets out of a file, in a piece of code of its own: it comes when the first such file is chosen.

use super::cleaned::{Cleaned, Removed, RemovedPlace};
use crate::later::NotLoaded;
use balcao_redact::{Cleaner, Place, Report};

/// A file that is being cleaned.
pub trait Cleaning {
    /// The next bytes; what is clean so far is put at the end of `out`.
    fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>);

    /// The rest of it, and what was taken out; `None` where it is no text, and may hold anything.
    fn finish(self: Box<Self>, out: &mut Vec<u8>) -> Option<Cleaned>;
}

/// The code, by what others call of it.
#[derive(Clone, Copy)]
pub struct CleanerCode {
    /// Begins with a file.
    pub begin: fn() -> Box<dyn Cleaning>,
}

/// The code, for those who have it.
const CODE: CleanerCode = CleanerCode { begin };

fn begin() -> Box<dyn Cleaning> {
    Box::new(Cleaner::default())
}

/// Fetches it.
#[cfg(feature = "split")]
#[leptos::wasm_split::wasm_split(clean, wasm_split_path = ::leptos::wasm_split, fallible)]
pub fn fetched() -> Result<CleanerCode, NotLoaded> {
    Ok(CODE)
}

/// Fetches it.
#[cfg(not(feature = "split"))]
pub async fn fetched() -> Result<CleanerCode, NotLoaded> {
    Ok(CODE)
}

impl Cleaning for Cleaner {
    fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        Cleaner::push(self, bytes, out);
    }

    fn finish(self: Box<Self>, out: &mut Vec<u8>) -> Option<Cleaned> {
        let report = Cleaner::finish(*self, out);
        (!report.is_binary()).then(|| told(&report))
    }
}

fn told(report: &Report) -> Cleaned {
    let removed = report.kinds().map(|(kind, count)| Removed {
        kind: kind.name().to_owned(),
        count,
        places: report.places(kind).map(place).collect(),
    });
    Cleaned { removed: removed.collect(), is_har: report.is_har(), is_broken: report.is_broken() }
}

fn place(place: &Place) -> RemovedPlace {
    let mut text = String::new();
    if place.entry > 0 {
        text.push_str(&place.entry.to_string());
        text.push_str(". ");
    }
    text.push_str(&place.address);
    if !place.name.is_empty() {
        text.push_str(if place.address.is_empty() { "" } else { " · " });
        text.push_str(&place.name);
    }
    RemovedPlace { line: place.line, text }
}
