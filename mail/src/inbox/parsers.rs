//! The parsers of this room, for the tests that try all parsers; see `hostile`.

use super::letter::{Letter, Reading};
use super::{authentication, body, html as html_mail, quotes, tnef};
use crate::ReplyAddresses;
use balcao_keys::{Key, KeyRing};

pub fn own_words(text: &str) -> String {
    quotes::own_words(text, |line| {
        balcao_steps::take(line.len());
        line.contains("desk@desk.example")
    })
}

pub fn html(source: &str) -> String {
    html_mail::to_text(source)
}

pub fn unflowed(text: &str) -> String {
    body::unflowed(text, true)
}

pub fn is_vouched_for(field: &str) -> bool {
    authentication::is_vouched_for(&[field.to_owned()], Some("mx.desk.example"), "b.c")
}

/// Takes the bytes as they are, and each line of them as the value of an attribute whose check sum is right.
pub fn unpack(bytes: &[u8]) {
    let _ = tnef::unpack(bytes);
    let _ = tnef::unpack(&tnef::packed(bytes.split(|byte| *byte == b'\n')));
}

pub fn letter(raw: &[u8]) {
    let addresses = ReplyAddresses::new(KeyRing::of(Key::new([7; 32])), "desk@desk.example");
    let reading = Reading { addresses: &addresses, own_sender: "no-reply@desk.example", trusted_server: Some("x") };
    let _ = Letter::read(raw, &reading);
}
