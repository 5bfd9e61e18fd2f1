//! Where commands print: as wide as the terminal is, with nothing in it that moves the cursor, and silent once nobody
//! reads on. What they print is theirs.

use balcao_contract::text;
use serde::Serialize;
use std::io::{ErrorKind, IsTerminal as _, Write};
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// Prints until nobody reads any more. Whoever closes the pipe, as `| head` does, has read enough: the command does what it
/// does to its end, and the rest of what it says is dropped.
#[derive(Debug)]
pub struct UntilClosed<W> {
    to: W,
    closed: bool,
}

impl<W: Write> UntilClosed<W> {
    /// Prints to that.
    pub const fn new(to: W) -> Self {
        Self { to, closed: false }
    }

    fn unless_closed<T>(&mut self, dropped: T, act: impl FnOnce(&mut W) -> std::io::Result<T>) -> std::io::Result<T> {
        if self.closed {
            return Ok(dropped);
        }
        match act(&mut self.to) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.closed = true;
                Ok(dropped)
            }
            other => other,
        }
    }
}

impl<W: Write> Write for UntilClosed<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.unless_closed(bytes.len(), |to| to.write(bytes))
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.unless_closed((), Write::flush)
    }
}

/// Says something beside the answer: a problem, or how far it has got. Where that cannot be said, nobody is there to hear it.
pub fn aside(sentence: &str) {
    let _ = writeln!(std::io::stderr(), "{sentence}");
}

/// How many columns the terminal has; `None` where a file or another program reads, which gets everything.
#[must_use]
pub fn terminal_width() -> Option<usize> {
    let terminal = std::io::stdout().is_terminal();
    terminal_size::terminal_size().filter(|_| terminal).map(|(width, _)| usize::from(width.0))
}

/// Turns the order of letters around for all that follows: a stranger's title could look like another one.
fn turns_around(sign: char) -> bool {
    matches!(sign, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// One line of somebody's text, harmless for a terminal.
#[must_use]
pub fn line(written: &str) -> String {
    text::single_line(written).replace(turns_around, "")
}

/// Several lines of somebody's text, harmless for a terminal.
#[must_use]
pub fn lines(written: &str) -> String {
    text::several_lines(written).replace(turns_around, "")
}

/// Prints JSON for scripts, with a line for each value. Other control signs than JSON's own are escaped, too: a terminal
/// obeys some of those beyond ASCII.
///
/// # Errors
/// It cannot be printed.
pub fn json<T: Serialize + ?Sized>(out: &mut (dyn Write + Send), value: &T) -> std::io::Result<()> {
    let written = serde_json::to_string_pretty(value)?;
    let mut harmless = String::with_capacity(written.len());
    for sign in written.chars() {
        if (sign.is_control() && sign != '\n') || turns_around(sign) {
            harmless.push_str(&format!("\\u{:04x}", u32::from(sign)));
        } else {
            harmless.push(sign);
        }
    }
    writeln!(out, "{harmless}")
}

/// How many columns a line takes: some signs take two, some none.
#[must_use]
pub fn columns(line: &str) -> usize {
    line.width()
}

/// As much of a line as fits, with an ellipsis where some is left out.
#[must_use]
pub fn cut(line: &str, most: usize) -> String {
    if columns(line) <= most {
        return line.to_owned();
    }
    let mut kept = String::new();
    let mut taken = 0;
    for sign in line.chars() {
        taken += sign.width().unwrap_or_default();
        if taken >= most {
            break;
        }
        kept.push(sign);
    }
    format!("{}…", kept.trim_end())
}

/// A line as several that fit, broken between words; a word that does not fit stays whole.
#[must_use]
pub fn wrapped(line: &str, most: usize) -> Vec<String> {
    let mut all = Vec::new();
    let mut current = String::new();
    for word in line.split(' ') {
        if !current.is_empty() && columns(&current) + 1 + columns(word) > most {
            all.push(std::mem::take(&mut current));
        } else if !current.is_empty() {
            current.push(' ');
        }
        current.push_str(word);
    }
    all.push(current);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A pipe that is closed after so many bytes.
    struct Pipe(usize);

    impl Write for Pipe {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 = self.0.checked_sub(bytes.len()).ok_or(ErrorKind::BrokenPipe)?;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_pipe_that_is_closed_early_is_no_fault() {
        let mut out = UntilClosed::new(Pipe(4));
        for _ in 0..3 {
            out.write_all(b"abc").unwrap();
            out.flush().unwrap();
        }
        assert!(out.closed);
        let mut room = [0_u8; 2];
        let mut full = UntilClosed::new(&mut room[..]);
        assert_eq!(full.write_all(b"abc").unwrap_err().kind(), ErrorKind::WriteZero, "other faults are told");
    }

    #[test]
    fn nothing_in_a_text_moves_the_cursor() {
        for bad in ["\u{1b}[2Ja", "a\u{9b}2J", "a\u{202e}b", "a\rb", "\u{7}a", "a\u{7f}"] {
            let mut printed = Vec::new();
            json(&mut printed, bad).unwrap();
            let printed = String::from_utf8(printed).unwrap();
            for shown in [line(bad), lines(bad), printed.trim_end().to_owned()] {
                assert!(
                    !shown.chars().any(|sign| turns_around(sign) || (sign.is_control() && sign != '\n')),
                    "{shown:?}"
                );
            }
            assert_eq!(serde_json::from_str::<String>(&printed).unwrap(), bad, "a script reads what was written");
        }
    }

    #[test]
    fn what_does_not_fit_is_cut_by_columns_or_wrapped_between_words() {
        assert_eq!(cut("Pedidos", 7), "Pedidos");
        assert_eq!(cut("Pedidos duplicados", 9), "Pedidos…");
        assert_eq!(cut("支払いエラー", 7), "支払い…");
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("unbreakable it is", 4), ["unbreakable", "it", "is"]);
        assert_eq!(wrapped("", 4), [""]);
    }
}
