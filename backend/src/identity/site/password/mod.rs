//! Passwords: which are taken, and how they are kept.

mod common;
mod guess;

pub use guess::Guessable;

use super::SiteError;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, KeyId, Params, ParamsBuilder, Version};
use balcao_keys::KeyId as PepperId;
use balcao_keys::SiteKey;
use balcao_runtime::work::{Who, Work, WorkError};
use guess::Words;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::OnceCell;
use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

/// Memory in KiB, rounds, lanes: OWASP's Password Storage Cheat Sheet, Argon2id.
const COST: (u32, u32, u32) = (19_456, 2, 1);
/// The shortest password, in characters (ASVS 5.0, 6.2.1 asks for 8 and recommends 15).
pub const SHORTEST: usize = 12;
/// The longest, in characters; nobody types more, and hashing is not to be made expensive by it.
pub const LONGEST: usize = 256;
/// What a password for this desk is named after.
const OURS: [&str; 8] = ["Balcão", "support", "suporte", "soporte", "support desk", "help desk", "VTEX", "store admin"];

/// Why a password is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordError {
    /// Fewer than [`SHORTEST`] characters.
    Short,
    /// More than [`LONGEST`] characters.
    Long,
    /// Whoever guesses finds it soon.
    Guessable(Guessable),
}

/// Whether a password may be set by somebody whose words these are: name, address, stores, where the desk is. Any
/// character counts, and none is asked for (ASVS 5.0, 6.2.5).
///
/// # Errors
/// It may not.
pub fn check<'a>(password: &str, theirs: impl IntoIterator<Item = &'a str>) -> Result<(), PasswordError> {
    let length = password.chars().count();
    if length < SHORTEST {
        return Err(PasswordError::Short);
    }
    if length > LONGEST {
        return Err(PasswordError::Long);
    }
    guess::guessable(password, &Words::of(theirs.into_iter().chain(OURS)))
        .map_or(Ok(()), |why| Err(PasswordError::Guessable(why)))
}

/// Hashes and compares, a few at a time: each takes 19 MiB and a processor for a while.
#[derive(Debug)]
pub struct Passwords {
    work: Work,
    /// The newest first.
    peppers: Vec<(PepperId, Zeroizing<[u8; 32]>)>,
    /// What is compared with where nobody has the address, so that it takes as long.
    nobody: OnceCell<String>,
    worked: AtomicU64,
}

impl Passwords {
    /// With the key that lies outside the database.
    #[must_use]
    pub fn new(key: &SiteKey, work: Work) -> Self {
        let peppers = key.macs("balcao pepper", &[]).into_iter().map(|(id, mac)| (id, Zeroizing::new(mac))).collect();
        Self { work, peppers, nobody: OnceCell::new(), worked: AtomicU64::new(0) }
    }

    /// Whether a hash is to be made anew, now that its password is known: an older key made it.
    #[must_use]
    pub fn is_outdated(&self, hash: &str) -> bool {
        self.peppers.first().is_some_and(|(newest, _)| key_of(hash) != Some(*newest))
    }

    /// The pepper that a hash was made with. One that names no key is older than the names: the oldest made it.
    fn pepper_of(&self, hash: &str) -> Option<&(PepperId, Zeroizing<[u8; 32]>)> {
        match key_of(hash) {
            Some(id) => self.peppers.iter().find(|(known, _)| *known == id).or(self.peppers.first()),
            None => self.peppers.last(),
        }
    }

    /// What is kept of a password: Argon2id with its parameters, as a PHC string.
    ///
    /// # Errors
    /// Too many ask at once, or the system gives no random numbers.
    pub async fn hash(&self, password: &str) -> Result<String, SiteError> {
        let salt: [u8; 16] = balcao_keys::random()?;
        let password = normal(password);
        let hashed = self.work(self.peppers.first(), move |argon| {
            argon
                .hash_password_with_salt(password.as_bytes(), &salt)
                .map(|hash| hash.to_string())
                .map_err(|e| e.to_string())
        });
        hashed.await?.map_err(|error| SiteError::Failed(crate::identity::IdentityError::internal(error)))
    }

    /// Whether it is the password; without a hash it takes as long, and is not.
    ///
    /// # Errors
    /// As [`Self::hash`].
    pub async fn is_right(&self, password: &str, hash: Option<String>) -> Result<bool, SiteError> {
        let is_somebody = hash.is_some();
        // Made for whoever comes first, known or not.
        let nobody = self.nobody.get_or_try_init(|| self.hash("nobody's password")).await?;
        let hash = hash.unwrap_or_else(|| nobody.clone());
        let password = normal(password);
        let right = self.work(self.pepper_of(&hash), move |argon| {
            let hash = PasswordHash::new(&hash).ok();
            hash.is_some_and(|hash| argon.verify_password(password.as_bytes(), &hash).is_ok())
        });
        Ok(right.await? && is_somebody)
    }

    /// How often the processor was kept busy since the start: what a sign-in costs is the same for everybody.
    #[must_use]
    pub fn worked(&self) -> u64 {
        self.worked.load(Ordering::Relaxed)
    }

    async fn work<T: Send + 'static>(
        &self,
        pepper: Option<&(PepperId, Zeroizing<[u8; 32]>)>,
        work: impl FnOnce(&Argon2<'_>) -> T + Send + 'static,
    ) -> Result<T, SiteError> {
        let no_pepper = || SiteError::Failed(crate::identity::IdentityError::internal("no key of passwords"));
        let (id, pepper) = pepper.cloned().ok_or_else(no_pepper)?;
        let done = self.work.run_long(Who::SigningIn, move || {
            let (memory, rounds, lanes) = COST;
            let id = KeyId::new(&id.0).map_err(|error| error.to_string())?;
            let params = ParamsBuilder::new().m_cost(memory).t_cost(rounds).p_cost(lanes).keyid(id).build();
            let params = params.map_err(|error| error.to_string())?;
            let argon = Argon2::new_with_secret(pepper.as_slice(), Algorithm::Argon2id, Version::V0x13, params);
            Ok::<T, String>(work(&argon.map_err(|error| error.to_string())?))
        });
        let done = match done.await {
            Ok(done) => done,
            Err(WorkError::Busy) => return Err(SiteError::Unavailable),
            Err(error) => Err(error.to_string()),
        };
        self.worked.fetch_add(1, Ordering::Relaxed);
        done.map_err(|error| SiteError::Failed(crate::identity::IdentityError::internal(error)))
    }
}

/// The key that a hash says it was made with; older ones say nothing.
#[must_use]
pub fn key_of(hash: &str) -> Option<PepperId> {
    let hash = PasswordHash::new(hash).ok()?;
    let params = Params::try_from(&hash).ok()?;
    params.keyid().try_into().ok().map(PepperId)
}

/// The same letters give the same password, whichever keyboard composed them (NIST SP 800-63B, 3.1.1.2).
fn normal(password: &str) -> Zeroizing<String> {
    Zeroizing::new(password.nfkc().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use balcao_keys::{Key, KeyRing};

    #[test]
    fn short_long_and_guessable_passwords_are_not_taken() {
        let theirs = ["Ana Souza", "ana.souza@example.com", "acmestore"];
        for (password, expected) in [
            ("a long enough one", Ok(())),
            ("çãé 漢字 ünïcode ok", Ok(())),
            ("elevenchars", Err(PasswordError::Short)),
            ("", Err(PasswordError::Short)),
            ("Password1234", Err(PasswordError::Guessable(Guessable::Common))),
            ("aaaaaaaaaaaaaaaa", Err(PasswordError::Guessable(Guessable::Pattern))),
            ("ana.souza2026", Err(PasswordError::Guessable(Guessable::Yours))),
            ("Balcao-Suporte", Err(PasswordError::Guessable(Guessable::Yours))),
        ] {
            assert_eq!(check(password, theirs), expected, "{password}");
        }
        // As long as anybody's sentence; ASVS 5.0, 6.2.9 asks for 64.
        let long: String = (0..LONGEST).map(|at| char::from(b'a' + (at * at % 23) as u8)).collect();
        assert_eq!(check(&long, theirs), Ok(()));
        assert_eq!(check(&format!("{long}x"), theirs), Err(PasswordError::Long));
    }

    #[tokio::test]
    async fn a_password_is_kept_as_argon2id_and_found_right_with_the_key_alone() {
        let passwords = Passwords::new(&SiteKey::new([7; 32]), Work::default());
        let hash = passwords.hash("correct horse é").await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1,keyid="), "{hash}");
        assert_ne!(passwords.hash("correct horse é").await.unwrap(), hash);
        // The same letter, composed otherwise.
        assert!(passwords.is_right("correct horse e\u{301}", Some(hash.clone())).await.unwrap());
        assert!(!passwords.is_right("correct horse e", Some(hash.clone())).await.unwrap());
        assert!(!passwords.is_right("nobody's password", None).await.unwrap());
        assert!(!passwords.is_right("x", Some("not a hash".to_owned())).await.unwrap());
        let other = Passwords::new(&SiteKey::new([8; 32]), Work::default());
        assert!(!other.is_right("correct horse é", Some(hash)).await.unwrap());
    }

    #[tokio::test]
    async fn a_password_of_the_key_before_is_right_at_the_cost_of_any_other_and_made_anew() {
        let before = Passwords::new(&SiteKey::new([7; 32]), Work::default());
        let named = before.hash("correct horse").await.unwrap();
        // As older versions wrote it, without the key's name.
        let (head, rest) = named.split_once(",keyid=").unwrap();
        let unnamed = format!("{head}{}", &rest[rest.find('$').unwrap()..]);
        assert!(before.is_right("correct horse", Some(unnamed.clone())).await.unwrap());
        let keys = KeyRing::of(Key::new([7; 32])).followed_by(Key::new([8; 32]));
        let both = Passwords::new(&SiteKey::with(keys), Work::default());
        both.is_right("nobody's password", None).await.unwrap();
        for hash in [named.clone(), unnamed] {
            assert!(both.is_outdated(&hash), "{hash}");
            let worked = both.worked();
            assert!(both.is_right("correct horse", Some(hash.clone())).await.unwrap(), "{hash}");
            assert!(!both.is_right("wrong horse", Some(hash)).await.unwrap());
            assert_eq!(both.worked() - worked, 2, "one hash each, whichever key");
        }
        let anew = both.hash("correct horse").await.unwrap();
        assert!(!both.is_outdated(&anew));
        let after = Passwords::new(&SiteKey::new([8; 32]), Work::default());
        assert!(after.is_right("correct horse", Some(anew)).await.unwrap());
        assert!(!after.is_right("correct horse", Some(named)).await.unwrap());
    }
}
