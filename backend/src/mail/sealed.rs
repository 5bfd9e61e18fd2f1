//! Messages with a code: what they say lies sealed in the outbox. Whoever reads the database, or a backup of it, finds no
//! code there, before it is sent or afterwards.

use super::NewMessage;
use crate::identity::site::SiteKey;
use zeroize::Zeroizing;

impl NewMessage {
    /// The same message with its text sealed. Only its row opens it: the purpose names the row.
    ///
    /// # Errors
    /// The system gives no random numbers.
    pub fn sealed(self, key: &SiteKey) -> std::io::Result<Self> {
        let said = Zeroizing::new(serde_json::to_vec(&(&self.text, &self.html))?);
        let sealed = key.seal(&purpose(&self.dedupe_key), &said)?;
        Ok(Self { text: String::new(), html: String::new(), sealed: Some(sealed), ..self })
    }

    /// The same message as it is sent; `None` where it was sealed with another key.
    #[must_use]
    pub fn opened(self, key: Option<&SiteKey>) -> Option<Self> {
        let Some(sealed) = &self.sealed else { return Some(self) };
        let said = key?.open(&purpose(&self.dedupe_key), sealed)?;
        let (text, html) = serde_json::from_slice(&said).ok()?;
        Some(Self { text, html, sealed: None, ..self })
    }
}

fn purpose(dedupe_key: &str) -> String {
    format!("mail {dedupe_key}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::messages::{Code, Reader, sign_in_code};
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
        let sealed = message.clone().sealed(&key).unwrap();
        assert!(!format!("{}{}{}", sealed.subject, sealed.text, sealed.html).contains("042137"));
        let bytes = sealed.sealed.clone().unwrap();
        assert!(!bytes.windows(6).any(|part| part == b"042137"));
        assert!(sealed.clone().opened(Some(&key)) == Some(message.clone()));
        assert!(sealed.clone().opened(Some(&SiteKey::new([8; 32]))).is_none());
        assert!(sealed.clone().opened(None).is_none());
        // In another row it is nothing.
        assert!(NewMessage { dedupe_key: "sign-in:2".to_owned(), ..sealed }.opened(Some(&key)).is_none());
        // What was not sealed is as it is.
        assert!(message.clone().opened(None) == Some(message));
    }
}
