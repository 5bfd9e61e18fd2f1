//! How a person is called and reached.

use super::FormatError;

/// The longest address that can stand in a mail's envelope, and the longest part before the `@` (RFC 5321, 4.5.3.1).
const ADDRESS_LIMIT: usize = 254;
const LOCAL_LIMIT: usize = 64;
const LABEL_LIMIT: usize = 63;

/// `ana@acme.example`, also as mail programs copy it: `Ana Souza <ana@acme.example>`. The domain is stored in small
/// letters; the part before it is its owner's affair.
pub fn email(line: &str) -> Result<String, FormatError> {
    let address = match line.strip_suffix('>').and_then(|line| line.rsplit_once('<')) {
        Some((_, inside)) => inside,
        None => line,
    };
    let address = address.trim();
    let (local, domain) = address.rsplit_once('@').ok_or(FormatError::Email)?;
    let domain = domain.to_ascii_lowercase();
    let fits = address.len() <= ADDRESS_LIMIT && local.len() <= LOCAL_LIMIT && is_local(local) && is_domain(&domain);
    if fits { Ok(format!("{local}@{domain}")) } else { Err(FormatError::Email) }
}

/// A dot-atom (RFC 5322, 3.2.3). Quoted forms exist on paper only.
fn is_local(local: &str) -> bool {
    let is_atom = |atom: &str| {
        !atom.is_empty()
            && atom.bytes().all(|sign| sign.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&sign))
    };
    local.split('.').all(is_atom)
}

fn is_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        (1..=LABEL_LIMIT).contains(&label.len())
            && label.bytes().all(|sign| sign.is_ascii_alphanumeric() || sign == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let top = domain.rsplit('.').next().unwrap_or_default();
    // A top-level domain has letters (or is `xn--…`): `1.2.3.4` and `acme` are no mail domains.
    domain.contains('.')
        && domain.split('.').all(is_label)
        && top.len() >= 2
        && top.starts_with(|c: char| c.is_ascii_alphabetic())
}

/// Eight to fifteen digits (E.164), with or without the country's `+`.
pub fn phone(line: &str) -> Result<String, FormatError> {
    let (plus, rest) = match line.strip_prefix('+') {
        Some(rest) => ("+", rest),
        None => line.strip_prefix("00").map_or(("", line), |rest| ("+", rest)),
    };
    if !rest.chars().all(|sign| sign.is_ascii_digit() || matches!(sign, ' ' | '(' | ')' | '.' | '-' | '/')) {
        return Err(FormatError::Phone);
    }
    let digits: String = rest.chars().filter(char::is_ascii_digit).collect();
    // No country's code, and no number with its area, begins with a zero after the plus.
    let fits = (8..=15).contains(&digits.len()) && !(plus == "+" && digits.starts_with('0'));
    if fits { Ok(format!("{plus}{digits}")) } else { Err(FormatError::Phone) }
}

/// Two words with a letter each, in any script.
pub fn person_name(line: &str) -> Result<String, FormatError> {
    let words = line.split(' ').filter(|word| word.chars().any(char::is_alphabetic)).count();
    let no_signs = !line.chars().any(|sign| sign.is_ascii_digit() || matches!(sign, '@' | '<' | '>' | '/' | '\\'));
    if words >= 2 && no_signs { Ok(line.to_owned()) } else { Err(FormatError::PersonName) }
}
