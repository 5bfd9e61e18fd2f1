//! What was taken out, and where: never the thing itself.

use crate::Kind;

/// So many places are told for each kind.
const EXAMPLES: usize = 5;
/// A name or address is told up to so many bytes.
const NAMED: usize = 120;

/// Where something stood.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// The entry of a HAR file, from 1; 0 outside of entries.
    pub entry: u32,
    /// The line, from 1, of a file that is read as text; 0 elsewhere.
    pub line: u64,
    /// Host and path of the entry's address.
    pub address: String,
    /// The header, cookie, parameter or field.
    pub name: String,
}

/// What was taken out of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    counts: [u64; Kind::ALL.len()],
    places: Vec<(Kind, Place)>,
    pub(crate) is_broken: bool,
    pub(crate) is_har: bool,
    pub(crate) is_binary: bool,
}

impl Report {
    /// How many of a kind.
    #[must_use]
    pub const fn count(&self, kind: Kind) -> u64 {
        self.counts[kind.index()]
    }

    /// How many in all.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// The kinds that occurred, and how many of each.
    pub fn kinds(&self) -> impl Iterator<Item = (Kind, u64)> {
        Kind::ALL.into_iter().map(|kind| (kind, self.count(kind))).filter(|(_, count)| *count > 0)
    }

    /// A few of the places where a kind occurred.
    pub fn places(&self, kind: Kind) -> impl Iterator<Item = &Place> {
        self.places.iter().filter(move |(known, _)| *known == kind).map(|(_, place)| place)
    }

    /// It began as JSON and went on as something else, or ended too soon: from there on it was cleaned as text.
    #[must_use]
    pub const fn is_broken(&self) -> bool {
        self.is_broken
    }

    /// The list of entries of a HAR file was found.
    #[must_use]
    pub const fn is_har(&self) -> bool {
        self.is_har
    }

    /// It is no text: what is in it was not understood, and may hold anything.
    #[must_use]
    pub const fn is_binary(&self) -> bool {
        self.is_binary
    }

    pub(crate) fn add(&mut self, kind: Kind, place: &Context) {
        self.counts[kind.index()] += 1;
        let known = self.places.iter().filter(|(known, _)| *known == kind);
        if known.clone().count() < EXAMPLES {
            let place = place.told();
            if !known.clone().any(|(_, known)| *known == place) {
                self.places.push((kind, place));
            }
        }
    }
}

/// Where the reader is.
#[derive(Debug, Default)]
pub(crate) struct Context {
    pub entry: u32,
    pub line: u64,
    pub address: Vec<u8>,
    pub name: Vec<u8>,
}

impl Context {
    fn told(&self) -> Place {
        let words = |bytes: &[u8]| {
            let text = String::from_utf8_lossy(bytes);
            text.chars().filter(|sign| !sign.is_control()).take(NAMED).collect()
        };
        let is_text = self.line > 0;
        Place {
            entry: if is_text { 0 } else { self.entry },
            line: self.line,
            address: if is_text { String::new() } else { words(&self.address) },
            name: if is_name(&self.name) { words(&self.name) } else { String::new() },
        }
    }
}

/// Whether a name may be told: one that is long, or that is no name, could be a secret itself.
fn is_name(name: &[u8]) -> bool {
    let digits = name.iter().filter(|byte| byte.is_ascii_digit()).count();
    let is_plain = name.iter().all(|byte| byte.is_ascii_alphanumeric() || b"_-.:[]$".contains(byte) || *byte >= 0x80);
    name.len() <= 64 && digits <= 8 && is_plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_told_once_and_only_a_few_are() {
        let mut report = Report::default();
        for entry in 1..=9 {
            for _ in 0..2 {
                let context = Context { entry, name: b"Cookie".to_vec(), ..Context::default() };
                report.add(Kind::Cookie, &context);
            }
        }
        assert_eq!(report.count(Kind::Cookie), 18);
        let entries: Vec<u32> = report.places(Kind::Cookie).map(|place| place.entry).collect();
        assert_eq!(entries, [1, 2, 3, 4, 5]);
    }

    #[test]
    fn a_name_that_may_be_a_secret_is_not_told() {
        assert!(is_name(b"VtexIdclientAutCookie_loja") && is_name("contraseña".as_bytes()));
        assert!(!is_name(b"4111111111111111") && !is_name(b"a b") && !is_name(&[b'a'; 65]));
    }
}
