//! A form at work: its definition, the answers, what is wrong with them, and where they are kept.

use super::address::{Address, Place};
use super::navigation::Navigation;
use super::opening::{Opened, forget_reply};
use super::problems::Problems;
use super::sending::Sending;
use super::steps;
use crate::api::Client;
use crate::draft::{Draft, DraftFile, Store, StoreError, farewell};
use crate::evidence::{Shelf, Uploads};
use balcao_contract::answers::{AnswerValue, Answers};
use balcao_contract::form::{FieldKey, Form};
use balcao_contract::validation::FaultKind;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// How long after a change a draft is saved, with what was changed meanwhile.
const CALM: Duration = Duration::from_millis(300);

/// Everything the pages of one open form share.
#[derive(Clone, Copy)]
pub struct Engine {
    pub(super) client: Client,
    pub(super) navigation: Navigation,
    pub(super) form: RwSignal<Form>,
    pub(super) answers: RwSignal<Answers>,
    pub(super) problems: RwSignal<Problems>,
    pub(super) sending: RwSignal<Sending>,
    pub(super) uploads: Uploads,
    /// Grows whenever the error summary should take the focus.
    pub(super) summons: RwSignal<u32>,
    /// When the draft that was found unasked was last changed; until the reader has dealt with it.
    pub(super) came_back: RwSignal<Option<i64>>,
    pub(super) draft: StoredValue<Draft>,
    pub(super) retry: StoredValue<Option<TimeoutHandle>>,
    store: StoredValue<Option<Store>, LocalStorage>,
    unkept: RwSignal<Option<StoreError>>,
    /// Sent or discarded: nothing may bring the draft back.
    sealed: StoredValue<bool>,
    timer: StoredValue<Option<TimeoutHandle>>,
    files: Memo<Vec<DraftFile>>,
    /// A pointer is down.
    pressed: StoredValue<bool>,
    left_while_pressed: StoredValue<Vec<(FieldKey, bool)>>,
}

impl Engine {
    /// Sets a form to work. Called within the owner of the page that shows it.
    pub fn new(client: Client, navigation: Navigation, form: Form, opened: Opened) -> Self {
        let Opened { draft, came_back, store } = opened;
        let shelf = store.clone().map(|store| Shelf { store, owner: draft.owner, draft: draft.id.clone() });
        let uploads = Uploads::new(client, form.file_limits.clone(), shelf);
        let unkept = store.is_none().then_some(StoreError::Unavailable);
        let engine = Self {
            client,
            navigation,
            form: RwSignal::new(form),
            answers: RwSignal::new(draft.answers.clone()),
            problems: RwSignal::new(Problems::default()),
            sending: RwSignal::new(Sending::Idle),
            uploads,
            summons: RwSignal::new(0),
            came_back: RwSignal::new(came_back.then_some(draft.updated_at)),
            draft: StoredValue::new(draft.clone()),
            retry: StoredValue::new(None),
            store: StoredValue::new_local(store),
            unkept: RwSignal::new(unkept),
            sealed: StoredValue::new(false),
            timer: StoredValue::new(None),
            files: Memo::new(move |_| uploads.files()),
            pressed: StoredValue::new(false),
            left_while_pressed: StoredValue::new(Vec::new()),
        };
        if !draft.files.is_empty() {
            uploads.restore(draft.files);
        }
        uploads.take_pasted();
        engine.keep_saved();
        engine.follow_the_pointer();
        engine.send_when_ready();
        engine
    }

    /// Saves a moment after each change, and at once when the page may be going away.
    fn keep_saved(self) {
        Effect::new(move |before: Option<()>| {
            self.answers.track();
            // Read and not only tracked: a memo that nobody reads is never worked out.
            self.files.with(Vec::len);
            if before.is_some() {
                self.save_soon();
            }
        });
        let leaving = window_event_listener(leptos::ev::pagehide, move |_| {
            self.save();
            if !self.is_sealed() {
                farewell::keep(&self.snapshot());
            }
        });
        let hidden = window_event_listener(leptos::ev::visibilitychange, move |_| self.save());
        let unsaved = window_event_listener(leptos::ev::beforeunload, move |event| {
            // Asked only where leaving really loses something.
            if self.is_unkept_untracked() && !self.snapshot().is_empty() && !self.is_sealed() {
                event.prevent_default();
            }
        });
        on_cleanup(move || {
            leaving.remove();
            hidden.remove();
            unsaved.remove();
            self.save();
            self.stop_retrying();
        });
    }

    /// Knows whether a pointer is down, and does after it what was put off.
    fn follow_the_pointer(self) {
        let down = window_event_listener(leptos::ev::pointerdown, move |_| self.pressed.set_value(true));
        let released = move || {
            self.pressed.set_value(false);
            // The click comes after this event, and has found its target by the next task.
            set_timeout(
                move || {
                    let left = self.left_while_pressed.try_update_value(std::mem::take).unwrap_or_default();
                    left.iter().for_each(|(key, changed)| self.look_again(key, *changed));
                },
                Duration::ZERO,
            );
        };
        let up = window_event_listener(leptos::ev::pointerup, move |_| released());
        let cancelled = window_event_listener(leptos::ev::pointercancel, move |_| released());
        on_cleanup(move || {
            down.remove();
            up.remove();
            cancelled.remove();
        });
    }

    /// Not put off by further keys: whoever types without a pause is saved as well.
    fn save_soon(self) {
        if self.timer.try_with_value(Option::is_some).unwrap_or(true) {
            return;
        }
        let timer = set_timeout_with_handle(move || self.save(), CALM);
        self.timer.set_value(timer.ok());
    }

    fn stop_timer(self) {
        if let Some(timer) = self.timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    }

    /// Saves now. An empty draft that was never kept is not worth a record.
    pub fn save(self) {
        self.stop_timer();
        if self.is_sealed() {
            return;
        }
        let draft = self.snapshot();
        if draft.is_empty() && draft.step.is_none() {
            return;
        }
        let written = self.store.try_with_value(|store| store.as_ref().map(|store| store.put(&draft))).flatten();
        if let Some(written) = written {
            spawn_local(async move {
                self.unkept.try_set(written.done().await.err());
            });
        }
    }

    /// The draft as it is now.
    fn snapshot(self) -> Draft {
        let answers = self.answers.try_get_untracked();
        let files = self.files.try_get_untracked();
        let draft = self.draft.try_update_value(|draft| {
            let restored = self.uploads.is_restored();
            let changed = answers.as_ref().is_some_and(|answers| *answers != draft.answers)
                || (restored && files.as_ref().is_some_and(|files| *files != draft.files));
            if changed {
                draft.updated_at = js_sys::Date::now() as i64;
            }
            draft.answers = answers.unwrap_or_default();
            // Files that are still being read back from the device are not forgotten meanwhile.
            if let Some(files) = files.filter(|_| restored) {
                draft.files = files;
            }
            draft.clone()
        });
        draft.unwrap_or_else(|| self.draft.get_value())
    }

    /// What was typed cannot be kept on this device; follows it.
    #[must_use]
    pub fn is_unkept(self) -> bool {
        self.unkept.with(Option::is_some) || self.uploads.unkept()
    }

    fn is_unkept_untracked(self) -> bool {
        untrack(|| self.is_unkept())
    }

    fn is_sealed(self) -> bool {
        self.sealed.try_get_value().unwrap_or(true)
    }

    /// Takes the draft off the device: it was sent, or discarded.
    pub fn forget(self) {
        self.sealed.set_value(true);
        self.stop_timer();
        self.stop_retrying();
        self.draft.with_value(|draft| {
            self.store.with_value(|store| {
                if let Some(store) = store {
                    store.delete(draft.owner, &draft.id).forget();
                }
            });
        });
        self.uploads.clear();
    }

    /// The late reply that a follow-up took along is unsent no longer.
    pub fn forget_late_reply(self) {
        if let (Some(Some(store)), Some(draft)) = (self.store.try_get_value(), self.draft.try_get_value()) {
            spawn_local(async move { forget_reply(&store, &draft).await });
        }
    }

    /// Where we are, with this draft's name.
    #[must_use]
    pub fn address(self) -> Address {
        let id = self.draft.with_value(|draft| draft.id.clone());
        Address { draft: Some(id), followup: None, ..self.navigation.address().get_untracked() }
    }

    /// Remembers the step that is open.
    pub fn is_at(self, step: &str) {
        let changed = self.draft.try_update_value(|draft| {
            let changed = draft.step.as_deref() != Some(step);
            draft.step = Some(step.to_owned());
            changed && !draft.is_empty()
        });
        if changed == Some(true) || !untrack(|| self.answers.with(Answers::is_empty)) {
            self.save();
        }
    }

    /// Takes an answer.
    pub fn answer(self, key: &FieldKey, value: AnswerValue) {
        self.answers.update(|answers| {
            if matches!(&value, AnswerValue::Many(keys) if keys.is_empty()) {
                answers.remove(key.as_str());
            } else {
                answers.set(key.clone(), value);
            }
        });
    }

    /// What is known of whoever asks stands in the questions that are shown now, where nothing else was typed.
    pub fn prefill(self, keys: &[String]) {
        let known: Vec<(FieldKey, String)> = self.form.with_untracked(|form| {
            let asked = keys.iter().filter_map(|key| form.field(key));
            asked.filter_map(|field| Some((field.key.clone(), field.prefill.clone()?))).collect()
        });
        for (key, text) in known {
            if self.answers.with_untracked(|answers| answers.get(key.as_str()).is_none()) {
                self.answer(&key, AnswerValue::Text(text));
            }
        }
    }

    /// The field was left: a problem that is shown is looked at again. Where a press on a button took the focus away,
    /// only after the press: a sentence that vanished now would move the button from under the pointer, and the click
    /// would go nowhere.
    pub fn left(self, key: &FieldKey, changed: bool) {
        if self.problems.with_untracked(|problems| problems.of(key.as_str()).is_none()) {
            return;
        }
        if self.pressed.get_value() {
            self.left_while_pressed.update_value(|left| left.push((key.clone(), changed)));
        } else {
            self.look_again(key, changed);
        }
    }

    fn look_again(self, key: &FieldKey, changed: bool) {
        let fault = self.fault_of(key.as_str());
        self.problems.update(|problems| problems.look_again(key.as_str(), fault, changed));
    }

    fn fault_of(self, key: &str) -> Option<FaultKind> {
        let files = untrack(|| self.uploads.count());
        let faults = self.form.with_untracked(|form| {
            let step = steps::step_of_field(form, key)?;
            Some(self.answers.with_untracked(|answers| steps::faults_of_step(form, step, answers, files)))
        });
        faults?.into_iter().find(|fault| fault.key.as_str() == key).map(|fault| fault.kind)
    }

    /// *Continue*: to the next page, or to the faults of this one.
    pub fn go_on(self, step_key: &str) {
        let files = untrack(|| self.uploads.count());
        let faults = self.form.with_untracked(|form| {
            let Some(step) = form.step(step_key) else { return Vec::new() };
            self.answers.with_untracked(|answers| steps::faults_of_step(form, step, answers, files))
        });
        if !faults.is_empty() {
            self.problems.set(Problems::found(faults));
            self.summons.update(|summons| *summons += 1);
            return;
        }
        self.problems.set(Problems::default());
        self.save();
        let address = self.address();
        let next = self
            .form
            .with_untracked(|form| self.answers.with_untracked(|answers| steps::next_step(form, answers, step_key)));
        let place = match next {
            Some(step) if !address.from_review => Place::Step(step),
            _ => Place::Review,
        };
        self.navigation.go(&address.to(place));
    }

    /// Shows problems on the first step that has one; the review shows those that belong to none.
    pub fn show(self, problems: Problems) {
        let first = self
            .form
            .with_untracked(|form| steps::first_step_of(form, problems.fields.iter().map(|(key, _)| key.as_str())));
        self.problems.set(problems);
        let address = self.address();
        match first {
            Some(step) => self.navigation.go(&address.to(Place::Step(step)).on_the_way_to_review()),
            None => self.summons.update(|summons| *summons += 1),
        }
    }
}
