//! Start, frame and routes. Features meet here and nowhere else.

use crate::api::{Client, keep_sentences_loaded};
use crate::channels::ChannelsPage;
use crate::copilot::CopilotPage;
use crate::forms::FormPage;
use crate::help::{ArticlePage, HelpPage};
use crate::home::HomePage;
use crate::host::Host;
use crate::later::{Fetching, Settled, Unready, ahead, fetch_when_idle, is_settled, later};
use crate::live::{Live, keep_live};
use crate::location::{BASE, Location, address};
use crate::requests::{HistoryPage, LastList, RecordPage};
use crate::session::{EndedBanner, Gate, Session, SignInsPage, SiteHeader};
use crate::start::StartPage;
use crate::survey::{SurveyListPage, SurveyPage};
use crate::text::{Language, Text};
use crate::ui::PageTitle;
use crate::view::{effect, effect_after, memo, view};
use leptos::prelude::*;

later!(home_page, home, view! { <HomePage /> }.into_any(), first);
later!(history_page, history, view! { <HistoryPage /> }.into_any(), first);
later!(request_page, request, view! { <RecordPage /> }.into_any());
later!(form_page, form, view! { <FormPage /> }.into_any());
later!(copilot_page, copilot, view! { <CopilotPage /> }.into_any());
later!(help_page, help, view! { <HelpPage /> }.into_any());
later!(article_page, help, view! { <ArticlePage /> }.into_any());
later!(start_page, start, view! { <StartPage /> }.into_any());
later!(survey_list_page, survey, view! { <SurveyListPage /> }.into_any());
later!(survey_page, survey, view! { <SurveyPage /> }.into_any());
later!(channels_page, channels, view! { <ChannelsPage /> }.into_any());
later!(sign_ins_page, start, view! { <SignInsPage /> }.into_any());
// With the live updates: alone it would be too small for a file, and with the pages it would bring what they share.
later!(site_header, live, view! { <SiteHeader /> }.into_any(), aside);
later!(live_updates, live, live(), behind);

ahead!(fetch_history, history);
ahead!(fetch_request, request);
ahead!(fetch_form, form);
ahead!(fetch_files, files);
ahead!(fetch_rest, rest);
ahead!(fetch_start, start);

/// Puts the panel into the page.
pub fn start() {
    // In a release nothing is left that could speak: see `Panics::Silent` in xtask. Either way the start script sees the
    // end of it and shows the page for this: what was typed is in the device's storage, a reload brings it back.
    #[cfg(debug_assertions)]
    std::panic::set_hook(Box::new(|panic| web_sys::console::error_1(&panic.to_string().into())));
    if let Some(skeleton) = page().and_then(|page| page.get_element_by_id("skeleton")) {
        skeleton.remove();
    }
    mount_to_body(App);
}

fn page() -> Option<web_sys::Document> {
    web_sys::window()?.document()
}

/// The whole panel.
#[component]
pub fn App() -> impl IntoView {
    let language = Language::unknown();
    let client = Client::new(language);
    keep_sentences_loaded(client, language);
    let host = Host::listen(language);
    let session = Session::keep(client, host);
    provide_context(Location::follow());
    provide_context(language);
    provide_context(client);
    provide_context(host);
    provide_context(session);
    provide_context(LastList::default());
    provide_context(Live::default());
    provide_context(Settled(RwSignal::new(true)));
    provide_context(Unready(RwSignal::new(0)));
    effect(move || {
        if let Some(root) = page().and_then(|page| page.document_element()) {
            let _ = root.set_attribute("lang", language.locale().tag());
        }
    });
    ask_early(client, session, language);
    view! {
        <Mirror />
        <Gate>
            <Frame />
        </Gate>
        <Crash />
    }
    .into_any()
}

/// What the first page asks first is asked as soon as somebody is signed in, while the page's code is still on its way.
fn ask_early(client: Client, session: Session, language: Language) {
    effect_after(move |asked: Option<bool>| {
        let is_signed_in = session.user_id().is_some();
        if !is_signed_in || asked == Some(true) {
            return asked == Some(true);
        }
        let path = window().location().pathname().unwrap_or_default();
        let mut parts = path.strip_prefix(BASE).unwrap_or_default().split('/').skip(1);
        let locale = untrack(|| language.locale());
        match (parts.next(), parts.next()) {
            (Some("new"), Some(form)) => client.form_early(form, locale),
            (Some("requests"), Some(id)) => {
                if let Ok(id) = id.parse() {
                    client.request_early(id, locale);
                }
            }
            (None | Some(""), _) => client.home_early(),
            _ => {}
        }
        true
    });
}

/// The page that is left when the code has broken down. Its link is followed by the browser alone.
#[component]
fn Crash() -> impl IntoView {
    let language = Language::here();
    view! {
        <div class="crash notice page-narrow" role="alert">
            <h2>{language.t(Text::FrameCrashTitle)}</h2>
            <p>{language.t(Text::FrameCrash)}</p>
            <p>
                <a class="button button-primary" href="" rel="external">
                    {language.t(Text::FrameReload)}
                </a>
            </p>
        </div>
    }
    .into_any()
}

/// Keeps the host's address in step with ours.
#[component]
fn Mirror() -> impl IntoView {
    let host = Host::here();
    let session = Session::here();
    let location = Location::here();
    effect(move || {
        let (route, search) = (location.path(), location.search());
        // Before the host has spoken there is nobody to tell.
        let _ = session.user_id();
        let route = route.strip_prefix(BASE).unwrap_or(&route);
        let search = if search.is_empty() { search } else { format!("?{search}") };
        host.mirror(&format!("{route}{search}"));
    });
}

#[component]
fn Frame() -> impl IntoView {
    let language = Language::here();
    let host = Host::here();
    let is_drawer = host.support_path().is_some();
    if is_drawer {
        close_on_escape(host);
    }
    // Its place is kept free: what stands below does not move as it comes.
    let header = host.support_site().map(|_| view! { <div class="site-space">{site_header()}</div> }.into_any());
    // Within a landmark, like everything, and the first that Tab comes to: the support site's header has its own. The
    // drawer has nothing that would have to be skipped.
    let skip = header.is_none().then(|| {
        view! {
            <a class="panel-skip" href="#content" rel="external">
                {language.t(Text::FrameSkip)}
            </a>
        }
        .into_any()
    });
    let session = Session::here();
    let has_channels = memo(move || session.who().is_some_and(|who| who.has_channels));
    let navigation = (!is_drawer).then(|| {
        view! {
            <nav class="panel-nav" aria-label=language.t(Text::FrameNavigation)>
                {skip}
                {nav_link("/", Text::FrameHome)}
                {nav_link("/requests", Text::FrameRequests)}
                {nav_link("/survey", Text::SurveyTitle)}
                {nav_link("/copilot", Text::FrameCopilot)}
                {nav_link("/help", Text::FrameHelp)}
                {move || has_channels.get().then(|| nav_link("/status", Text::FrameChannels))}
            </nav>
        }
        .into_any()
    });
    view! {
        {header}
        {navigation}
        {live_updates()}
        <main id="content" tabindex="-1" class="panel" class:panel-drawer=is_drawer>
            <EndedBanner />
            {incident(session)}
            {routes()}
        </main>
    }
    .into_any()
}

/// An incident that goes on is said above every page but its own: what brings somebody here may be known already.
fn incident(session: Session) -> AnyView {
    let (language, location) = (Language::here(), Location::here());
    let title = memo(move || {
        let is_told = location.path().starts_with(&address("/status"));
        session.who().filter(|_| !is_told).and_then(|who| who.incidents.into_iter().next())
    });
    let shown = move || {
        title.get().map(|title| {
            let said = move || language.text_with(Text::FrameIncident, &[("title", &title)]);
            view! {
                <aside class="frame-incident">
                    <p dir="auto">{said}</p>
                    <a href=address("/status")>{language.t(Text::FrameIncidentMore)}</a>
                </aside>
            }
            .into_any()
        })
    };
    shown.into_any()
}

/// Hears of what happens, as long as somebody is signed in.
fn live() -> AnyView {
    let session = Session::here();
    keep_live(session.last_event(), &session.live_channel())
}

/// A link of the navigation; the page it leads to, and what lies under that, is marked.
fn nav_link(route: &'static str, text: Text) -> AnyView {
    let (language, location) = (Language::here(), Location::here());
    let is_current = move || match route {
        "/" => location.path().trim_end_matches('/') == BASE,
        _ => location.path().starts_with(&address(route)),
    };
    view! {
        <a href=address(route) aria-current=move || is_current().then_some("page")>
            {language.t(text)}
        </a>
    }
    .into_any()
}

/// The host does not hear the keys that are pressed in its drawer. An open dialog takes Escape for itself.
fn close_on_escape(host: Host) {
    let handle = window_event_listener(leptos::ev::keydown, move |event| {
        let has_dialog = || page().is_some_and(|page| matches!(page.query_selector("dialog[open]"), Ok(Some(_))));
        if event.key() == "Escape" && !event.default_prevented() && !event.is_composing() && !has_dialog() {
            host.close();
        }
    });
    on_cleanup(move || handle.remove());
}

/// The pages of the panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Route {
    Home,
    History,
    Request,
    SurveyList,
    Survey,
    Start,
    /// One for all places of a form, so that going from step to step builds nothing anew.
    Form,
    Copilot,
    Help,
    Article,
    SignIns,
    Channels,
    NotFound,
}

impl Route {
    /// The page of an address below [`BASE`].
    fn of(path: &str) -> Self {
        let mut parts = path.trim_matches('/').split('/');
        let first = parts.next().unwrap_or_default();
        match (first, parts.next(), parts.next()) {
            ("", None, _) => Self::Home,
            ("requests", None, _) => Self::History,
            ("requests", Some(_), None) => Self::Request,
            ("survey", None, _) => Self::SurveyList,
            ("survey", Some(_), None) => Self::Survey,
            ("new", None, _) => Self::Start,
            ("new", Some(_), _) => Self::Form,
            ("copilot", None, _) => Self::Copilot,
            ("help", None, _) => Self::Help,
            ("articles", Some(_), None) => Self::Article,
            ("sign-ins", None, _) => Self::SignIns,
            ("status", None, _) => Self::Channels,
            _ => Self::NotFound,
        }
    }

    /// The code of what is most likely opened next from here.
    fn next(self) -> &'static [fn() -> Fetching] {
        match self {
            Self::History => &[fetch_start, fetch_form, fetch_request],
            Self::Home => &[fetch_history, fetch_request],
            Self::Start | Self::Copilot => &[fetch_form],
            Self::Form => &[fetch_files, fetch_rest, fetch_request],
            Self::Request => &[fetch_files],
            _ => &[],
        }
    }
}

/// The page of the present address.
fn routes() -> AnyView {
    let location = Location::here();
    let route = memo(move || {
        let path = location.path();
        Route::of(path.strip_prefix(BASE).unwrap_or(&path))
    });
    effect(move || {
        let now = route.get();
        if is_settled() {
            fetch_when_idle(now.next(), move || route.try_get_untracked() == Some(now));
        }
    });
    let page = move || match route.get() {
        Route::Home => home_page(),
        Route::History => history_page(),
        Route::Request => request_page(),
        Route::SurveyList => survey_list_page(),
        Route::Survey => survey_page(),
        Route::Start => start_page(),
        Route::Form => form_page(),
        Route::Copilot => copilot_page(),
        Route::Help => help_page(),
        Route::Article => article_page(),
        Route::SignIns => sign_ins_page(),
        Route::Channels => channels_page(),
        Route::NotFound => view! { <NotFound /> }.into_any(),
    };
    page.into_any()
}

#[component]
fn NotFound() -> impl IntoView {
    let language = Language::here();
    view! {
        <section class="page page-narrow">
            <PageTitle title=language.signal(Text::FrameNotFound) />
            <p>
                <a href=address("/requests")>{language.t(Text::FrameToRequests)}</a>
            </p>
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_has_its_page() {
        for (path, route) in [
            ("", Route::Home),
            ("/", Route::Home),
            ("/requests", Route::History),
            ("/requests/", Route::History),
            ("/requests/35", Route::Request),
            ("/requests/35/", Route::Request),
            ("/requests/35/comments", Route::NotFound),
            ("/survey", Route::SurveyList),
            ("/survey/35", Route::Survey),
            ("/new", Route::Start),
            ("/new/technical", Route::Form),
            ("/new/technical/review", Route::Form),
            ("/copilot", Route::Copilot),
            ("/copilot/x", Route::NotFound),
            ("/articles/refunds", Route::Article),
            ("/articles", Route::NotFound),
            ("/sign-ins", Route::SignIns),
            ("/status", Route::Channels),
            ("/requestsx", Route::NotFound),
        ] {
            assert_eq!(Route::of(path), route, "{path}");
        }
    }
}
