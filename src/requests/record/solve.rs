//! Marking a request as solved, where the backend lets its requester, and taking that back.

use super::state::Record;
use crate::api::{ApiError, Client};
use crate::draft::unguessable;
use crate::text::{Language, Text};
use crate::ui::ConfirmDialog;
use crate::view::view;
use balcao_contract::status::Status;
use balcao_contract::wire::{CommentBody, Request, RequestUpdate};
use leptos::html::P;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// How far it is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Stage {
    Idle,
    Busy,
    /// Marked as solved here, and not changed since.
    Done,
    /// Taken back here, and not changed since.
    Undone,
    Failed(ApiError),
}

/// The button, what came of it, and the way back.
pub fn solve(record: Record) -> AnyView {
    let language = Language::here();
    let client = Client::here();
    let asks = RwSignal::new(false);
    let stage = RwSignal::new_local(Stage::Idle);
    let said = NodeRef::<P>::new();
    let may = record.of(|request| request.can_be_solved_by_me);
    let is_solved = record.of(|request| request.status == Status::Solved);
    let change = move |update: RequestUpdate, done: Stage| {
        if stage.get_untracked() == Stage::Busy {
            return;
        }
        stage.set(Stage::Busy);
        spawn_local(async move {
            match client.change_request(record.id, update, &unguessable()).await {
                Ok(request) => {
                    // Without being allowed to, nothing is changed and nothing refused: then it says so itself.
                    let next = if is_as_wished(&request, &done) { done } else { Stage::Idle };
                    record.answered(client, request);
                    stage.try_set(next);
                }
                Err(error) => {
                    // Somebody was faster: what is true now says whether there is still something to do.
                    if matches!(error, ApiError::Conflict(_)) || error.body().is_some() {
                        record.reload();
                    }
                    stage.try_set(Stage::Failed(error));
                }
            }
            if let Some(said) = said.try_get_untracked().flatten() {
                let _ = said.focus();
            }
        });
    };
    let yes = move |()| change(RequestUpdate { solved: true.into(), ..RequestUpdate::default() }, Stage::Done);
    let undo = move |_| {
        let body = untrack(|| language.text(Text::RequestSolveUndoComment));
        let comment = CommentBody::new(body, Vec::new());
        change(RequestUpdate { comment: Some(comment), ..RequestUpdate::default() }, Stage::Undone);
    };
    let sentence = move || match stage.get() {
        Stage::Idle | Stage::Busy => None,
        Stage::Done => is_solved.get().unwrap_or_default().then(|| language.text(Text::RequestSolveDone)),
        // Said where the button was that is gone now, and where the focus is.
        Stage::Undone => (is_solved.get() == Some(false)).then(|| language.text(Text::RequestSolveUndone)),
        Stage::Failed(error) => {
            Some(format!("{} {}", language.text(Text::RequestSolveFailed), error.sentence(language)))
        }
    };
    let back = move || {
        (stage.get() == Stage::Done && is_solved.get() == Some(true)).then(|| {
            view! {
                <button type="button" class="button button-small" on:click=undo>
                    {language.t(Text::RequestSolveUndo)}
                </button>
            }
            .into_any()
        })
    };
    let ask = move || {
        may.get().unwrap_or_default().then(|| {
            view! {
                <button
                    type="button"
                    class="button"
                    aria-busy=move || (stage.get() == Stage::Busy).to_string()
                    on:click=move |_| asks.set(true)
                >
                    {language.t(Text::RequestSolve)}
                </button>
            }
            .into_any()
        })
    };
    view! {
        <div class="record-solve">
            {ask}
            <p role="status" tabindex="-1" node_ref=said>{sentence}</p>
            {back}
        </div>
        <ConfirmDialog
            open=asks
            title=language.signal(Text::RequestSolveTitle)
            text=language.signal(Text::RequestSolveText)
            confirm=language.signal(Text::RequestSolve)
            cancel=language.signal(Text::CommonCancel)
            on_confirm=Callback::new(yes)
        />
    }
    .into_any()
}

fn is_as_wished(request: &Request, done: &Stage) -> bool {
    (request.status == Status::Solved) == (*done == Stage::Done)
}
