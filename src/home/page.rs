//! The page.

use crate::api::{Client, Load, LoadState};
use crate::listing::failure;
use crate::live::Live;
use crate::location::{Location, Step, address};
use crate::session::Session;
use crate::text::{Language, Text};
use crate::ui::{Moment, PageTitle, Skeleton, StatusTag};
use crate::view::{memo, view};
use balcao_contract::panel::{Entry, Home};
use balcao_contract::status::ShownStatus;
use balcao_contract::wire::Request;
use leptos::ev::SubmitEvent;
use leptos::html::Input;
use leptos::prelude::*;

/// So much of a question fits into an address: as much as Copilot takes.
const LONGEST_QUESTION: u32 = balcao_contract::panel::NewQuestion::MAX_LENGTH;

/// What waits for the reader, and the ways on.
#[component]
pub fn HomePage() -> impl IntoView {
    let (client, session, language) = (Client::here(), Session::here(), Language::here());
    let load = Load::new(client, move || async move { client.home().await });
    Live::here().on_change(move |_| load.reload());
    // Drawn anew only when it says something else: whoever is on one of its links stays there.
    let state = memo(move || load.state());
    let title = Signal::derive(move || {
        let name = session.who().map(|who| who.user.name).unwrap_or_default();
        match name.split_whitespace().next() {
            Some(first) => language.text_with(Text::HomeTitle, &[("name", first)]),
            None => language.text(Text::HomeTitleNobody),
        }
    });
    view! {
        <section class="home">
            <PageTitle title=title />
            {ask()}
            <div aria-busy=move || load.is_busy().to_string()>{move || shown(state.get(), load)}</div>
        </section>
    }
    .into_any()
}

/// A question to Copilot. What is typed goes along; it is asked there, once language and subject are known.
fn ask() -> AnyView {
    let language = Language::here();
    let location = Location::here();
    let field = NodeRef::<Input>::new();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let typed = field.get_untracked().map(|field| field.value()).unwrap_or_default();
        let typed = typed.trim();
        let route = match typed.is_empty() {
            true => "/copilot".to_owned(),
            false => format!("/copilot?question={}", String::from(js_sys::encode_uri_component(typed))),
        };
        location.go(&route, Step::Forward);
    };
    view! {
        <form class="home-ask" role="search" on:submit=submit>
            <label for="home-question">{language.t(Text::HomeAsk)}</label>
            <div class="home-ask-row">
                <input
                    node_ref=field
                    id="home-question"
                    class="input"
                    name="question"
                    autocomplete="off"
                    enterkeyhint="search"
                    maxlength=LONGEST_QUESTION.to_string()
                    aria-describedby="home-question-hint"
                />
                <button class="button button-primary" type="submit">{language.t(Text::HomeAskButton)}</button>
            </div>
            <p class="field-hint" id="home-question-hint">{language.t(Text::HomeAskHint)}</p>
        </form>
    }
    .into_any()
}

fn shown(state: LoadState<Home>, load: Load<Home>) -> AnyView {
    let language = Language::here();
    match state {
        LoadState::Loading => view! {
            <p class="visually-hidden" role="status">{language.t(Text::CommonLoading)}</p>
            <Skeleton lines=6 />
        }
        .into_any(),
        LoadState::Failed(_) => failure(None, load),
        LoadState::Ready(home) => all(home),
    }
}

/// What waits for the reader first; where nothing does, that.
pub fn all(home: Home) -> AnyView {
    let language = Language::here();
    let Home { waiting, open, counts, surveys, news } = home;
    let nothing_waits = waiting.is_empty() && surveys == 0;
    let rated = (surveys > 0).then(|| {
        let said = move || language.plural(Text::HomeSurveysOne, Text::HomeSurveysOther, surveys);
        view! { <p><a href=address("/survey")>{said}</a></p> }.into_any()
    });
    let nothing = nothing_waits.then(|| view! { <p class="home-calm">{language.t(Text::HomeNothing)}</p> }.into_any());
    let news = (!news.is_empty()).then(|| news_of(news));
    let has_channels = Session::here().who().is_some_and(|who| who.has_channels);
    let status = has_channels
        .then(|| view! { <p><a href=address("/status")>{language.t(Text::FrameChannels)}</a></p> }.into_any());
    let aside = (news.is_some() || status.is_some()).then(|| {
        view! {
            <section aria-labelledby="home-news">
                <h2 id="home-news">{language.t(Text::HomeNews)}</h2>
                {news}
                {status}
            </section>
        }
        .into_any()
    });
    view! {
        <div class="home-columns">
            <div>
                <section aria-labelledby="home-waiting">
                    <h2 id="home-waiting">{language.t(Text::HomeWaiting)}</h2>
                    {nothing}
                    {list(waiting, counts.of(ShownStatus::Pending), "/requests?status=pending")}
                    {rated}
                </section>
                <section aria-labelledby="home-open">
                    <h2 id="home-open">{language.t(Text::HomeOpen)}</h2>
                    {open.is_empty().then(|| view! { <p class="home-calm">{language.t(Text::HomeNoneOpen)}</p> }.into_any())}
                    {list(open, counts.of(ShownStatus::Open), "/requests?status=open")}
                    <p class="home-ways">
                        <a href=address("/requests")>{language.t(Text::HomeAll)}</a>
                        <a href=address("/new")>{language.t(Text::HomeNew)}</a>
                    </p>
                </section>
            </div>
            {aside}
        </div>
    }
    .into_any()
}

/// The first requests of a status, and how many more there are.
fn list(requests: Vec<Request>, count: u64, route: &str) -> AnyView {
    let language = Language::here();
    let others = count.saturating_sub(requests.len() as u64);
    let rows: Vec<AnyView> = requests.into_iter().map(row).collect();
    if rows.is_empty() {
        return ().into_any();
    }
    let href = address(route);
    let more = (others > 0).then(|| {
        let said = move || language.plural(Text::HomeMoreOne, Text::HomeMoreOther, others);
        view! { <p><a href=href>{said}</a></p> }.into_any()
    });
    view! {
        <ul class="home-requests" role="list">{rows}</ul>
        {more}
    }
    .into_any()
}

fn row(request: Request) -> AnyView {
    let language = Language::here();
    let (id, live) = (request.id, Live::here());
    let unread = move || {
        live.is_unread(id).then(|| view! { <span class="history-unread">{language.t(Text::LiveNew)}</span> }.into_any())
    };
    view! {
        <li data-request=id.to_string()>
            <div class="home-request-head">
                <a href=address(&format!("/requests/{id}")) dir="auto">{request.subject}</a>
                {unread}
            </div>
            <p class="home-request-facts">
                <span>{format!("#{id}")}</span>
                " "
                <StatusTag status=request.status.shown() />
                " "
                <Moment moment=request.updated_at relative=true />
            </p>
        </li>
    }
    .into_any()
}

fn news_of(entries: Vec<Entry>) -> AnyView {
    let rows: Vec<AnyView> = entries.into_iter().map(entry).collect();
    view! { <ul class="home-news" role="list">{rows}</ul> }.into_any()
}

fn entry(entry: Entry) -> AnyView {
    let when = entry.published_at.map(|moment| view! { <Moment moment relative=true /> }.into_any());
    // Told in full, with the way out, on the page of what is going on.
    view! { <li><a href=address("/status") dir="auto">{entry.title}</a> " " {when}</li> }.into_any()
}
