//! Who is asking: name and store, prefilled with what is known.

use super::page::KINDS;
use super::stores::stores;
use crate::api::{ApiError, Client};
use crate::location::{Location, Step};
use crate::session::Session;
use crate::text::{Language, Text};
use crate::ui::{Banner, BannerKind, Button, ButtonKind, Field, FieldIds, PageTitle, TextInput, focus_id};
use crate::view::{memo, view};
use balcao_contract::person::{LONGEST_NAME, NameError, PersonName};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What stands in the form.
#[derive(Clone, Copy)]
struct Answers {
    name: RwSignal<String>,
    store: RwSignal<String>,
    fault: RwSignal<Option<NameError>>,
    failure: RwSignal<Option<ApiError>>,
    busy: RwSignal<bool>,
}

/// Name, store, Continue.
pub fn who() -> AnyView {
    let (session, language) = (Session::here(), Language::here());
    let (name, store) = untrack(|| session.who()).map(|who| (who.user.name, who.account.name)).unwrap_or_default();
    // Whose name nobody knew is called by their address: that is no name to go on with.
    let name = if name.contains('@') { String::new() } else { name };
    let answers = Answers {
        name: RwSignal::new(name),
        store: RwSignal::new(store),
        fault: RwSignal::new(None),
        failure: RwSignal::new(None),
        busy: RwSignal::new(false),
    };
    let names = memo(move || {
        session.who().map(|who| who.accounts.into_iter().map(|account| account.name).collect()).unwrap_or_default()
    });
    let go_on = go_on(session, answers);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        go_on();
    };
    let failure = move || {
        answers.failure.get().map(|error| {
            view! {
                <Banner kind=BannerKind::Error>
                    <p>{move || error.sentence(language)}</p>
                </Banner>
            }
        })
    };
    view! {
        <PageTitle title=language.signal(Text::StartWhoTitle) />
        <form novalidate on:submit=submit>
            {name_field(answers)}
            {stores(names.into(), answers.store)}
            {failure}
            <Button label=language.signal(Text::FormContinue) kind=ButtonKind::Primary busy=answers.busy />
        </form>
    }
    .into_any()
}

fn name_field(answers: Answers) -> AnyView {
    let language = Language::here();
    let ids = FieldIds::new("name");
    let error = Signal::derive(move || {
        answers.fault.get().map(|fault| match fault {
            NameError::TooLong(actual) => {
                let values = [("max", LONGEST_NAME.to_string()), ("actual", actual.to_string())];
                language
                    .text_with(Text::CopilotTooLong, &values.each_ref().map(|(name, value)| (*name, value.as_str())))
            }
            NameError::Blank | NameError::Incomplete => language.text(Text::StartNameFault),
        })
    });
    let typed = Callback::new(move |name: String| {
        // A fault that is mended goes at once; a new one is said when going on.
        if answers.fault.with_untracked(Option::is_some) {
            answers.fault.set(PersonName::parse(&name).err());
        }
        answers.name.set(name);
    });
    view! {
        <Field
            ids=ids.clone()
            label=language.signal(Text::StartName)
            hint=language.signal(Text::StartNameHint)
            error
            optional=Signal::stored(false)
        >
            <TextInput
                ids
                value=answers.name.into()
                on_input=typed
                invalid=Signal::derive(move || error.with(Option::is_some))
                max_length=Some(LONGEST_NAME)
            />
        </Field>
    }
    .into_any()
}

/// Keeps what was changed, and goes on to the kinds.
fn go_on(session: Session, answers: Answers) -> impl Fn() {
    let client = Client::here();
    let location = Location::here();
    move || {
        if answers.busy.get_untracked() {
            return;
        }
        let name = match PersonName::parse(&answers.name.get_untracked()) {
            Ok(name) => name,
            Err(fault) => {
                answers.fault.set(Some(fault));
                return focus_id(&FieldIds::new("name").input);
            }
        };
        let store = answers.store.get_untracked();
        answers.busy.set(true);
        answers.failure.set(None);
        spawn_local(async move {
            // A store of one's own begins everything anew, this page too: from there on nothing here may be there.
            match keep(client, session, &name, store).await {
                Ok(()) => location.go(KINDS, Step::Forward),
                Err(error) => {
                    answers.failure.try_set(Some(error));
                }
            }
            answers.busy.try_set(false);
        });
    }
}

async fn keep(client: Client, session: Session, name: &PersonName, store: String) -> Result<(), ApiError> {
    let (known, current) = untrack(|| session.who()).map(|who| (who.user.name, who.account.name)).unwrap_or_default();
    if known != name.as_str() {
        session.updated(client.rename(name.as_str()).await?);
    }
    if current != store {
        session.choose_store(store).await?;
    }
    Ok(())
}
