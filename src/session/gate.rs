//! What is seen before, instead of, and above the application.

use crate::host::Host;
use crate::session::{Session, SessionState};
use crate::text::{Language, Text};
use crate::ui::{Banner, BannerKind, Button, ButtonKind, PageSkeleton, PageTitle};
use balcao_contract::id::{AccountId, UserId};
use leptos::prelude::*;

/// Which of the pages before the application is shown, or that it is shown, and for whom.
#[derive(Clone, PartialEq, Eq)]
enum Shown {
    Skeleton,
    NoWords,
    HowToOpen,
    Failed,
    Unreachable,
    Inside(UserId, AccountId),
}

/// Lets the application be seen once somebody is signed in. It stays while the session ends and is renewed, and begins
/// anew for another user.
#[component]
pub fn Gate(children: ChildrenFn) -> impl IntoView {
    let (session, host, language) = (Session::here(), Host::here(), Language::here());
    let shown = Memo::new(move |_| match (session.state(), session.user_id().zip(session.account_id())) {
        _ if !language.is_ready() && language.has_failed() => Shown::NoWords,
        _ if !language.is_ready() => Shown::Skeleton,
        (_, Some((user, account))) => Shown::Inside(user, account),
        (SessionState::Waiting, _) if host.is_silent() => Shown::HowToOpen,
        (SessionState::Failed(error), _) if error.may_pass() && !matches!(error, crate::api::ApiError::SignedOut) => {
            Shown::Unreachable
        }
        (SessionState::Failed(_), _) => Shown::Failed,
        _ => Shown::Skeleton,
    });
    Effect::new(move || host.loading(shown.get() == Shown::Skeleton));
    move || match shown.get() {
        Shown::Skeleton => view! { <PageSkeleton /> }.into_any(),
        Shown::NoWords => no_words(language),
        Shown::HowToOpen => view! {
            <Notice title=Text::HostHowToOpenTitle text=Signal::derive(language.t(Text::HostHowToOpen)) again=false />
        }
        .into_any(),
        Shown::Failed => view! {
            <Notice title=Text::SessionRefusedTitle text=Signal::derive(language.t(Text::SessionRefused)) again=true />
        }
        .into_any(),
        Shown::Unreachable => {
            let sentence = Signal::derive(move || match session.state() {
                SessionState::Failed(error) => error.sentence(language),
                _ => String::new(),
            });
            view! { <Notice title=Text::SessionUnreachableTitle text=sentence again=true /> }.into_any()
        }
        Shown::Inside(..) => children(),
    }
}

/// The one sentence that cannot come from a locale file.
fn no_words(language: Language) -> AnyView {
    view! {
        <main class="page page-narrow notice" lang="en">
            <p role="alert">"The words of this page could not be loaded. Check your connection."</p>
            <Button kind=ButtonKind::Primary on_click=move || language.try_again()>"Try again"</Button>
        </main>
    }
    .into_any()
}

#[component]
fn Notice(title: Text, text: Signal<String>, again: bool) -> impl IntoView {
    let (session, language) = (Session::here(), Language::here());
    view! {
        <main class="page page-narrow notice">
            <PageTitle title=Signal::derive(language.t(title)) />
            <p>{text}</p>
            {if again {
                view! {
                    <Button kind=ButtonKind::Primary on_click=move || session.sign_in_again()>
                        {language.t(Text::CommonRetry)}
                    </Button>
                }
                .into_any()
            } else {
                view! { <p class="soft">{language.t(Text::HostStillListening)}</p> }.into_any()
            }}
        </main>
    }
    .into_any()
}

/// Says calmly that the session has ended, above a page that stays as it is.
#[component]
pub fn EndedBanner() -> impl IntoView {
    let (session, language) = (Session::here(), Language::here());
    let has_ended = Memo::new(move |_| session.state() == SessionState::Ended);
    let text = Signal::derive(move || {
        language.text(if session.was_asked_in_vain() { Text::SessionStillEnded } else { Text::SessionEnded })
    });
    view! {
        <Show when=move || has_ended.get()>
            <Banner kind=BannerKind::Warning>
                <p>{move || text.get()}</p>
                <Button
                    label=language.signal(Text::SessionSignInAgain)
                    busy=Signal::derive(move || session.is_renewing())
                    on_click=Callback::new(move |()| session.sign_in_again())
                />
            </Banner>
        </Show>
    }
    .into_any()
}
