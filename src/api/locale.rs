//! The sentences of the panel, fetched when a language is chosen.

use crate::api::{ApiError, Call, Client};
use crate::text::{Language, file_address};
use gloo_net::http::Method;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Loads the file of each language that is asked for. One silent second try: a file that fails once is nearly always
/// a connection that was just being changed.
pub fn keep_sentences_loaded(client: Client, language: Language) {
    Effect::new(move || {
        let (Some(locale), _) = language.wanted() else { return };
        spawn_local(async move {
            let address = file_address(locale);
            let fetch = || client.text(Call::new(Method::GET, &address).unsigned());
            let file = match fetch().await {
                Err(ApiError::Network | ApiError::Timeout) => fetch().await,
                other => other,
            };
            if !file.is_ok_and(|json| language.arrived(locale, &json)) {
                language.not_arrived(locale);
            }
        });
    });
}
