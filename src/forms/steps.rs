//! The order of a form's pages: pure functions over the definition and the answers.

use crate::draft::Draft;
use balcao_contract::answers::{AnswerValue, Answers};
use balcao_contract::form::{FieldKind, Form, Step};
use balcao_contract::text::is_blank;
use balcao_contract::validation::{AnswerError, fault_of_files, validate, validate_step};
use balcao_contract::visibility::{VisibleField, visible_fields_of_step};

/// The steps that ask anything for these answers.
#[must_use]
pub fn shown_steps<'a>(form: &'a Form, answers: &Answers) -> Vec<&'a Step> {
    form.steps.iter().filter(|step| !visible_fields_of_step(form, step, answers).is_empty()).collect()
}

/// Where a step stands: its number from 1, and how many pages there are with the review, which is the last. Steps that
/// ask nothing so far are counted: an answer may bring them, and the numbers do not change under the reader.
#[must_use]
pub fn position(form: &Form, key: &str) -> (usize, usize) {
    let index = form.steps.iter().position(|step| step.key == key).unwrap_or(form.steps.len());
    (index + 1, form.steps.len() + 1)
}

/// The step of that key where it is shown, otherwise the first.
#[must_use]
pub fn step_or_first(form: &Form, answers: &Answers, key: Option<&str>) -> Option<String> {
    let steps = shown_steps(form, answers);
    let named = key.and_then(|key| steps.iter().find(|step| step.key == key));
    named.or(steps.first()).map(|step| step.key.clone())
}

/// The step after this one; `None` where the review comes next.
#[must_use]
pub fn next_step(form: &Form, answers: &Answers, key: &str) -> Option<String> {
    neighbour(form, answers, key, |index| index.checked_add(1))
}

/// The step before this one; `None` at the first. Before the review comes the last step.
#[must_use]
pub fn previous_step(form: &Form, answers: &Answers, key: Option<&str>) -> Option<String> {
    match key {
        Some(key) => neighbour(form, answers, key, |index| index.checked_sub(1)),
        None => shown_steps(form, answers).last().map(|step| step.key.clone()),
    }
}

fn neighbour(form: &Form, answers: &Answers, key: &str, to: impl Fn(usize) -> Option<usize>) -> Option<String> {
    let steps = shown_steps(form, answers);
    let index = steps.iter().position(|step| step.key == key)?;
    steps.get(to(index)?).map(|step| step.key.clone())
}

/// The faults of one step; `files` is how many files there are.
#[must_use]
pub fn faults_of_step(form: &Form, step: &Step, answers: &Answers, files: usize) -> Vec<AnswerError> {
    let mut faults = validate_step(form, step, answers);
    let is_here =
        |fault: &AnswerError| form.field(fault.key.as_str()).is_some_and(|field| step.field_ids.contains(&field.id));
    faults.extend(fault_of_files(form, answers, files).filter(is_here));
    faults
}

/// The faults of the whole form, the step of the first of them first.
#[must_use]
pub fn faults_of_form(form: &Form, answers: &Answers, files: usize) -> Vec<AnswerError> {
    // What the person cannot see cannot be their fault: answers of hidden fields are not sent.
    let counting = balcao_contract::visibility::answers_that_count(form, answers);
    let mut faults = validate(form, &counting);
    faults.extend(fault_of_files(form, &counting, files));
    faults
}

/// The step that asks a field.
#[must_use]
pub fn step_of_field<'a>(form: &'a Form, key: &str) -> Option<&'a Step> {
    let id = form.field(key)?.id;
    form.steps.iter().find(|step| step.field_ids.contains(&id))
}

/// The first step, in the form's order, that one of these fields stands in.
#[must_use]
pub fn first_step_of<'a>(form: &Form, keys: impl Iterator<Item = &'a str> + Clone) -> Option<String> {
    let is_hit =
        |step: &&Step| keys.clone().any(|key| form.field(key).is_some_and(|field| step.field_ids.contains(&field.id)));
    form.steps.iter().find(is_hit).map(|step| step.key.clone())
}

/// Takes the options that a form marks as chosen from the start, where nothing was chosen.
pub fn take_defaults(form: &Form, draft: &mut Draft) {
    for field in &form.fields {
        if draft.answers.get(field.key.as_str()).is_some() {
            continue;
        }
        let chosen = field.options.iter().filter(|option| option.default).map(|option| option.value.clone());
        let answer = match field.kind {
            FieldKind::Tagger => chosen.into_iter().next().map(AnswerValue::Text),
            FieldKind::Multiselect => {
                let keys: Vec<String> = chosen.collect();
                (!keys.is_empty()).then_some(AnswerValue::Many(keys))
            }
            _ => None,
        };
        if let Some(answer) = answer {
            draft.answers.set(field.key.clone(), answer.clone());
            draft.given.set(field.key.clone(), answer);
            // Older than anybody's edit, and newer than nothing.
            draft.edited.entry(field.key.clone()).or_insert(1);
        }
    }
}

/// The questions of a step that are folded away: marked so, and nothing has to be answered there. `before` is what was
/// folded a moment ago: a question does not vanish because it was just answered.
#[must_use]
pub fn folded(form: &Form, step: &Step, answers: &Answers, before: Option<&[String]>) -> Vec<String> {
    let shown = visible_fields_of_step(form, step, answers).into_iter().filter(|shown| shown.field.folded);
    let is_folded = |shown: &VisibleField<'_>| {
        let key = shown.field.key.as_str();
        let is_answered = answers.get(key).is_some_and(|answer| !answer.is_blank());
        !shown.required || is_answered && before.is_none_or(|before| before.iter().any(|known| known == key))
    };
    shown.filter(is_folded).map(|shown| shown.field.key.as_str().to_owned()).collect()
}

/// What a draft is about, in a line.
#[must_use]
pub fn title_of(form: &Form, answers: &Answers) -> String {
    let mut titles = form.fields.iter().filter(|field| field.kind == FieldKind::Subject);
    let title = titles.find_map(|field| Some(answers.text(field.key.as_str())).filter(|title| !is_blank(title)));
    title.unwrap_or_else(|| form.subject_of(answers)).to_owned()
}
