//! Sending: the files first, then the request, once. What happens on the way is `sending`'s to decide.

use super::address::Place;
use super::compose::compose;
use super::engine::Engine;
use super::problems::{Problems, only_uploads_are_invalid};
use super::sending::{Next, Sending};
use super::steps;
use crate::api::ApiError;
use crate::view::effect;
use balcao_contract::wire::{NewRequest, NewRequestEnvelope, Request, error_name};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

impl Engine {
    /// Goes on by itself when the files have arrived, and when the connection is back, for as long as the review is shown: a wish
    /// to send ends with leaving it, whoever goes back to change something is not done.
    pub(super) fn send_when_ready(self) {
        // What was on its way as the review was left may have failed meanwhile.
        self.stop_waiting();
        effect(move || {
            let (outstanding, failed) = (self.uploads.outstanding(), self.uploads.failed());
            let next = self.sending.try_maybe_update(|sending| {
                let before = sending.clone();
                let next = sending.files_moved(outstanding, failed);
                (*sending != before, next)
            });
            if next == Some(Next::Send) {
                self.post(0);
            }
        });
        let online = window_event_listener(leptos::ev::online, move |_| self.try_again());
        on_cleanup(move || {
            online.remove();
            self.stop_waiting();
        });
    }

    fn stop_waiting(self) {
        self.stop_retrying();
        self.sending.try_maybe_update(|sending| {
            let waits = !matches!(sending, Sending::OnItsWay | Sending::Idle);
            if waits {
                *sending = Sending::Idle;
            }
            (waits, ())
        });
    }

    /// *Send*.
    pub fn send(self) {
        if self.sending.with_untracked(Sending::is_busy) {
            return;
        }
        self.save();
        let files = untrack(|| self.uploads.count());
        let faults = self
            .form
            .with_untracked(|form| self.answers.with_untracked(|answers| steps::faults_of_form(form, answers, files)));
        if !faults.is_empty() {
            self.show(Problems::found(faults));
            return;
        }
        self.problems.set(Problems::default());
        self.uploads.refresh();
        self.begin(0);
    }

    /// The files have failed: sends them again, and then the request.
    pub fn retry_files_and_send(self) {
        self.uploads.retry_all();
        self.begin(0);
    }

    /// Sends without the files that failed.
    pub fn send_without_failed(self) {
        self.uploads.remove_failed();
        self.send();
    }

    /// Does not send after all, as long as only files are waited for.
    pub fn do_not_send_yet(self) {
        if self.sending.with_untracked(|sending| *sending == Sending::AwaitingFiles) {
            self.sending.set(Sending::Idle);
        }
    }

    fn begin(self, tries: u32) {
        let (outstanding, failed) = untrack(|| (self.uploads.outstanding(), self.uploads.failed()));
        let next = self.sending.try_update(|sending| sending.begin(outstanding, failed));
        if next == Some(Next::Send) {
            self.post(tries);
        }
    }

    fn post(self, tries: u32) {
        self.stop_retrying();
        let Some(body) = self.body() else { return };
        let key = self.draft.try_update_value(|draft| {
            if !draft.attempts.contains(&body) {
                draft.attempts.push(body.clone());
            }
            draft.idempotency_key.clone()
        });
        let Some(key) = key else { return };
        self.save();
        spawn_local(async move {
            match self.client.open_request(body.clone(), &key).await {
                Ok(request) => self.opened(&request),
                Err(error) if error.is_named(error_name::IDEMPOTENT_REQUEST) => self.find_opened(&key, error).await,
                Err(error) => self.refused(&body, error, tries),
            }
        });
    }

    fn body(self) -> Option<String> {
        let tokens = self.uploads.tokens();
        let request =
            self.form.with_untracked(|form| self.answers.with_untracked(|answers| compose(form, answers, tokens)));
        let via_followup_source_id = self.draft.try_with_value(|draft| draft.followup_source).flatten().into();
        serde_json::to_string(&NewRequestEnvelope { request: NewRequest { via_followup_source_id, ..request } }).ok()
    }

    /// An attempt that was thought lost had arrived, before the answers were changed. Sending that very body again
    /// brings back the request that came of it.
    async fn find_opened(self, key: &str, error: ApiError) {
        let attempts = self.draft.try_with_value(|draft| draft.attempts.clone()).unwrap_or_default();
        for attempt in attempts {
            if let Ok(request) = self.client.open_request(attempt, key).await {
                self.opened(&request);
                return;
            }
        }
        self.sending.try_update(|sending| sending.fail(error, 0));
    }

    /// There is a request: the draft has done its work, and so has the late reply that it took along.
    fn opened(self, request: &Request) {
        self.forget_late_reply();
        if self.sending.try_get_untracked().is_none() {
            // The page was left while this was on its way; the draft must not come back all the same.
            self.forget();
            return;
        }
        let sent = self.address().to(Place::Sent(request.id));
        self.forget();
        self.navigation.replace(&sent);
    }

    fn refused(self, attempt: &str, error: ApiError, tries: u32) {
        let is_certain = matches!(
            error,
            ApiError::Invalid(_)
                | ApiError::Forbidden(_)
                | ApiError::Conflict(_)
                | ApiError::TooLarge
                | ApiError::NotFound
        );
        if is_certain {
            self.draft.try_update_value(|draft| draft.attempts.retain(|known| known != attempt));
        }
        if let ApiError::Invalid(body) = &error {
            if only_uploads_are_invalid(body) && tries == 0 && untrack(|| self.uploads.count()) > 0 {
                // The backend knows the tokens no longer; the device still has the bytes.
                self.sending.try_set(Sending::AwaitingFiles);
                self.uploads.send_again();
                return;
            }
            if self.sending.try_set(Sending::Idle).is_none() {
                let problems = self.form.with_untracked(|form| Problems::said(form, body));
                if !problems.is_empty() {
                    self.show(problems);
                    return;
                }
            }
        }
        self.sending.try_update(|sending| sending.fail(error, tries));
        if let Some(pause) = self.sending.try_with_untracked(Sending::pause).flatten() {
            let again = move || self.try_again();
            let timer = set_timeout_with_handle(again, Duration::from_secs(u64::from(pause)));
            self.retry.try_set_value(timer.ok());
        }
    }

    /// Tries again what nobody had to ask for.
    fn try_again(self) {
        let tries = self.sending.try_with_untracked(|sending| match sending {
            Sending::Failed { tries, .. } => sending.pause().map(|_| tries + 1),
            _ => None,
        });
        if let Some(Some(tries)) = tries {
            self.begin(tries);
        }
    }

    pub(super) fn stop_retrying(self) {
        if let Some(timer) = self.retry.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    }
}
