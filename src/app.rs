//! Start, frame and routes. Features meet here and nowhere else.

use crate::api::{Client, keep_sentences_loaded};
use crate::copilot::{ArticlePage, CopilotPage};
use crate::forms::FormPage;
use crate::host::Host;
use crate::requests::{HistoryPage, LastList, RecordPage};
use crate::session::{EndedBanner, Gate, Session};
use crate::text::{Language, Text};
use crate::ui::{Announcer, LiveRegion, PageTitle};
use leptos::prelude::*;
use leptos_router::components::{A, Redirect, Route, Router, Routes};
use leptos_router::hooks::use_location;
use leptos_router::path;

/// Where the panel lives on its own site.
const BASE: &str = "/panel";

/// Puts the panel into the page.
pub fn start() {
    std::panic::set_hook(Box::new(|panic| {
        web_sys::console::error_1(&panic.to_string().into());
        // What was typed is in the device's storage: a reload brings it back.
        if let Some(body) = web_sys::window().and_then(|window| window.document()).and_then(|page| page.body()) {
            body.class_list().add_1("has-crashed").ok();
        }
    }));
    if let Some(skeleton) = document().get_element_by_id("skeleton") {
        skeleton.remove();
    }
    mount_to_body(App);
}

/// The whole panel.
#[component]
pub fn App() -> impl IntoView {
    let language = Language::unknown();
    let client = Client::new(language);
    keep_sentences_loaded(client, language);
    let host = Host::listen(language);
    let session = Session::keep(client, host);
    provide_context(language);
    provide_context(client);
    provide_context(host);
    provide_context(session);
    provide_context(Announcer::new());
    provide_context(LastList::default());
    Effect::new(move || {
        if let Some(root) = document().document_element() {
            root.set_attribute("lang", language.locale().tag()).ok();
        }
    });
    view! {
        <Router base=BASE>
            <Mirror />
            <Gate>
                <Frame />
            </Gate>
        </Router>
    }
    .into_any()
}

/// Keeps the host's address in step with ours.
#[component]
fn Mirror() -> impl IntoView {
    let host = Host::here();
    let session = Session::here();
    let location = use_location();
    Effect::new(move || {
        let route = location.pathname.get();
        let search = location.search.get();
        // Before the host has spoken there is nobody to tell.
        session.user_id();
        let route = route.strip_prefix(BASE).unwrap_or(&route);
        let search = if search.is_empty() { String::new() } else { format!("?{}", search.trim_start_matches('?')) };
        host.mirror(&format!("{route}{search}"));
    });
}

#[component]
fn Frame() -> impl IntoView {
    let language = Language::here();
    let host = Host::here();
    let is_drawer = host.support_path().is_some();
    let navigation = (!is_drawer).then(|| {
        view! {
            <nav class="panel-nav" aria-label=language.t(Text::FrameNavigation)>
                <A href="/panel/requests">{language.t(Text::FrameRequests)}</A>
                <A href="/panel/copilot">{language.t(Text::FrameCopilot)}</A>
            </nav>
        }
        .into_any()
    });
    view! {
        {navigation}
        <main class="panel" class:panel-drawer=is_drawer>
            <EndedBanner />
            <Routes fallback=|| view! { <NotFound /> }>
                <Route path=path!("/") view=|| view! { <Redirect path="/panel/requests" /> } />
                <Route path=path!("/requests") view=HistoryPage />
                <Route path=path!("/requests/:id") view=RecordPage />
                // One route for all places of a form, so that going from step to step builds nothing anew.
                <Route path=path!("/new/*place") view=FormPage />
                <Route path=path!("/copilot") view=CopilotPage />
                <Route path=path!("/articles/:slug") view=ArticlePage />
            </Routes>
        </main>
        <LiveRegion />
    }
    .into_any()
}

#[component]
fn NotFound() -> impl IntoView {
    let language = Language::here();
    view! {
        <section class="page page-narrow">
            <PageTitle title=language.signal(Text::FrameNotFound) />
            <p>
                <a href="/panel/requests">{language.t(Text::FrameToRequests)}</a>
            </p>
        </section>
    }
    .into_any()
}
