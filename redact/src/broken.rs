//! JSON that turns out to be none: what was known of the place still holds for the text that follows.

use crate::Kind;
use crate::decode::{Escapes, Units};
use crate::drops::Drop;
use crate::masker::{APART, Masker, Mode};
use crate::names::Verdict;

impl Masker {
    /// A text goes on that was understood up to here: within a list to be taken out, behind the name of a secret, or of one whose
    /// value stands further on.
    pub fn begin_within(
        &mut self,
        value: Option<(Kind, Drop)>,
        named: [Option<Verdict>; 2],
        is_list: bool,
        out: &mut Vec<u8>,
    ) {
        let before = self.pending.map(|(verdict, _)| verdict);
        self.begin(Mode::Address, false);
        self.is_fresh = false;
        self.pending = named[0].or(before).map(|verdict| (verdict, APART));
        self.next_named = named[1];
        if let Some((kind, drop)) = value {
            self.replace(0, kind.marker(), kind, out);
            self.dropping = Some(drop);
        }
        if is_list {
            self.dropping = Some(Drop::List);
        }
    }

    /// What was the inside of a JSON string, within a list to be taken out or not, is none: its escapes are guessed from here on.
    pub fn go_on_as_text(&mut self, is_list: bool, out: &mut Vec<u8>) {
        // What came before is read as what it was.
        self.decode(Units::default(), true);
        if let Some(first) = self.decoders.first_mut() {
            first.escapes = Escapes::Nested;
        }
        let kind = match self.mode {
            Mode::Named(verdict) if verdict.is_certain => Some(verdict.kind),
            Mode::Cookie | Mode::SetCookie => Some(Kind::Cookie),
            _ => None,
        };
        let to = if is_list { Drop::List } else { Drop::Quote { quote: b'"', depth: 0, crosses_lines: true } };
        match (self.dropping, kind.or(is_list.then_some(Kind::Cookie))) {
            (None, Some(kind)) => self.remove(self.pos, self.pos, kind, Some(to), out),
            (Some(Drop::All), _) | (_, Some(_)) => self.dropping = Some(to),
            _ => {}
        }
        self.is_fresh = false;
        self.mode = Mode::Address;
    }
}
