//! Which links are followed, and where bare addresses become links.

use balcao_contract::rich_text::Inline;
use balcao_steps as steps;
use url::Url;

/// Longer addresses are not links; browsers and mail programs begin to disagree about them.
const MAX_HREF: usize = 2_048;

/// The address as it may be written into `href`, or `None` for one that is not followed: any scheme but https, http
/// and mailto, relative addresses, and paths other than the help center's.
pub(super) fn allowed(destination: &str) -> Option<String> {
    let destination = destination.trim();
    if destination.len() > MAX_HREF || destination.chars().any(char::is_control) {
        return None;
    }
    if let Some(rest) = destination.strip_prefix("/articles/") {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '#' | '?' | '=' | '&' | '%');
        let safe = !rest.is_empty() && !rest.contains("..") && rest.chars().all(plain);
        return safe.then(|| destination.to_owned());
    }
    steps::take(destination.len());
    // The parser's own spelling is used: it is ASCII, percent-encoded, and reads the same in every browser.
    let url = Url::parse(destination).ok()?;
    match url.scheme() {
        "https" | "http" => url.has_host().then(|| url.to_string()),
        "mailto" => url.path().contains('@').then(|| url.to_string()),
        _ => None,
    }
}

/// Pushes text, with `https://…` and `http://…` in it made into links.
pub(super) fn push_linked(text: &str, into: &mut Vec<Inline>) {
    let mut rest = text;
    while let Some(start) = next_address(rest) {
        let (before, address) = rest.split_at(start);
        let end = address.find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"'));
        let end = steps::found(address.len(), end).unwrap_or(address.len());
        let end = without_closing_marks(&address[..end]).len();
        let (address, after) = address.split_at(end);
        push_text(before, into);
        match allowed(address) {
            Some(href) => into.push(Inline::Link { href, content: vec![Inline::Text { text: address.to_owned() }] }),
            None => push_text(address, into),
        }
        rest = after;
    }
    push_text(rest, into);
}

fn push_text(text: &str, into: &mut Vec<Inline>) {
    steps::take(text.len());
    if !text.is_empty() {
        match into.last_mut() {
            Some(Inline::Text { text: last }) => last.push_str(text),
            _ => into.push(Inline::Text { text: text.to_owned() }),
        }
    }
}

/// Where the next bare address begins: at the start of the text, or after something that is no letter or digit.
fn next_address(text: &str) -> Option<usize> {
    let at = text.match_indices("http").map(|(at, _)| at).find(|at| {
        let follows = &text[*at..];
        let free = text[..*at].chars().next_back().is_none_or(|c| !c.is_alphanumeric());
        free && (follows.starts_with("https://") || follows.starts_with("http://"))
    });
    steps::found(text.len(), at)
}

/// A full stop or a bracket after an address belongs to the sentence, unless the bracket was opened in the address.
fn without_closing_marks(address: &str) -> &str {
    // Counted once, and kept up to date while marks are taken off: an address may end in thousands of them.
    let (mut round, mut square) = (unopened(address, b'(', b')'), unopened(address, b'[', b']'));
    let mut kept = address.len();
    for last in address.bytes().rev() {
        steps::take(1);
        match last {
            b'.' | b',' | b';' | b':' | b'!' | b'?' | b'\'' | b'*' | b'_' => {}
            b')' if round > 0 => round -= 1,
            b']' if square > 0 => square -= 1,
            _ => break,
        }
        kept -= 1;
    }
    &address[..kept]
}

/// How many more brackets are closed than opened; none where it is fewer.
fn unopened(address: &str, open: u8, close: u8) -> usize {
    steps::take(2 * address.len());
    let count = |sign: u8| address.bytes().filter(|byte| *byte == sign).count();
    count(close).saturating_sub(count(open))
}
