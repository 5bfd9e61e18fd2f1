//! A form at work: its definition, the answers, what is wrong with them, and where they are kept.

use super::address::{Address, Place};
use super::navigation::Navigation;
use super::opening::{Opened, forget_reply};
use super::other_tabs::Overtaken;
use super::problems::Problems;
use super::sending::Sending;
use super::steps;
use crate::api::Client;
use crate::draft::{Draft, DraftFile, Store, StoreError, Tabs, farewell};
use crate::evidence::{Shelf, Uploads};
use crate::view::{effect_after, memo};
use balcao_contract::answers::{AnswerValue, Answers};
use balcao_contract::form::{FieldKey, Form};
use balcao_contract::validation::AnswerErrorKind;
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
    /// Other drafts of this form that were never sent.
    pub(super) others: RwSignal<Vec<Draft>>,
    /// What another tab has changed here.
    pub(super) overtaken: RwSignal<Vec<Overtaken>>,
    /// Another tab has sent or discarded this draft.
    pub(super) taken_away: RwSignal<bool>,
    pub(super) draft: StoredValue<Draft>,
    pub(super) retry: StoredValue<Option<TimeoutHandle>>,
    pub(super) store: StoredValue<Option<Store>, LocalStorage>,
    pub(super) tabs: StoredValue<Option<Tabs>, LocalStorage>,
    /// The device has the draft.
    pub(super) is_kept: StoredValue<bool>,
    /// The draft as it was kept last.
    last_kept: StoredValue<Option<Draft>>,
    unkept: RwSignal<Option<StoreError>>,
    /// Sent or discarded: nothing may bring the draft back.
    pub(super) sealed: StoredValue<bool>,
    timer: StoredValue<Option<TimeoutHandle>>,
    files: Memo<Vec<DraftFile>>,
    /// A pointer is down.
    pressed: StoredValue<bool>,
    left_while_pressed: StoredValue<Vec<(FieldKey, bool)>>,
}

impl Engine {
    /// Sets a form to work. Called within the owner of the page that shows it.
    pub fn new(client: Client, navigation: Navigation, form: Form, opened: Opened) -> Self {
        let Opened { draft, is_kept, others, store } = opened;
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
            others: RwSignal::new(others),
            overtaken: RwSignal::new(Vec::new()),
            taken_away: RwSignal::new(false),
            draft: StoredValue::new(draft.clone()),
            retry: StoredValue::new(None),
            store: StoredValue::new_local(store),
            tabs: StoredValue::new_local(None),
            is_kept: StoredValue::new(is_kept),
            last_kept: StoredValue::new(None),
            unkept: RwSignal::new(unkept),
            sealed: StoredValue::new(false),
            timer: StoredValue::new(None),
            files: memo(move || uploads.files()),
            pressed: StoredValue::new(false),
            left_while_pressed: StoredValue::new(Vec::new()),
        };
        if !draft.files.is_empty() {
            uploads.restore(draft.files);
        }
        uploads.take_pasted();
        engine.keep_saved();
        engine.listen_to_other_tabs();
        engine.follow_the_pointer();
        engine
    }

    /// Saves a moment after each change, and at once when the page may be going away.
    fn keep_saved(self) {
        effect_after(move |before: Option<()>| {
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
        let hidden = window_event_listener(leptos::ev::visibilitychange, move |_| {
            self.save();
            // A tab that was asleep may have heard nothing.
            self.look_for_other_tabs();
        });
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
        let was_kept = self.is_kept.get_value();
        let is_known = self.last_kept.with_value(|last| last.as_ref() == Some(&draft));
        if is_known || draft.is_empty() && !was_kept {
            return;
        }
        let keeping =
            self.store.try_with_value(|store| store.as_ref().map(|store| store.keep(&draft, was_kept))).flatten();
        let Some(keeping) = keeping else { return };
        self.is_kept.set_value(true);
        self.last_kept.set_value(Some(draft));
        spawn_local(async move {
            match keeping.done().await {
                Ok(kept) => {
                    self.unkept.try_set(None);
                    self.take_from_other_tabs(kept);
                    self.tabs.try_with_value(|tabs| tabs.as_ref().map(Tabs::tell));
                }
                Err(error) => {
                    // What is not there yet was not taken away by anybody.
                    self.is_kept.try_set_value(was_kept);
                    self.last_kept.try_set_value(None);
                    self.unkept.try_set(Some(error));
                }
            }
        });
    }

    /// The draft as it is now.
    pub(super) fn snapshot(self) -> Draft {
        let answers = self.answers.try_get_untracked();
        let files = self.files.try_get_untracked();
        let draft = self.draft.try_update_value(|draft| {
            let restored = self.uploads.is_restored();
            let now = js_sys::Date::now() as i64;
            // Files that are still being read back from the device are not forgotten meanwhile.
            let files = files.filter(|files| restored && *files != draft.files);
            let answers = answers.filter(|answers| *answers != draft.answers);
            if files.is_some() || answers.is_some() {
                draft.updated_at = now;
            }
            if let Some(answers) = answers {
                draft.edit(answers, now);
            }
            if let Some(files) = files {
                let gone = draft.files.iter().filter(|file| files.iter().all(|known| known.id != file.id));
                let gone: Vec<String> = gone.map(|file| file.id.clone()).collect();
                draft.removed.extend(gone);
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
        let (store, draft) = (self.store.get_value(), self.draft.get_value());
        if let Some(store) = store {
            let deleted = store.delete(draft.owner, &draft.id);
            let tabs = self.tabs.try_update_value(Option::take).flatten();
            spawn_local(async move {
                // Told when it is done: the other tabs look then.
                let _ = deleted.done().await;
                if let Some(tabs) = tabs {
                    tabs.tell();
                }
            });
        }
        self.uploads.clear();
    }

    /// Takes the other draft that is offered off the device; the next one, if any, is offered then.
    pub fn discard_other(self) {
        let Some(other) = self.others.try_update(|others| (!others.is_empty()).then(|| others.remove(0))).flatten()
        else {
            return;
        };
        if let Some(store) = self.store.get_value() {
            store.delete(other.owner, &other.id).forget();
        }
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
        self.draft.update_value(|draft| draft.step = Some(step.to_owned()));
        self.save();
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
            // Once: what was taken out again stays out.
            let was_given = self.draft.with_value(|draft| draft.given.get(key.as_str()).is_some());
            if !was_given && self.answers.with_untracked(|answers| answers.get(key.as_str()).is_none()) {
                let answer = AnswerValue::Text(text);
                self.draft.update_value(|draft| draft.given.set(key.clone(), answer.clone()));
                self.answer(&key, answer);
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

    fn fault_of(self, key: &str) -> Option<AnswerErrorKind> {
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
