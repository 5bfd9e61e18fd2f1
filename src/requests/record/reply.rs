//! The reply box: a text and files. What is left of it on a closed request is `late`'s.

use super::followup::open_followup;
use super::late::too_late;
use super::sending::{Fault, LIMIT, Refusal};
use super::state::Record;
use super::writing::{Kept, Stage, Writing};
use crate::api::Client;
use crate::draft::Owner;
use crate::evidence::Evidence;
use crate::session::Session;
use crate::text::{Language, Text};
use crate::view::{effect, memo, view};
use balcao_contract::status::Status;
use leptos::html::P;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// The id of the reply's text.
pub const REPLY_FIELD: &str = "reply";
/// The id of what is around it.
pub const REPLY_SECTION: &str = "reply-box";

/// The reply box of a request, once it is known what was begun on this device.
pub fn reply(record: Record) -> AnyView {
    let language = Language::here();
    let client = Client::here();
    let session = Session::here();
    let kept = RwSignal::new_local(None::<Kept>);
    let was_sent = RwSignal::new(false);
    let said = NodeRef::<P>::new();
    let has_begun = StoredValue::new(false);
    effect(move || {
        let (Some(account), Some(user)) = (session.account_id(), session.user_id()) else { return };
        let owner = Owner { account, user };
        if record.limits().is_some() && !has_begun.get_value() {
            has_begun.set_value(true);
            spawn_local(async move {
                let found = Kept::find(owner, record.id).await;
                kept.try_set(Some(found));
            });
        }
    });
    let on_sent = Callback::new(move |()| {
        // The box is emptied and drawn anew: the focus goes to what came of it, unless somebody who waited for the
        // connection is elsewhere by now.
        let is_here = has_focus() || document().active_element().is_none_or(|active| active.tag_name() == "BODY");
        was_sent.set(true);
        kept.update(|kept| {
            if let Some(known) = kept.take() {
                *kept = Some(Kept::fresh(known.draft.owner, record.id, known.store));
            }
        });
        if let Some(said) = said.get_untracked().filter(|_| is_here) {
            let _ = said.focus();
        }
    });
    let writing = move || {
        let kept = kept.get()?;
        let limits = untrack(|| record.limits()).unwrap_or_default();
        let restored = kept.restored;
        let writing = Writing::begin(record, client, limits, kept, on_sent);
        Some(section(record, writing, restored))
    };
    let sentence = move || was_sent.get().then(|| language.text(Text::RequestReplySent));
    view! {
        {writing}
        <p class="reply-sent" role="status" tabindex="-1" node_ref=said>{sentence}</p>
    }
    .into_any()
}

/// The box for one draft, or what is left of it on a closed request.
pub fn section(record: Record, writing: Writing, restored: bool) -> AnyView {
    let language = Language::here();
    let is_closed = record.of(|request| request.status.after_requester_comment().is_none());
    (move || match is_closed.get() {
        // Asked before the box goes: whoever writes in it as the request closes must not lose the place.
        Some(true) => too_late(record, writing, has_focus()),
        _ => view! {
            <section class="reply" id=REPLY_SECTION aria-labelledby="reply-title">
                <h2 id="reply-title">{language.t(Text::RequestReplyTitle)}</h2>
                {restored.then(|| view! { <p class="reply-kept">{language.t(Text::RequestReplyKept)}</p> }.into_any())}
                {form(record, writing)}
            </section>
        }
        .into_any(),
    })
    .into_any()
}

fn has_focus() -> bool {
    let section = document().get_element_by_id(REPLY_SECTION);
    section.is_some_and(|section| section.contains(document().active_element().as_deref()))
}

fn form(record: Record, writing: Writing) -> AnyView {
    let language = Language::here();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if !writing.send() {
            focus_on(REPLY_FIELD);
        }
    };
    let title = Signal::derive(move || language.text(Text::RequestReplyFiles));
    view! {
        <form novalidate on:submit=submit>
            {message(record, writing)}
            {thanks(record, writing)}
            <Evidence uploads=writing.uploads id="reply-files".to_owned() title=title />
            {outcome(record, writing)}
            {actions(writing)}
        </form>
    }
    .into_any()
}

fn message(record: Record, writing: Writing) -> AnyView {
    let language = Language::here();
    let is_solved = record.of(|request| request.status == Status::Solved);
    let hint = move || match (is_solved.get(), writing.stays.get()) {
        (Some(true), true) => language.text(Text::RequestReplyStaysSolved),
        (Some(true), false) => language.text(Text::RequestReplyReopens),
        _ => String::new(),
    };
    let fault = move || {
        writing.fault.get().map(|fault| match fault {
            Fault::Blank => language.text(Text::RequestReplyBlank),
            Fault::TooLong(actual) => {
                let [actual, max] = [actual, LIMIT].map(|number| language.format_number(u64::from(number)));
                language.text_with(Text::RequestReplyTooLong, &[("actual", &actual), ("max", &max)])
            }
        })
    };
    view! {
        <div class="field" class:field-invalid=move || writing.fault.with(Option::is_some)>
            <label for=REPLY_FIELD>{language.t(Text::RequestReplyMessage)}</label>
            <p class="field-hint" id="reply-hint">{hint}</p>
            <p class="field-error" id="reply-error">{fault}</p>
            <textarea
                id=REPLY_FIELD
                class="input"
                rows="6"
                dir="auto"
                aria-describedby="reply-hint reply-error"
                aria-invalid=move || writing.fault.with(Option::is_some).to_string()
                readonly=move || writing.stage.with(|stage| *stage == Stage::OnItsWay)
                prop:value=move || writing.text.get()
                on:input=move |event| writing.write(event_target_value(&event))
            ></textarea>
        </div>
    }
    .into_any()
}

/// A word of thanks need not open a solved request again; what is written without this does.
fn thanks(record: Record, writing: Writing) -> AnyView {
    let language = Language::here();
    let is_solved = record.of(|request| request.status == Status::Solved);
    (move || {
        is_solved.get().unwrap_or_default().then(|| {
            view! {
                <label class="reply-stays">
                    <input
                        type="checkbox"
                        prop:checked=move || writing.stays.get()
                        on:change=move |event| writing.stays.set(event_target_checked(&event))
                    />
                    {language.t(Text::RequestReplyStays)}
                </label>
            }
            .into_any()
        })
    })
    .into_any()
}

/// Puts the focus on the element of that id, and brings it into view.
pub fn focus_on(id: &str) {
    let element = document().get_element_by_id(id).and_then(|element| element.dyn_into::<HtmlElement>().ok());
    if let Some(element) = element {
        element.scroll_into_view();
        let _ = element.focus();
    }
}

/// Why it did not go, beside the button that tries again.
fn outcome(record: Record, writing: Writing) -> AnyView {
    let language = Language::here();
    let sentence = move || match writing.stage.get() {
        Stage::Idle | Stage::AwaitingFiles | Stage::OnItsWay => None,
        Stage::FilesFailed => Some(language.text(Text::RequestReplyFilesFailed)),
        Stage::Refused(Refusal::Changed, _) => Some(language.text(Text::RequestReplyConflict)),
        Stage::Refused(Refusal::Full, _) => {
            Some(language.text_with(Text::RequestReplyFull, &[("number", &format!("#{}", record.id))]))
        }
        Stage::Refused(Refusal::Arrived, _) => Some(language.text(Text::RequestReplyArrived)),
        Stage::Refused(Refusal::Files, _) => Some(language.text(Text::RequestReplyFilesGone)),
        Stage::Refused(Refusal::Closed | Refusal::NotSent, error) => {
            let tries_itself = writing.lost.with(Option::is_some);
            let why =
                if tries_itself { language.text(Text::RequestReplyTriesItself) } else { error.sentence(language) };
            Some(format!("{} {why}", language.text(Text::RequestReplyFailed)))
        }
    };
    let is_full = memo(move || writing.stage.with(|stage| matches!(stage, Stage::Refused(Refusal::Full, _))));
    let way_on = move || is_full.get().then(|| view! { <p>{open_followup(record)}</p> }.into_any());
    view! {
        <p class="field-error" role="alert">{sentence}</p>
        {way_on}
    }
    .into_any()
}

fn actions(writing: Writing) -> AnyView {
    let language = Language::here();
    let label = move || {
        language.text(match writing.stage.get() {
            Stage::OnItsWay => Text::RequestReplySending,
            _ => Text::RequestReplySend,
        })
    };
    let is_waiting = memo(move || writing.stage.with(|stage| *stage == Stage::AwaitingFiles));
    let waiting = move || is_waiting.get().then(|| language.text(Text::RequestReplyWaiting));
    let hold = move || {
        is_waiting.get().then(|| {
            view! {
                <button type="button" class="button" on:click=move |_| writing.hold()>
                    {language.t(Text::RequestReplyCancelWaiting)}
                </button>
            }
            .into_any()
        })
    };
    view! {
        <div class="reply-actions">
            <button type="submit" class="button button-primary" aria-busy=move || writing.is_busy().to_string()>
                {label}
            </button>
            {hold}
            <p class="reply-waiting" role="status">{waiting}</p>
        </div>
    }
    .into_any()
}
