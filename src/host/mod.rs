//! The admin around us: hears its messages (only from configured origins), keeps what it said, and answers in its
//! dialect. Only this module talks to the surrounding page; what the token is good for is `session`'s.

mod locale;
mod message;

pub use message::{HostContext, HostMessage};

use crate::text::Language;
use balcao_contract::locale::Locale;
use futures::channel::oneshot;
use futures::future::{Either, select};
use js_sys::{Array, JSON, Object, Reflect};
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, Window};

/// How long the host may take to answer a question.
const ANSWER: Duration = Duration::from_secs(6);
/// A host speaks by itself as the frame has loaded. The panel is often there sooner; only a host that has said nothing for so
/// long is asked, so that none has to answer twice.
const FIRST_WORD: Duration = Duration::from_secs(2);
/// After this the page says how it can be opened.
const SILENCE: Duration = Duration::from_secs(4);

/// What the host said before the panel listened: the script that starts it has kept that. Taken once; `None` where no such
/// script was there, so that the host may have spoken to nobody.
fn heard_before(window: &Window) -> Option<Vec<MessageEvent>> {
    let name = JsValue::from("balcaoHeard");
    let kept = Reflect::get(window, &name).ok()?.dyn_into::<Array>().ok()?;
    let _ = Reflect::delete_property(window, &name);
    Some(kept.iter().filter_map(|event| event.dyn_into().ok()).collect())
}

/// How the host speaks, and so how it is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dialect {
    /// An app page of the same origin: it mirrors our history by itself.
    SameOrigin,
    /// An externally hosted page.
    External,
    /// An older page.
    Older,
}

/// Whom we listen to and talk to.
struct Line {
    /// Who may be heard.
    origins: Vec<String>,
    /// Who was heard: the only one who is ever talked to.
    heard: Option<(String, Dialect)>,
    /// Those who wait for a context.
    waiting: Vec<oneshot::Sender<HostContext>>,
}

/// The admin around us; in the context of every view.
#[derive(Clone, Copy)]
pub struct Host {
    line: StoredValue<Line, LocalStorage>,
    context: RwSignal<Option<HostContext>>,
    silent: RwSignal<bool>,
    beside: RwSignal<bool>,
    site: StoredValue<Option<String>>,
    language: Language,
}

impl Host {
    /// Begins to listen, and asks a host that has not said yet who is asking.
    #[must_use]
    pub fn listen(language: Language) -> Self {
        let origins = meta("balcao-host-origins").map(|list| message::parse_origins(&list)).unwrap_or_default();
        let host = Self::with_origins(origins, language);
        if !is_embedded() {
            host.site.set_value(meta("balcao-support-site").filter(|path| message::is_path(path)));
        }
        let mut heard = None;
        if let Some(window) = web_sys::window() {
            let hear = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| host.hear(&event));
            // For as long as the page lives.
            let _ = window.add_event_listener_with_callback("message", hear.into_js_value().unchecked_ref());
            heard = heard_before(&window);
        }
        heard.iter().flatten().for_each(|event| host.hear(event));
        let wait = heard.map_or(Duration::ZERO, |_| FIRST_WORD);
        let ask = move || {
            if host.context.with_untracked(Option::is_none) {
                host.ask();
            }
        };
        let _ = set_timeout_with_handle(ask, wait);
        let _ = set_timeout_with_handle(move || host.still_nothing(), SILENCE);
        if !is_embedded() {
            host.still_nothing();
        }
        host
    }

    fn with_origins(origins: Vec<String>, language: Language) -> Self {
        Self {
            line: StoredValue::new_local(Line { origins, heard: None, waiting: Vec::new() }),
            context: RwSignal::new(None),
            silent: RwSignal::new(false),
            beside: RwSignal::new(false),
            site: StoredValue::new(None),
            language,
        }
    }

    /// The host of the nearest view. Outside of the application (a test that provides none) there is none around.
    #[must_use]
    pub fn here() -> Self {
        use_context::<Self>().unwrap_or_else(|| Self::with_origins(Vec::new(), Language::here()))
    }

    /// What the host said last; follows it.
    #[must_use]
    pub fn context(self) -> Option<HostContext> {
        self.context.get()
    }

    /// What the host said last, without following it.
    #[must_use]
    pub fn last_context(self) -> Option<HostContext> {
        self.context.get_untracked()
    }

    /// The host has not said who is asking for so long that the page should say how it can be opened; follows it.
    #[must_use]
    pub fn is_silent(self) -> bool {
        self.silent.get() && self.context.with(Option::is_none)
    }

    /// The host has spoken, and for so long sent nothing that lets anybody in: its cookie alone has to do; follows it.
    #[must_use]
    pub fn sends_no_token(self) -> bool {
        self.silent.get() && self.context.with(|context| context.as_ref().is_some_and(|known| known.token.is_none()))
    }

    /// Where one signs in when there is no host around the panel and the backend has a support site: its path.
    #[must_use]
    pub fn support_site(self) -> Option<String> {
        self.site.get_value()
    }

    /// Chooses a language where there is no host to do it, for the next visit too.
    pub fn choose_language(self, locale: Locale) {
        self.language.choose(locale);
        locale::keep(locale);
    }

    /// The host that was heard lives on our own origin, so that its cookie comes with our calls; follows it.
    #[must_use]
    pub fn is_beside(self) -> bool {
        self.beside.get()
    }

    /// This frame is Copilot's drawer beside another page of the admin; `None` where it is the Support page itself.
    /// The value is where that page is.
    #[must_use]
    pub fn support_path(self) -> Option<String> {
        self.context.with_untracked(|context| context.as_ref()?.support_path.clone())
    }

    /// Asks for a context with a new token and waits for it; `None` where none comes.
    pub async fn fresh_context(self) -> Option<HostContext> {
        let (sender, receiver) = oneshot::channel();
        let (late, too_late) = oneshot::channel::<()>();
        self.line.update_value(|line| {
            line.waiting.retain(|waiting| !waiting.is_canceled());
            line.waiting.push(sender);
        });
        let timer = set_timeout_with_handle(move || drop(late), ANSWER).ok();
        self.ask();
        let answer = match select(receiver, too_late).await {
            Either::Left((context, _)) => context.ok(),
            Either::Right(_) => None,
        };
        if let Some(timer) = timer {
            timer.clear();
        }
        answer
    }

    /// Leaves for another page of the admin; `path` begins with `/`.
    pub fn navigate(self, path: &str) {
        if !message::is_path(path) {
            return;
        }
        match self.dialect() {
            Some(Dialect::External) => self.say(&ejected("navigation", path)),
            Some(Dialect::Older | Dialect::SameOrigin) => {
                let (rest, hash) = split_before(path, '#');
                let (pathname, search) = split_before(rest, '?');
                let message = object(&[
                    ("type", "admin.navigation".into()),
                    ("pathname", pathname.into()),
                    ("search", search.into()),
                    ("hash", hash.into()),
                ]);
                self.say(&message);
            }
            None => {}
        }
    }

    /// Tells the host where in the panel we are, so that its address bar can show it. `route` begins with `/`. A
    /// drawer keeps it to itself: it lies over another page.
    pub fn mirror(self, route: &str) {
        let base = self.context.with_untracked(|context| {
            context.as_ref().filter(|context| context.support_path.is_none()).map(|context| context.base_path.clone())
        });
        if let (Some(base), Some(Dialect::External)) = (base, self.dialect()) {
            self.say(&ejected("adminRelativeNavigation", &format!("{base}{route}")));
        }
    }

    /// Tells the button in the host's bar how many requests have an unread answer, and what to call that.
    pub fn unread(self, count: u64, label: &str) {
        let data = object(&[("count", (count as f64).into()), ("label", label.into())]);
        self.say(&object(&[("id", "admin-ejected-app-message".into()), ("type", "unread".into()), ("data", data)]));
    }

    /// Closes the drawer that this frame is in.
    pub fn close(self) {
        self.say(&object(&[("id", "admin-ejected-app-message".into()), ("type", "close".into())]));
    }

    /// Shows or hides the host's own sign that something is loading, where it has one.
    pub fn loading(self, is_loading: bool) {
        if self.dialect() == Some(Dialect::SameOrigin) {
            let action = if is_loading { "START_LOADING" } else { "STOP_LOADING" };
            self.say(&object(&[("action", object(&[("type", action.into())]))]));
        }
    }

    fn dialect(self) -> Option<Dialect> {
        self.line.with_value(|line| line.heard.as_ref().map(|(_, dialect)| *dialect))
    }

    fn still_nothing(self) {
        self.silent.set(true);
        // Nobody else will name a language.
        if self.language.wanted().0.is_none() {
            self.language.choose(locale::first_choice());
        }
    }

    fn hear(self, event: &MessageEvent) {
        let origin = event.origin();
        let is_known = self.line.with_value(|line| line.origins.contains(&origin));
        if !is_known || !comes_from_around(event) {
            return;
        }
        let json = JSON::stringify(&event.data()).ok().and_then(|json| json.as_string());
        let Some(message) = json.and_then(|json| HostMessage::parse(&json)) else { return };
        self.understand(origin, message);
    }

    fn understand(self, origin: String, message: HostMessage) {
        let own = web_sys::window().and_then(|window| window.location().origin().ok());
        if own.is_some_and(|own| own == origin) && !self.beside.get_untracked() {
            self.beside.set(true);
        }
        let dialect = match &message {
            HostMessage::Context(_) => Dialect::External,
            HostMessage::Locale(_) => Dialect::SameOrigin,
            HostMessage::Greeting => Dialect::Older,
        };
        self.line.update_value(|line| {
            // A host that speaks the richest dialect may speak the others as well.
            let knows_better =
                line.heard.as_ref().is_some_and(|(known, dialect)| *known == origin && *dialect == Dialect::External);
            if !knows_better {
                line.heard = Some((origin, dialect));
            }
        });
        match message {
            HostMessage::Locale(locale) => self.language.choose(locale.unwrap_or_default()),
            HostMessage::Greeting => {}
            HostMessage::Context(context) => {
                // Told again and again: only another one than before is the host's wish, and not what a page has chosen.
                if self
                    .context
                    .with_untracked(|known| known.as_ref().is_none_or(|known| known.locale != context.locale))
                {
                    self.language.choose(context.locale.unwrap_or_default());
                }
                let waiting = self.line.try_update_value(|line| std::mem::take(&mut line.waiting)).unwrap_or_default();
                for waiting in waiting {
                    let _ = waiting.send(context.clone());
                }
                if self.context.with_untracked(|known| known.as_ref() != Some(&context)) {
                    self.context.set(Some(context));
                }
            }
        }
    }

    /// Asks for a context. Before anything was heard only the origin that really is around us is asked.
    fn ask(self) {
        let message = object(&[("id", "admin-ejected-app-message".into()), ("type", "contextRequest".into())]);
        let target = self.line.with_value(|line| match &line.heard {
            Some((origin, _)) => Some(origin.clone()),
            None => around().into_iter().find(|origin| line.origins.contains(origin)),
        });
        if let Some(target) = target {
            post(&message, &target);
        }
    }

    fn say(self, message: &JsValue) {
        let heard = self.line.with_value(|line| line.heard.as_ref().map(|(origin, _)| origin.clone()));
        if let Some(origin) = heard {
            post(message, &origin);
        }
    }
}

/// Never `*`: the browser drops the message if another origin has taken the host's place.
fn post(message: &JsValue, origin: &str) {
    if let Some(parent) = web_sys::window().and_then(|window| window.parent().ok().flatten())
        && is_embedded()
    {
        let _ = parent.post_message(message, origin);
    }
}

fn is_embedded() -> bool {
    web_sys::window().is_some_and(|window| {
        let parent = window.parent().ok().flatten();
        parent.is_some_and(|parent| !Object::is(&parent, &window))
    })
}

/// The message was sent by a page that we are in, not by a frame beside us of the same origin.
fn comes_from_around(event: &MessageEvent) -> bool {
    let (Some(window), Some(source)) = (web_sys::window(), event.source()) else { return false };
    let is = |other: Option<Window>| other.is_some_and(|other| Object::is(&other, &source));
    is(window.parent().ok().flatten()) || is(window.top().ok().flatten())
}

/// The origins around us as the browser knows them: exactly (not in Firefox), or where the page was opened from.
fn around() -> Vec<String> {
    let Some(window) = web_sys::window() else { return Vec::new() };
    let ancestors = Reflect::get(&window.location(), &"ancestorOrigins".into()).ok();
    let mut origins: Vec<String> = ancestors
        .and_then(|list| list.dyn_into::<web_sys::DomStringList>().ok())
        .map(|list| (0..list.length()).filter_map(|index| list.item(index)).collect())
        .unwrap_or_default();
    let referrer = window.document().map(|document| document.referrer()).unwrap_or_default();
    origins.extend(message::origin_of(&referrer).map(str::to_owned));
    origins
}

fn meta(name: &str) -> Option<String> {
    let document = web_sys::window()?.document()?;
    document.query_selector(&format!("meta[name={name}]")).ok()??.get_attribute("content")
}

fn ejected(kind: &str, path: &str) -> JsValue {
    object(&[
        ("id", "admin-ejected-app-message".into()),
        ("type", kind.into()),
        ("data", object(&[("path", path.into())])),
    ])
}

fn object(pairs: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in pairs {
        // Setting a property of a fresh object cannot fail.
        let _ = Reflect::set(&object, &(*name).into(), value);
    }
    object.into()
}

/// What stands before a character, and the rest with it.
fn split_before(text: &str, character: char) -> (&str, &str) {
    text.split_at(text.find(character).unwrap_or(text.len()))
}

#[cfg(all(test, target_arch = "wasm32"))]
#[allow(clippy::unwrap_used, reason = "a test may panic, its helpers too")]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn what_was_said_before_we_listened_is_heard_once() {
        let window = web_sys::window().unwrap();
        assert_eq!(heard_before(&window), None);
        let event = MessageEvent::new("message").unwrap();
        let kept = Array::of2(&event, &"no event".into());
        Reflect::set(&window, &"balcaoHeard".into(), &kept).unwrap();
        assert_eq!(heard_before(&window), Some(vec![event]));
        assert_eq!(heard_before(&window), None);
    }
}
