//! Taking a request back that support has not answered yet.

use super::state::{Record, is_answered};
use crate::api::{ApiError, Client};
use crate::session::Session;
use crate::text::{Language, Text};
use crate::ui::ConfirmDialog;
use crate::view::{memo, view};
use leptos::html::P;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// How far it is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Stage {
    Idle,
    Busy,
    Done,
    Failed(ApiError),
}

/// The button while it can be done, and what came of it.
pub fn withdraw(record: Record) -> AnyView {
    let (language, client, session) = (Language::here(), Client::here(), Session::here());
    let asks = RwSignal::new(false);
    let stage = RwSignal::new_local(Stage::Idle);
    let said = NodeRef::<P>::new();
    // For a colleague who reads along it is not to take back.
    let may = memo(move || {
        let reader = session.user_id();
        record.request.with(|request| {
            record.thread.with(|thread| {
                let (Some(request), Some(thread)) = (request, thread) else { return false };
                reader == Some(request.requester_id) && request.status.can_be_withdrawn(is_answered(request, thread))
            })
        })
    });
    let yes = move |()| {
        if stage.get_untracked() == Stage::Busy {
            return;
        }
        stage.set(Stage::Busy);
        spawn_local(async move {
            match client.withdraw(record.id).await {
                Ok(request) => {
                    record.answered(client, request);
                    stage.try_set(Stage::Done);
                }
                Err(error) => {
                    // An agent was faster: what is true now says whether there is still something to do.
                    record.reload();
                    stage.try_set(Stage::Failed(error));
                }
            }
            if let Some(said) = said.try_get_untracked().flatten() {
                let _ = said.focus();
            }
        });
    };
    let sentence = move || match stage.get() {
        Stage::Idle | Stage::Busy => None,
        Stage::Done => Some(language.text(Text::RequestWithdrawDone)),
        Stage::Failed(error) => {
            Some(format!("{} {}", language.text(Text::RequestSolveFailed), error.sentence(language)))
        }
    };
    let ask = move || {
        may.get().then(|| {
            view! {
                <button
                    type="button"
                    class="button"
                    aria-busy=move || (stage.get() == Stage::Busy).to_string()
                    on:click=move |_| asks.set(true)
                >
                    {language.t(Text::RequestWithdraw)}
                </button>
            }
            .into_any()
        })
    };
    view! {
        <div class="record-solve">
            {ask}
            <p role="status" tabindex="-1" node_ref=said>{sentence}</p>
        </div>
        <ConfirmDialog
            open=asks
            title=language.signal(Text::RequestWithdrawTitle)
            text=language.signal(Text::RequestWithdrawText)
            confirm=language.signal(Text::RequestWithdraw)
            cancel=language.signal(Text::CommonCancel)
            on_confirm=Callback::new(yes)
        />
    }
    .into_any()
}
