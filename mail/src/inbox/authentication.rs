//! Whether a message comes from whom it says: the word of the operator's own mail server, in `Authentication-Results`
//! (RFC 8601). Anybody can write that header, so only the topmost one under the configured name counts; the server takes
//! out those that arrive under its name (RFC 8601, 5).

use balcao_steps as steps;

/// One method's result.
#[derive(Debug, PartialEq, Eq)]
struct Entry {
    method: String,
    result: String,
    properties: Vec<(String, String)>,
}

/// Whether the trusted server vouches for an address of `domain`. `fields` are the values of all
/// `Authentication-Results`, from the top.
pub(super) fn is_vouched_for(fields: &[String], trusted: Option<&str>, domain: &str) -> bool {
    let Some(trusted) = trusted else { return false };
    let theirs = fields.iter().find_map(|field| read(field).filter(|(server, _)| server == trusted));
    theirs.is_some_and(|(_, entries)| passes(&entries, &domain.to_ascii_lowercase()))
}

/// DMARC decides where it has a say: it knows the domain's policy and how names may differ. Otherwise a signature of the
/// domain, or the domain as the envelope's sender.
fn passes(entries: &[Entry], domain: &str) -> bool {
    let dmarc = || entries.iter().filter(|entry| entry.method == "dmarc");
    if dmarc().any(|entry| entry.result == "fail") {
        return false;
    }
    let names_another = |entry: &Entry| entry.property("header.from").is_some_and(|from| host(from) != domain);
    if dmarc().any(|entry| entry.result == "pass" && !names_another(entry)) {
        return true;
    }
    entries.iter().filter(|entry| entry.result == "pass").any(|entry| {
        let vouching = match entry.method.as_str() {
            "dkim" => entry.property("header.d").or_else(|| entry.property("header.i")),
            "spf" => entry.property("smtp.mailfrom"),
            _ => None,
        };
        vouching.is_some_and(|name| speaks_for(&host(name), domain))
    })
}

/// A domain speaks for itself and for what is below it. The other way round it would take a list of all public suffixes
/// to tell a company's domain from a registry's.
fn speaks_for(name: &str, domain: &str) -> bool {
    name == domain || (name.contains('.') && domain.strip_suffix(name).is_some_and(|below| below.ends_with('.')))
}

/// The domain of an address, or the domain itself.
fn host(name: &str) -> String {
    name.rsplit('@').next().unwrap_or_default().trim_matches(['<', '>']).trim_end_matches('.').to_ascii_lowercase()
}

impl Entry {
    fn property(&self, name: &str) -> Option<&str> {
        let at = self.properties.iter().position(|(known, _)| known == name);
        let at = steps::found(self.properties.len(), at)?;
        self.properties.get(at).map(|(_, value)| value.as_str())
    }
}

/// The server's name and what it says.
fn read(field: &str) -> Option<(String, Vec<Entry>)> {
    let plain = without_comments(field);
    let mut parts = split(&plain, |sign| sign == ';').into_iter();
    let server = parts.next()?.split_whitespace().next()?.trim_matches('"').to_ascii_lowercase();
    Some((server, parts.filter_map(|part| entry(&part)).collect()))
}

fn entry(part: &str) -> Option<Entry> {
    let mut words = split(&tightened(part), char::is_whitespace).into_iter().filter(|word| !word.is_empty());
    let first = words.next()?;
    let (method, result) = first.split_once('=')?;
    // A version may follow: `dkim/1`.
    let method = method.split('/').next().unwrap_or_default().to_ascii_lowercase();
    let properties = words.filter_map(|word| {
        let (name, value) = word.split_once('=')?;
        Some((name.to_ascii_lowercase(), value.trim_matches('"').to_owned()))
    });
    Some(Entry { method, result: result.to_ascii_lowercase(), properties: properties.collect() })
}

/// Space may stand around an equals sign.
fn tightened(text: &str) -> String {
    let mut tight = String::with_capacity(text.len());
    for piece in text.split('=') {
        steps::take(piece.len() + 1);
        if !tight.is_empty() {
            let kept = tight.trim_end().len();
            steps::take(tight.len() - kept);
            tight.truncate(kept);
            tight.push('=');
            tight.push_str(piece.trim_start());
        } else {
            tight.push_str(piece);
        }
    }
    tight
}

/// Comments are in parentheses, which may hold others. What they say was often chosen by the sender.
fn without_comments(text: &str) -> String {
    let (mut kept, mut depth, mut quoted, mut escaped) = (String::with_capacity(text.len()), 0_u32, false, false);
    steps::take(text.len());
    for sign in text.chars() {
        let plain = !escaped;
        escaped = plain && sign == '\\';
        match sign {
            '"' if plain && depth == 0 => quoted = !quoted,
            '(' if plain && !quoted => {
                depth += 1;
                kept.push(' ');
                continue;
            }
            ')' if plain && depth > 0 => {
                depth -= 1;
                continue;
            }
            _ => {}
        }
        if depth == 0 {
            kept.push(sign);
        }
    }
    kept
}

/// Splits outside of quotes.
fn split(text: &str, is_end: impl Fn(char) -> bool) -> Vec<String> {
    let (mut parts, mut quoted) = (vec![String::new()], false);
    steps::take(text.len());
    for sign in text.chars() {
        quoted ^= sign == '"';
        if is_end(sign) && !quoted {
            parts.push(String::new());
        } else if let Some(last) = parts.last_mut() {
            last.push(sign);
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TRUSTED: Option<&str> = Some("mx.desk.example");

    fn vouched(fields: &[&str], domain: &str) -> bool {
        let fields: Vec<String> = fields.iter().map(|field| (*field).to_owned()).collect();
        is_vouched_for(&fields, TRUSTED, domain)
    }

    #[test]
    fn the_trusted_servers_word_counts() {
        let rows = [
            ("mx.desk.example; dmarc=pass (p=reject dis=none) header.from=store.example", true),
            ("mx.desk.example; dkim=pass header.d=store.example header.s=s1; spf=softfail", true),
            ("mx.desk.example; dkim=pass (2048-bit key; unprotected) header.i=@store.example", true),
            ("mx.desk.example 1; spf = pass smtp.mailfrom=ana@store.example", true),
            ("\"MX.desk.example\"; dkim/1=pass header.d=\"store.example\"", true),
            ("mx.desk.example; dkim=pass header.d=example.org; dmarc=none header.from=store.example", false),
            // Signed by somebody, but not by whom it says.
            ("mx.desk.example; dkim=pass header.d=evil.example; spf=pass smtp.mailfrom=evil.example", false),
            ("mx.desk.example; dmarc=pass header.from=evil.example", false),
            ("mx.desk.example; dmarc=fail header.from=store.example; spf=pass smtp.mailfrom=store.example", false),
            ("mx.desk.example; dkim=fail header.d=store.example", false),
            ("mx.desk.example; none", false),
            ("mx.desk.example", false),
            ("", false),
            // What the sender chose stands in a comment or a value.
            ("mx.desk.example; spf=fail (dmarc=pass; dkim=pass header.d=store.example) smtp.mailfrom=x", false),
            ("mx.desk.example; spf=fail smtp.mailfrom=\"a; dmarc=pass header.from=store.example\"", false),
            ("mx.desk.example (; dmarc=pass header.from=store.example", false),
        ];
        for (field, expected) in rows {
            assert_eq!(vouched(&[field], "store.example"), expected, "{field}");
        }
    }

    #[test]
    fn only_the_topmost_word_of_the_trusted_server_is_heard() {
        let pass = "mx.desk.example; dmarc=pass header.from=store.example";
        let fail = "mx.desk.example; dmarc=fail header.from=store.example";
        let other = "mx.evil.example; dmarc=pass header.from=store.example";
        assert!(!vouched(&[fail, pass], "store.example"));
        assert!(vouched(&[pass, fail], "store.example"));
        assert!(!vouched(&[other], "store.example"));
        assert!(vouched(&[other, pass], "store.example"));
        assert!(!is_vouched_for(&[pass.to_owned()], None, "store.example"));
    }

    #[test]
    fn a_domain_speaks_for_what_is_below_it_and_no_other() {
        for (name, domain, expected) in [
            ("store.example", "mail.store.example", true),
            ("mail.store.example", "store.example", false),
            ("example", "store.example", false),
            ("ore.example", "store.example", false),
        ] {
            let field = format!("mx.desk.example; dkim=pass header.d={name}");
            assert_eq!(vouched(&[&field], domain), expected, "{name} for {domain}");
        }
    }

    proptest! {
        #[test]
        fn any_field_is_read(field in "[a-z=;\"()\\\\ ./@]{0,80}") {
            let _ = read(&field);
        }
    }
}
