//! What a form needs besides its first fields: what is wrong with answers, how urgent they are, what other tabs did. It comes
//! behind the first fields, and *Continue* waits for it.

use super::address::Place;
use super::engine::Engine;
use super::faults::sentence;
use super::other_tabs::other_tabs;
use super::priority::priority_box;
use super::problems::{Problem, Problems};
use super::steps;
use super::summary::summary;
use super::values::answer_in_words;
use crate::draft::Draft;
use crate::later::{Loading, NotLoaded, behind};
use crate::text::Language;
use balcao_contract::answers::AnswerValue;
use balcao_contract::form::{Field, FieldKey};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The code, by what the first fields call of it.
#[derive(Clone, Copy)]
pub struct Rest {
    go_on: fn(Engine, &str),
    look_again: fn(Engine, &FieldKey, bool),
    take_over: fn(Engine, Draft),
    /// A problem in words.
    pub sentence: fn(Language, &Field, &Problem) -> String,
    /// An answer in words.
    pub words: fn(Language, &Field, Option<&AnswerValue>) -> Option<String>,
    /// The problems of a page.
    pub summary: fn(Engine, Memo<Vec<String>>) -> AnyView,
    /// What other tabs have done.
    pub other_tabs: fn(Engine) -> AnyView,
    /// How urgent the request will be.
    pub priority: fn(Engine) -> AnyView,
}

/// The code, for those who have it.
pub const REST: Rest = Rest {
    go_on: Engine::go_on_checked,
    look_again: Engine::look_again_at,
    take_over: Engine::take_over,
    sentence,
    words: answer_in_words,
    summary,
    other_tabs,
    priority: priority_box,
};

#[cfg(feature = "split")]
#[leptos::wasm_split::wasm_split(rest, wasm_split_path = ::leptos::wasm_split, fallible)]
fn fetched() -> Result<Rest, NotLoaded> {
    Ok(REST)
}

#[cfg(not(feature = "split"))]
async fn fetched() -> Result<Rest, NotLoaded> {
    Ok(REST)
}

/// How far *Continue* is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Wish {
    /// Nobody waits.
    #[default]
    None,
    /// Somebody wants to go on from this step, as soon as the code is here.
    GoOn(String),
    /// It could not be fetched.
    Missed,
}

impl Engine {
    /// The code, where it is here; follows it.
    pub(super) fn rest(self) -> Option<Rest> {
        self.rest.get()
    }

    /// Fetches it behind the page.
    pub(super) fn fetch_rest(self) -> AnyView {
        behind(move || -> Loading {
            Box::pin(async move {
                self.begin_rest(fetched().await?);
                Ok(().into_any())
            })
        })
    }

    /// It is here: who waited goes on, and what other tabs did meanwhile is looked at.
    pub(super) fn begin_rest(self, rest: Rest) {
        if !matches!(self.rest.try_get_untracked(), Some(None)) {
            return;
        }
        self.rest.set(Some(rest));
        if let Wish::GoOn(step) = self.wish.get_untracked()
            && self.navigation.address().with_untracked(|address| address.place == Place::Step(step.clone()))
        {
            (rest.go_on)(self, &step);
        }
        self.wish.set(Wish::None);
        self.look_for_other_tabs();
    }

    /// *Continue*: to the next page, or to the faults of this one.
    pub fn go_on(self, step: &str) {
        if let Some(rest) = untrack(|| self.rest()) {
            (rest.go_on)(self, step);
            return;
        }
        self.wish.set(Wish::GoOn(step.to_owned()));
        spawn_local(async move {
            match fetched().await {
                Ok(rest) => self.begin_rest(rest),
                Err(_) if matches!(self.rest.try_get_untracked(), Some(None)) => {
                    self.wish.try_set(Wish::Missed);
                }
                Err(_) => {}
            }
        });
    }

    /// A problem is shown only once the code is here that has found it.
    pub(super) fn look_again(self, key: &FieldKey, changed: bool) {
        if let Some(rest) = untrack(|| self.rest()) {
            (rest.look_again)(self, key, changed);
        }
    }

    /// Goes on with what another tab has kept; before the code is here, with what it finds then.
    pub(super) fn take_kept(self, kept: Draft) {
        if let Some(rest) = untrack(|| self.rest()) {
            (rest.take_over)(self, kept);
        }
    }

    fn look_again_at(self, key: &FieldKey, changed: bool) {
        let files = untrack(|| self.uploads.count());
        let faults = self.form.with_untracked(|form| {
            let step = steps::step_of_field(form, key.as_str())?;
            Some(self.answers.with_untracked(|answers| steps::faults_of_step(form, step, answers, files)))
        });
        let fault = faults.and_then(|faults| faults.into_iter().find(|fault| fault.key == *key));
        let fault = fault.map(|fault| fault.kind);
        self.problems.update(|problems| problems.look_again(key.as_str(), fault, changed));
    }

    fn go_on_checked(self, step_key: &str) {
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
}
