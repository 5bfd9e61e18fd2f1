//! The connection: opened while the panel can be seen, resumed after a gap, tried again with growing pauses.

use super::frames::{Frame, Frames};
use super::pause::pause;
use super::share::{Channel, Lead, Told};
use super::{Change, Live};
use crate::api::{ApiError, Client, EventStream};
use crate::host::Host;
use crate::json;
use crate::text::{Language, Text};
use crate::view::effect;
use balcao_contract::panel::{LiveEvent, LiveKind};
use futures::channel::oneshot;
use futures::future::{Either, abortable, select};
use leptos::leptos_dom::helpers::{WindowListenerHandle, window_event_listener_untyped};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// The backend gives a sign of life every 15 s. After this the connection is dead, whatever the browser says.
const SILENCE: f64 = 40_000.0;
/// As somebody comes back to the page: a sign of life that is overdue is enough.
const OVERDUE: f64 = 20_000.0;
/// A tab that nobody has looked at for so long gives its connection back: HTTP/1.1 has six of them for all tabs.
const HIDDEN: f64 = 60_000.0;

/// What ended a wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Woken {
    /// The time is up.
    Time,
    /// The page is looked at again, or not any more; or the session was renewed.
    Page,
    /// The connection of the whole browser is back.
    Online,
}

/// Keeps the stream open as long as the view is there; `last` is the newest event of when the session began, `name` what
/// the pages of this person in this browser have in common.
pub fn keep_live(last: Option<u64>, name: &str) -> AnyView {
    let (client, live, host, language) = (Client::here(), Live::here(), Host::here(), Language::here());
    let (last, leads) = (StoredValue::new(last), StoredValue::new(false));
    let others = StoredValue::new_local(None);
    let line = Line {
        client,
        live,
        last,
        leads,
        others,
        waiting: StoredValue::new_local(None),
        is_back: StoredValue::new(false),
    };
    others.set_value(Some(Channel::join(name, move |told| line.hear(told))));
    line.tell(Told { asks: true, ..Told::default() });
    line.read_unread();
    for (event, woken) in [("visibilitychange", Woken::Page), ("online", Woken::Online)] {
        let listener = window_event_listener_untyped(event, move |_| line.wake(woken));
        on_cleanup(move || WindowListenerHandle::remove(listener));
    }
    effect(move || {
        let _ = client.renewals();
        line.wake(Woken::Page);
    });
    // The button in the host's bar shows it, and says it to who cannot see it.
    effect(move || {
        let unread = live.unread();
        host.unread(unread, &language.plural(Text::LiveUnreadOne, Text::LiveUnreadOther, unread));
    });
    let (keeping, handle) = abortable(line.keep(name.to_owned()));
    spawn_local(async move {
        let _ = keeping.await;
    });
    on_cleanup(move || handle.abort());
    ().into_any()
}

#[derive(Clone, Copy)]
struct Line {
    client: Client,
    live: Live,
    /// The newest event that is known of.
    last: StoredValue<Option<u64>>,
    /// The stream is read by this page.
    leads: StoredValue<bool>,
    others: StoredValue<Option<Channel>, LocalStorage>,
    waiting: StoredValue<Option<oneshot::Sender<Woken>>, LocalStorage>,
    /// The connection came back while nobody waited: a call was on its way, and may have gone out too early.
    is_back: StoredValue<bool>,
}

impl Line {
    async fn keep(self, name: String) {
        loop {
            while !is_visible() {
                self.wait(None).await;
            }
            if let Some(lead) = self.lead(&name).await {
                self.leads.try_set_value(true);
                let signed_out = self.read_on().await;
                self.leads.try_set_value(false);
                drop(lead);
                // Signing in again is the user's to do, and wakes us.
                if signed_out {
                    self.wait(None).await;
                }
            }
        }
    }

    /// Waits until this page is the one to read; `None` where nobody looks at it any more.
    async fn lead(self, name: &str) -> Option<Lead> {
        let is_shared = self.others.try_get_value().flatten().is_some_and(Channel::is_open);
        let mut lead = Lead::ask(is_shared.then_some(name));
        loop {
            match select(lead.granted(), Box::pin(self.wait(None))).await {
                Either::Left(_) => break,
                Either::Right(_) if !is_visible() => return None,
                Either::Right(_) => {}
            }
        }
        Some(lead)
    }

    /// Reads for as long as the page is looked at. `true`: the session has ended.
    async fn read_on(self) -> bool {
        let mut failures = 0;
        while is_visible() {
            let last = self.last.try_get_value().flatten().map(|last| last.to_string());
            let outcome = match self.client.listen(last.as_deref()).await {
                Ok(stream) => self.follow(stream).await,
                Err(error) => Err(error),
            };
            let told = outcome.as_ref().err().and_then(ApiError::retry_after);
            match outcome {
                Err(ApiError::SignedOut) => return true,
                Ok(true) => failures = 0,
                _ => failures += 1,
            }
            // Back on the network: what failed before says nothing about it.
            if self.rest(pause(failures, told, js_sys::Math::random()), told.is_some()).await == Woken::Online {
                failures = 0;
            }
        }
        false
    }

    /// Waits so many milliseconds. Who comes back to the page is connected sooner, unless the backend `told` us to wait: tabs
    /// that are looked at in turns would ask it again and again.
    async fn rest(self, milliseconds: u32, told: bool) -> Woken {
        let until = now() + f64::from(milliseconds);
        while told || is_visible() {
            let woken = self.wait(Some((until - now()).max(0.0))).await;
            if woken == Woken::Time || !told {
                return woken;
            }
        }
        Woken::Page
    }

    /// Reads until the stream ends. `Ok(true)`: something came.
    async fn follow(self, mut stream: EventStream) -> Result<bool, ApiError> {
        let mut frames = Frames::default();
        let mut heard = false;
        let (mut heard_at, mut seen_at) = (now(), now());
        loop {
            let mut next = Box::pin(stream.next());
            // What is being read must not be dropped in the middle: a piece would be lost.
            let piece = loop {
                match select(next, Box::pin(self.wait(Some(SILENCE)))).await {
                    Either::Left((piece, _)) => break piece?,
                    Either::Right((woken, rest)) => {
                        let silent = now() - heard_at;
                        let is_dead = silent >= SILENCE || (woken != Woken::Time && silent >= OVERDUE);
                        if is_dead || woken == Woken::Online {
                            return Ok(heard);
                        }
                        next = rest;
                    }
                }
            };
            let Some(piece) = piece else { return Ok(heard) };
            heard_at = now();
            heard = true;
            let whole = frames.feed(&piece);
            if !whole.is_empty() {
                self.come(whole);
            }
            if is_visible() {
                seen_at = now();
            } else if now() - seen_at >= HIDDEN {
                return Ok(true);
            }
        }
    }

    /// Something came over the stream: the others hear of it as well.
    fn come(self, frames: Vec<Frame>) {
        let before = self.last.try_get_value().flatten();
        if self.take(&frames) {
            self.read_unread();
        }
        let last = self.last.try_get_value().flatten();
        self.tell(Told { before, last, frames, ..Told::default() });
    }

    /// Another page told something.
    fn hear(self, told: Told) {
        let known = self.last.try_get_value().flatten();
        if told.asks && self.leads.try_get_value().unwrap_or_default() {
            self.tell(Told { last: known, ..Told::default() });
        }
        if told.leaves_a_gap(known) {
            self.live.tell(Change::Anything);
        } else {
            self.take(&told.frames);
        }
        self.last.try_set_value(known.max(told.last));
        if let Some(unread) = told.unread {
            self.live.take_unread(unread.count, unread.request_ids);
        }
    }

    fn tell(self, told: Told) {
        if let Some(others) = self.others.try_get_value().flatten() {
            others.tell(&told);
        }
    }

    fn read_unread(self) {
        spawn_local(async move {
            if let Ok(unread) = self.client.unread().await {
                self.live.take_unread(unread.count, unread.request_ids.clone());
                self.tell(Told { unread: Some(unread), ..Told::default() });
            }
        });
    }

    /// Tells what came at once, each request once. `true`: what is unread may be something else now.
    fn take(self, whole: &[Frame]) -> bool {
        let mut changes = Vec::new();
        let mut is_read_again = false;
        for frame in whole {
            if let Some(id) = frame.id.as_ref().and_then(|id| id.parse().ok()) {
                self.last.try_set_value(Some(id));
            }
            match frame.name.as_str() {
                "request" => {
                    let Ok(event) = json::read::<LiveEvent>(&frame.data) else { continue };
                    is_read_again |= event.own && event.kind == LiveKind::Commented;
                    let change = if event.own { Change::Own } else { Change::Colleagues }(event.request_id);
                    if !changes.contains(&change) {
                        changes.push(change);
                    }
                }
                "resync" => {
                    changes = vec![Change::Anything];
                    is_read_again = true;
                }
                _ => is_read_again = true,
            }
        }
        for change in changes {
            self.live.tell(change);
        }
        is_read_again
    }

    /// Waits for so many milliseconds, or until something happens to the page.
    async fn wait(self, milliseconds: Option<f64>) -> Woken {
        if self.is_back.try_update_value(std::mem::take).unwrap_or_default() {
            return Woken::Online;
        }
        let (sender, woken) = oneshot::channel();
        let _ = self.waiting.try_update_value(|waiting| *waiting = Some(sender));
        let Some(milliseconds) = milliseconds else { return woken.await.unwrap_or(Woken::Time) };
        let (late, too_late) = oneshot::channel::<()>();
        let timer = set_timeout_with_handle(move || drop(late), Duration::from_millis(milliseconds as u64)).ok();
        let timer = Timer(timer);
        let woken = match select(woken, too_late).await {
            Either::Left((woken, _)) => woken.unwrap_or(Woken::Time),
            Either::Right(_) => Woken::Time,
        };
        drop(timer);
        woken
    }

    fn wake(self, woken: Woken) {
        let told = match self.waiting.try_update_value(Option::take).flatten() {
            Some(sender) => sender.send(woken).is_ok(),
            None => false,
        };
        if !told && woken == Woken::Online {
            self.is_back.try_set_value(true);
        }
    }
}

/// Cleared when nobody waits any more.
struct Timer(Option<TimeoutHandle>);

impl Drop for Timer {
    fn drop(&mut self) {
        if let Some(timer) = self.0.take() {
            timer.clear();
        }
    }
}

fn now() -> f64 {
    js_sys::Date::now()
}

fn is_visible() -> bool {
    document().visibility_state() == web_sys::VisibilityState::Visible
}
