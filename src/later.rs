//! Pages whose code comes when they are first opened. The release build cuts the WebAssembly at these functions (`cargo
//! xtask size` shows the pieces); every other build has all in one piece, and the same functions answer at once.

use crate::text::{Language, Text};
use crate::ui::{Banner, BannerKind, Button, ButtonKind, PageSkeleton, PageTitle};
use crate::view::view;
use futures::future::join3;
use leptos::prelude::*;
use leptos::reactive::owner::WeakOwner;
use leptos::task::spawn_local_scoped;
use std::future::Future;
use std::pin::Pin;
use wasm_bindgen_futures::JsFuture;

/// Why a page is not there: its code could not be fetched. What exactly failed is in the browser's console.
#[derive(Debug, Clone, Copy)]
pub struct NotLoaded;

#[cfg(feature = "split")]
impl From<leptos::wasm_split::SplitLoaderError> for NotLoaded {
    fn from(_: leptos::wasm_split::SplitLoaderError) -> Self {
        Self
    }
}

/// Code that is on its way, and then draws a page.
pub type Loading = Pin<Box<dyn Future<Output = Result<AnyView, NotLoaded>>>>;

/// Makes `fn $name() -> AnyView` a page of its own piece of code, `$piece`; with `aside`, something beside the page.
macro_rules! later {
    ($name:ident, $piece:ident, $page:expr) => {
        $crate::later::later!($name, $piece, $page, page);
    };
    ($name:ident, $piece:ident, $page:expr, $place:ident) => {
        pub fn $name() -> AnyView {
            #[cfg(feature = "split")]
            #[leptos::wasm_split::wasm_split($piece, wasm_split_path = ::leptos::wasm_split, fallible)]
            fn fetched() -> Result<AnyView, $crate::later::NotLoaded> {
                Ok($page)
            }
            #[cfg(not(feature = "split"))]
            async fn fetched() -> Result<AnyView, $crate::later::NotLoaded> {
                Ok($page)
            }
            $crate::later::$place(|| Box::pin(fetched()))
        }
    };
}
pub(crate) use later;

/// How long a page waits for its style: without it, it can be used all the same.
const PATIENCE: i32 = 3_000;

/// The stylesheet of these pages, which the browser fetches behind everything else, is put to use; returns once it is here.
async fn styled() {
    let Some(link) = document().get_element_by_id("pages-style") else { return };
    if link.get_attribute("media").is_some() {
        let _ = link.remove_attribute("media");
    }
    // `sheet` is there as soon as the style is.
    if js_sys::Reflect::get(&link, &"sheet".into()).is_ok_and(|sheet| !sheet.is_null()) {
        return;
    }
    let came = js_sys::Promise::new(&mut |resolve, _| {
        for event in ["load", "error"] {
            let _ = link.add_event_listener_with_callback(event, &resolve);
        }
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, PATIENCE);
    });
    let _ = JsFuture::from(came).await;
}

/// How far a page has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Loading,
    Here,
    Failed,
}

/// The shape of a page until its code is there; where it cannot be fetched, that, and a way to try again. When that fails,
/// too, a newer panel may have been installed meanwhile, without the old one's pieces: then loading all again helps.
pub fn page(load: impl Fn() -> Loading + 'static) -> AnyView {
    let language = Language::here();
    let state = RwSignal::new(State::Loading);
    let failures = RwSignal::new(0_u32);
    let drawn = StoredValue::new_local(None::<AnyView>);
    // A click runs outside of everything; the page it brings still belongs here.
    let owner = Owner::current().map(|owner| owner.downgrade());
    let fetch = StoredValue::new_local(move || {
        let loading = load();
        let owner = owner.as_ref().and_then(WeakOwner::upgrade).unwrap_or_default();
        owner.with(|| {
            spawn_local_scoped(async move {
                let (outcome, (), has_sentences) = join3(loading, styled(), language.pages_are_here()).await;
                let outcome = outcome.and_then(|view| if has_sentences { Ok(view) } else { Err(NotLoaded) });
                let next = if outcome.is_ok() { State::Here } else { State::Failed };
                // Whoever has gone on to another page in the meantime does not need this one.
                let _ = drawn.try_update_value(|drawn| *drawn = outcome.ok());
                let _ = failures.try_update(|failures| *failures += u32::from(next == State::Failed));
                let _ = state.try_set(next);
            });
        });
    });
    fetch.with_value(|fetch| fetch());
    let again = Callback::new(move |()| {
        state.set(State::Loading);
        fetch.with_value(|fetch| fetch());
    });
    let shown = move || match state.get() {
        State::Loading => view! { <PageSkeleton /> }.into_any(),
        State::Here => drawn.try_update_value(Option::take).flatten().into_any(),
        State::Failed => {
            let reload = (failures.get_untracked() > 1).then(|| {
                view! {
                    <a class="button" href="" rel="external">
                        {language.t(Text::FrameReload)}
                    </a>
                }
                .into_any()
            });
            view! {
                <div class="page page-narrow">
                    <PageTitle title=language.signal(Text::FrameNotLoadedTitle) />
                    <Banner kind=BannerKind::Error>
                        <p>{language.t(Text::FrameNotLoaded)}</p>
                        <Button label=language.signal(Text::CommonRetry) kind=ButtonKind::Primary on_click=again />
                        {reload}
                    </Banner>
                </div>
            }
            .into_any()
        }
    };
    shown.into_any()
}

/// What stands beside a page: nothing until its code is there. Where it cannot be fetched, the page says so for both.
pub fn aside(load: impl Fn() -> Loading + 'static) -> AnyView {
    let is_here = RwSignal::new(false);
    let drawn = StoredValue::new_local(None::<AnyView>);
    let language = Language::here();
    spawn_local_scoped(async move {
        if let (Ok(view), (), true) = join3(load(), styled(), language.pages_are_here()).await {
            let _ = drawn.try_update_value(|drawn| *drawn = Some(view));
            let _ = is_here.try_set(true);
        }
    });
    (move || is_here.get().then(|| drawn.try_update_value(Option::take).flatten())).into_any()
}

#[cfg(all(test, target_arch = "wasm32"))]
#[allow(clippy::unwrap_used, reason = "a test may panic, its helpers too")]
mod tests {
    use super::*;
    use crate::shown::{settled, show};
    use std::cell::Cell;
    use std::rc::Rc;
    use wasm_bindgen_test::wasm_bindgen_test;

    /// The link as the build leaves it in the page, until this is dropped.
    struct Link(web_sys::Element);

    impl Link {
        fn to(href: &str) -> Self {
            let link = document().create_element("link").unwrap();
            for (name, value) in [("id", "pages-style"), ("rel", "stylesheet"), ("media", "not all"), ("href", href)] {
                link.set_attribute(name, value).unwrap();
            }
            document().head().unwrap().append_child(&link).unwrap();
            Self(link)
        }
    }

    impl Drop for Link {
        fn drop(&mut self) {
            self.0.remove();
        }
    }

    fn arrived() -> Loading {
        Box::pin(async { Ok(view! { <p class="arrived"></p> }.into_any()) })
    }

    #[wasm_bindgen_test]
    async fn the_first_of_these_pages_puts_their_style_to_use() {
        let link = Link::to("data:text/css,.arrived{order:7}");
        let shown = show(|| page(arrived)).await;
        shown.until(".arrived").await;
        let style = window().get_computed_style(&shown.find(".arrived")).unwrap().unwrap();
        assert_eq!(style.get_property_value("order").unwrap(), "7");
        assert_eq!(link.0.get_attribute("media"), None);
        let second = show(|| page(arrived)).await;
        assert_eq!(second.count(".arrived"), 1, "nobody waits a second time");
    }

    #[wasm_bindgen_test]
    async fn a_style_that_cannot_be_fetched_keeps_no_page_back() {
        let _link = Link::to("/nowhere.css");
        let shown = show(|| page(arrived)).await;
        shown.until(".arrived").await;
    }

    #[wasm_bindgen_test]
    async fn a_page_that_cannot_be_fetched_says_so_and_can_be_tried_again() {
        let tries = Rc::new(Cell::new(0));
        let shown = show(move || {
            page(move || {
                tries.set(tries.get() + 1);
                let tries = tries.get();
                Box::pin(async move {
                    if tries < 3 { Err(NotLoaded) } else { Ok(view! { <p class="arrived"></p> }.into_any()) }
                })
            })
        })
        .await;
        assert_eq!(shown.count("[role=alert] button"), 1);
        assert_eq!(shown.count("a[rel=external]"), 0, "the first time it is the network, most likely");
        shown.click("[role=alert] button");
        settled().await;
        assert_eq!(shown.count("a[rel=external]"), 1);
        shown.click("[role=alert] button");
        settled().await;
        assert_eq!(shown.count(".arrived"), 1);
        assert_eq!(shown.count("[role=alert]"), 0);
    }
}
