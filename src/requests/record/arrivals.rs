//! Answers that come while the page lies open: said once, marked, and read as they come into view. What is being typed
//! stays where it is on the screen.

use super::reply::REPLY_SECTION;
use super::seen::Watching;
use super::state::Record;
use super::thread::{Written, comment_id, focus_on_comment};
use crate::api::Client;
use crate::live::Live;
use crate::requests::author::Author;
use crate::requests::clock::is_visible;
use crate::text::{Language, Text};
use crate::view::{effect, memo, view};
use balcao_contract::id::CommentId;
use leptos::leptos_dom::helpers::{WindowListenerHandle, window_event_listener_untyped};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// An answer, and who wrote it, where that is told.
type Answer = (CommentId, Option<String>);

/// What others wrote that is there now and was not there before: the support team, or colleagues who share the request.
#[must_use]
fn new_answers(before: &[CommentId], now: &[Written]) -> Vec<Answer> {
    let is_new = |id: CommentId| !before.contains(&id);
    let answer = |(comment, author): &Written| match author {
        _ if !is_new(comment.id) => None,
        Author::Support(name) => Some((comment.id, name.clone())),
        Author::Colleague(name) => Some((comment.id, Some(name.clone()))),
        Author::You => None,
    };
    now.iter().filter_map(answer).collect()
}

/// What has come since the page was opened.
#[derive(Clone, Copy)]
pub struct Arrivals {
    fresh: RwSignal<Vec<CommentId>>,
    unseen: RwSignal<Option<CommentId>>,
    said: RwSignal<Option<Answer>>,
}

impl Arrivals {
    /// Follows a thread, and notes what was read.
    #[must_use]
    pub fn follow(record: Record, written: Memo<Option<Vec<Written>>>) -> Self {
        let arrivals =
            Self { fresh: RwSignal::new(Vec::new()), unseen: RwSignal::new(None), said: RwSignal::new(None) };
        let before = StoredValue::new(None::<Vec<CommentId>>);
        effect(move || {
            written.with(|now| {
                let Some(now) = now else { return };
                let ids = now.iter().map(|(comment, _)| comment.id).collect();
                // What is there as the page opens is not said again.
                if let Some(before) = before.try_update_value(|before| before.replace(ids)).flatten() {
                    arrivals.take(&new_answers(&before, now));
                }
            });
        });
        let watching = StoredValue::new_local(None::<Watching>);
        effect(move || {
            let element = arrivals.unseen.get().and_then(|id| document().get_element_by_id(&comment_id(id)));
            let seen = move || {
                arrivals.unseen.try_set(None);
            };
            watching.set_value(element.and_then(|element| Watching::begin(&element, &seen)));
        });
        on_cleanup(move || drop(watching.try_update_value(Option::take)));
        arrivals.note_read(record, written);
        arrivals
    }

    fn take(self, answers: &[Answer]) {
        let Some(last) = answers.last() else { return };
        self.fresh.update(|fresh| fresh.extend(answers.iter().map(|(id, _)| *id)));
        self.unseen.update(|unseen| *unseen = unseen.or(answers.first().map(|(id, _)| *id)));
        self.said.set(Some(last.clone()));
    }

    /// What is on the page is read, if somebody looks at the page, as soon as nothing new is out of sight.
    fn note_read(self, record: Record, written: Memo<Option<Vec<Written>>>) {
        let (client, live) = (Client::here(), Live::here());
        let visible = RwSignal::new(is_visible());
        let listener = window_event_listener_untyped("visibilitychange", move |_| {
            visible.try_set(is_visible());
        });
        on_cleanup(move || WindowListenerHandle::remove(listener));
        let newest = memo(move || written.with(|now| now.as_ref()?.iter().map(|(comment, _)| comment.id).max()));
        effect(move || {
            let (Some(newest), None) = (newest.get(), self.unseen.get()) else { return };
            if visible.get() && live.is_unread(record.id) {
                spawn_local(async move {
                    if let Ok(unread) = client.note_read(record.id, newest).await {
                        live.take_unread(unread.count, unread.request_ids);
                    }
                });
            }
        });
    }

    /// Whether a comment came while the page lay open; follows it.
    #[must_use]
    pub fn is_fresh(self, id: CommentId) -> bool {
        self.fresh.with(|fresh| fresh.contains(&id))
    }
}

/// Says that an answer came, and leads to it where it is out of sight.
pub fn news(arrivals: Arrivals) -> AnyView {
    let language = Language::here();
    let said = move || {
        arrivals.said.with(|said| {
            let (_, name) = said.as_ref()?;
            let name = name.clone().unwrap_or_else(|| language.text(Text::RequestSupport));
            Some(language.text_with(Text::LiveArrived, &[("name", &name)]))
        })
    };
    let show = move |_| {
        if let Some(id) = arrivals.unseen.get_untracked() {
            arrivals.unseen.set(None);
            focus_on_comment(id);
        }
    };
    let lead = move || {
        arrivals.unseen.get().map(|_| {
            view! {
                <button type="button" class="button button-primary thread-news" on:click=show>
                    {language.t(Text::LiveNew)}
                </button>
            }
            .into_any()
        })
    };
    view! {
        <p class="visually-hidden" role="status">{said}</p>
        {lead}
    }
    .into_any()
}

/// Keeps the reply box where it is on the screen while something is put in above it, if somebody writes there. Called
/// just before the thread is drawn anew.
pub fn hold_reply() {
    let section =
        document().get_element_by_id(REPLY_SECTION).and_then(|section| section.dyn_into::<HtmlElement>().ok());
    let Some(section) = section else { return };
    if !document().active_element().is_some_and(|active| section.contains(Some(&active))) {
        return;
    }
    let before = section.offset_top();
    request_animation_frame(move || {
        let moved = section.offset_top() - before;
        if moved != 0 {
            window().scroll_by_with_x_and_y(0.0, f64::from(moved));
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::requests::sample;

    #[test]
    fn only_answers_that_were_not_there_before_are_news() {
        let id = |number: u64| CommentId::try_from(number).unwrap();
        let marina = || Author::Support(Some("Marina".to_owned()));
        let written = |author: u64, who: Author| (sample::comment(author), who);
        let now = [
            written(1, Author::You),
            written(2, marina()),
            written(3, Author::Colleague("Bruno".to_owned())),
            written(4, Author::Support(None)),
        ];
        let cases = [
            (vec![101, 102, 103, 104], vec![]),
            (vec![101, 102, 103], vec![(id(104), None)]),
            (vec![101, 102], vec![(id(103), Some("Bruno".to_owned())), (id(104), None)]),
            (vec![102, 103, 104], vec![]),
        ];
        for (before, expected) in cases {
            let before: Vec<CommentId> = before.into_iter().map(id).collect();
            assert_eq!(new_answers(&before, &now), expected, "{before:?}");
        }
    }
}
