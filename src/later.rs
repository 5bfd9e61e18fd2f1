//! Pages whose code comes when they are first opened. The release build cuts the WebAssembly at these functions (`cargo
//! xtask size` shows the pieces); every other build has all in one piece, and the same functions answer at once.

#[cfg(all(test, target_arch = "wasm32"))]
#[allow(clippy::unwrap_used, reason = "a test may panic, its helpers too")]
mod tests;

use crate::text::{Language, Text};
use crate::ui::{Banner, BannerKind, Button, ButtonKind, PageSkeleton, PageTitle, Skeleton};
use crate::view::{effect, effect_after, view};
use futures::future::join3;
use leptos::prelude::*;
use leptos::reactive::owner::WeakOwner;
use leptos::task::{spawn_local, spawn_local_scoped};
use send_wrapper::SendWrapper;
use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
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

/// Makes `fn $name() -> AnyView` a page of its own piece of code, `$piece`. Otherwise than as a `page`: `first`, a page that needs
/// neither style nor sentences of those that come later; `aside`, something beside the page; `part`, something within it;
/// `behind`, what nobody looks at and nothing waits for.
macro_rules! later {
    ($name:ident, $piece:ident, $page:expr) => {
        $crate::later::later!($name, $piece, $page, page);
    };
    ($name:ident, $piece:ident, $page:expr, $place:ident) => {
        pub fn $name() -> leptos::prelude::AnyView {
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
    ($name:ident($given:ident: $kind:ty), $piece:ident, $page:expr, $place:ident) => {
        pub fn $name($given: $kind) -> leptos::prelude::AnyView {
            #[cfg(feature = "split")]
            #[leptos::wasm_split::wasm_split($piece, wasm_split_path = ::leptos::wasm_split, fallible)]
            fn fetched($given: $kind) -> Result<leptos::prelude::AnyView, $crate::later::NotLoaded> {
                Ok($page)
            }
            #[cfg(not(feature = "split"))]
            async fn fetched($given: $kind) -> Result<leptos::prelude::AnyView, $crate::later::NotLoaded> {
                Ok($page)
            }
            $crate::later::$place(move || Box::pin(fetched($given)))
        }
    };
}
pub(crate) use later;

/// A piece of code that is fetched ahead. Whoever opens its page fetches it again where this has failed, and says so.
pub type Fetching = Pin<Box<dyn Future<Output = ()>>>;

/// Makes `fn $name() -> Fetching`, which fetches the piece of code of a page without opening the page.
macro_rules! ahead {
    ($name:ident, $piece:ident) => {
        fn $name() -> $crate::later::Fetching {
            #[cfg(feature = "split")]
            #[leptos::wasm_split::wasm_split($piece, wasm_split_path = ::leptos::wasm_split, fallible)]
            fn fetched() -> Result<(), $crate::later::NotLoaded> {
                Ok(())
            }
            #[cfg(not(feature = "split"))]
            async fn fetched() -> Result<(), $crate::later::NotLoaded> {
                Ok(())
            }
            Box::pin(async {
                let _ = fetched().await;
            })
        }
    };
}
pub(crate) use ahead;

/// Whether the page that was opened is there; in the context of every view. What comes ahead waits for it.
#[derive(Debug, Clone, Copy)]
pub struct Settled(pub RwSignal<bool>);

/// How many pages are there whose code is here and whose content is not; in the context of every view.
#[derive(Debug, Clone, Copy)]
pub struct Unready(pub RwSignal<u32>);

/// The page that was opened is there; follows it.
pub fn is_settled() -> bool {
    let is_ready = use_context::<Unready>().is_none_or(|Unready(pages)| pages.get() == 0);
    use_context::<Settled>().is_none_or(|Settled(settled)| settled.get()) && is_ready
}

/// Called as a page's code draws it: what comes behind the page waits until it has its content, too, or is left.
pub fn unready_until(is_ready: impl Fn() -> bool + 'static) {
    let Some(Unready(pages)) = use_context() else { return };
    pages.update(|pages| *pages += 1);
    let is_counted = Rc::new(Cell::new(true));
    let counted = is_counted.clone();
    let end = move || {
        if counted.take() {
            pages.try_update(|pages| *pages -= 1);
        }
    };
    let ended = SendWrapper::new(end.clone());
    on_cleanup(move || (*ended)());
    effect(move || {
        if is_ready() {
            end();
        }
    });
}

/// After this, in milliseconds, a page that is there has asked for what it shows.
const CALM: i32 = 1_000;

/// Fetches these pieces, one after the other, when the browser has nothing else to do; not for a reader who saves data.
pub fn fetch_when_idle(pieces: &'static [fn() -> Fetching], is_wanted: impl Fn() -> bool + 'static) {
    if pieces.is_empty() || saves_data(&window().navigator()) {
        return;
    }
    let fetch = move || {
        if is_wanted() {
            spawn_local(async move {
                for piece in pieces {
                    piece().await;
                }
            });
        }
    };
    let idle = move || {
        let fetch = Closure::once_into_js(fetch);
        // Safari has no idle time to tell of.
        if window().request_idle_callback(fetch.unchecked_ref()).is_err() {
            let _ = window().set_timeout_with_callback(fetch.unchecked_ref());
        }
    };
    let idle = Closure::once_into_js(idle);
    let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(idle.unchecked_ref(), CALM);
}

/// Whether the reader has told the browser to save data; not every browser knows.
fn saves_data(navigator: &JsValue) -> bool {
    let connection = js_sys::Reflect::get(navigator, &"connection".into()).ok().filter(JsValue::is_object);
    let saves = connection.and_then(|connection| js_sys::Reflect::get(&connection, &"saveData".into()).ok());
    saves.is_some_and(|saves| saves.is_truthy())
}

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
    shown(Box::new(load), Needs::All, true)
}

/// The same for a page whose style and sentences come with the panel.
pub fn first(load: impl Fn() -> Loading + 'static) -> AnyView {
    shown(Box::new(load), Needs::Code, true)
}

/// The same for a part of a page that is there, with its style and its sentences.
pub fn part(load: impl Fn() -> Loading + 'static) -> AnyView {
    shown(Box::new(load), Needs::Code, false)
}

/// What has to be there besides its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Needs {
    Code,
    All,
}

/// One copy of the code for all pages.
fn shown(load: Box<dyn Fn() -> Loading>, needs: Needs, is_page: bool) -> AnyView {
    let language = Language::here();
    let state = RwSignal::new(State::Loading);
    let failures = RwSignal::new(0_u32);
    let drawn = StoredValue::new_local(None::<AnyView>);
    let settled = use_context::<Settled>().filter(|_| is_page);
    let tell = move |is_here| settled.and_then(|Settled(settled)| settled.try_set(is_here));
    tell(false);
    // A click runs outside of everything; the page it brings still belongs here.
    let owner = Owner::current().map(|owner| owner.downgrade());
    let fetch = StoredValue::new_local(move || {
        let loading = load();
        let owner = owner.as_ref().and_then(WeakOwner::upgrade).unwrap_or_default();
        owner.with(|| {
            spawn_local_scoped(async move {
                let outcome = arrived(loading, language, needs).await;
                let next = if outcome.is_ok() { State::Here } else { State::Failed };
                // Whoever has gone on to another page in the meantime does not need this one.
                let _ = drawn.try_update_value(|drawn| *drawn = outcome.ok());
                let _ = failures.try_update(|failures| *failures += u32::from(next == State::Failed));
                if state.try_set(next).is_none() {
                    tell(next == State::Here);
                }
            });
        });
    });
    fetch.with_value(|fetch| fetch());
    let again = Callback::new(move |()| {
        state.set(State::Loading);
        fetch.with_value(|fetch| fetch());
    });
    let shown = move || match state.get() {
        State::Loading if is_page => view! { <PageSkeleton /> }.into_any(),
        State::Loading => view! {
            <p class="visually-hidden" role="status">{language.t(Text::CommonLoading)}</p>
            <Skeleton lines=4 />
        }
        .into_any(),
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
            let title =
                is_page.then(|| view! { <PageTitle title=language.signal(Text::FrameNotLoadedTitle) /> }.into_any());
            view! {
                <div class=if is_page { "page page-narrow" } else { "" }>
                    {title}
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

/// The view, once all that it needs is here.
async fn arrived(loading: Loading, language: Language, needs: Needs) -> Result<AnyView, NotLoaded> {
    if needs == Needs::Code {
        return loading.await;
    }
    let (outcome, (), has_sentences) = join3(loading, styled(), language.pages_are_here()).await;
    outcome.and_then(|view| if has_sentences { Ok(view) } else { Err(NotLoaded) })
}

/// Between two tries of what nobody looks at, in milliseconds: at first, and at most.
const PAUSES: (i32, i32) = (1_000, 10_000);

async fn pause(milliseconds: i32) {
    let over = js_sys::Promise::new(&mut |resolve, _| {
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds);
    });
    let _ = JsFuture::from(over).await;
}

/// What nobody looks at: begun once the page is there. Nobody could try it again, so that it does by itself.
pub fn behind(load: impl Fn() -> Loading + Clone + 'static) -> AnyView {
    let is_wanted = StoredValue::new(());
    let owner = Owner::current().map(|owner| owner.downgrade());
    effect_after(move |begun: Option<bool>| {
        if begun == Some(true) || !is_settled() {
            return begun == Some(true);
        }
        if let Some(owner) = owner.as_ref().and_then(WeakOwner::upgrade) {
            let load = load.clone();
            owner.with(|| {
                spawn_local_scoped(async move {
                    let mut wait = PAUSES.0;
                    // Whoever has been signed out meanwhile needs it no more.
                    while is_wanted.try_get_value().is_some() && load().await.is_err() {
                        pause(wait).await;
                        wait = (wait * 2).min(PAUSES.1);
                    }
                });
            });
        }
        true
    });
    ().into_any()
}

/// What stands beside a page: nothing until its code is there, which comes behind the page.
pub fn aside(load: impl Fn() -> Loading + Clone + 'static) -> AnyView {
    let is_here = RwSignal::new(false);
    let drawn = StoredValue::new_local(None::<AnyView>);
    let language = Language::here();
    behind(move || {
        let loading = load();
        Box::pin(async move {
            let view = arrived(loading, language, Needs::All).await?;
            let _ = drawn.try_update_value(|drawn| *drawn = Some(view));
            let _ = is_here.try_set(true);
            Ok(().into_any())
        })
    });
    (move || is_here.get().then(|| drawn.try_update_value(Option::take).flatten())).into_any()
}
