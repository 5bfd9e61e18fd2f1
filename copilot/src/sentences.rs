//! Where sentences end, so that what is quoted does not break off in the middle of one.

/// The beginning of a text in whole sentences, at most `limit` characters: how many characters these are. `None` where the first
/// sentence is longer, or where whole sentences would leave more than half of the room empty.
pub(crate) fn whole(text: &str, limit: usize) -> Option<usize> {
    let mut letters = text.chars().enumerate().take(limit + 1).peekable();
    let mut word = 0_usize;
    let mut is_number = true;
    let mut end = None;
    while let Some((at, letter)) = letters.next() {
        let next = letters.peek().map(|(_, next)| *next);
        let ends = match letter {
            // `p. ex.` and `1.` go on.
            '.' => word > 2 && !is_number,
            '!' | '?' | '…' => true,
            _ => false,
        };
        if ends && at < limit && next.is_none_or(char::is_whitespace) {
            end = Some(at + 1);
        }
        if letter.is_alphanumeric() {
            word += 1;
            is_number &= letter.is_numeric();
        } else {
            (word, is_number) = (0, true);
        }
    }
    end.filter(|end| *end > limit / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str, limit: usize) -> Option<String> {
        whole(text, limit).map(|length| text.chars().take(length).collect())
    }

    #[test]
    fn a_text_ends_with_the_last_sentence_that_fits() {
        let text = "Um pedido parou. Refaça a carga! E agora? O resto vem depois.";
        for (limit, expected) in [
            (100, Some(text)),
            (45, Some("Um pedido parou. Refaça a carga! E agora?")),
            (32, Some("Um pedido parou. Refaça a carga!")),
            (31, Some("Um pedido parou.")),
            (16, Some("Um pedido parou.")),
            // Nothing whole fits, or too little of the room would be used.
            (15, None),
            (0, None),
        ] {
            assert_eq!(cut(text, limit).as_deref(), expected, "{limit}");
        }
        assert_eq!(cut("Yes. And then a long sentence without an end comes", 40), None);
    }

    #[test]
    fn not_every_dot_ends_a_sentence() {
        for text in ["Use p. ex. outro", "See step 1. then", "orders.json is read", "v1.2 works", ""] {
            assert_eq!(cut(text, text.chars().count().saturating_sub(1)), None, "{text}");
        }
    }
}
