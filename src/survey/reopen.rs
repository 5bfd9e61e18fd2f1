//! The way back where the problem is not solved: the request is reopened from here, with what was written.

use crate::api::{ApiError, Client};
use crate::draft::unguessable;
use crate::location::{Location, Step};
use crate::text::{Language, Text};
use crate::ui::Button;
use crate::view::view;
use balcao_contract::id::RequestId;
use balcao_contract::text;
use balcao_contract::wire::{CommentBody, RequestUpdate};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Reopens a request with these words as the reply, or with the reason where there are none, and leads to it. `reopened`
/// is run before it does.
pub fn reopen(id: RequestId, words: Signal<String>, reopened: Callback<()>) -> AnyView {
    let language = Language::here();
    let client = Client::here();
    let location = StoredValue::new(Location::here());
    let busy = RwSignal::new(false);
    let failure = RwSignal::new_local(None::<ApiError>);
    // However often it is tried, it is one reply.
    let key = StoredValue::new(unguessable());
    let click = Callback::new(move |()| {
        if busy.get_untracked() {
            return;
        }
        let written = text::several_lines(&words.get_untracked());
        let reason = || untrack(|| language.text(Text::SurveyReasonNotSolved));
        let body = if text::is_blank(&written) { reason() } else { written };
        let key = key.get_value();
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            let update =
                RequestUpdate { comment: Some(CommentBody::new(body, Vec::new())), ..RequestUpdate::default() };
            let outcome = client.change_request(id, update, &key).await;
            busy.try_set(false);
            match outcome {
                Ok(_) => {
                    reopened.try_run(());
                    // Whoever has gone elsewhere meanwhile stays there.
                    location.try_with_value(|location| location.go(&format!("/requests/{id}"), Step::Forward));
                }
                Err(error) => {
                    failure.try_set(Some(error));
                }
            }
        });
    });
    let refused = move || failure.get().map(|error| error.sentence(language));
    view! {
        <div class="survey-reopen">
            <p>{language.t(Text::SurveyReopenText)}</p>
            <Button label=language.signal(Text::SurveyReopen) busy=busy on_click=click />
            <p class="field-error" role="alert">{refused}</p>
        </div>
    }
    .into_any()
}
