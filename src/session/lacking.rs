//! What somebody lacks, and who can grant it: said where they would otherwise find a dead form.

use crate::api::Client;
use crate::session::Session;
use crate::text::{Language, Text};
use crate::ui::Button;
use crate::view::{memo, view};
use balcao_contract::panel::{Capability, MissingReason};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Why this user cannot do something, and who can change that; nothing for somebody who can.
#[component]
pub fn Lacking(
    /// What they cannot do.
    capability: Capability,
) -> impl IntoView {
    let (session, language) = (Session::here(), Language::here());
    let sentences = memo(move || {
        session.who().and_then(|who| {
            let missing = who.missing.into_iter().find(|missing| missing.capability == capability)?;
            let sponsor = missing.sponsor.unwrap_or_default();
            let (what, named, unnamed) = match missing.reason {
                MissingReason::SupportResource => (Text::StartResource, Text::StartGrantBy, Text::StartGrant),
                MissingReason::NotShared => {
                    (Text::LackingNotShared, Text::LackingNotSharedWay, Text::LackingNotSharedWay)
                }
                MissingReason::SponsorOnly => (Text::StartSponsorOnly, Text::StartSponsorIs, Text::StartSponsorUnknown),
            };
            let way = if sponsor.is_empty() { unnamed } else { named };
            let way = language.text_with(way, &[("account", &who.account.name), ("sponsor", &sponsor)]);
            Some((language.text(what), way))
        })
    });
    move || {
        sentences.get().map(|(what, way)| {
            view! {
                <p>{what}</p>
                <p>{way}</p>
            }
            .into_any()
        })
    }
}

/// Asks the backend again: what was granted a moment ago counts at once.
#[component]
pub fn CheckAgain() -> impl IntoView {
    let (client, session, language) = (Client::here(), Session::here(), Language::here());
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<String>);
    let check = Callback::new(move |()| {
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            match client.session().await {
                Ok(now) => session.updated(now),
                Err(error) => {
                    failure.try_set(Some(error.sentence(language)));
                }
            }
            busy.try_set(false);
        });
    });
    view! {
        <p class="field-error" role="alert">
            {move || failure.get()}
        </p>
        <Button label=language.signal(Text::StartCheckAgain) busy on_click=check />
    }
    .into_any()
}
