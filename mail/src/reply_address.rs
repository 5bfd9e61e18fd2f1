//! Where a reply goes: `<local>+<token>@<domain>`. The token says which request and which person, and is signed, so that
//! nobody makes one; a number in a subject says nothing. It works for as long as the request exists.

use balcao_contract::id::{RequestId, UserId};
use balcao_keys::{Key, KeyRing};
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use std::fmt;
use std::sync::Arc;
use subtle::ConstantTimeEq as _;

/// A request's number and a person's, 48 bits each.
const NAMED: usize = 12;
/// 104 bits cannot be guessed, and make the whole a multiple of five bytes: no padding.
const SIGNED: usize = 13;
/// RFC 4648, 6, in lower case: it survives mail systems that change the case, and holds no sign that means something.
const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// Makes and reads reply addresses. Cheap to clone.
#[derive(Clone)]
pub struct ReplyAddresses(Option<Arc<Parts>>);

struct Parts {
    keys: KeyRing,
    local: String,
    domain: String,
}

/// The key is never logged.
impl fmt::Debug for ReplyAddresses {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ReplyAddresses({})", if self.0.is_some() { "***" } else { "none" })
    }
}

impl ReplyAddresses {
    /// With these keys. The newest signs; what the one before signed is still read.
    #[must_use]
    pub fn new(keys: KeyRing, address: &str) -> Self {
        let parts = address.rsplit_once('@').map(|(local, domain)| {
            Arc::new(Parts { keys, local: local.to_ascii_lowercase(), domain: domain.to_ascii_lowercase() })
        });
        Self(parts)
    }

    /// Where replies are not taken.
    #[must_use]
    pub const fn none() -> Self {
        Self(None)
    }

    /// The address under which this person's reply lands on this request; `None` where replies by mail are not taken.
    #[must_use]
    pub fn of(&self, request: RequestId, person: UserId) -> Option<String> {
        let parts = self.0.as_ref()?;
        let token = parts.token(request, person)?;
        Some(format!("{}+{token}@{}", parts.local, parts.domain))
    }

    /// Whom and what an address names; `None` for every other address, and for a token that was not made here.
    #[must_use]
    pub fn read(&self, address: &str) -> Option<(RequestId, UserId)> {
        let parts = self.0.as_ref()?;
        let bytes = decode(parts.token_in(address)?)?;
        let (named, signed) = bytes.split_at_checked(NAMED)?;
        let is_ours = |key: &Key| sign(key, named).is_some_and(|own| own.as_slice().ct_eq(signed).into());
        if !parts.keys.all().any(is_ours) {
            return None;
        }
        let (request, person) = named.split_at(NAMED / 2);
        Some((number(request).try_into().ok()?, number(person).try_into().ok()?))
    }

    /// Whether an address looks like one of these, whatever its token is worth.
    #[must_use]
    pub fn is_one(&self, address: &str) -> bool {
        self.0.as_ref().is_some_and(|parts| parts.token_in(address).is_some())
    }

    /// Whether mail to this address is for us: with any token, or without one.
    #[must_use]
    pub fn is_ours(&self, address: &str) -> bool {
        let bare = |parts: &Arc<Parts>| {
            let (local, domain) = address.trim().rsplit_once('@').unwrap_or_default();
            local.eq_ignore_ascii_case(&parts.local) && domain.eq_ignore_ascii_case(&parts.domain)
        };
        self.is_one(address) || self.0.as_ref().is_some_and(bare)
    }
}

impl Parts {
    fn token(&self, request: RequestId, person: UserId) -> Option<String> {
        let mut bytes = Vec::with_capacity(NAMED + SIGNED);
        for id in [request.get(), person.get()] {
            let [0, 0, six @ ..] = id.to_be_bytes() else { return None };
            bytes.extend(six);
        }
        let signed = sign(self.keys.newest(), &bytes)?;
        bytes.extend(signed);
        Some(encode(&bytes))
    }

    /// What stands between our local part's plus sign and our domain.
    fn token_in<'a>(&self, address: &'a str) -> Option<&'a str> {
        let (local, domain) = address.trim().rsplit_once('@')?;
        let (local, token) = local.rsplit_once('+')?;
        let is_ours = local.eq_ignore_ascii_case(&self.local) && domain.eq_ignore_ascii_case(&self.domain);
        is_ours.then_some(token)
    }
}

fn sign(key: &Key, named: &[u8]) -> Option<[u8; SIGNED]> {
    // HMAC takes keys of any length, so this never fails.
    let mac = Hmac::<Sha256>::new_from_slice(key.bytes()).ok()?;
    let digest = mac.chain_update(b"balcao reply address").chain_update(named).finalize().into_bytes();
    digest.first_chunk().copied()
}

fn number(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// A multiple of five bytes as letters, eight for each five.
fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() / 5 * 8);
    for five in bytes.chunks(5) {
        let bits = number(five);
        text.extend((0..8).rev().map(|place| char::from(LETTERS[(bits >> (place * 5) & 31) as usize])));
    }
    text
}

fn decode(text: &str) -> Option<Vec<u8>> {
    if text.len() != (NAMED + SIGNED) / 5 * 8 {
        return None;
    }
    let mut bytes = Vec::with_capacity(NAMED + SIGNED);
    for eight in text.as_bytes().chunks(8) {
        let mut bits = 0_u64;
        for letter in eight {
            let value = LETTERS.iter().position(|known| known.eq_ignore_ascii_case(letter))?;
            bits = bits << 5 | value as u64;
        }
        bytes.extend(&bits.to_be_bytes()[3..]);
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn addresses(key: u8) -> ReplyAddresses {
        ReplyAddresses::new(KeyRing::of(Key::new([key; 32])), "help@desk.example")
    }

    fn id<T: TryFrom<u64, Error: fmt::Debug>>(number: u64) -> T {
        T::try_from(number).unwrap()
    }

    fn of(request: u64, person: u64) -> String {
        addresses(7).of(id(request), id(person)).unwrap()
    }

    proptest! {
        #[test]
        fn an_address_says_whom_and_what_in_any_case(request in 1_u64..1 << 48, person in 1_u64..1 << 48) {
            let address = of(request, person);
            let named = Some((id(request), id(person)));
            prop_assert_eq!(addresses(7).read(&address), named);
            prop_assert_eq!(addresses(7).read(&address.to_uppercase()), named);
            let local = address.split('@').next().unwrap();
            prop_assert!(local.len() <= 64 && local.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'+'));
        }

        #[test]
        fn nothing_but_an_address_made_here_is_read(text in ".{0,80}") {
            prop_assert_eq!(addresses(7).read(&text), None);
        }
    }

    #[test]
    fn a_changed_letter_another_key_or_another_domain_is_no_address() {
        let address = of(1042, 7);
        assert_eq!(addresses(8).read(&address), None);
        let other = ReplyAddresses::new(KeyRing::of(Key::new([7; 32])), "help@other.example");
        assert_eq!(other.read(&address), None);
        for at in "help+".len()..address.len() - "@desk.example".len() {
            for letter in ["a", "b", "7", "0", "é"] {
                let mut changed = address.clone();
                if !changed[at..].starts_with(letter) {
                    changed.replace_range(at..=at, letter);
                    assert_eq!(addresses(7).read(&changed), None, "{changed}");
                }
            }
        }
    }

    #[test]
    fn an_address_of_the_key_before_is_read_and_a_new_one_is_signed_with_the_newest() {
        let keys = KeyRing::of(Key::new([7; 32])).followed_by(Key::new([8; 32]));
        let both = ReplyAddresses::new(keys, "help@desk.example");
        let named = Some((id(1042), id(7)));
        assert_eq!(both.read(&of(1042, 7)), named);
        let new = both.of(id(1042), id(7)).unwrap();
        assert_eq!((addresses(8).read(&new), addresses(7).read(&new)), (named, None));
        assert_eq!(both.read(&addresses(9).of(id(1042), id(7)).unwrap()), None);
    }

    #[test]
    fn requests_and_people_are_told_apart() {
        assert_ne!(of(1, 2), of(2, 1));
        assert_ne!(of(1, 2), of(1, 3));
        assert_eq!(addresses(7).of(id(1 << 48), id(1)), None);
        assert_eq!(ReplyAddresses(None).of(id(1), id(1)), None);
    }

    #[test]
    fn the_bare_address_is_ours_and_names_nothing() {
        for (address, is_ours, is_one) in [
            ("Help@Desk.example", true, false),
            ("help+forged@desk.example", true, true),
            ("help@desk.example.evil.example", false, false),
            ("helper@desk.example", false, false),
        ] {
            assert_eq!((addresses(7).is_ours(address), addresses(7).is_one(address)), (is_ours, is_one), "{address}");
            assert_eq!(addresses(7).read(address), None);
        }
    }
}
