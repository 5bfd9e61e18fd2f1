//! The languages of the panel.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A language that every sentence exists in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Locale {
    /// English, the fallback.
    #[default]
    En,
    /// Brazilian Portuguese.
    Pt,
    /// Spanish.
    Es,
}

impl Locale {
    /// Every locale, in the order a chooser shows them.
    pub const ALL: [Self; 3] = [Self::En, Self::Pt, Self::Es];

    /// The short code used in addresses, file names and the database.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Pt => "pt",
            Self::Es => "es",
        }
    }

    /// The BCP 47 tag for `lang` attributes and the browser's `Intl`.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en-US",
            Self::Pt => "pt-BR",
            Self::Es => "es",
        }
    }

    /// The language's name in itself.
    #[must_use]
    pub const fn native_name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Pt => "Português",
            Self::Es => "Español",
        }
    }

    /// The locale of a BCP 47 tag such as `pt-BR` or `es_419`; `None` for a language that the panel does not speak.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        let language = tag.trim().split(['-', '_']).next()?;
        Self::ALL.into_iter().find(|locale| locale.code().eq_ignore_ascii_case(language))
    }

    /// The best locale for an `Accept-Language` header (RFC 9110, 12.5.4); English where nothing fits.
    #[must_use]
    pub fn from_accept_language(header: &str) -> Self {
        let mut best: Option<(Self, u16)> = None;
        for range in header.split(',') {
            let mut parts = range.split(';');
            let Some(locale) = parts.next().and_then(Self::from_tag) else { continue };
            let quality = parts.find_map(|part| part.trim().strip_prefix("q=")).map_or(1000, thousandths);
            if quality > 0 && best.is_none_or(|(_, known)| quality > known) {
                best = Some((locale, quality));
            }
        }
        best.map_or_else(Self::default, |(locale, _)| locale)
    }
}

/// A quality value in thousandths; what cannot be read counts as nothing.
fn thousandths(text: &str) -> u16 {
    text.trim().parse::<f32>().ok().filter(|q| (0.0..=1.0).contains(q)).map_or(0, |q| (q * 1000.0) as u16)
}

impl fmt::Display for Locale {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code())
    }
}
