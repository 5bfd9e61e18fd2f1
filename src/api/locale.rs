//! The sentences of the panel, fetched when a language is chosen.

use crate::api::{ApiError, Call, Client};
use crate::text::{Language, Part, file_address};
use crate::view::effect;
use balcao_contract::locale::Locale;
use gloo_net::http::Method;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Loads the files of each language that is asked for: the first page's, and behind it the other pages'. A page that is
/// shown already changes its language once both are here, or not at all.
pub fn keep_sentences_loaded(client: Client, language: Language) {
    effect(move || {
        let (Some(locale), _) = language.wanted() else { return };
        let is_shown = untrack(|| language.is_ready());
        spawn_local(async move {
            let mut held = Vec::new();
            for part in [Part::First, Part::Pages] {
                let Some(json) = load(client, part, locale).await else { return language.not_arrived(locale) };
                held.push((part, json));
                if is_shown && part == Part::First {
                    continue;
                }
                for (part, json) in held.drain(..) {
                    if !language.arrived(part, locale, &json) {
                        return language.not_arrived(locale);
                    }
                }
            }
        });
    });
}

/// One silent second try: a file that fails once is nearly always a connection that was just being changed.
async fn load(client: Client, part: Part, locale: Locale) -> Option<String> {
    let address = file_address(part, locale);
    let fetch = || client.text(Call::new(Method::GET, &address).unsigned());
    let file = match fetch().await {
        Err(ApiError::Network | ApiError::Timeout) => fetch().await,
        other => other,
    };
    file.ok()
}
