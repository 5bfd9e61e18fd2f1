//! Messages with a code: what they say lies sealed in the outbox. Whoever reads the database, or a backup of it, finds no
//! code there, before it is sent or afterwards.

use super::NewMessage;
use balcao_keys::SiteKey;
use zeroize::Zeroizing;

/// The same message with its text sealed. Only its row opens it: the purpose names the row.
///
/// # Errors
/// The system gives no random numbers.
pub fn seal(message: NewMessage, key: &SiteKey) -> std::io::Result<NewMessage> {
    let said = Zeroizing::new(serde_json::to_vec(&(&message.text, &message.html))?);
    let sealed = key.seal(&purpose(&message.dedupe_key), &said)?;
    Ok(NewMessage { text: String::new(), html: String::new(), sealed: Some(sealed), ..message })
}

/// The same message as it is sent; `None` where it was sealed with another key.
#[must_use]
pub fn open(message: NewMessage, key: Option<&SiteKey>) -> Option<NewMessage> {
    let Some(sealed) = &message.sealed else { return Some(message) };
    let said = key?.open(&purpose(&message.dedupe_key), sealed)?;
    let (text, html) = serde_json::from_slice(&said).ok()?;
    Some(NewMessage { text, html, sealed: None, ..message })
}

fn purpose(dedupe_key: &str) -> String {
    format!("mail {dedupe_key}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::{Code, Reader, sign_in_code};
    use balcao_contract::locale::Locale;
    use chrono::{DateTime, TimeDelta};

    #[test]
    fn a_sealed_message_says_nothing_until_its_key_opens_it() {
        let now = DateTime::UNIX_EPOCH;
        let message = sign_in_code(&Code {
            reader: Reader { email: "ana@acme.example", name: "Ana", locale: Locale::Pt },
            code: "042137",
            now,
            expires_at: now + TimeDelta::minutes(10),
            dedupe_key: "sign-in:1",
        })
        .unwrap();
        let key = SiteKey::new([7; 32]);
        let sealed = seal(message.clone(), &key).unwrap();
        assert!(!format!("{}{}{}", sealed.subject, sealed.text, sealed.html).contains("042137"));
        let bytes = sealed.sealed.clone().unwrap();
        assert!(!bytes.windows(6).any(|part| part == b"042137"));
        assert!(open(sealed.clone(), Some(&key)) == Some(message.clone()));
        assert!(open(sealed.clone(), Some(&SiteKey::new([8; 32]))).is_none());
        assert!(open(sealed.clone(), None).is_none());
        // In another row it is nothing.
        assert!(open(NewMessage { dedupe_key: "sign-in:2".to_owned(), ..sealed }, Some(&key)).is_none());
        // What was not sealed is as it is.
        assert!(open(message.clone(), None) == Some(message));
    }
}
