//! What is known of one request: the request itself and its thread, read side by side.

use crate::api::{ApiError, Client, Thread};
use crate::live::Live;
use crate::requests::clock::{come_back, read_again};
use crate::requests::fetched::Fetched;
use crate::text::Language;
use crate::view::{effect, effect_after, memo};
use balcao_contract::file::FileLimits;
use balcao_contract::form::Form;
use balcao_contract::id::RequestId;
use balcao_contract::panel::ReopenClockEnvelope;
use balcao_contract::status::ShownStatus;
use balcao_contract::wire::{Comment, Request, User};
use leptos::prelude::*;
use std::time::Duration;

/// A request that is here waits so long for what belongs to it.
const PATIENCE: Duration = Duration::from_secs(1);

/// What the page shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    /// Nothing has arrived yet.
    Skeleton,
    /// The request.
    Shown,
    /// There is none, or it is somebody else's.
    NotFound,
    /// It did not arrive.
    Failed,
}

/// The screen for what has arrived and how the last call failed. What is gone is not shown any longer; what could not
/// be refreshed stays.
#[must_use]
pub const fn screen(arrived: bool, failure: Option<&ApiError>) -> Screen {
    match (arrived, failure) {
        (_, Some(ApiError::NotFound)) => Screen::NotFound,
        (true, _) => Screen::Shown,
        (false, Some(_)) => Screen::Failed,
        (false, None) => Screen::Skeleton,
    }
}

/// Somebody from support has answered.
#[must_use]
pub fn is_answered(request: &Request, thread: &Thread) -> bool {
    let is_agent = |comment: &Comment, people: &[User]| {
        comment.author_id != request.requester_id
            && people.iter().find(|person| person.id == comment.author_id).is_none_or(|person| person.agent)
    };
    thread.comments.iter().any(|comment| comment.public && is_agent(comment, &thread.people))
}

/// Nobody from support has answered yet: the promise of a first response still counts. Only where the thread is known.
#[must_use]
pub fn awaits_first_response(request: &Request, thread: Option<&Thread>) -> bool {
    request.status.shown() == ShownStatus::Open && thread.is_some_and(|thread| !is_answered(request, thread))
}

/// The state of the page, given to its parts.
#[derive(Clone, Copy)]
pub struct Record {
    /// Which request.
    pub id: RequestId,
    /// The request as it arrived last.
    pub request: Memo<Option<Request>>,
    /// The thread as it arrived last.
    pub thread: Memo<Option<Thread>>,
    /// What the page shows.
    pub screen: Memo<Screen>,
    /// The calls behind it.
    pub request_call: Fetched<Request>,
    /// The calls behind the thread.
    pub thread_call: Fetched<Thread>,
    /// The form that it came from, in the reader's language.
    pub form_call: Fetched<Form>,
    /// The calls behind its clocks.
    pub clock_call: Fetched<ReopenClockEnvelope>,
    is_patient: RwSignal<bool>,
    again: RwSignal<u32>,
    form_again: RwSignal<u32>,
}

impl Record {
    /// Reads the request and its thread, and again as the tab is looked at again.
    #[must_use]
    pub fn begin(client: Client, id: RequestId) -> Self {
        let record = Self::of_calls(id, Fetched::new(), Fetched::new());
        let read = move || record.request_call.fetch(Box::pin(client.request(id)));
        let read_thread = move || record.thread_call.fetch(Box::pin(client.thread(id)));
        effect(move || {
            record.again.track();
            let _ = client.renewals();
            read();
            read_thread();
        });
        let language = Language::here();
        effect(move || {
            record.form_again.track();
            let _ = client.renewals();
            let locale = language.locale();
            record.form_call.fetch(Box::pin(client.form_of_request(id, locale)));
        });
        // Solved, reopened, solved again: another clock each time.
        let running = record.of(|request| {
            let shown = request.status.shown();
            matches!(shown, ShownStatus::Open | ShownStatus::Solved).then_some((shown, request.updated_at))
        });
        effect(move || match running.get() {
            None => {}
            Some(None) => record.clock_call.put(ReopenClockEnvelope::default()),
            Some(Some(_)) => record.clock_call.fetch(Box::pin(client.clock(id))),
        });
        effect_after(move |waits: Option<bool>| {
            if waits != Some(true) && record.request.with(Option::is_some) {
                let give_up = move || {
                    record.is_patient.try_set(false);
                };
                set_timeout(give_up, PATIENCE);
                return true;
            }
            waits.unwrap_or_default()
        });
        Live::here().on_change(move |change| {
            if change.concerns(id) {
                record.reload();
            }
        });
        read_again(move || record.reload());
        come_back(record.request_call.failure(), read);
        come_back(record.thread_call.failure(), read_thread);
        come_back(record.form_call.failure(), move || record.reload_form());
        record
    }

    /// Reads the form again.
    pub fn reload_form(self) {
        self.form_again.update(|times| *times += 1);
    }

    /// What may be attached to a reply: what the form takes, once that is known; the usual limits where it is not to be
    /// had. The backend has the last word in any case.
    #[must_use]
    pub fn limits(self) -> Option<FileLimits> {
        let known = self.form_call.value().with(|form| Some(form.as_ref()?.file_limits.clone()));
        known.or_else(|| self.form_call.failure().with(Option::is_some).then(FileLimits::default))
    }

    fn of_calls(id: RequestId, request_call: Fetched<Request>, thread_call: Fetched<Thread>) -> Self {
        let request = memo(move || request_call.value().get());
        let (form_call, clock_call) = (Fetched::new(), Fetched::new());
        let is_patient = RwSignal::new(true);
        let is_whole = move || thread_call.is_settled() && form_call.is_settled() && clock_call.is_settled();
        let screen = Memo::new(move |before: Option<&Screen>| {
            let arrived = request.with(Option::is_some);
            // What came in one after the other would push each other down the page.
            let waits = before.is_none_or(|before| *before == Screen::Skeleton) && is_patient.get() && !is_whole();
            request_call.failure().with(|failure| screen(arrived && (!waits || failure.is_some()), failure.as_ref()))
        });
        Self {
            id,
            request,
            thread: memo(move || thread_call.value().get()),
            screen,
            request_call,
            thread_call,
            form_call,
            clock_call,
            is_patient,
            again: RwSignal::new(0),
            form_again: RwSignal::new(0),
        }
    }

    /// Reads both again.
    pub fn reload(self) {
        self.again.update(|times| *times += 1);
    }

    /// Takes the request as the answer to a write tells it, and reads the thread again.
    pub fn answered(self, client: Client, request: Request) {
        self.request_call.put(request);
        self.thread_call.fetch(Box::pin(client.thread(self.id)));
    }

    /// Something of the request, once it is there.
    pub fn of<T: PartialEq + Send + Sync + 'static>(self, look: fn(&Request) -> T) -> Memo<Option<T>> {
        memo(move || self.request.with(|request| request.as_ref().map(look)))
    }
}

#[cfg(test)]
#[cfg(target_arch = "wasm32")]
impl Record {
    /// A request that nobody fetches.
    pub fn sample(id: RequestId) -> Self {
        let record = Self::of_calls(id, Fetched::new(), Fetched::new());
        record.is_patient.set(false);
        record
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::requests::sample;

    #[test]
    fn what_is_gone_is_not_found_and_what_is_late_stays() {
        let cases = [
            (false, None, Screen::Skeleton),
            (true, None, Screen::Shown),
            (false, Some(ApiError::Network), Screen::Failed),
            (true, Some(ApiError::Network), Screen::Shown),
            (false, Some(ApiError::NotFound), Screen::NotFound),
            (true, Some(ApiError::NotFound), Screen::NotFound),
        ];
        for (arrived, failure, expected) in cases {
            assert_eq!(screen(arrived, failure.as_ref()), expected, "{arrived} {failure:?}");
        }
    }

    #[test]
    fn the_promise_counts_until_support_answers() {
        let thread = |authors: &[u64]| Thread {
            comments: authors.iter().map(|author| sample::comment(*author)).collect(),
            people: vec![sample::person(1, false), sample::person(2, true), sample::person(3, false)],
        };
        let cases: [(&str, Option<Thread>, bool); 9] = [
            ("new", Some(thread(&[1])), true),
            ("open", Some(thread(&[1, 1])), true),
            ("open", Some(thread(&[1, 3])), true),
            ("hold", Some(thread(&[1])), true),
            ("open", Some(thread(&[1, 2])), false),
            ("open", Some(thread(&[1, 9])), false),
            ("pending", Some(thread(&[1])), false),
            ("solved", Some(thread(&[1])), false),
            ("open", None, false),
        ];
        for (status, thread, awaited) in cases {
            let request = sample::request(7, status);
            assert_eq!(awaits_first_response(&request, thread.as_ref()), awaited, "{status} {thread:?}");
        }
    }
}
