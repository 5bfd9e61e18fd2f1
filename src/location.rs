//! The address of the page: what it says, and going from one page of ours to another without loading all anew.
//! leptos_router does this for pages within pages and for servers, too; ten flat routes need no more than this.

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::{HtmlAnchorElement, MouseEvent, UrlSearchParams};

/// Where the panel lives on its own site.
pub const BASE: &str = "/panel";

/// The address of a route of ours: `/requests/35` is `/panel/requests/35`.
#[must_use]
pub fn address(route: &str) -> String {
    format!("{BASE}{route}")
}

/// How one goes to another page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Back comes back here; the new page begins at its top.
    Forward,
    /// Back does not come back here; the new page begins at its top.
    Instead,
    /// As [`Step::Forward`], within what stands here.
    Within,
    /// As [`Step::Instead`], within what stands here.
    WithinInstead,
}

/// Where we are; in the context of every view.
#[derive(Debug, Clone, Copy)]
pub struct Location {
    path: RwSignal<String>,
    search: RwSignal<String>,
}

impl Location {
    /// Begins to follow the links of the page, and the browser's Back and Forward.
    #[must_use]
    pub fn follow() -> Self {
        let location = Self::now();
        let step = window_event_listener(leptos::ev::popstate, move |_| location.read());
        let click = window_event_listener(leptos::ev::click, move |event| location.click(&event));
        on_cleanup(move || {
            step.remove();
            click.remove();
        });
        location
    }

    /// That of the nearest view. Outside of the application (a test that provides none) it stays what it is.
    #[must_use]
    pub fn here() -> Self {
        use_context::<Self>().unwrap_or_else(Self::now)
    }

    fn now() -> Self {
        let location = Self { path: RwSignal::new(String::new()), search: RwSignal::new(String::new()) };
        location.read();
        location
    }

    /// Takes what the browser shows. Who follows what stays the same is not run.
    fn read(self) {
        let browser = window().location();
        for (signal, now) in [(self.path, browser.pathname()), (self.search, browser.search())] {
            let now = now.unwrap_or_default();
            let now = now.trim_start_matches('?');
            if signal.with_untracked(|before| before != now) {
                signal.set(now.to_owned());
            }
        }
    }

    /// The path, with [`BASE`]; follows it.
    #[must_use]
    pub fn path(self) -> String {
        self.path.get()
    }

    /// What follows the question mark; follows it.
    #[must_use]
    pub fn search(self) -> String {
        self.search.get()
    }

    /// A value of the query; follows it.
    #[must_use]
    pub fn parameter(self, name: &str) -> Option<String> {
        self.search.with(|search| UrlSearchParams::new_with_str(search).ok()?.get(name))
    }

    /// What stands behind the beginning of the present address: `35` behind `/requests/`. While another page is on its way,
    /// what stood there last: the page that is being left stays what it is.
    #[must_use]
    pub fn part(self, begin: &'static str) -> Memo<String> {
        Memo::new(move |before: Option<&String>| {
            let path = self.path();
            match path.strip_prefix(&address(begin)) {
                Some(part) => decoded(part.trim_end_matches('/')),
                None => before.cloned().unwrap_or_default(),
            }
        })
    }

    /// Goes to a route of ours: `/requests?status=open`.
    pub fn go(self, route: &str, step: Step) {
        self.visit(&address(route), step);
    }

    fn visit(self, address: &str, step: Step) {
        let Ok(history) = window().history() else { return };
        let browser = window().location();
        let part = |part: Result<String, _>| part.unwrap_or_default();
        let before = part(browser.pathname()) + &part(browser.search()) + &part(browser.hash());
        let state = &wasm_bindgen::JsValue::NULL;
        // A browser that has had too many steps of us within a moment refuses; the next one counts again.
        let _ = match step {
            Step::Instead | Step::WithinInstead => history.replace_state_with_url(state, "", Some(address)),
            // A link to where one is leads nowhere that one could come back from.
            _ if before == address => Ok(()),
            _ => history.push_state_with_url(state, "", Some(address)),
        };
        self.read();
        if matches!(step, Step::Forward | Step::Instead) {
            window().scroll_to_with_x_and_y(0.0, 0.0);
        }
    }

    /// Follows a link of ours in place of the browser, as far as nothing else was wanted of it: another tab, a download, a page
    /// that is not ours (`rel="external"`).
    fn click(self, event: &MouseEvent) {
        let is_plain = !event.meta_key() && !event.alt_key() && !event.ctrl_key() && !event.shift_key();
        if event.default_prevented() || event.button() != 0 || !is_plain {
            return;
        }
        let clicked = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let link = clicked.and_then(|clicked| clicked.closest("a[href]").ok().flatten());
        let Some(link) = link.and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok()) else { return };
        let is_external = link.rel().split(' ').any(|word| word == "external") || link.has_attribute("download");
        let is_ours = window().location().origin().is_ok_and(|own| own == link.origin()) && is_below(&link.pathname());
        if is_external || !link.target().is_empty() || !is_ours {
            return;
        }
        event.prevent_default();
        self.visit(&(link.pathname() + &link.search() + &link.hash()), Step::Forward);
    }
}

/// Whether a path is one of the panel's: `/panel/requests`, and not `/panels`.
fn is_below(path: &str) -> bool {
    path.strip_prefix(BASE).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn decoded(part: &str) -> String {
    js_sys::decode_uri_component(part).map_or_else(|_| part.to_owned(), String::from)
}

#[cfg(all(test, target_arch = "wasm32"))]
#[allow(clippy::unwrap_used, reason = "a test may panic, its helpers too")]
mod tests {
    use super::*;
    use crate::shown::{settled, show};
    use crate::view::view;
    use wasm_bindgen_test::wasm_bindgen_test;

    /// Goes back to where the tests are served from as it is dropped.
    struct Home(String);

    impl Home {
        fn keep() -> Self {
            Self(window().location().href().unwrap())
        }
    }

    impl Drop for Home {
        fn drop(&mut self) {
            let _ = window().history().unwrap().replace_state_with_url(&"".into(), "", Some(&self.0));
        }
    }

    fn steps() -> u32 {
        window().history().unwrap().length().unwrap()
    }

    #[wasm_bindgen_test]
    async fn one_goes_forward_and_instead_and_not_twice_to_the_same_place() {
        let _home = Home::keep();
        let location = StoredValue::new(None);
        let shown = show(move || {
            let here = Location::follow();
            location.set_value(Some(here));
            let said = move || format!("{}|{}|{:?}", here.path(), here.search(), here.parameter("query"));
            view! { <p class="said">{said}</p> }.into_any()
        })
        .await;
        let here = location.get_value().unwrap();
        let before = steps();
        here.go("/requests?query=a%20b", Step::Forward);
        settled().await;
        assert_eq!(shown.text(), "/panel/requests|query=a%20b|Some(\"a b\")");
        assert_eq!(steps(), before + 1);
        here.go("/requests?query=a%20b", Step::Forward);
        here.go("/requests", Step::Instead);
        settled().await;
        assert_eq!((shown.text().as_str(), steps()), ("/panel/requests||None", before + 1));
    }

    #[wasm_bindgen_test]
    async fn a_link_of_ours_is_followed_here_and_all_others_by_the_browser() {
        let _home = Home::keep();
        let shown = show(|| {
            let here = Location::follow();
            // What reaches the window after us and was not taken is the browser's: kept back, or the test would leave.
            let kept = window_event_listener(leptos::ev::click, |event| event.prevent_default());
            on_cleanup(move || kept.remove());
            view! {
                <p class="said">{move || here.path()}</p>
                <a class="ours" href="/panel/survey"><b>"ours"</b></a>
                <a class="elsewhere" href="/support">"elsewhere"</a>
                <a class="alike" href="/panels">"alike"</a>
                <a class="external" href="/panel/copilot" rel="external">"external"</a>
                <a class="file" href="/panel/copilot" download="">"file"</a>
            }
            .into_any()
        })
        .await;
        for (link, path) in [
            (".ours b", "/panel/survey"),
            (".elsewhere", "/panel/survey"),
            (".alike", "/panel/survey"),
            (".external", "/panel/survey"),
            (".file", "/panel/survey"),
        ] {
            shown.click(link);
            settled().await;
            assert_eq!(shown.find(".said").text_content().unwrap(), path, "{link}");
        }
    }

    #[wasm_bindgen_test]
    async fn a_part_of_the_address_stays_while_another_page_is_on_its_way() {
        let _home = Home::keep();
        let here = StoredValue::new(None);
        let shown = show(move || {
            let location = Location::follow();
            here.set_value(Some(location));
            let part = location.part("/articles/");
            view! { <p>{move || part.get()}</p> }.into_any()
        })
        .await;
        let here = here.get_value().unwrap();
        here.go("/articles/o%20pre%C3%A7o", Step::Forward);
        settled().await;
        assert_eq!(shown.text(), "o preço");
        here.go("/requests", Step::Forward);
        settled().await;
        assert_eq!(shown.text(), "o preço");
    }
}
