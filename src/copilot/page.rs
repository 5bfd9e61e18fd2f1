//! The page: what has been said, what comes next, and *Talk to a person* at its foot all the time.

use super::answer::{TurnView, turn_id};
use super::choice::{Beginning, ScenarioForAPerson};
use super::code::CodeForm;
use super::handover::{CreateTicket, NotAllowed};
use super::question::QuestionForm;
use super::talk::{Stage, Talk};
use crate::api::Client;
use crate::draft::Owner;
use crate::host::Host;
use crate::location::{Location, Step};
use crate::session::Session;
use crate::text::{Language, Text};
use crate::ui::{Banner, BannerKind, Button, ButtonKind, PageTitle, Skeleton, focus_id};
use crate::view::{each, effect_after, memo, view};
use leptos::prelude::*;
use std::rc::Rc;

/// Opens a form with a draft: here, or, from the drawer, where the host has room for it, if the device keeps the draft
/// until then.
pub type FormOpener = Rc<dyn Fn(&str, &str, bool)>;

/// How a form is opened from the nearest view.
pub fn form_opener() -> FormOpener {
    let host = Host::here();
    let location = Location::here();
    Rc::new(move |form, draft, is_kept| {
        let route = format!("/new/{form}?draft={draft}");
        match host.support_path().filter(|_| is_kept) {
            Some(support) => host.navigate(&format!("{support}{route}")),
            None => location.go(&route, Step::Forward),
        }
    })
}

/// `/copilot`.
#[component]
pub fn CopilotPage() -> impl IntoView {
    let session = Session::here();
    let owner = move || session.account_id().zip(session.user_id()).map(|(account, user)| Owner { account, user });
    let owner = memo(owner);
    move || owner.get().map(|owner| view! { <Desk owner /> }.into_any())
}

#[component]
fn Desk(owner: Owner) -> impl IntoView {
    let language = Language::here();
    let talk = Talk::new(owner.user.get(), Client::here(), Session::here(), language);
    take_question(talk);
    follow(talk);
    let stage = memo(move || talk.stage());
    let next = move || {
        if talk.is_awaiting() {
            return match talk.error.get() {
                None => view! { <Skeleton lines=4 /> }.into_any(),
                Some(_) => ().into_any(),
            };
        }
        match stage.get() {
            Stage::Start => view! { <Beginning talk /> }.into_any(),
            Stage::Scenario => view! { <ScenarioForAPerson talk /> }.into_any(),
            Stage::Conversation => view! { <QuestionForm talk /> }.into_any(),
            Stage::NotAllowed => view! { <NotAllowed talk /> }.into_any(),
            Stage::Ticket => view! { <CreateTicket talk owner /> }.into_any(),
            Stage::Code => view! { <CodeForm talk /> }.into_any(),
        }
    };
    view! {
        <section class="copilot page-narrow">
            <PageTitle title=Signal::derive(language.t(Text::CopilotTitle)) />
            <Turns talk />
            <Trouble talk />
            <div class="copilot-next" id="copilot-next" tabindex="-1">
                {next}
            </div>
            <Foot talk stage />
        </section>
    }
    .into_any()
}

/// The question that came along in the address, unless another is being written.
fn take_question(talk: Talk) {
    let asked = untrack(|| Location::here().parameter("question")).unwrap_or_default();
    talk.question.update(|question| {
        if question.text.is_empty() {
            question.text = asked;
        }
    });
}

/// The focus follows the conversation: to a new answer, to the next thing to do.
fn follow(talk: Talk) {
    let turns = memo(move || talk.conversation.with(|known| known.as_ref().map(|known| known.turns.len())));
    effect_after(move |before: Option<Option<usize>>| {
        let now = turns.get();
        if let (Some(Some(before)), Some(now)) = (before, now)
            && now > before
        {
            request_animation_frame(move || bring_up(&turn_id(now as u32)));
        }
        now
    });
    let stage = memo(move || talk.stage());
    effect_after(move |before: Option<Stage>| {
        let now = stage.get();
        if before.is_some_and(|before| before != now) {
            request_animation_frame(|| {
                let next = document().query_selector("#copilot-next h2, #copilot-next textarea").ok().flatten();
                if let Some(id) = next.map(|next| next.id()) {
                    bring_up(&id);
                }
            });
        }
        now
    });
}

/// Puts the focus on an element and its beginning to the top: what belongs to it stands below.
fn bring_up(id: &str) {
    focus_id(id);
    if let Some(element) = document().get_element_by_id(id) {
        element.scroll_into_view();
    }
}

#[component]
fn Turns(talk: Talk) -> impl IntoView {
    let numbers = memo(move || {
        talk.conversation.with(|known| {
            known.iter().flat_map(|known| &known.turns).map(|turn| turn.number.to_string()).collect::<Vec<_>>()
        })
    });
    let turn = move |number: &str| {
        talk.conversation.with_untracked(|known| {
            known.iter().flat_map(|known| &known.turns).find(|turn| turn.number.to_string() == number).cloned()
        })
    };
    view! {
        <ol class="copilot-turns">
            {each(
                move || numbers.get(),
                move |number| turn(&number).map(|turn| view! { <TurnView talk turn /> }.into_any()).into_any(),
            )}
        </ol>
    }
    .into_any()
}

/// What went wrong last, with the way on: every form below still holds what was typed.
#[component]
fn Trouble(talk: Talk) -> impl IntoView {
    let language = Language::here();
    move || {
        talk.error.get().map(|error| {
            let again = talk.is_awaiting().then(|| {
                view! {
                    <Button on_click=move || talk.fetch_awaited()>{language.t(Text::CommonRetry)}</Button>
                }
            });
            view! {
                <Banner kind=BannerKind::Error>
                    <p>{move || error.sentence(language)}</p>
                    {again}
                </Banner>
            }
            .into_any()
        })
    }
}

#[component]
fn Foot(talk: Talk, stage: Memo<Stage>) -> impl IntoView {
    let language = Language::here();
    let person = move || {
        (!talk.wants_person.get()).then(|| {
            view! {
                <Button on_click=move || talk.wants_person.set(true)>{language.t(Text::CopilotPerson)}</Button>
            }
        })
    };
    let over = move || {
        (stage.get() != Stage::Start).then(|| {
            view! {
                <Button kind=ButtonKind::Quiet on_click=move || talk.start_over()>
                    {language.t(Text::CopilotStartOver)}
                </Button>
            }
        })
    };
    view! {
        <div class="copilot-foot">
            {person}
            {over}
        </div>
    }
    .into_any()
}
