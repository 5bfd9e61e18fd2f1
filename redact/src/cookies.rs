//! The headers `Cookie` and `Set-Cookie`: values go, names and attributes stay, because they are what a question is about.

use crate::Kind;
use crate::drops::Drop;
use crate::masker::{Masker, Mode};

/// What stands beside a cookie's value, and is none.
const ATTRIBUTES: [&str; 9] =
    ["expires", "max-age", "domain", "path", "secure", "httponly", "samesite", "priority", "partitioned"];
/// A longer name is none.
const NAME: usize = 128;

impl Masker {
    /// Looks at the next cookie, or attribute.
    pub(crate) fn cookie(&mut self, out: &mut Vec<u8>) {
        let is_set = self.mode == Mode::SetCookie;
        let drop = Drop::Cookie { has_lines: is_set };
        let text = &self.units.view[self.pos..self.front()];
        let blanks = text.iter().take_while(|byte| matches!(byte, b' ' | b';' | b'\n' | b'\r')).count();
        if blanks > 0 {
            self.pos += blanks;
            return;
        }
        let is_end = |byte: u8| byte == b';' || is_set && byte == b'\n';
        let end = text.iter().position(|byte| *byte == b'=' || is_end(*byte)).unwrap_or(text.len());
        let name = &text[..end];
        let is_attribute = is_set
            && self.before(self.pos) != b'\n'
            && self.base + self.pos as u64 > 0
            && ATTRIBUTES.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes()));
        let has_value = text.get(end) == Some(&b'=');
        if is_attribute {
            let length = text.iter().position(|byte| is_end(*byte)).unwrap_or(text.len());
            self.pos += length.clamp(1, 256);
        } else if has_value && !name.is_empty() && name.len() <= NAME {
            let begin = self.pos + end + 1;
            if text.get(end + 1).is_none_or(|byte| is_end(*byte)) {
                self.pos = begin;
            } else {
                self.remove(begin, begin, Kind::Cookie, Some(drop), out);
            }
        } else {
            self.remove(self.pos, self.pos, Kind::Cookie, Some(drop), out);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(text: &str, mode: Mode) -> String {
        let mut masker = Masker::new();
        let mut out = Vec::new();
        masker.begin(mode, false);
        masker.feed(text.as_bytes(), &mut out);
        masker.end(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn values_go_and_names_stay() {
        let cases = [
            ("a=1; b=two=2;c=", "a=(removed:cookie); b=(removed:cookie);c="),
            ("nameless; a=1", "(removed:cookie); a=(removed:cookie)"),
            ("path=1; domain=2", "path=(removed:cookie); domain=(removed:cookie)"),
            ("=x", "(removed:cookie)"),
            ("", ""),
        ];
        for (text, wanted) in cases {
            assert_eq!(cleaned(text, Mode::Cookie), wanted);
        }
        let long = format!("a={}; b=1", "x".repeat(50_000));
        assert_eq!(cleaned(&long, Mode::Cookie), "a=(removed:cookie); b=(removed:cookie)");
        assert_eq!(cleaned(&"x".repeat(50_000), Mode::Cookie), "(removed:cookie)");
    }

    #[test]
    fn attributes_stay() {
        let text =
            "sid=abc; Path=/; Expires=Wed, 21 Oct 2026 07:28:00 GMT; HttpOnly; odd=1\nb=2; Secure; SameSite=None";
        let wanted = "sid=(removed:cookie); Path=/; Expires=Wed, 21 Oct 2026 07:28:00 GMT; HttpOnly; odd=(removed:cookie)\n\
                      b=(removed:cookie); Secure; SameSite=None";
        assert_eq!(cleaned(text, Mode::SetCookie), wanted);
        assert_eq!(cleaned(wanted, Mode::SetCookie), wanted);
    }
}
