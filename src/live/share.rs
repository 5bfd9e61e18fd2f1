//! One stream for all pages of a person in one browser: whoever has the lock reads it, and tells the others. HTTP/1.1 has
//! six connections for all tabs together, and a stream would take one of them each.

use super::frames::Frame;
use crate::json;
use balcao_contract::panel::Unread;
use futures::channel::oneshot;
use js_sys::{Function, JSON, Promise, Reflect};
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::{Deserialize, Serialize};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, BroadcastChannel, MessageEvent};

/// What pages tell each other. The button of a host's page hears of `unread`, too (`public/glance.js`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Told {
    /// A page has just come, and wants to know where the stream is.
    pub asks: bool,
    /// The newest event that was known before these.
    pub before: Option<u64>,
    /// The newest event that is known now.
    pub last: Option<u64>,
    /// What came over the stream.
    pub frames: Vec<Frame>,
    /// What is unread by now.
    pub unread: Option<Unread>,
}

impl Told {
    /// Whether something happened that a page which knows of everything until `known` has not heard: that page came in
    /// the middle, or slept.
    #[must_use]
    pub fn leaves_a_gap(&self, known: Option<u64>) -> bool {
        let until = if self.frames.is_empty() { self.last } else { self.before };
        until > known && until.is_some()
    }
}

/// The way to the other pages; ends with the view.
#[derive(Clone, Copy)]
pub struct Channel(StoredValue<Option<BroadcastChannel>, LocalStorage>);

impl Channel {
    /// Joins, and runs `hear` with what others tell. Without one (a browser that has none) nobody is told anything.
    #[must_use]
    pub fn join(name: &str, hear: impl Fn(Told) + 'static) -> Self {
        let channel = BroadcastChannel::new(name).ok();
        let heard = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            let json = JSON::stringify(&event.data()).ok().and_then(|json| json.as_string()).unwrap_or_default();
            if let Ok(told) = json::read(&json) {
                hear(told);
            }
        });
        if let Some(channel) = &channel {
            channel.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        }
        let heard = StoredValue::new_local(Some(heard));
        let joined = Self(StoredValue::new_local(channel));
        on_cleanup(move || {
            if let Some(channel) = joined.0.try_update_value(Option::take).flatten() {
                channel.close();
            }
            drop(heard.try_update_value(Option::take));
        });
        joined
    }

    /// There are others to hear it, or may be.
    #[must_use]
    pub fn is_open(self) -> bool {
        self.0.try_get_value().flatten().is_some()
    }

    /// Tells all the others.
    pub fn tell(self, told: &Told) {
        let json = serde_json::to_string(told).unwrap_or_default();
        if let (Some(Some(channel)), Ok(message)) = (self.0.try_get_value(), JSON::parse(&json)) {
            let _ = channel.post_message(&message);
        }
    }
}

/// The lock, asked for; given back, or no longer asked for, when this is dropped.
pub struct Lead {
    /// Told once it is had.
    granted: oneshot::Receiver<()>,
    controller: Option<AbortController>,
    give_back: Option<Function>,
}

impl Lead {
    /// Asks for the lock of that name. Without a name, and where the browser has no locks or gives none to frames of other
    /// sites, everybody has it.
    #[must_use]
    pub fn ask(name: Option<&str>) -> Self {
        let (grant, granted) = oneshot::channel();
        let mut give_back = None;
        let held = Promise::new(&mut |resolve, _| give_back = Some(resolve));
        let controller = AbortController::new().ok();
        let callback = Closure::once_into_js(move |_: JsValue| match grant.send(()) {
            Ok(()) => JsValue::from(held),
            // Nobody waits for it any more.
            Err(()) => JsValue::UNDEFINED,
        });
        let asked = name.and_then(|name| {
            let locks = Reflect::get(&window().navigator(), &"locks".into()).ok()?;
            let request = Reflect::get(&locks, &"request".into()).ok()?.dyn_into::<Function>().ok()?;
            let options = js_sys::Object::new();
            if let Some(controller) = &controller {
                Reflect::set(&options, &"signal".into(), &controller.signal()).ok()?;
            }
            request.call3(&locks, &name.into(), &options, &callback).ok()?.dyn_into::<Promise>().ok()
        });
        spawn_local(async move {
            // Where it is refused, or no longer asked for, the callback was not run. A second run does nothing.
            let is_given = match asked {
                Some(asked) => JsFuture::from(asked).await.is_ok(),
                None => false,
            };
            if !is_given {
                let _ = callback.unchecked_into::<Function>().call1(&JsValue::UNDEFINED, &JsValue::UNDEFINED);
            }
        });
        Self { granted, controller, give_back }
    }

    /// Resolves as the lock is had.
    pub fn granted(&mut self) -> &mut oneshot::Receiver<()> {
        &mut self.granted
    }
}

impl Drop for Lead {
    fn drop(&mut self) {
        self.granted.close();
        // Without effect on a lock that was granted.
        if let Some(controller) = &self.controller {
            controller.abort();
        }
        if let Some(give_back) = &self.give_back {
            let _ = give_back.call0(&JsValue::UNDEFINED);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_knows_when_it_has_missed_something() {
        let frames = vec![Frame::default()];
        let told = |before, last, frames: &[Frame]| Told { before, last, frames: frames.to_vec(), ..Told::default() };
        let cases = [
            (told(Some(4), Some(5), &frames), Some(4), false),
            (told(Some(4), Some(5), &frames), Some(9), false),
            (told(Some(4), Some(5), &frames), Some(3), true),
            (told(Some(4), Some(5), &frames), None, true),
            (told(None, Some(5), &frames), Some(4), false),
            (told(None, Some(5), &[]), Some(5), false),
            (told(None, Some(5), &[]), Some(4), true),
            (told(None, None, &[]), Some(4), false),
            (told(None, None, &[]), None, false),
        ];
        for (told, known, missed) in cases {
            assert_eq!(told.leaves_a_gap(known), missed, "{told:?} {known:?}");
        }
    }
}
