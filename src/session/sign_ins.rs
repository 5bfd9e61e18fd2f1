//! `/sign-ins`: every browser that somebody is signed in with, and the way to end it there.

use crate::api::{ApiError, Client, Load, LoadState};
use crate::host::Host;
use crate::session::Session;
use crate::session::sign_out::{KeepDrafts, clear, leave};
use crate::text::{Language, Text};
use crate::ui::{Banner, BannerKind, Button, ButtonKind, ConfirmDialog, Moment, PageTitle, Skeleton, focus_id};
use crate::view::view;
use balcao_contract::panel::{DoorName, SignInPlace};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Takes the focus when the button that had it is gone.
const SAID: &str = "sign-ins-said";

/// What the page does, for its parts.
#[derive(Clone, Copy)]
struct Desk {
    client: Client,
    session: Session,
    language: Language,
    places: Load<Vec<SignInPlace>>,
    /// The id of the one that is being ended; empty for all of them.
    busy: RwSignal<Option<String>>,
    failure: RwSignal<Option<ApiError>>,
    said: RwSignal<String>,
    /// What was typed stays on the device.
    keeps: RwSignal<bool>,
}

/// Where one is signed in.
#[component]
pub fn SignInsPage() -> impl IntoView {
    let (client, language) = (Client::here(), Language::here());
    let desk = Desk {
        client,
        session: Session::here(),
        language,
        places: Load::new(client, move || client.sign_ins()),
        busy: RwSignal::new(None),
        failure: RwSignal::new(None),
        said: RwSignal::new(String::new()),
        // Inside the admin nobody is signed out for long: the same person goes on.
        keeps: RwSignal::new(Host::here().support_site().is_none()),
    };
    let trouble = move || {
        desk.failure.get().map(|error| {
            view! {
                <Banner kind=BannerKind::Error>
                    <p>{move || error.sentence(language)}</p>
                </Banner>
            }
        })
    };
    view! {
        <section class="page page-narrow sign-ins">
            <PageTitle title=language.signal(Text::SignInsTitle) />
            <p>{language.t(Text::SignInsText)}</p>
            <p role="status" id=SAID tabindex="-1">
                {move || desk.said.get()}
            </p>
            {trouble}
            {list(desk)}
        </section>
    }
    .into_any()
}

fn list(desk: Desk) -> AnyView {
    let language = desk.language;
    let shown = move || match desk.places.state() {
        LoadState::Loading => view! {
            <p class="visually-hidden" role="status">{language.t(Text::CommonLoading)}</p>
            <Skeleton lines=4 />
        }
        .into_any(),
        LoadState::Failed(error) => view! {
            <Banner kind=BannerKind::Error>
                <p>{language.t(Text::SignInsFailed)}". "{move || error.sentence(language)}</p>
                <Button
                    label=language.signal(Text::CommonRetry)
                    busy=Signal::derive(move || desk.places.is_busy())
                    on_click=Callback::new(move |()| desk.places.reload())
                />
            </Banner>
        }
        .into_any(),
        LoadState::Ready(places) => {
            let is_alone = places.len() < 2;
            let rows = places.into_iter().map(|place| row(desk, place)).collect::<Vec<_>>();
            let only = is_alone.then(|| view! { <p>{language.t(Text::SignInsOnly)}</p> });
            view! {
                <ul class="sign-ins-list" role="list">{rows}</ul>
                {only}
                <Everywhere desk />
            }
            .into_any()
        }
    };
    shown.into_any()
}

fn row(desk: Desk, place: SignInPlace) -> AnyView {
    let language = desk.language;
    let door = match place.door {
        DoorName::Host | DoorName::VtexId => Text::SignInsDoorAdmin,
        DoorName::Email => Text::SignInsDoorEmail,
        DoorName::Google => Text::SignInsDoorGoogle,
        DoorName::Password => Text::SignInsDoorPassword,
    };
    let (created_at, last_seen_at, is_current) = (place.created_at, place.last_seen_at, place.current);
    let id = place.id.clone();
    let named = StoredValue::new(place);
    let name = move || named.with_value(|place| place_name(language, place));
    let since = move || {
        let date = language.format_date(created_at);
        format!("{}, {}", language.text(door), language.text_with(Text::SignInsSince, &[("date", &date)]))
    };
    let last = move || {
        // "Last used {when}": the moment itself is an element of its own.
        let sentence = language.text(Text::SignInsLastUsed);
        let (before, after) = sentence.split_once("{when}").unwrap_or((sentence.as_str(), ""));
        view! { {before.to_owned()} <Moment moment=last_seen_at /> {after.to_owned()} }
    };
    let is_busy = {
        let id = id.clone();
        move || desk.busy.with(|busy| busy.as_ref() == Some(&id))
    };
    // Leaving this browser is asked about, for what stays in it.
    let asks = RwSignal::new(false);
    let asks_first = is_current && Host::here().support_site().is_some();
    let end_it = {
        let id = id.clone();
        Callback::new(move |()| {
            if desk.busy.with_untracked(Option::is_none) {
                end_one(desk, id.clone(), name(), is_current);
            }
        })
    };
    let end = move |_| if asks_first { asks.set(true) } else { end_it.run(()) };
    let question = asks_first.then(|| {
        view! {
            <ConfirmDialog
                open=asks
                title=language.signal(Text::SiteSignOutTitle)
                text=language.signal(Text::SiteSignOutText)
                confirm=language.signal(Text::SiteSignOut)
                cancel=language.signal(Text::CommonCancel)
                on_confirm=end_it
            >
                <KeepDrafts at="keep-drafts-here" keeps=desk.keeps />
            </ConfirmDialog>
        }
    });
    let current = is_current.then(|| view! { <span class="tag tag-open">{language.t(Text::SignInsCurrent)}</span> });
    view! {
        <li class="sign-in">
            <div>
                <h2>{name} " " {current}</h2>
                <p>{since}</p>
                <p class="soft">{last}</p>
            </div>
            <button
                type="button"
                class="button"
                aria-label=move || language.text_with(Text::SignInsSignOutOf, &[("place", &name())])
                aria-busy=move || is_busy().to_string()
                on:click=end
            >
                {language.t(Text::SiteSignOut)}
            </button>
            {question}
        </li>
    }
    .into_any()
}

/// "Firefox on Windows", as far as it is known.
fn place_name(language: Language, place: &SignInPlace) -> String {
    let browser = place.browser.clone().unwrap_or_else(|| language.text(Text::SignInsUnknown));
    match &place.system {
        Some(system) => {
            language.text_with(Text::SignInsBrowserOn, &[("browser", browser.as_str()), ("system", system.as_str())])
        }
        None => browser,
    }
}

fn end_one(desk: Desk, id: String, name: String, is_current: bool) {
    desk.busy.set(Some(id.clone()));
    desk.failure.set(None);
    spawn_local(async move {
        if is_current && clear(desk.session, desk.keeps.get_untracked()).await.is_err() {
            desk.busy.try_set(None);
            desk.said.try_set(desk.language.text(Text::SiteDraftsStay));
            focus_id(SAID);
            return;
        }
        let outcome = desk.client.end_sign_in(&id).await;
        settle(desk, outcome, Some(name).filter(|_| !is_current));
    });
}

/// `ended` is the name of one browser that is not this one; this one is signed out otherwise.
fn settle(desk: Desk, outcome: Result<(), ApiError>, ended: Option<String>) {
    // The page may have been left meanwhile.
    desk.busy.try_set(None);
    match (outcome, ended) {
        (Err(error), _) => {
            desk.failure.try_set(Some(error));
        }
        (Ok(()), Some(name)) => {
            desk.said.try_set(desk.language.text_with(Text::SignInsEnded, &[("place", &name)]));
            desk.places.reload();
            focus_id(SAID);
        }
        (Ok(()), None) => {
            leave(desk.session, desk.keeps.try_get_untracked().unwrap_or_default());
            desk.places.reload();
        }
    }
}

#[component]
fn Everywhere(desk: Desk) -> impl IntoView {
    let language = desk.language;
    let open = RwSignal::new(false);
    let all = Callback::new(move |()| {
        desk.busy.set(Some(String::new()));
        desk.failure.set(None);
        spawn_local(async move {
            if clear(desk.session, desk.keeps.get_untracked()).await.is_err() {
                desk.busy.try_set(None);
                desk.said.try_set(desk.language.text(Text::SiteDraftsStay));
                focus_id(SAID);
                return;
            }
            let outcome = desk.client.end_all_sign_ins().await;
            settle(desk, outcome, None);
        });
    });
    view! {
        <Button
            label=language.signal(Text::SignInsEverywhere)
            kind=ButtonKind::Secondary
            busy=Signal::derive(move || desk.busy.with(|busy| busy.as_deref() == Some("")))
            on_click=Callback::new(move |()| open.set(true))
        />
        <ConfirmDialog
            open
            title=language.signal(Text::SignInsEverywhereTitle)
            text=language.signal(Text::SignInsEverywhereText)
            confirm=language.signal(Text::SignInsEverywhere)
            cancel=language.signal(Text::CommonCancel)
            on_confirm=all
        >
            {Host::here().support_site().is_some().then(|| view! { <KeepDrafts at="keep-drafts-everywhere" keeps=desk.keeps /> })}
        </ConfirmDialog>
    }
    .into_any()
}

#[cfg(test)]
#[cfg(target_arch = "wasm32")]
mod tests {
    use super::*;
    use crate::shown::{Shown, settled, show};
    use serde_json::json;
    use wasm_bindgen_test::wasm_bindgen_test;

    fn place(id: &str, browser: Option<&str>, system: Option<&str>, current: bool) -> SignInPlace {
        serde_json::from_value(json!({
            "id": id, "door": "email", "browser": browser, "system": system, "current": current,
            "created_at": "2026-11-01T12:00:00Z", "last_seen_at": "2026-11-21T12:00:00Z",
        }))
        .unwrap()
    }

    async fn shown(places: Vec<SignInPlace>) -> Shown {
        show(move || {
            let client = Client::here();
            let places = Load::new(client, move || {
                let places = places.clone();
                async move { Ok(places) }
            });
            let desk = Desk {
                client,
                session: Session::sample("Carla Nunes", &["acmestore"], Vec::new()),
                language: Language::here(),
                places,
                busy: RwSignal::new(None),
                failure: RwSignal::new(None),
                said: RwSignal::new(String::new()),
                keeps: RwSignal::new(true),
            };
            list(desk)
        })
        .await
    }

    #[wasm_bindgen_test]
    async fn each_browser_has_a_name_and_a_way_to_end_it() {
        let shown = shown(vec![
            place("a", Some("Firefox"), Some("Windows"), true),
            place("b", Some("Chrome"), None, false),
            place("c", None, None, false),
        ])
        .await;
        assert_eq!(shown.count(".sign-in"), 3);
        assert_eq!(shown.count(".sign-in .tag"), 1);
        for name in ["Firefox on Windows", "Chrome", "Unknown browser"] {
            assert_eq!(shown.count(&format!("button[aria-label='Sign out: {name}']")), 1, "{name}");
        }
        let text = shown.text();
        assert!(text.contains("With a code sent by email, since Nov 1, 2026"), "{text}");
        assert!(!text.contains("anywhere else") && !text.contains('{'), "{text}");
    }

    #[wasm_bindgen_test]
    async fn to_be_signed_in_here_alone_is_said() {
        let shown = shown(vec![place("a", Some("Firefox"), Some("Windows"), true)]).await;
        assert!(shown.text().contains("You are not signed in anywhere else."), "{}", shown.text());
    }

    #[wasm_bindgen_test]
    async fn a_list_that_does_not_come_is_no_empty_list() {
        // There is no backend around a test: the call fails.
        let shown = show(|| view! { <SignInsPage /> }.into_any()).await;
        shown.until("[role=alert] button").await;
        settled().await;
        assert_eq!(shown.count(".sign-in"), 0);
        assert!(shown.text().contains("The list could not be loaded"), "{}", shown.text());
    }
}
