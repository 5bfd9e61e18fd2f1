//! An answer being written: kept on this device with every choice and word, and kept until it has arrived.

use crate::api::{ApiError, Client};
use crate::draft::{Draft, Owner, Purpose, Store, farewell};
use balcao_contract::form::FieldKey;
use balcao_contract::id::RequestId;
use balcao_contract::panel::{GivenAnswer, Survey, SurveyAnswer};
use balcao_contract::survey::{self, LowReason, Satisfaction};
use balcao_contract::text;
use balcao_contract::wire::error_name;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The answers of the draft.
const STEP: &str = "satisfaction";
const REASON: &str = "reason_code";
const COMMENT: &str = "comment";

/// What was begun on this device, and where it is kept.
#[derive(Clone)]
pub struct Kept {
    /// What was begun; empty for nothing.
    pub draft: Draft,
    /// The device's storage; `None` where it keeps nothing.
    store: Option<Store>,
}

impl Kept {
    /// The answer that was begun on this device, or a new one.
    pub async fn find(owner: Owner, id: RequestId) -> Self {
        let store = Store::open().await.ok();
        let purpose = Purpose::Survey(id);
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
        Self { draft: found.unwrap_or_else(|| Draft::begin(owner, purpose, now())), store }
    }

    /// Nothing of it is needed any more.
    fn forget(&self) {
        if let Some(store) = &self.store {
            store.delete(self.draft.owner, &self.draft.id).forget();
        }
    }

    /// The comment that was begun.
    #[must_use]
    pub fn comment(&self) -> &str {
        self.draft.answers.text(COMMENT)
    }
}

fn now() -> i64 {
    js_sys::Date::now() as i64
}

/// What is wrong with an answer before it is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// No step was chosen.
    NoStep,
    /// The comment is longer than it may be; so many characters.
    LongComment(u32),
}

/// The faults of an answer, in the order of the form.
#[must_use]
pub fn faults(step: Option<Satisfaction>, comment: &str) -> Vec<Fault> {
    let mut faults = Vec::new();
    if step.is_none() {
        faults.push(Fault::NoStep);
    }
    if let Err(length) = survey::comment(comment) {
        faults.push(Fault::LongComment(length));
    }
    faults
}

/// Why an answer was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The time is over.
    Expired,
    /// It was reopened meanwhile, and solved again or not: what is written is about another solving.
    Changed,
    /// Anything else; the error says what.
    NotSent(ApiError),
}

/// What an error means for the answer.
#[must_use]
pub fn refusal(error: ApiError) -> Refusal {
    if error.is_named(error_name::SURVEY_EXPIRED) {
        return Refusal::Expired;
    }
    match error {
        ApiError::Conflict(_) => Refusal::Changed,
        error if error.is_named(error_name::NOT_SOLVED) => Refusal::Changed,
        error => Refusal::NotSent(error),
    }
}

/// The state of the form.
#[derive(Clone, Copy)]
pub struct Writing {
    /// The request.
    pub id: RequestId,
    /// The step that is chosen.
    pub step: RwSignal<Option<Satisfaction>>,
    /// The reason that is chosen; not sent with a high step.
    pub reason: RwSignal<Option<LowReason>>,
    /// What is written.
    pub comment: RwSignal<String>,
    /// What is wrong, once it was asked to go.
    pub faults: RwSignal<Vec<Fault>>,
    /// On its way.
    pub busy: RwSignal<bool>,
    /// Why it was not taken the last time.
    pub refused: RwSignal<Option<Refusal>, LocalStorage>,
    kept: StoredValue<Kept, LocalStorage>,
    client: Client,
    on_answered: Callback<Survey>,
}

impl Writing {
    /// Goes on with what was begun, or begins with what was answered before. `on_answered` is run once it has arrived.
    #[must_use]
    pub fn begin(
        client: Client,
        id: RequestId,
        kept: Kept,
        answered: Option<&GivenAnswer>,
        on_answered: Callback<Survey>,
    ) -> Self {
        let answers = &kept.draft.answers;
        let is_fresh = kept.draft.is_empty();
        let step = match answered.filter(|_| is_fresh) {
            Some(known) => known.satisfaction,
            None => Satisfaction::from_name(answers.text(STEP)),
        };
        let reason = match answered.filter(|_| is_fresh) {
            Some(known) => known.reason_code,
            None => answers.text(REASON).parse().ok().and_then(|code: u16| LowReason::try_from(code).ok()),
        };
        let comment = match answered.filter(|_| is_fresh) {
            Some(known) => known.comment.clone().unwrap_or_default(),
            None => answers.text(COMMENT).to_owned(),
        };
        let writing = Self {
            id,
            step: RwSignal::new(step),
            reason: RwSignal::new(reason),
            comment: RwSignal::new(comment),
            faults: RwSignal::new(Vec::new()),
            busy: RwSignal::new(false),
            refused: RwSignal::new_local(None),
            kept: StoredValue::new_local(kept),
            client,
            on_answered,
        };
        writing.follow_leaving();
        writing
    }

    /// The last choices before a reload: the device's storage may not have them yet.
    fn follow_leaving(self) {
        let leaving = window_event_listener(leptos::ev::pagehide, move |_| {
            if !self.busy.get_untracked() {
                self.kept.with_value(|kept| farewell::keep(&kept.draft));
            }
        });
        on_cleanup(move || leaving.remove());
    }

    /// Something was chosen or typed.
    pub fn changed(self) {
        // A fault that was shown goes as soon as it is mended; a new one waits until the answer is asked to go.
        let now_wrong = self.comment.with_untracked(|comment| faults(self.step.get_untracked(), comment));
        self.faults.update(|known| known.retain(|fault| now_wrong.iter().any(|wrong| same_place(*wrong, *fault))));
        self.kept.update_value(|kept| {
            let step = self.step.get_untracked().map(Satisfaction::name).unwrap_or_default();
            let reason = self.reason.get_untracked().map(|reason| reason.code().to_string()).unwrap_or_default();
            let draft = &mut kept.draft;
            draft.answers.set(FieldKey::new(STEP), step.into());
            draft.answers.set(FieldKey::new(REASON), reason.as_str().into());
            draft.answers.set(FieldKey::new(COMMENT), self.comment.get_untracked().as_str().into());
            draft.updated_at = now();
            if let Some(store) = &kept.store {
                store.put(draft).forget();
            }
        });
    }

    /// What is written, for whatever the page shows next.
    #[must_use]
    pub fn kept(self) -> Kept {
        self.kept.get_value()
    }

    /// Forgets what was begun.
    pub fn discard(self) {
        self.kept.with_value(Kept::forget);
    }

    /// Sends the answer about that solving; `false` where something has to be mended first. A second click, while the
    /// first is at work, does nothing.
    pub fn send(self, survey: &Survey) -> bool {
        if self.busy.get_untracked() {
            return true;
        }
        let wrong = self.comment.with_untracked(|comment| faults(self.step.get_untracked(), comment));
        let step = self.step.get_untracked().filter(|_| wrong.is_empty());
        self.faults.set(wrong);
        let Some(satisfaction) = step else { return false };
        let comment = text::several_lines(&self.comment.get_untracked());
        let answer = SurveyAnswer {
            satisfaction: satisfaction.into(),
            reason_code: self.reason.get_untracked().filter(|_| satisfaction.asks_for_a_reason()).into(),
            comment: (!text::is_blank(&comment)).then_some(comment).into(),
            solved_at: survey.solved_at.into(),
        };
        self.busy.set(true);
        self.refused.set(None);
        // Taken along: the page may be left before the answer comes, and the draft must go all the same.
        let kept = self.kept.get_value();
        spawn_local(async move {
            let outcome = self.client.answer_survey(self.id, answer).await;
            if outcome.is_ok() {
                kept.forget();
            }
            self.busy.try_set(false);
            match outcome {
                Ok(survey) => {
                    self.on_answered.try_run(survey);
                }
                Err(error) => {
                    self.refused.try_set(Some(refusal(error)));
                }
            }
        });
        true
    }
}

fn same_place(one: Fault, other: Fault) -> bool {
    std::mem::discriminant(&one) == std::mem::discriminant(&other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use balcao_contract::wire::ErrorBody;

    #[test]
    fn an_answer_needs_a_step_and_nothing_else() {
        let long = "x".repeat(5_001);
        assert_eq!(faults(Some(Satisfaction::Satisfied), ""), []);
        assert_eq!(faults(Some(Satisfaction::VeryDissatisfied), "slow"), []);
        assert_eq!(faults(None, "slow"), [Fault::NoStep]);
        assert_eq!(faults(None, &long), [Fault::NoStep, Fault::LongComment(5_001)]);
    }

    #[test]
    fn what_a_refusal_means() {
        let body = |name: &str| ErrorBody { error: name.to_owned(), description: None, details: Default::default() };
        assert_eq!(refusal(ApiError::Invalid(body(error_name::SURVEY_EXPIRED))), Refusal::Expired);
        assert_eq!(refusal(ApiError::Invalid(body(error_name::NOT_SOLVED))), Refusal::Changed);
        assert_eq!(refusal(ApiError::Conflict(body("Conflict"))), Refusal::Changed);
        for error in [ApiError::Network, ApiError::SignedOut, ApiError::Invalid(body("RecordInvalid"))] {
            assert_eq!(refusal(error.clone()), Refusal::NotSent(error));
        }
    }
}
