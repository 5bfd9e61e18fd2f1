//! What a person gets to read of a conversation: a title and a description that the form takes over.

use super::sections::cut_at_word;
use balcao_contract::locale::Locale;
use balcao_contract::panel::{Conversation, Handover, NewQuestion, Turn};
use balcao_contract::text::{is_blank, length, several_lines, single_line};
use std::collections::BTreeSet;

/// The form's longest title.
const SUBJECT_LENGTH: usize = 150;
/// Room for the questions in the form's longest description, with some to spare for what the user adds.
const DESCRIPTION_LENGTH: usize = 60_000;

struct Labels {
    objective: &'static str,
    problem: &'static str,
    tried: &'static str,
    offered: &'static str,
}

const fn labels(locale: Locale) -> Labels {
    match locale {
        Locale::En => Labels {
            objective: "Objective",
            problem: "What does not work",
            tried: "Already tried",
            offered: "Articles that Copilot already offered",
        },
        Locale::Pt => Labels {
            objective: "Objetivo",
            problem: "O que não funciona",
            tried: "O que já foi tentado",
            offered: "Artigos que o Copilot já ofereceu",
        },
        Locale::Es => Labels {
            objective: "Objetivo",
            problem: "Qué no funciona",
            tried: "Qué ya se intentó",
            offered: "Artículos que Copilot ya ofreció",
        },
    }
}

/// The handover of a conversation, in its language, with what was `written` and not asked. The title is the first
/// question; one whose answer helped is not what the ticket is about.
#[must_use]
pub fn handover(conversation: &Conversation, written: &NewQuestion) -> Handover {
    let turns = &conversation.turns;
    let open = turns.iter().find(|turn| turn.helped != Some(true)).map(|turn| &turn.question);
    let titles = [open, Some(written), turns.first().map(|turn| &turn.question)];
    // Who wrote nothing but what does not work has said what it is about.
    let titles = titles.into_iter().flatten().flat_map(|question| [&question.text, &question.problem]);
    Handover {
        subject: titles.map(|text| subject(text)).find(|title| !is_blank(title)).unwrap_or_default(),
        description: description(conversation, written),
        scenario: conversation.scenario,
    }
}

/// The first sentence that says something, at most [`SUBJECT_LENGTH`] characters.
fn subject(text: &str) -> String {
    let lines: Vec<&str> = text.split(['\n', '\r']).filter(|line| !is_blank(line)).collect();
    let sentences = lines.iter().flat_map(|line| sentences(line));
    // "Hello." is no title, and neither is "Good morning!".
    let first = sentences.into_iter().find(|sentence| sentence.split_whitespace().count() >= 3);
    let chosen = first.map_or_else(|| single_line(text), single_line);
    cut_at_word(chosen.trim_end_matches('.'), SUBJECT_LENGTH)
}

/// Parts that end with a full stop, a question or exclamation mark before white space.
fn sentences(line: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut characters = line.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let ends = matches!(character, '.' | '?' | '!' | '…');
        let next_is_space = characters.peek().is_none_or(|(_, next)| next.is_whitespace());
        if ends && next_is_space {
            let end = at + character.len_utf8();
            parts.push(line[start..end].trim());
            start = end;
        }
    }
    parts.push(line[start..].trim());
    parts.retain(|part| !part.is_empty());
    parts
}

fn description(conversation: &Conversation, written: &NewQuestion) -> String {
    let labels = labels(conversation.locale);
    // The newest questions first, as long as there is room; then in the order they were asked. What was not asked is
    // kept nowhere else: it goes along whole.
    let unasked = question(written, &labels);
    let mut left = DESCRIPTION_LENGTH.saturating_sub(length(&unasked));
    let mut parts = vec![unasked];
    for turn in conversation.turns.iter().rev() {
        let part = question(&turn.question, &labels);
        let length = length(&part);
        if length > left {
            break;
        }
        left -= length;
        parts.push(part);
    }
    parts.reverse();
    parts.retain(|part| !part.is_empty());
    let mut description = parts.join("\n\n");
    let offered = offered(&conversation.turns);
    if !offered.is_empty() {
        description.push_str(&format!("\n\n{}: {}", labels.offered, offered.join("; ")));
    }
    description.trim().to_owned()
}

fn question(question: &NewQuestion, labels: &Labels) -> String {
    [(labels.objective, &question.text), (labels.problem, &question.problem), (labels.tried, &question.tried)]
        .into_iter()
        .filter(|(_, text)| !is_blank(text))
        .map(|(label, text)| format!("{label}:\n{}", several_lines(text)))
        .collect::<Vec<_>>()
        .join("\n\n")
}

/// Titles, each once, in the order they were offered, and not more than an agent reads.
fn offered(turns: &[Turn]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    turns
        .iter()
        .flat_map(|turn| &turn.answer.passages)
        .filter(|passage| seen.insert(passage.slug.as_str()))
        .map(|passage| cut_at_word(&single_line(&passage.title), SUBJECT_LENGTH))
        .take(10)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use balcao_contract::panel::{Answer, Passage, Scenario};
    use proptest::prelude::*;

    fn turn(text: &str, problem: &str, tried: &str, offered: &[&str], helped: Option<bool>) -> Turn {
        let passages = offered.iter().map(|title| Passage {
            slug: title.to_lowercase(),
            title: (*title).to_owned(),
            heading: String::new(),
            content: Vec::new(),
            locale: Locale::En,
        });
        Turn {
            number: 1,
            question: NewQuestion { text: text.to_owned(), problem: problem.to_owned(), tried: tried.to_owned() },
            answer: Answer { passages: passages.collect() },
            helped,
        }
    }

    fn conversation(locale: Locale, turns: Vec<Turn>) -> Conversation {
        Conversation { id: "x".to_owned(), locale, scenario: Scenario::Unexpected, turns }
    }

    fn written(text: &str, problem: &str, tried: &str) -> NewQuestion {
        NewQuestion { text: text.to_owned(), problem: problem.to_owned(), tried: tried.to_owned() }
    }

    /// With nothing written besides.
    fn handover(conversation: &Conversation) -> Handover {
        super::handover(conversation, &NewQuestion::default())
    }

    #[test]
    fn an_agent_reads_what_was_asked_and_what_was_offered() {
        let turns = vec![
            turn("How do I refund an order?", "", "", &["Refunds"], Some(true)),
            turn(
                "Hello. Checkout stops at payment v1.2. It did not before",
                "Error 500",
                "Another browser\r\nAnother card",
                &["Checkout", "Refunds"],
                None,
            ),
        ];
        let handover = handover(&conversation(Locale::Pt, turns));
        assert_eq!(handover.subject, "Checkout stops at payment v1.2");
        assert_eq!(
            handover.description,
            "Objetivo:\nHow do I refund an order?\n\nObjetivo:\nHello. Checkout stops at payment v1.2. It did not before\n\n\
             O que não funciona:\nError 500\n\nO que já foi tentado:\nAnother browser\nAnother card\n\n\
             Artigos que o Copilot já ofereceu: Refunds; Checkout"
        );
    }

    #[test]
    fn the_title_is_the_first_question_that_was_not_answered() {
        let asked = |helped: [Option<bool>; 2]| {
            let texts = ["First thing to ask", "Second thing to ask"];
            let turns = texts.into_iter().zip(helped).map(|(text, helped)| turn(text, "", "", &[], helped));
            conversation(Locale::En, turns.collect())
        };
        let nothing = written("", "", "");
        let more = written("And another thing.", "", "");
        for (helped, written, title) in [
            ([None, None], &nothing, "First thing to ask"),
            ([None, None], &more, "First thing to ask"),
            ([Some(false), None], &nothing, "First thing to ask"),
            ([Some(true), None], &more, "Second thing to ask"),
            ([Some(true), Some(true)], &more, "And another thing"),
            ([Some(true), Some(true)], &nothing, "First thing to ask"),
        ] {
            assert_eq!(super::handover(&asked(helped), written).subject, title, "{helped:?}");
        }
    }

    #[test]
    fn what_was_written_and_not_asked_goes_along() {
        let asked = vec![turn("Checkout stops at payment", "", "", &["Checkout"], None)];
        let handover =
            super::handover(&conversation(Locale::Es, asked), &written("With Pix too", "Error PAY-17", "Another card"));
        assert_eq!(
            handover.description,
            "Objetivo:\nCheckout stops at payment\n\nObjetivo:\nWith Pix too\n\nQué no funciona:\nError PAY-17\n\n\
             Qué ya se intentó:\nAnother card\n\nArtículos que Copilot ya ofreció: Checkout"
        );
        let alone = super::handover(&conversation(Locale::En, Vec::new()), &written("", "Error PAY-17", ""));
        assert_eq!(
            (alone.subject.as_str(), alone.description.as_str()),
            ("Error PAY-17", "What does not work:\nError PAY-17")
        );
    }

    #[test]
    fn a_text_that_is_too_long_to_ask_is_not_cut() {
        let long = "palavra ".repeat(9_000);
        let asked = vec![turn("Checkout stops at payment", "", "", &[], None)];
        let handover = super::handover(&conversation(Locale::Pt, asked), &written(&long, "", ""));
        assert!(handover.description.ends_with(long.trim()));
    }

    #[test]
    fn nothing_asked_is_nothing_taken_over() {
        let handover = handover(&conversation(Locale::Es, Vec::new()));
        assert_eq!((handover.subject.as_str(), handover.description.as_str()), ("", ""));
    }

    #[test]
    fn a_short_question_is_its_own_title() {
        assert_eq!(subject("Help"), "Help");
        assert_eq!(subject("Error 404!"), "Error 404!");
        assert_eq!(subject("\u{202e}\r\n \n"), "\u{202e}");
    }

    #[test]
    fn fifty_long_questions_fit_the_form() {
        let long = "palavra ".repeat(490);
        let turns = (0..50).map(|_| turn(&long, &long, &long, &["A", "B"], None)).collect();
        let handover = handover(&conversation(Locale::Pt, turns));
        assert!(length(&handover.description) < 65_535);
        assert!(length(&handover.description) > 40_000);
        assert!(length(&handover.subject) <= SUBJECT_LENGTH);
    }

    proptest! {
        #[test]
        fn a_title_is_one_line_of_at_most_150_characters(text in "(?s).{0,600}") {
            let subject = subject(&text);
            prop_assert!(length(&subject) <= SUBJECT_LENGTH);
            prop_assert!(!subject.chars().any(char::is_control));
        }
    }
}
