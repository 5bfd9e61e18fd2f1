//! A reply being written: kept on this device with every word, sent once, and kept until it has arrived.

use super::sending::{Fault, Refusal, fault, is_uncertain, refusal};
use super::state::Record;
use crate::api::{ApiError, Client};
use crate::draft::{Draft, Owner, Purpose, Store, farewell, unguessable};
use crate::evidence::{Shelf, Uploads};
use crate::requests::clock::{come_back, when_online};
use crate::view::{effect, effect_after, memo};
use balcao_contract::file::FileLimits;
use balcao_contract::form::FieldKey;
use balcao_contract::id::RequestId;
use balcao_contract::status::Status;
use balcao_contract::text;
use balcao_contract::wire::{CommentBody, Request, RequestUpdate};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The answer of the draft that is the reply's text.
const BODY: &str = "body";

/// A draft, and where it is kept.
#[derive(Clone)]
pub struct Kept {
    /// The draft.
    pub draft: Draft,
    /// The device's storage; `None` where it keeps nothing.
    pub store: Option<Store>,
    /// Something was written before and is there again.
    pub restored: bool,
}

impl Kept {
    /// The reply that was begun on this device, or a new one.
    pub async fn find(owner: Owner, id: RequestId) -> Self {
        let store = Store::open().await.ok();
        let purpose = Purpose::Reply(id);
        let mut found = match &store {
            Some(store) => store.list(owner, &purpose).await.ok().and_then(|drafts| drafts.into_iter().next()),
            None => None,
        };
        // What could not be written any more when this tab last left the page: newer than what was.
        if let Some(left) = farewell::take(owner, &purpose, now())
            && found.as_ref().is_none_or(|kept| kept.id == left.id && kept.updated_at <= left.updated_at)
        {
            if let Some(store) = &store {
                store.put(&left).forget();
            }
            found = Some(left);
        }
        match found {
            Some(draft) => Self { restored: !draft.is_empty(), draft, store },
            None => Self::fresh(owner, id, store),
        }
    }

    /// A new one.
    #[must_use]
    pub fn fresh(owner: Owner, id: RequestId, store: Option<Store>) -> Self {
        Self { draft: Draft::begin(owner, Purpose::Reply(id), now()), store, restored: false }
    }
}

fn now() -> i64 {
    js_sys::Date::now() as i64
}

/// How far sending is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// Nobody has asked for it.
    Idle,
    /// As soon as the files are there.
    AwaitingFiles,
    /// Files failed: the user decides.
    FilesFailed,
    /// On its way.
    OnItsWay,
    /// Refused; everything is kept.
    Refused(Refusal, ApiError),
}

/// The state of the reply box, for one draft.
#[derive(Clone, Copy)]
pub struct Writing {
    /// What is written.
    pub text: RwSignal<String>,
    /// On a solved request: it stays solved all the same.
    pub stays: RwSignal<bool>,
    /// What is wrong with it, once it was asked to go.
    pub fault: RwSignal<Option<Fault>>,
    /// How far sending is.
    pub stage: RwSignal<Stage>,
    /// The files.
    pub uploads: Uploads,
    /// Why the last try was lost on the way: it is tried again by itself.
    pub lost: RwSignal<Option<ApiError>, LocalStorage>,
    was_solved: StoredValue<bool>,
    record: Record,
    client: Client,
    draft: StoredValue<Draft>,
    store: StoredValue<Option<Store>, LocalStorage>,
    on_sent: Callback<()>,
}

impl Writing {
    /// Goes on with a draft; `on_sent` is run once it has arrived.
    #[must_use]
    pub fn begin(record: Record, client: Client, limits: FileLimits, kept: Kept, on_sent: Callback<()>) -> Self {
        let Kept { draft, store, .. } = kept;
        let shelf = store.clone().map(|store| Shelf { store, owner: draft.owner, draft: draft.id.clone() });
        let files = draft.files.clone();
        let writing = Self {
            text: RwSignal::new(draft.answers.text(BODY).to_owned()),
            stays: RwSignal::new(false),
            fault: RwSignal::new(None),
            stage: RwSignal::new(Stage::Idle),
            uploads: Uploads::new(client, limits, shelf),
            lost: RwSignal::new_local(None),
            was_solved: StoredValue::new(false),
            record,
            client,
            draft: StoredValue::new(draft),
            store: StoredValue::new_local(store),
            on_sent,
        };
        // On a closed request nothing is sent any more, and files need not go to the backend for that.
        let is_closed = |request: &Request| request.status == Status::Closed;
        if !record.request.with_untracked(|request| request.as_ref().is_some_and(is_closed)) {
            writing.uploads.restore(files);
            writing.follow_files();
            writing.follow_leaving();
            come_back(writing.lost, move || writing.try_again());
            when_online(move || writing.try_again());
        }
        writing
    }

    /// What the files are called; follows them.
    #[must_use]
    pub fn file_names(self) -> Vec<String> {
        let here = self.uploads.files();
        let files = if here.is_empty() { self.draft.with_value(|draft| draft.files.clone()) } else { here };
        files.into_iter().map(|file| file.name).collect()
    }

    /// The last key strokes before a reload: the device's storage may not have them yet.
    fn follow_leaving(self) {
        let leaving = window_event_listener(leptos::ev::pagehide, move |_| {
            // What is on its way may arrive: the device has it as well, and forgets it then.
            if self.stage.with_untracked(|stage| *stage != Stage::OnItsWay) {
                self.draft.with_value(farewell::keep);
            }
        });
        on_cleanup(move || leaving.remove());
    }

    fn follow_files(self) {
        let files = memo(move || self.uploads.files());
        effect_after(move |before: Option<()>| {
            // Read, not only tracked: nobody else reads this memo, and one that was never read hears of nothing.
            files.with(|_| ());
            // Before, the list is empty because nobody has looked: keeping that would lose the files.
            if before.is_some() && self.uploads.is_restored() {
                self.keep();
            }
        });
        effect(move || {
            let _ = (self.uploads.outstanding(), self.uploads.failed());
            untrack(|| self.files_moved());
        });
    }

    /// What is typed.
    pub fn write(self, written: String) {
        self.fault.update(|known| {
            // A fault that was shown goes as soon as it is mended; a new one waits until the reply is asked to go.
            if known.is_some() {
                *known = fault(&written, self.has_files());
            }
        });
        self.text.set(written);
        // Whoever goes on writing says when it goes.
        if self.lost.with_untracked(Option::is_some) {
            self.lost.set(None);
        }
        self.keep();
    }

    fn has_files(self) -> bool {
        untrack(|| self.uploads.count() > 0)
    }

    /// Writes the draft to the device as it is now.
    fn keep(self) {
        self.draft.update_value(|draft| {
            draft.answers.set(FieldKey::new(BODY), self.text.get_untracked().as_str().into());
            if self.uploads.is_restored() {
                draft.files = untrack(|| self.uploads.files());
            }
            draft.updated_at = now();
            self.store.with_value(|store| match store {
                Some(store) if draft.is_empty() => store.delete(draft.owner, &draft.id).forget(),
                Some(store) => store.put(draft).forget(),
                None => {}
            });
        });
    }

    /// Sending is at work.
    #[must_use]
    pub fn is_busy(self) -> bool {
        self.stage.with(|stage| matches!(stage, Stage::AwaitingFiles | Stage::OnItsWay))
    }

    /// A click on *Send*; `false` where the text has to be mended first. A second click, while the first is at work,
    /// does nothing.
    pub fn send(self) -> bool {
        if untrack(|| self.is_busy()) {
            return true;
        }
        let fault = fault(&self.text.read_untracked(), self.has_files());
        self.fault.set(fault);
        if fault.is_some() {
            return false;
        }
        // A token may have expired while the text was written.
        self.uploads.refresh();
        self.was_solved.set_value(self.is_solved());
        self.go_on();
        true
    }

    fn is_solved(self) -> bool {
        self.record
            .request
            .with_untracked(|request| request.as_ref().is_some_and(|known| known.status == Status::Solved))
    }

    /// Sends again what was lost on the way; the same key makes a second try harmless. A request that was solved meanwhile
    /// is opened again only by somebody who knows that.
    fn try_again(self) {
        let is_lost = move || {
            self.lost.try_with_untracked(Option::is_some).unwrap_or_default()
                && self.stage.with_untracked(|stage| matches!(stage, Stage::Refused(Refusal::NotSent, _)))
        };
        if !is_lost() {
            return;
        }
        spawn_local(async move {
            let answer = self.client.request(self.record.id).await;
            // The page was left, the text is being changed, or another try was faster.
            if !is_lost() {
                return;
            }
            match answer {
                Ok(request) => {
                    self.record.request_call.put(request);
                    if self.is_solved() && !self.was_solved.get_value() {
                        self.stage.set(Stage::Refused(Refusal::Changed, ApiError::Network));
                        self.lost.set(None);
                    } else {
                        self.uploads.refresh();
                        self.go_on();
                    }
                }
                Err(error) => self.lost.set(Some(error)),
            }
        });
    }

    /// Do not send after all, while the files are still on their way.
    pub fn hold(self) {
        if self.stage.with_untracked(|stage| *stage == Stage::AwaitingFiles) {
            self.stage.set(Stage::Idle);
        }
    }

    fn files_moved(self) {
        match self.stage.get_untracked() {
            Stage::AwaitingFiles => self.go_on(),
            Stage::FilesFailed if self.uploads.failed() == 0 => self.stage.set(Stage::Idle),
            _ => {}
        }
    }

    fn go_on(self) {
        let (outstanding, failed) = untrack(|| (self.uploads.outstanding(), self.uploads.failed()));
        if outstanding.is_some() {
            self.stage.set(Stage::AwaitingFiles);
        } else if failed > 0 {
            self.stage.set(Stage::FilesFailed);
        } else {
            self.stage.set(Stage::OnItsWay);
            self.deliver();
        }
    }

    fn deliver(self) {
        let comment = CommentBody::new(text::several_lines(&self.text.read_untracked()), self.uploads.tokens());
        // "Solved" with a comment on what is solved: a word of thanks. Without it, a comment opens it again.
        let solved = (self.is_solved() && self.stays.get_untracked()).then_some(true);
        // Taken along: the page may be left before the answer comes, and the draft must go all the same.
        let draft = self.draft.get_value();
        let store = self.store.get_value();
        spawn_local(async move {
            let update = RequestUpdate { comment: Some(comment), solved: solved.into(), ..RequestUpdate::default() };
            match self.client.change_request(self.record.id, update, &draft.idempotency_key).await {
                Ok(request) => {
                    if let Some(store) = store {
                        store.delete(draft.owner, &draft.id).forget();
                    }
                    self.record.answered(self.client, request);
                    self.on_sent.try_run(());
                }
                Err(error) => self.refused(error),
            }
        });
    }

    fn refused(self, error: ApiError) {
        let refusal = refusal(&error);
        if !is_uncertain(&error) && self.draft.try_update_value(|draft| draft.idempotency_key = unguessable()).is_some()
        {
            self.keep();
        }
        match refusal {
            Refusal::Closed | Refusal::Changed | Refusal::Arrived => self.record.reload(),
            Refusal::Files => self.uploads.send_again(),
            Refusal::Full | Refusal::NotSent => {}
        }
        let is_lost = matches!(error, ApiError::Network | ApiError::Timeout | ApiError::Unavailable { .. });
        self.stage.try_set(Stage::Refused(refusal, error.clone()));
        self.lost.try_set(is_lost.then_some(error));
    }
}
