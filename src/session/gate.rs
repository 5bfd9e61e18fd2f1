//! What is seen before, instead of, and above the application.

use crate::api::ApiError;
use crate::host::Host;
use crate::location::Location;
use crate::session::{Session, SessionState};
use crate::text::{Language, Text};
use crate::ui::{Banner, BannerKind, Button, ButtonKind, PageSkeleton, PageTitle};
use crate::view::{effect, memo, view};
use balcao_contract::id::{AccountId, UserId};
use leptos::prelude::*;

/// Which of the pages before the application is shown, or that it is shown, and for whom.
#[derive(Clone, PartialEq, Eq)]
enum Shown {
    Skeleton,
    NoWords,
    HowToOpen,
    SignIn,
    Failed,
    Unreachable,
    Inside(UserId, AccountId),
}

/// Lets the application be seen once somebody is signed in. It stays while the session ends and is renewed, and begins
/// anew for another user.
#[component]
pub fn Gate(children: ChildrenFn) -> impl IntoView {
    let (session, host, language) = (Session::here(), Host::here(), Language::here());
    let shown = memo(move || match (session.state(), session.user_id().zip(session.account_id())) {
        _ if !language.is_ready() && language.has_failed() => Shown::NoWords,
        _ if !language.is_ready() => Shown::Skeleton,
        (_, Some((user, account))) => Shown::Inside(user, account),
        (SessionState::Waiting, _) if host.is_silent() => Shown::HowToOpen,
        (SessionState::Waiting, _) if host.sends_no_token() => Shown::Failed,
        (SessionState::Failed(ApiError::SignedOut), _) if host.support_site().is_some() => Shown::SignIn,
        (SessionState::Failed(error), _) if error.may_pass() && error != ApiError::SignedOut => Shown::Unreachable,
        (SessionState::Failed(_), _) => Shown::Failed,
        _ => Shown::Skeleton,
    });
    effect(move || host.loading(shown.get() == Shown::Skeleton));
    move || match shown.get() {
        Shown::Skeleton => view! { <PageSkeleton /> }.into_any(),
        Shown::NoWords => no_words(language),
        Shown::HowToOpen => notice(Text::HostHowToOpenTitle, language.signal(Text::HostHowToOpen), Way::Wait),
        Shown::SignIn => notice(Text::SessionSignIn, language.signal(Text::SessionSignInText), Way::SignIn),
        Shown::Failed if host.support_site().is_some() => notice(Text::SessionRefusedTitle, why(session), Way::SignIn),
        Shown::Failed => notice(Text::SessionRefusedTitle, language.signal(Text::SessionRefused), Way::Again),
        Shown::Unreachable => notice(Text::SessionUnreachableTitle, why(session), Way::Again),
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

/// Why there is no session.
fn why(session: Session) -> Signal<String> {
    let language = Language::here();
    Signal::derive(move || match session.state() {
        SessionState::Failed(error) => error.sentence(language),
        _ => String::new(),
    })
}

/// What can be done about it.
enum Way {
    Wait,
    Again,
    SignIn,
}

fn notice(title: Text, text: Signal<String>, way: Way) -> AnyView {
    let (session, language) = (Session::here(), Language::here());
    let way = match way {
        Way::Wait => view! { <p class="soft">{language.t(Text::HostStillListening)}</p> }.into_any(),
        Way::Again => {
            let again = Callback::new(move |()| session.sign_in_again());
            let label = language.signal(Text::CommonRetry);
            view! { <Button kind=ButtonKind::Primary label on_click=again /> }.into_any()
        }
        Way::SignIn => sign_in_link(Text::SessionSignIn, "button button-primary"),
    };
    view! {
        <main class="page page-narrow notice">
            <PageTitle title=language.signal(title) />
            <p>{text}</p>
            {way}
        </main>
    }
    .into_any()
}

/// Leads to the support site's sign-in, and from there back to this very address.
fn sign_in_link(text: Text, class: &'static str) -> AnyView {
    let (host, language, location) = (Host::here(), Language::here(), Location::here());
    let href = move || {
        let (path, search) = (location.path(), location.search());
        let question = if search.is_empty() { "" } else { "?" };
        let here = format!("{path}{question}{search}");
        let here = String::from(js_sys::encode_uri_component(&here));
        host.support_site().map(|site| format!("{site}?return_to={here}"))
    };
    // Followed by the browser: the router does not know that page.
    view! {
        <a class=class href=href rel="external">
            {language.t(text)}
        </a>
    }
    .into_any()
}

/// Says calmly that the session has ended, above a page that stays as it is.
#[component]
pub fn EndedBanner() -> impl IntoView {
    let (session, host, language) = (Session::here(), Host::here(), Language::here());
    let ended = memo(move || match session.state() {
        SessionState::Ended(error) => Some(error == ApiError::SignedOut && host.support_site().is_some()),
        _ => None,
    });
    let text = Signal::derive(move || {
        language.text(if session.was_asked_in_vain() { Text::SessionStillEnded } else { Text::SessionEnded })
    });
    move || {
        let is_for_the_site = ended.get()?;
        let way = if is_for_the_site {
            sign_in_link(Text::SessionSignInAgain, "button")
        } else {
            view! {
                <Button
                    label=language.signal(Text::SessionSignInAgain)
                    busy=Signal::derive(move || session.is_renewing())
                    on_click=Callback::new(move |()| session.sign_in_again())
                />
            }
            .into_any()
        };
        let banner = view! {
            <Banner kind=BannerKind::Warning>
                <p>{move || text.get()}</p>
                {way}
            </Banner>
        };
        Some(banner.into_any())
    }
}
