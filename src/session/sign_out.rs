//! Signing out of this browser, and what of the person stays in it.

use crate::api::Client;
use crate::draft::{self, Owner, StoreError};
use crate::session::Session;
use crate::text::{Language, Text};
use crate::ui::{Button, Checkbox, ConfirmDialog, FieldIds};
use crate::view::view;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Ends this browser's sign-in. What was typed and not sent goes from the device unless the person says otherwise: the
/// next one who sits here may be somebody else.
#[component]
pub(super) fn SignOut() -> impl IntoView {
    let (client, session, language) = (Client::here(), Session::here(), Language::here());
    let (asks, keeps, busy) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(false));
    let failure = RwSignal::new(None::<String>);
    let out = Callback::new(move |()| {
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            let keeps = keeps.get_untracked();
            let outcome = match clear(session, keeps).await {
                Err(_) => Err(language.text(Text::SiteDraftsStay)),
                Ok(()) => client.sign_out().await.map_err(|error| error.sentence(language)),
            };
            match outcome {
                Ok(()) => leave(session, keeps),
                Err(sentence) => {
                    failure.try_set(Some(sentence));
                    busy.try_set(false);
                }
            }
        });
    });
    view! {
        <Button label=language.signal(Text::SiteSignOut) busy on_click=Callback::new(move |()| asks.set(true)) />
        <p class="field-error" role="alert">
            {move || failure.get()}
        </p>
        <ConfirmDialog
            open=asks
            title=language.signal(Text::SiteSignOutTitle)
            text=language.signal(Text::SiteSignOutText)
            confirm=language.signal(Text::SiteSignOut)
            cancel=language.signal(Text::CommonCancel)
            on_confirm=out
        >
            <KeepDrafts at="keep-drafts" keeps />
        </ConfirmDialog>
    }
    .into_any()
}

/// Whether what was typed stays on the device.
#[component]
pub(super) fn KeepDrafts(
    /// Where it is asked: each has an id of its own.
    at: &'static str,
    /// The answer.
    keeps: RwSignal<bool>,
) -> impl IntoView {
    let language = Language::here();
    view! {
        <Checkbox
            ids=FieldIds::new(at)
            label=language.signal(Text::SiteKeepDrafts)
            value=keeps.into()
            on_input=Callback::new(move |ticked| keeps.set(ticked))
        />
    }
    .into_any()
}

/// Before the sign-in ends: takes away what the person has kept here, in each of their stores, unless it is to stay.
pub(super) async fn clear(session: Session, keeps: bool) -> Result<(), StoreError> {
    if keeps {
        return Ok(());
    }
    let Some(who) = untrack(|| session.who()) else { return Ok(()) };
    let accounts = who.accounts.iter().chain([&who.account]);
    let owners: Vec<Owner> = accounts.map(|account| Owner { account: account.id, user: who.user.id }).collect();
    draft::forget(&owners).await
}

/// After it has ended.
pub(super) fn leave(session: Session, keeps: bool) {
    if !keeps {
        draft::keep_nothing_more();
    }
    session.leave();
}

#[cfg(test)]
#[cfg(target_arch = "wasm32")]
mod tests {
    use super::*;
    use crate::shown::{settled, show};
    use wasm_bindgen::JsCast as _;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    async fn signing_out_asks_first_and_keeps_nothing_unless_told_so() {
        let shown = show(|| {
            provide_context(Session::sample("Carla Nunes", &["acmestore"], Vec::new()));
            view! { <SignOut /> }.into_any()
        })
        .await;
        let button = shown.find("button");
        button.focus().unwrap();
        button.click();
        settled().await;
        let dialog: web_sys::HtmlDialogElement = shown.find("dialog").unchecked_into();
        assert!(dialog.open());
        let keeps: web_sys::HtmlInputElement = shown.find("dialog input[type=checkbox]").unchecked_into();
        assert!(!keeps.checked());
        assert!(shown.text().contains("Keep what I have not sent"), "{}", shown.text());
        dialog.close();
        settled().await;
        assert!(shown.has_focus("button"));
    }
}
