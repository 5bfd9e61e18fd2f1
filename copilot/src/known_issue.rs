//! A known issue as an answer: where it stands and how to go around it come first, then what fits the question.

use super::sections::{Section, beginning, excerpt};
use balcao_contract::locale::Locale;
use balcao_contract::rich_text::{Block, Inline};

/// About how many characters of the work-around are quoted before the section that was found.
const WORKAROUND: usize = 300;

/// How help centers head a work-around, in lower case.
const HEADINGS: [&str; 9] = [
    "workaround",
    "work-around",
    "work around",
    "solução alternativa",
    "solução de contorno",
    "solução temporária",
    "solución alternativa",
    "solución provisional",
    "solución temporal",
];

/// What is quoted of a known issue: its status, its work-around, and the section that was found.
pub(crate) fn content(locale: Locale, status: &str, sections: &[Section], found: &Section) -> Vec<Block> {
    let (label, status) = in_words(locale, status);
    let mut content = vec![Block::Paragraph {
        content: vec![strong(&format!("{label}:")), Inline::Text { text: format!(" {status}") }],
    }];
    let workaround = sections.iter().find(|section| is_workaround(&section.heading));
    if let Some(workaround) = workaround.filter(|workaround| *workaround != found) {
        content.extend(headed(&workaround.heading));
        content.extend(beginning(&workaround.content, WORKAROUND));
    }
    content.extend(headed(&found.heading));
    content.extend(excerpt(&found.content));
    content
}

/// Headings often bring along signs of a heading within: `## Workaround`.
fn clean(heading: &str) -> &str {
    heading.trim_matches(|c: char| c.is_whitespace() || matches!(c, '#' | '*' | '_' | ':'))
}

fn is_workaround(heading: &str) -> bool {
    let heading = clean(heading).to_lowercase();
    HEADINGS.iter().any(|known| heading.starts_with(known))
}

fn headed(heading: &str) -> Option<Block> {
    let heading = clean(heading);
    (!heading.is_empty()).then(|| Block::Paragraph { content: vec![strong(heading)] })
}

fn strong(text: &str) -> Inline {
    Inline::Strong { content: vec![Inline::Text { text: text.to_owned() }] }
}

/// Where a known issue stands, in the help center's language.
pub(crate) fn status(locale: Locale, status: &str) -> &str {
    in_words(locale, status).1
}

/// The status in the words of the help center's language; one that is not known stands as it is.
fn in_words(locale: Locale, status: &str) -> (&'static str, &str) {
    let all = match status.to_ascii_lowercase().as_str() {
        "backlog" => ["Backlog", "Backlog", "Backlog"],
        "scheduled" => ["Scheduled", "Agendado", "Programado"],
        "fixed" => ["Fixed", "Corrigido", "Corregido"],
        "no fix" => ["No fix", "Sem correção", "Sin corrección"],
        "closed" => ["Closed", "Fechado", "Cerrado"],
        _ => [status; 3],
    };
    let [en, pt, es] = all;
    match locale {
        Locale::En => ("Status", en),
        Locale::Pt => ("Status", pt),
        Locale::Es => ("Estado", es),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sections::split;
    use balcao_rich_text::{parse, to_plain};

    fn quoted(locale: Locale, status: &str, body: &str, found: usize) -> String {
        let sections = split("Title", parse(body));
        to_plain(&content(locale, status, &sections, &sections[found]))
    }

    const BODY: &str =
        "## Summary\n\nOrders stop.\n\n## Simulation\n\nBuy twice.\n\n## ## Workaround\n\nSend the invoice again.";

    #[test]
    fn status_and_work_around_come_first() {
        assert_eq!(
            quoted(Locale::En, "No Fix", BODY, 0),
            "Status: No fix\n\nWorkaround\n\nSend the invoice again.\n\nSummary\n\nOrders stop."
        );
        // The work-around itself was found: once is enough.
        assert_eq!(quoted(Locale::En, "Fixed", BODY, 2), "Status: Fixed\n\nWorkaround\n\nSend the invoice again.");
    }

    #[test]
    fn a_status_is_said_in_the_language_of_the_article() {
        for (locale, status, expected) in [
            (Locale::Pt, "Fixed", "Status: Corrigido"),
            (Locale::Es, "no fix", "Estado: Sin corrección"),
            (Locale::Es, "Under review", "Estado: Under review"),
        ] {
            assert_eq!(quoted(locale, status, "Beginning.", 0), format!("{expected}\n\nBeginning."));
        }
    }

    #[test]
    fn a_long_work_around_leaves_room_for_what_was_found() {
        let body =
            format!("## Sumário\n\nParou.\n\n## Solução alternativa\n\n{}", "Reenvie a nota fiscal. ".repeat(60));
        let text = quoted(Locale::Pt, "Backlog", &body, 0);
        assert!(text.ends_with("Sumário\n\nParou.") && text.chars().count() < 420, "{text}");
    }
}
