//! What articles say, as terms: of building the index the part that takes time, and the only one that knows texts.

use super::analysis::terms;
use super::library::Library;
use super::parallel;
use super::sections;
use balcao_contract::locale::Locale;
use balcao_rich_text::to_plain;

/// The terms of an article, each as often as it stands there.
#[derive(Debug, Default)]
pub(crate) struct Said {
    pub(crate) title: Vec<String>,
    pub(crate) keywords: Vec<String>,
    pub(crate) sections: Vec<SaidUnder>,
    /// Of the English original: translations word error messages and names of products anew.
    pub(crate) original: Vec<String>,
}

/// The terms under one heading.
#[derive(Debug)]
pub(crate) struct SaidUnder {
    pub(crate) heading: Vec<String>,
    pub(crate) content: Vec<String>,
}

/// A section's heading and content.
type Plain = (String, String);

/// What every article says, in the library's order; `None` where it cannot be read.
pub(crate) fn all(library: &Library) -> Vec<Option<Said>> {
    let entries = library.entries();
    // An original is read once for itself and its translations.
    let texts: Vec<Option<Vec<Plain>>> = parallel::each(entries.len(), |number| {
        let entry = entries.get(number)?;
        let sections = sections::split(&entry.title, entry.source.read()?.blocks());
        Some(sections.into_iter().map(|section| (section.heading, to_plain(&section.content))).collect())
    });
    parallel::each(entries.len(), |number| {
        let entry = entries.get(number)?;
        let said = |text: &str| only_terms(entry.locale, text);
        let sections = texts.get(number)?.as_ref()?;
        let original =
            library.original_number(entry).and_then(|number| Some((entries.get(number)?, texts.get(number)?)));
        let original = original.map(|(original, sections)| {
            let sections = sections.iter().flatten().flat_map(|(heading, content)| [heading, content]);
            std::iter::once(&original.title).chain(sections).flat_map(|text| said(text)).collect()
        });
        Some(Said {
            title: said(&entry.title),
            keywords: said(&entry.keywords),
            sections: sections
                .iter()
                .map(|(heading, content)| SaidUnder { heading: said(heading), content: said(content) })
                .collect(),
            original: original.unwrap_or_default(),
        })
    })
}

fn only_terms(locale: Locale, text: &str) -> Vec<String> {
    terms(locale, text).into_iter().map(|(term, _)| term).collect()
}
