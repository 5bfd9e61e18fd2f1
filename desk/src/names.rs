//! Addresses, names of accounts and names of people, as they are kept: whatever door or file they come from.

use balcao_contract::text;

const LONGEST_NAME: usize = 200;
/// RFC 5321, 4.5.3.1.3.
const LONGEST_EMAIL: usize = 254;

/// An address in lower case; `None` for what is no address.
#[must_use]
pub fn email(given: &str) -> Option<String> {
    let email = given.trim().to_lowercase();
    is_email(&email).then_some(email)
}

/// An account's name in lower case; `None` for what is no name.
#[must_use]
pub fn account(given: &str) -> Option<String> {
    let name = given.trim().to_ascii_lowercase();
    is_account(&name).then_some(name)
}

/// One clean line without characters that turn the text around; `None` where nothing is left.
#[must_use]
pub fn person(given: &str) -> Option<String> {
    let line = text::single_line(given);
    let turns = |c: &char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}');
    let name: String = line.chars().filter(|c| !turns(c)).take(LONGEST_NAME).collect();
    (!text::is_blank(&name)).then_some(name)
}

/// What somebody is called as long as nobody has said it: what stands before the `@`.
#[must_use]
pub fn person_of_address(email: &str) -> &str {
    email.rsplit_once('@').map_or(email, |(local, _)| local)
}

fn is_email(email: &str) -> bool {
    let Some((local, domain)) = email.rsplit_once('@') else { return false };
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !"<>()[],;:\\\"".contains(c);
    email.len() <= LONGEST_EMAIL
        && !local.is_empty()
        && !local.contains('@')
        && !domain.is_empty()
        && !domain.starts_with('.')
        && !domain.ends_with('.')
        && email.chars().all(plain)
}

fn is_account(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_accounts_and_names_are_kept_clean_or_not_at_all() {
        assert_eq!(email(" Ana@ACME.example ").as_deref(), Some("ana@acme.example"));
        for wrong in ["ana", "@b.example", "a@", "a@.b", "a@b.", "a@b@c.example", "a b@c.example", "a@b.example,c@d"] {
            assert_eq!(email(wrong), None, "{wrong}");
        }
        assert_eq!(account("AcmeStore-1").as_deref(), Some("acmestore-1"));
        for wrong in ["", "../x", "a.b", "a b", "ç", &"x".repeat(65)] {
            assert_eq!(account(wrong), None, "{wrong}");
        }
        assert_eq!(person("Ana\r\nBcc: x\u{202e} Souza").as_deref(), Some("Ana Bcc: x Souza"));
        assert_eq!(person(" \u{200f} "), None);
        assert_eq!(person_of_address("ana.souza@acme.example"), "ana.souza");
    }
}
