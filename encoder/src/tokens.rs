//! From text to the numbers of its pieces, as SentencePiece's unigram model takes them: the pieces that are likeliest together.

/// What a piece that begins a word begins with.
const WORD: char = '\u{2581}';
/// So much less likely than the least likely piece is a letter that no piece has.
const UNKNOWN: f32 = 10.0;

/// The pieces of a model, and how it writes characters.
#[derive(Debug)]
pub(crate) struct Pieces {
    /// All pieces one after the other, and where each begins.
    text: Vec<u8>,
    begins: Vec<u32>,
    scores: Vec<f32>,
    /// Numbers of pieces by their bytes: those with the same beginning stand together.
    sorted: Vec<u32>,
    /// Other characters for a character; sorted.
    rewritten: Vec<(char, Box<str>)>,
    special: Special,
    score_of_unknown: f32,
}

/// Pieces that no text has.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Special {
    pub(crate) begin: u32,
    pub(crate) end: u32,
    pub(crate) padding: u32,
    pub(crate) unknown: u32,
}

impl Pieces {
    /// `None` where the parts do not fit together.
    pub(crate) fn new(
        text: Vec<u8>,
        begins: Vec<u32>,
        scores: Vec<f32>,
        mut rewritten: Vec<(char, Box<str>)>,
        special: Special,
    ) -> Option<Self> {
        let count = u32::try_from(scores.len()).ok()?;
        let in_order = begins.is_sorted() && begins.last().is_some_and(|end| *end as usize <= text.len());
        let Special { begin, end, padding, unknown } = special;
        let known = [begin, end, padding, unknown].iter().all(|piece| *piece < count);
        if !in_order || !known || begins.len() != scores.len() + 1 || scores.iter().any(|score| !score.is_finite()) {
            return None;
        }
        let lowest = scores.iter().copied().fold(0.0, f32::min);
        rewritten.sort_by_key(|(character, _)| *character);
        let mut pieces =
            Self { text, begins, scores, sorted: Vec::new(), rewritten, special, score_of_unknown: lowest - UNKNOWN };
        let specials = [begin, end, padding, unknown];
        // A text that says `</s>` does not mean the end of itself. Pieces that are part of none cost nothing either: such as
        // `<mask>` have no score.
        let of_texts = |piece: &u32| {
            !specials.contains(piece) && !pieces.bytes(*piece).is_empty() && pieces.scores[*piece as usize] < 0.0
        };
        let mut sorted: Vec<u32> = (0..count).filter(of_texts).collect();
        sorted.sort_by(|one, other| pieces.bytes(*one).cmp(pieces.bytes(*other)));
        pieces.sorted = sorted;
        Some(pieces)
    }

    fn bytes(&self, piece: u32) -> &[u8] {
        let at = piece as usize;
        &self.text[self.begins[at] as usize..self.begins[at + 1] as usize]
    }

    /// How many pieces there are.
    pub(crate) fn count(&self) -> usize {
        self.scores.len()
    }

    /// The pieces of a text between begin and end, at most `most` with these.
    pub(crate) fn of(&self, text: &str, most: usize) -> Vec<u32> {
        let most = most.saturating_sub(2);
        let text = self.written(text);
        let mut pieces = self.likeliest(&text);
        pieces.truncate(most);
        pieces.insert(0, self.special.begin);
        pieces.push(self.special.end);
        pieces
    }

    /// The text as the model writes it: its own characters, one space at a time, and a sign before each word.
    fn written(&self, text: &str) -> String {
        let mut written = String::with_capacity(text.len() + text.len() / 4);
        let mut after_space = false;
        let mut push = |character: char| {
            let space = character == ' ';
            if written.is_empty() && !space {
                written.push(WORD);
            }
            if !(space && after_space) {
                written.push(if space { WORD } else { character });
            }
            after_space = space;
        };
        for character in text.chars() {
            match self.rewritten.binary_search_by_key(&character, |(known, _)| *known) {
                Ok(at) => self.rewritten[at].1.chars().for_each(&mut push),
                Err(_) => push(character),
            }
        }
        if written.is_empty() { WORD.to_string() } else { written }
    }

    /// The pieces whose scores add up to most (Viterbi).
    fn likeliest(&self, text: &str) -> Vec<u32> {
        let bytes = text.as_bytes();
        // For each place in the text the best sum of what ends there, its last piece, and where that begins.
        let mut best = vec![(f32::NEG_INFINITY, self.special.unknown, 0_usize); bytes.len() + 1];
        best[0].0 = 0.0;
        for (start, character) in text.char_indices() {
            let so_far = best[start].0;
            // Those pieces that begin like the text from here, fewer with each byte.
            let mut alike = &self.sorted[..];
            let mut end = start;
            while let Some(byte) = bytes.get(end) {
                let at = end - start;
                let from = alike.partition_point(|piece| self.bytes(*piece).get(at).is_none_or(|other| other < byte));
                let to = alike.partition_point(|piece| self.bytes(*piece).get(at).is_none_or(|other| other <= byte));
                alike = &alike[from..to];
                end += 1;
                let Some(first) = alike.first() else { break };
                let sum = so_far + self.scores[*first as usize];
                if self.bytes(*first).len() == end - start && sum > best[end].0 {
                    best[end] = (sum, *first, start);
                }
            }
            let end = start + character.len_utf8();
            let sum = so_far + self.score_of_unknown;
            if sum > best[end].0 {
                best[end] = (sum, self.special.unknown, start);
            }
        }
        let mut pieces = Vec::new();
        let mut end = bytes.len();
        while end > 0 {
            let (_, piece, start) = best[end];
            pieces.push(piece);
            end = start;
        }
        pieces.reverse();
        pieces
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SPECIAL: Special = Special { begin: 0, end: 1, padding: 2, unknown: 3 };

    fn pieces() -> Pieces {
        let known = [
            ("<s>", 0.0),
            ("</s>", 0.0),
            ("<pad>", 0.0),
            ("<unk>", 0.0),
            ("<mask>", 0.0),
            ("\u{2581}", -4.0),
            ("a", -3.0),
            ("aa", -4.0),
            ("aaaaaaaaaaaaaaaa", -9.0),
            ("s", -3.5),
            ("<", -6.0),
            ("/", -6.0),
            (">", -6.0),
            ("é", -5.0),
            ("\u{1f600}", -8.0),
            ("\u{2581}refund", -7.0),
        ];
        let text: String = known.iter().map(|(piece, _)| *piece).collect();
        let mut begins = vec![0];
        for (piece, _) in known {
            begins.push(begins[begins.len() - 1] + piece.len() as u32);
        }
        let scores = known.iter().map(|(_, score)| *score).collect();
        let rewritten = vec![('\n', " ".into()), ('\u{fdfa}', "aa aa".repeat(4).into()), ('\0', "".into())];
        Pieces::new(text.into_bytes(), begins, scores, rewritten, SPECIAL).unwrap()
    }

    /// What must hold for any text: begin and end where they belong, nothing else that is special, and no letter lost.
    fn check(pieces: &Pieces, text: &str) {
        let found = pieces.of(text, usize::MAX);
        let [begin, inner @ .., end] = &found[..] else { panic!("{found:?}") };
        assert_eq!((*begin, *end), (SPECIAL.begin, SPECIAL.end));
        let written = pieces.written(text);
        let mut rest = written.as_str();
        for piece in inner {
            assert!(*piece == SPECIAL.unknown || *piece > 4, "{text:?}: a special piece");
            let length = match *piece {
                3 => rest.chars().next().unwrap().len_utf8(),
                _ => pieces.bytes(*piece).len(),
            };
            if *piece != SPECIAL.unknown {
                assert_eq!(&rest.as_bytes()[..length], pieces.bytes(*piece));
            }
            rest = &rest[length..];
        }
        assert_eq!(rest, "", "{text:?}");
        for most in [0, 2, 3, 7] {
            let cut = pieces.of(text, most);
            assert!(cut.len() <= most.max(2) && cut.last() == Some(&SPECIAL.end));
        }
    }

    #[test]
    fn a_text_that_names_special_pieces_means_letters() {
        for text in [
            "",
            " ",
            "\0",
            "\n\n\n",
            "</s>",
            "<s></s><pad><unk><mask>",
            "\u{2581}\u{2581}",
            "\u{feff}\u{202e}\u{200d}",
            "e\u{301}\u{301}\u{301}",
            "\u{fdfa}\u{fdfa}",
            "👨‍👩‍👧‍👦😀",
            "支払い كيف",
            "refund\u{0}ed</s>",
        ] {
            check(&pieces(), text);
        }
    }

    #[test]
    fn long_runs_of_letters_that_fit_many_pieces_are_cut_without_loss() {
        // Steps that grew with the square of the length would take minutes.
        for text in ["a".repeat(20_000), "aé".repeat(10_000), "\u{fdfa}".repeat(2_000), "<".repeat(20_000)] {
            check(&pieces(), &text);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_cut_into_pieces_without_loss(text in any::<String>()) {
            check(&pieces(), &text);
        }

        #[test]
        fn letters_of_pieces_in_any_order_are_cut_without_loss(text in "[as</>é \u{2581}\u{1f600}\n\u{0}\u{fdfa}]{0,300}") {
            check(&pieces(), &text);
        }
    }
}
