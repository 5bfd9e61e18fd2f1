//! What somebody wrote themselves in a reply: without the message they answered, without their signature. Clients mark
//! both in their own ways and languages; where it cannot be told, text is kept rather than cut.

use super::html::BELOW_IS_QUOTED;
use balcao_steps as steps;

/// How clients end the line above what they quote, in lower case.
const WROTE: [&str; 8] = ["wrote", "escreveu", "escribió", "escribio", "a écrit", "schrieb", "ha scritto", "comentou"];
/// How that line begins, in lower case; or with a digit.
const OPENINGS: [&str; 7] = ["on ", "em ", "no dia ", "el ", "le ", "am ", "il "];
/// The sender's line of a message that Outlook and others quote without marking it, in lower case.
const FROM: [&str; 4] = ["from:", "de:", "von:", "remetente:"];
/// The lines that follow it.
const NEXT_TO_FROM: [&str; 15] = [
    "sent:",
    "date:",
    "to:",
    "subject:",
    "cc:",
    "enviado:",
    "enviada:",
    "enviado el:",
    "enviado em:",
    "enviada em:",
    "data:",
    "fecha:",
    "para:",
    "assunto:",
    "asunto:",
];
/// Lines between dashes that stand above a quoted message, in lower case.
const ORIGINAL: [&str; 3] = ["original message", "mensagem original", "mensaje original"];
/// What phones put at the end, in lower case.
const PHONES: [&str; 12] = [
    "sent from my ",
    "sent from outlook",
    "sent from mail for",
    "sent via ",
    "get outlook for ",
    "enviado do meu ",
    "enviado do outlook",
    "enviado do e-mail para ",
    "obter o outlook ",
    "obtenha o outlook ",
    "enviado desde mi ",
    "obtener outlook ",
];
/// At most so many lines below `-- ` are a signature; after more, somebody goes on.
const LONGEST_SIGNATURE: usize = 15;
/// The line above a quote may be broken into so many.
const LONGEST_ATTRIBUTION: usize = 4;

/// What a line is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Own,
    Blank,
    Quoted,
    /// Says who wrote what is quoted below.
    Attribution,
}

/// The sender's own words. `is_ours` tells whether a piece of text names an address of ours: a line that does so above a
/// quote is the line above our quoted mail, in whichever language.
pub(super) fn own_words(text: &str, is_ours: impl Fn(&str) -> bool) -> String {
    let lines: Vec<String> = text.lines().map(tidied).collect();
    let lines = &lines[..end_of_own(&lines, &is_ours)];
    let mut kinds: Vec<Kind> = lines.iter().map(|line| kind(line)).collect();
    mark_attributions(lines, &mut kinds, &is_ours);
    cut_signatures(lines, &mut kinds);
    let own = |at: &usize| kinds[*at] == Kind::Own;
    let (Some(first), Some(last)) = ((0..lines.len()).find(own), (0..lines.len()).rfind(own)) else {
        return String::new();
    };
    // Answers between the questions: the questions stay. A quote above a single answer is what was answered.
    let quotes_inside = (first..last).any(|at| kinds[at] == Kind::Quoted);
    let first = if quotes_inside { (0..first).find(|at| kinds[*at] == Kind::Quoted).unwrap_or(first) } else { first };
    let mut kept = String::new();
    let mut blanks = 0;
    let mut before = Kind::Own;
    for at in first..=last {
        steps::take(lines[at].len() + 1);
        match kinds[at] {
            Kind::Attribution => continue,
            Kind::Blank => {
                blanks += 1;
                continue;
            }
            Kind::Own | Kind::Quoted => {}
        }
        // In Markdown a line right below a quote would belong to it.
        let apart = blanks > 0 || (before == Kind::Quoted && kinds[at] == Kind::Own);
        if !kept.is_empty() {
            kept.push_str(if apart { "\n\n" } else { "\n" });
        }
        kept.push_str(&lines[at]);
        (blanks, before) = (0, kinds[at]);
    }
    kept
}

fn tidied(line: &str) -> String {
    steps::take(line.len() + 1);
    let plain = line.replace(['\u{a0}', '\u{202f}'], " ");
    // Apple Mail and others wrap names and addresses in direction marks.
    plain.replace(['\u{200e}', '\u{200f}', '\u{feff}'], "").trim_end().to_owned()
}

fn kind(line: &str) -> Kind {
    match line.trim_start() {
        "" => Kind::Blank,
        rest if rest.starts_with('>') => Kind::Quoted,
        _ => Kind::Own,
    }
}

/// The first line of which all below, itself included, is the answered message.
fn end_of_own(lines: &[String], is_ours: &impl Fn(&str) -> bool) -> usize {
    let is_end = |at: usize| {
        let line = lines[at].trim();
        steps::take(line.len() + 1);
        line == BELOW_IS_QUOTED
            || is_marker(line)
            || is_original(line)
            || (is_header_block(lines, at) && !follows_forward(lines, at))
            || attribution(lines, at, is_ours).is_some_and(|end| is_unmarked_quote(lines, at, end, is_ours))
    };
    let Some(end) = (0..lines.len()).find(|at| is_end(*at)) else { return lines.len() };
    // Outlook draws a line above.
    let above = lines[..end].iter().rposition(|line| !line.is_empty());
    match above {
        Some(above) if is_rule(&lines[above]) => above,
        _ => end,
    }
}

/// `##- Please write above this line -##`
fn is_marker(line: &str) -> bool {
    line.starts_with("##-") && line.ends_with("-##")
}

fn is_rule(line: &str) -> bool {
    let line = line.trim();
    line.len() >= 5 && line.bytes().all(|byte| matches!(byte, b'_' | b'-'))
}

/// `-----Original Message-----`
fn is_original(line: &str) -> bool {
    let inner = line.trim_matches(['-', '_', ' ']);
    line.starts_with("--") && line.ends_with("--") && ORIGINAL.contains(&inner.to_lowercase().as_str())
}

/// `From: …`, and below it at least two of its companions.
fn is_header_block(lines: &[String], at: usize) -> bool {
    let begins = |line: &str, words: &[&str]| {
        steps::take(line.len());
        let line = line.trim_start_matches(['*', ' ', '|']).replace('*', "").to_lowercase();
        words.iter().any(|word| line.starts_with(word))
    };
    if !begins(&lines[at], &FROM) {
        return false;
    }
    let looked_at = |line: &&String| {
        steps::take(1);
        !line.is_empty()
    };
    let below = lines[at + 1..].iter().filter(looked_at).take(5);
    below.filter(|line| begins(line, &NEXT_TO_FROM)).count() >= 2
}

/// What is forwarded is what the sender wants to show.
fn follows_forward(lines: &[String], at: usize) -> bool {
    let looked_at = |line: &&String| {
        steps::take(1 + line.len());
        !line.is_empty()
    };
    let above = lines[..at].iter().rev().find(looked_at).map(|line| line.to_lowercase());
    above.is_some_and(|line| {
        line.starts_with("--") && ["forwarded", "encaminhada", "reenviado"].iter().any(|word| line.contains(word))
    })
}

/// Where the attribution that begins on this line ends: `On Monday, 23 November, support wrote:`, over up to four lines.
fn attribution(lines: &[String], at: usize, is_ours: &impl Fn(&str) -> bool) -> Option<usize> {
    let mut whole = String::new();
    for (end, line) in lines.iter().enumerate().skip(at).take(LONGEST_ATTRIBUTION) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('>') {
            return None;
        }
        steps::take(line.len() + 1);
        whole.push(' ');
        whole.push_str(line);
        if line.ends_with([':', '：']) {
            // Lines of the answer itself may stand right above: it begins on the last line that makes it one, or on one
            // that begins as these do.
            let begins = begins_attribution(&lines[at])
                || !(at + 1..=end).any(|later| says_who_wrote(&lines[later..=end].join(" "), is_ours));
            return (begins && says_who_wrote(&whole, is_ours)).then_some(end);
        }
        if whole.len() > 400 {
            return None;
        }
    }
    None
}

fn begins_attribution(line: &str) -> bool {
    steps::take(line.len());
    let line = line.trim_start().to_lowercase();
    let opens =
        OPENINGS.iter().any(|opening| line.starts_with(opening)) || line.starts_with(|c: char| c.is_ascii_digit());
    opens && line.chars().filter(char::is_ascii_digit).count() >= 2
}

fn says_who_wrote(line: &str, is_ours: &impl Fn(&str) -> bool) -> bool {
    steps::take(line.len());
    let lower = line.to_lowercase();
    let dated = line.chars().filter(char::is_ascii_digit).count() >= 3;
    is_ours(line) || (WROTE.iter().any(|word| lower.contains(word)) && (dated || line.contains('@')))
}

/// An attribution above text that nobody marked: only where it is surely one, because everything below goes.
fn is_unmarked_quote(lines: &[String], at: usize, end: usize, is_ours: &impl Fn(&str) -> bool) -> bool {
    let looked_at = |line: &&String| {
        steps::take(1 + line.len());
        !line.is_empty()
    };
    let below = lines[end + 1..].iter().find(looked_at);
    let marked = below.is_some_and(|line| line.trim_start().starts_with('>'));
    let whole = lines[at..=end].join(" ");
    let has_time = whole
        .split(|sign: char| !sign.is_ascii_digit() && sign != ':')
        .any(|word| word.split_once(':').is_some_and(|(hour, minute)| !hour.is_empty() && minute.len() >= 2));
    !marked
        && (is_ours(&whole)
            || (has_time && (whole.contains('@') || whole.chars().filter(char::is_ascii_digit).count() >= 6)))
}

fn mark_attributions(lines: &[String], kinds: &mut [Kind], is_ours: &impl Fn(&str) -> bool) {
    for at in 0..lines.len() {
        if kinds[at] != Kind::Own {
            continue;
        }
        let Some(end) = attribution(lines, at, is_ours) else { continue };
        let below = (end + 1..lines.len()).find(|next| {
            steps::take(1);
            kinds[*next] != Kind::Blank
        });
        if below.is_some_and(|next| kinds[next] == Kind::Quoted) {
            kinds[at..=end].fill(Kind::Attribution);
        }
    }
}

/// Takes out what stands below `-- ` (RFC 3676, 4.3), and what phones add by themselves.
fn cut_signatures(lines: &[String], kinds: &mut [Kind]) {
    for at in 0..lines.len() {
        if kinds[at] != Kind::Own || lines[at].trim_start() != "--" {
            continue;
        }
        // A text may be nothing but such marks: no more is looked at than decides it.
        let below = kinds[at..].iter().take(LONGEST_SIGNATURE + 1);
        let below = below.take_while(|kind| matches!(kind, Kind::Own | Kind::Blank)).count();
        steps::take(below);
        if below <= LONGEST_SIGNATURE {
            kinds[at..at + below].fill(Kind::Blank);
        }
    }
    let is_phone = |at: usize| {
        let line = lines[at].trim().trim_start_matches(['[', '(', '<']).to_lowercase();
        kinds[at] == Kind::Own && line.len() < 120 && PHONES.iter().any(|phone| line.starts_with(phone))
    };
    let ends_own = |at: usize| {
        let below = kinds[at + 1..].iter().position(|kind| *kind != Kind::Blank);
        let below = steps::found(kinds.len() - at - 1, below).map(|below| kinds[at + 1 + below]);
        below != Some(Kind::Own)
    };
    let found: Vec<usize> = (0..lines.len()).filter(|at| is_phone(*at) && ends_own(*at)).collect();
    for at in found {
        kinds[at] = Kind::Blank;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cut(text: &str) -> String {
        own_words(text, |line| line.contains("help+"))
    }

    #[test]
    fn the_answered_message_goes_however_it_is_quoted() {
        let quotes = [
            "On Mon, Nov 23, 2026 at 9:00 AM Store support <help@desk.example>\nwrote:\n\n> Does it work?\n>\n> Marina",
            "On 23 Nov 2026, at 09:00, Store support <help@desk.example> wrote:\n\n> Does it work?",
            "Em seg., 23 de nov. de 2026 às 09:00, Store support <\nhelp@desk.example> escreveu:\n\n> Funciona?",
            "El lun, 23 nov 2026 a las 9:00, Store support (<help@desk.example>)\nescribió:\n\n> ¿Funciona?",
            "On 23/11/2026 09:00, Store support wrote:\nDoes it work?\nMarina",
            "________________________________\nFrom: Store support <help@desk.example>\nSent: Monday, November 23, 2026 9:00 AM\nTo: Ana <ana@store.example>\nSubject: Re: [#7] Order\n\nDoes it work?",
            "-----Mensagem original-----\nDe: Store support\nEnviada em: segunda-feira\nPara: Ana\nAssunto: Re\n\nFunciona?",
            "*De:* Store support <help@desk.example>\n*Enviado el:* lunes, 23 de noviembre\n*Para:* Ana\n*Asunto:* Re\n\n¿Funciona?",
            "##- Write above this line -##\nDoes it work?",
            "\u{1}\nDoes it work?",
            // A language nobody here speaks: our address says whose line it is.
            "maanantai 23. marraskuuta <help+abc@desk.example> kirjoitti:\n> Toimiiko?",
            "maanantai 23. marraskuuta <help+abc@desk.example> kirjoitti:\nToimiiko?",
            "> Does it work?",
        ];
        for quote in quotes {
            assert_eq!(
                cut(&format!("It works now.\n\nThank you, Ana\n\n{quote}\n")),
                "It works now.\n\nThank you, Ana",
                "{quote}"
            );
        }
    }

    #[test]
    fn answers_below_and_between_are_found() {
        let wrote = "On 23 Nov 2026, at 09:00, Store support <help@desk.example> wrote:";
        let rows = [
            (format!("{wrote}\n> Does it work?\n\nYes."), "Yes."),
            (
                format!("{wrote}\n> Since when?\nSince noon.\n> Which store?\nAcme.\n> Marina"),
                "> Since when?\n\nSince noon.\n> Which store?\n\nAcme.",
            ),
            (
                format!("See below.\n\n{wrote}\n> Since when?\nSince noon."),
                "See below.\n\n> Since when?\n\nSince noon.",
            ),
        ];
        for (text, expected) in rows {
            assert_eq!(cut(&text), expected, "{text}");
        }
    }

    #[test]
    fn signatures_go_and_text_stays() {
        let rows = [
            ("It works.\n-- \nAna Souza\nAcme Store\n+55 11 5555-0100", "It works."),
            ("It works.\n\nSent from my iPhone\n\n> Does it?", "It works."),
            ("Funciona.\n\nEnviado do meu iPhone", "Funciona."),
            ("Funciona.\n\nObtener Outlook para iOS<https://aka.ms/x>\n", "Funciona."),
            ("Sent from my shop: 3 orders.\nNone arrived.", "Sent from my shop: 3 orders.\nNone arrived."),
            ("De: here to there\nit is far", "De: here to there\nit is far"),
            ("On Monday Maria from support wrote:\nTurn it off.", "On Monday Maria from support wrote:\nTurn it off."),
            ("", ""),
            ("> only quoted", ""),
            ("a\n\n\n\nb", "a\n\nb"),
        ];
        for (text, expected) in rows {
            assert_eq!(cut(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_forwarded_stays() {
        let text = "See this.\n\n---------- Forwarded message ---------\nFrom: Bank <b@bank.example>\nDate: Mon\nSubject: No\nTo: Ana\n\nDeclined.";
        assert_eq!(cut(text), text);
    }

    proptest! {
        #[test]
        fn any_text_is_cut(text in "(On 1 Nov 09:00 x@y wrote:|> |-- |From:|To:|Sent:|\\n|a| |é){0,40}") {
            let own = cut(&text);
            prop_assert!(own.len() <= text.len() + text.lines().count());
        }
    }
}
