//! A form's page: loads the definition, opens the draft, and shows the place that the address names.

use super::address::Place;
use super::discard::{BeginAnew, Kept};
use super::engine::Engine;
use super::followup::followed;
use super::navigation::Navigation;
use super::opening::open;
use super::review::ReviewPage;
use super::sent::SentPage;
use super::step_page::StepPage;
use super::steps;
use crate::api::{ApiError, Client, Load, LoadState};
use crate::draft::Owner;
use crate::later::{later, unready_until};
use crate::location::address;
use crate::session::Session;
use crate::text::{Language, Text};
use crate::ui::{Banner, BannerKind, Button, PageTitle, Skeleton};
use crate::view::{effect, memo, view};
use balcao_contract::form::Form;
use balcao_contract::id::RequestId;
use leptos::prelude::*;
use leptos::task::spawn_local;

// Nobody begins with these.
later!(review_page(engine: Engine), rest, view! { <ReviewPage engine /> }.into_any(), part);
later!(sent_page(id: RequestId), rest, view! { <SentPage id /> }.into_any(), part);

/// What is shown: one memo, so that going from step to step builds nothing anew.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Shown {
    Sent(RequestId),
    Form { key: String, generation: u32 },
}

/// Every place of every form: `/new/…`.
#[component]
pub fn FormPage() -> impl IntoView {
    let navigation = Navigation::here();
    let generation = RwSignal::new(0_u32);
    provide_context(BeginAnew(Callback::new(move |()| generation.update(|generation| *generation += 1))));
    let shown = memo(move || {
        let address = navigation.address().get();
        match address.place {
            Place::Sent(id) => Shown::Sent(id),
            _ => Shown::Form { key: address.form_key, generation: generation.get() },
        }
    });
    let is_ready = RwSignal::new(matches!(shown.get_untracked(), Shown::Sent(_)));
    unready_until(move || is_ready.get());
    let page = move || match shown.get() {
        Shown::Sent(id) => sent_page(id),
        Shown::Form { key, .. } => view! { <OneForm navigation key is_ready /> }.into_any(),
    };
    view! { <div class="page page-narrow form-page">{page}</div> }.into_any()
}

/// What stands where the form will be, or is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Loading,
    Failed,
    Missing,
    NotAllowed,
    Open,
}

#[component]
fn OneForm(navigation: Navigation, key: String, is_ready: RwSignal<bool>) -> impl IntoView {
    let client = Client::here();
    let language = Language::here();
    let definition = Load::new(client, move || {
        let (key, locale) = (key.clone(), language.locale());
        async move { client.form(&key, locale).await }
    });
    let engine = RwSignal::new_local(None::<Engine>);
    keep_engine(navigation, definition, engine);
    let stage = memo(move || {
        // A form that is open stays open, whatever becomes of fetching it in another language.
        if engine.with(Option::is_some) {
            return Stage::Open;
        }
        definition.with(|state| match state {
            // The backend gives it to those who may open it, and to nobody else.
            LoadState::Loading | LoadState::Ready(_) => Stage::Loading,
            LoadState::Failed(ApiError::NotFound) => Stage::Missing,
            LoadState::Failed(ApiError::Forbidden(_)) => Stage::NotAllowed,
            LoadState::Failed(_) => Stage::Failed,
        })
    });
    effect(move || is_ready.set(stage.get() != Stage::Loading));
    let view = move || match stage.get() {
        Stage::Loading => view! {
            <p class="visually-hidden" role="status">{language.t(Text::CommonLoading)}</p>
            <Skeleton lines=8 />
        }
        .into_any(),
        Stage::Failed => failed(language, definition),
        Stage::Missing => message(language, Text::FormMissingTitle, Text::FormMissingText),
        Stage::NotAllowed => not_allowed(language, definition),
        Stage::Open => match engine.get_untracked() {
            Some(engine) => places(engine),
            None => ().into_any(),
        },
    };
    view.into_any()
}

/// Opens the draft once the definition is there, and gives the open form its words in another language.
fn keep_engine(navigation: Navigation, definition: Load<Form>, engine: RwSignal<Option<Engine>, LocalStorage>) {
    let client = Client::here();
    let session = Session::here();
    let language = Language::here();
    let begin_anew = use_context::<BeginAnew>();
    let owner = leptos::reactive::owner::Owner::current();
    let opening = StoredValue::new(false);
    effect(move || {
        let Some(form) = definition.ready() else { return };
        if let Some(engine) = engine.get_untracked() {
            engine.form.set(form);
            return;
        }
        let Some(signed) = session.who() else { return };
        if opening.get_value() {
            return;
        }
        opening.set_value(true);
        let whose = Owner { account: signed.account.id, user: signed.user.id };
        let place = owner.clone();
        spawn_local(async move {
            let address = navigation.address().try_get_untracked();
            let followup = address.as_ref().and_then(|address| address.followup);
            let source = match followup {
                Some(id) => followed(client, id).await,
                None => None,
            };
            let named = address.and_then(|address| address.draft);
            let opened = open(&form, whose, named, source.as_ref(), js_sys::Date::now() as i64).await;
            // The page may have been left meanwhile: then there is nothing to set to work.
            if engine.try_get_untracked().is_none() {
                return;
            }
            // Copilot was told another language than the host's: the conversation goes on in it.
            if let Some(locale) = opened.draft.locale {
                language.choose(locale);
            }
            // The language may have changed while the draft was read.
            let form = untrack(|| definition.ready()).unwrap_or(form);
            let begun = place.map(|place| place.with(|| Engine::new(client, navigation, form, opened)));
            if let Some(begun) = begun {
                settle(begun);
                engine.try_set(Some(begun));
            }
        });
    });
    // The address names another place than one that can be shown, or another draft.
    effect(move || {
        let address = navigation.address().get();
        let Some(engine) = engine.get() else { return };
        let is_ours = engine.draft.with_value(|draft| address.draft.as_ref() == Some(&draft.id));
        if address.draft.is_none() || is_ours {
            settle(engine);
        } else if let Some(BeginAnew(begin_anew)) = begin_anew {
            begin_anew.run(());
        }
    });
}

/// Puts the address right: an unknown step becomes the first, no step the one that was left, no draft this one.
fn settle(engine: Engine) {
    let given = engine.navigation.address().get_untracked();
    let mut wanted = engine.address();
    let left = engine.draft.with_value(|draft| draft.step.clone());
    let named = match &given.place {
        Place::Step(step) => Some(step.clone()),
        Place::Start => left.clone(),
        Place::Review | Place::Sent(_) => None,
    };
    // A draft that nobody has begun has nothing to review.
    let is_blank = left.is_none() && given.draft != wanted.draft;
    if matches!(given.place, Place::Start | Place::Step(_)) || is_blank {
        let named = named.filter(|_| !is_blank);
        let step = engine.form.with_untracked(|form| {
            engine.answers.with_untracked(|answers| steps::step_or_first(form, answers, named.as_deref()))
        });
        if let Some(step) = step {
            wanted.place = Place::Step(step);
        }
    }
    if wanted != given {
        engine.navigation.replace(&wanted);
    }
}

fn places(engine: Engine) -> AnyView {
    let place = memo(move || engine.navigation.address().get().place);
    let page = move || match place.get() {
        Place::Step(key) if engine.form.with_untracked(|form| form.step(&key).is_some()) => {
            view! { <StepPage engine key /> }.into_any()
        }
        Place::Review => review_page(engine),
        // The address is being put right.
        _ => ().into_any(),
    };
    view! {
        {engine.fetch_rest()}
        <Kept engine />
        {page}
    }
    .into_any()
}

fn failed(language: Language, definition: Load<Form>) -> AnyView {
    let why = move || definition.error().map(|error| error.sentence(language));
    view! {
        <PageTitle title=Signal::derive(language.t(Text::FormFailedTitle)) />
        <Banner kind=BannerKind::Error>
            <p>{why}</p>
            <Button
                label=Signal::derive(language.t(Text::CommonRetry))
                on_click=Callback::new(move |()| definition.reload())
            />
        </Banner>
    }
    .into_any()
}

/// What is missing, and who can grant it: the backend's own sentence, in the reader's language.
fn not_allowed(language: Language, definition: Load<Form>) -> AnyView {
    let why = move || definition.error().map(|error| error.sentence(language));
    view! {
        <PageTitle title=Signal::derive(language.t(Text::FormNotAllowedTitle)) />
        <p>{why}</p>
        <div class="actions">
            // What was granted a moment ago counts at once.
            <Button
                label=language.signal(Text::StartCheckAgain)
                on_click=Callback::new(move |()| definition.reload())
            />
            <a href=address("/new")>{language.t(Text::HistoryNew)}</a>
        </div>
    }
    .into_any()
}

fn message(language: Language, title: Text, text: Text) -> AnyView {
    view! {
        <PageTitle title=Signal::derive(language.t(title)) />
        <p>{language.t(text)}</p>
        <p><a href=address("/requests")>{language.t(Text::FormToHistory)}</a></p>
    }
    .into_any()
}
