//! What stands above every page on the support site, where no admin does it: the product, the store, the person.

use crate::host::Host;
use crate::location::{Location, address};
use crate::session::Session;
use crate::session::sign_out::SignOut;
use crate::text::{Language, Text};
use crate::ui::focus_element;
use crate::view::{effect, memo, view};
use balcao_contract::locale::Locale;
use leptos::html;
use leptos::prelude::*;

/// Each language in its own words.
const LANGUAGES: [(Locale, &str); 3] = [(Locale::En, "English"), (Locale::Pt, "Português"), (Locale::Es, "Español")];

/// The support site's header.
#[component]
pub fn SiteHeader() -> impl IntoView {
    let (session, language) = (Session::here(), Language::here());
    let who = memo(move || {
        session.who().map(|who| (who.user.name, who.user.email, who.account.name, who.accounts.len() > 1))
    });
    let name = move || who.get().map(|(name, ..)| name);
    let email = move || who.get().map(|(_, email, ..)| email);
    let store = move || {
        who.get().map(|(_, _, store, has_others)| {
            let change = has_others.then(|| {
                view! {
                    <a href=address("/new")>{language.t(Text::SiteChangeStore)}</a>
                }
            });
            view! {
                <span class="site-store">
                    <span dir="auto">{store}</span>
                    {change}
                </span>
            }
            .into_any()
        })
    };
    let menu = NodeRef::<html::Details>::new();
    let summary = NodeRef::<html::Summary>::new();
    close_menu(menu, summary);
    view! {
        <header class="site">
            <a class="panel-skip" href="#content" rel="external">
                {language.t(Text::FrameSkip)}
            </a>
            <a class="site-name" href=address("/requests")>"Balcão"</a>
            {store}
            <details class="site-menu" node_ref=menu>
                <summary node_ref=summary>
                    <span class="visually-hidden">{language.t(Text::SiteLabel)}": "</span>
                    <span class="site-person" dir="auto">{name}</span>
                </summary>
                <div class="site-card">
                    <p class="soft">{email}</p>
                    <a href=address("/sign-ins")>{language.t(Text::SignInsTitle)}</a>
                    {language_choice()}
                    <SignOut />
                </div>
            </details>
        </header>
    }
    .into_any()
}

fn language_choice() -> AnyView {
    let (host, language) = (Host::here(), Language::here());
    let chosen = move |event| {
        if let Some(locale) = Locale::from_tag(&event_target_value(&event)) {
            host.choose_language(locale);
        }
    };
    let options = LANGUAGES.map(|(locale, name)| {
        let is_chosen = move || language.locale() == locale;
        view! {
            <option value=locale.tag() lang=locale.tag() prop:selected=is_chosen>
                {name}
            </option>
        }
    });
    view! {
        <label>
            <span>{language.t(Text::SiteLanguage)}</span>
            <select class="input" on:change=chosen>
                {options.collect_view()}
            </select>
        </label>
    }
    .into_any()
}

/// The menu closes as menus do: by Escape, by going elsewhere with the focus or a click, and on another page.
fn close_menu(menu: NodeRef<html::Details>, summary: NodeRef<html::Summary>) {
    let location = Location::here();
    let close = move || {
        if let Some(menu) = menu.get_untracked() {
            menu.set_open(false);
        }
    };
    effect(move || {
        let _ = location.path();
        close();
    });
    let is_outside = move |event: &web_sys::Event| {
        let target = event.target().and_then(|target| wasm_bindgen::JsCast::dyn_into::<web_sys::Node>(target).ok());
        menu.get_untracked().is_some_and(|menu| menu.open() && !menu.contains(target.as_ref()))
    };
    let pressed = window_event_listener(leptos::ev::pointerdown, move |event| {
        if is_outside(&event) {
            close();
        }
    });
    let moved = window_event_listener(leptos::ev::focusin, move |event| {
        if is_outside(&event) {
            close();
        }
    });
    let typed = window_event_listener(leptos::ev::keydown, move |event| {
        let is_open = menu.get_untracked().is_some_and(|menu| menu.open());
        // An open question takes the key for itself.
        let asks = || document().query_selector("dialog[open]").ok().flatten().is_some();
        if is_open && event.key() == "Escape" && !event.is_composing() && !asks() {
            close();
            if let Some(summary) = summary.get_untracked() {
                focus_element(&summary);
            }
        }
    });
    on_cleanup(move || {
        pressed.remove();
        moved.remove();
        typed.remove();
    });
}
