//! Who is in copy of the request; for whoever may say so, a box to put somebody there and a button to take them out.

use super::state::Record;
use crate::api::{ApiError, Client};
use crate::draft::unguessable;
use crate::session::Session;
use crate::text::{Language, Text};
use crate::ui::{Button, Field, FieldIds, TextInput, focus_id};
use crate::view::{memo, view};
use balcao_contract::id::UserId;
use balcao_contract::limits::MOST_COPIES;
use balcao_contract::panel::Capability;
use balcao_contract::status::ShownStatus;
use balcao_contract::wire::{CopyAction, CopyUpdate, RequestUpdate};
use leptos::prelude::*;
use leptos::task::spawn_local;

const FIELD: &str = "copies";
/// What came of it, where the button was that is gone now.
const SAID: &str = "copies-said";

/// Somebody in copy, with the name where it is known already.
type Copied = (UserId, String);

/// What is typed, and what came of it.
#[derive(Clone, Copy)]
struct Changing {
    record: Record,
    client: Client,
    typed: RwSignal<String>,
    fault: RwSignal<Option<Fault>, LocalStorage>,
    said: RwSignal<Option<(Text, String)>>,
    busy: RwSignal<bool>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Fault {
    Blank,
    Refused(ApiError),
}

/// The part; nothing where nobody is in copy and the reader has no say in it.
pub fn copies(record: Record) -> AnyView {
    let (language, session) = (Language::here(), Session::here());
    let people = memo(move || people(record));
    // For those who are in copy it is not to say who else is, and nothing about a closed request changes.
    let may = memo(move || {
        record.request.with(|request| {
            request.as_ref().is_some_and(|request| {
                let reaches =
                    session.user_id() == Some(request.requester_id) || session.may(Capability::AnswerAccountRequests);
                reaches && request.status.shown() != ShownStatus::Closed
            })
        })
    });
    let is_shown = memo(move || may.get() || people.with(|people| !people.is_empty()));
    let changing = Changing {
        record,
        client: Client::here(),
        typed: RwSignal::new(String::new()),
        fault: RwSignal::new_local(None),
        said: RwSignal::new(None),
        busy: RwSignal::new(false),
    };
    let title = move || match people.with(Vec::len) {
        0 => language.text(Text::RequestCopies),
        count => format!("{} ({count})", language.text(Text::RequestCopies)),
    };
    let part = move || {
        view! {
            <details class="record-answers record-copies">
                <summary>{title}</summary>
                {list(changing, people, may)}
                {move || may.get().then(|| add(changing, people))}
                <p id=SAID role="status" tabindex="-1">{move || said(changing, language)}</p>
            </details>
        }
        .into_any()
    };
    (move || is_shown.get().then(part)).into_any()
}

/// Names come with the thread.
fn people(record: Record) -> Vec<Copied> {
    let ids = record.request.with(|request| request.as_ref().map(|request| request.email_cc_ids.clone()));
    record.thread.with(|thread| {
        let known = |id: UserId| thread.as_ref()?.people.iter().find(|person| person.id == id);
        let name = |id: UserId| known(id).map(|person| person.name.clone()).unwrap_or_default();
        ids.unwrap_or_default().into_iter().map(|id| (id, name(id))).collect()
    })
}

fn list(changing: Changing, people: Memo<Vec<Copied>>, may: Memo<bool>) -> AnyView {
    let (language, session) = (Language::here(), Session::here());
    let note = move || {
        let reader = session.user_id();
        people.with(|people| {
            if people.is_empty() {
                Some(language.text(Text::RequestCopiesNone))
            } else if people.iter().any(|(id, _)| Some(*id) == reader) {
                Some(language.text(Text::RequestCopiesYou))
            } else {
                None
            }
        })
    };
    let items = move || {
        let may = may.get();
        people.get().into_iter().map(|person| item(changing, person, may)).collect::<Vec<_>>()
    };
    view! {
        <p>{note}</p>
        <ul role="list">{items}</ul>
    }
    .into_any()
}

fn item(changing: Changing, (id, name): Copied, may: bool) -> AnyView {
    let language = Language::here();
    let named = StoredValue::new(name.clone());
    let remove = move |_| {
        let who = CopyUpdate { user_id: id.into(), action: CopyAction::Delete.into(), ..CopyUpdate::default() };
        changing.send(who, named.get_value());
    };
    let button = move || {
        view! {
            <button
                type="button"
                class="button button-small"
                aria-label=move || language.text_with(Text::RequestCopiesRemove, &[("name", &named.get_value())])
                aria-disabled=move || changing.busy.get().to_string()
                on:click=remove
            >
                {language.t(Text::EvidenceRemove)}
            </button>
        }
        .into_any()
    };
    view! { <li><bdi>{name}</bdi> " " {may.then(button)}</li> }.into_any()
}

/// The box, or that no more fit.
fn add(changing: Changing, people: Memo<Vec<Copied>>) -> AnyView {
    let is_full = memo(move || people.with(|people| people.len() >= MOST_COPIES));
    (move || if is_full.get() { full() } else { form(changing) }).into_any()
}

fn full() -> AnyView {
    let language = Language::here();
    let said = move || language.text_with(Text::RequestCopiesFull, &[("max", &MOST_COPIES.to_string())]);
    view! { <p>{said}</p> }.into_any()
}

fn form(changing: Changing) -> AnyView {
    let language = Language::here();
    let ids = FieldIds::new(FIELD);
    let error = Signal::derive(move || {
        changing.fault.with(|fault| match fault.as_ref()? {
            Fault::Blank => Some(language.text(Text::RequestCopiesBlank)),
            Fault::Refused(error) => Some(sentence(error, language)),
        })
    });
    let typed = Callback::new(move |text: String| {
        changing.fault.set(None);
        changing.typed.set(text);
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        changing.add();
    };
    view! {
        <form novalidate on:submit=submit>
            <Field
                ids=ids.clone()
                label=language.signal(Text::RequestCopiesEmail)
                hint=language.signal(Text::RequestCopiesHint)
                error
                optional=Signal::stored(false)
            >
                <TextInput
                    ids
                    value=changing.typed.into()
                    on_input=typed
                    invalid=Signal::derive(move || error.with(Option::is_some))
                    kind="email"
                />
            </Field>
            <Button label=language.signal(Text::RequestCopiesAdd) busy=changing.busy />
        </form>
    }
    .into_any()
}

fn said(changing: Changing, language: Language) -> Option<String> {
    let (text, who) = changing.said.get()?;
    Some(language.text_with(text, &[("email", &who), ("name", &who)]))
}

/// What the backend says of the field, without the field's name before it, which stands above the box already.
fn sentence(error: &ApiError, language: Language) -> String {
    let fault = error.body().and_then(|body| body.details.values().flatten().next());
    match fault {
        Some(fault) => fault.description.split_once(": ").map_or(&*fault.description, |(_, what)| what).to_owned(),
        None => error.sentence(language),
    }
}

impl Changing {
    fn add(self) {
        let email = self.typed.get_untracked().trim().to_owned();
        if email.is_empty() {
            self.fault.set(Some(Fault::Blank));
            focus_id(&FieldIds::new(FIELD).input);
            return;
        }
        let who =
            CopyUpdate { user_email: email.clone().into(), action: CopyAction::Put.into(), ..CopyUpdate::default() };
        self.send(who, email);
    }

    fn send(self, who: CopyUpdate, name: String) {
        if self.busy.get_untracked() {
            return;
        }
        let puts = who.action == CopyAction::Put.into();
        self.busy.set(true);
        self.fault.set(None);
        self.said.set(None);
        spawn_local(async move {
            let update = RequestUpdate { email_ccs: vec![who.into()].into(), ..RequestUpdate::default() };
            match self.client.change_request(self.record.id, update, &unguessable()).await {
                Ok(request) => {
                    self.record.answered(self.client, request);
                    let text = if puts { Text::RequestCopiesAdded } else { Text::RequestCopiesRemoved };
                    self.said.try_set(Some((text, name)));
                    if puts {
                        self.typed.try_set(String::new());
                    } else {
                        // The button is gone, and the focus must not be.
                        request_animation_frame(|| focus_id(SAID));
                    }
                }
                Err(error) => {
                    // Somebody was faster: what is true now says whether there is still something to do.
                    if error.body().is_some() {
                        self.record.reload();
                    }
                    self.fault.try_set(Some(Fault::Refused(error)));
                    request_animation_frame(|| focus_id(&FieldIds::new(FIELD).input));
                }
            }
            self.busy.try_set(false);
        });
    }
}
