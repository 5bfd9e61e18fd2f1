//! The order of a form's pages: pure functions over the definition and the answers.

use balcao_contract::answers::Answers;
use balcao_contract::form::{FieldKind, Form, Step};
use balcao_contract::validation::{Fault, fault_of_files, validate, validate_step};
use balcao_contract::visibility::visible_fields_of_step;

/// The steps that ask anything for these answers.
#[must_use]
pub fn shown_steps<'a>(form: &'a Form, answers: &Answers) -> Vec<&'a Step> {
    form.steps.iter().filter(|step| !visible_fields_of_step(form, step, answers).is_empty()).collect()
}

/// Where a step stands: its number from 1, and how many pages there are with the review, which is the last.
#[must_use]
pub fn position(form: &Form, answers: &Answers, key: &str) -> (usize, usize) {
    let steps = shown_steps(form, answers);
    let index = steps.iter().position(|step| step.key == key).unwrap_or(steps.len());
    (index + 1, steps.len() + 1)
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
pub fn faults_of_step(form: &Form, step: &Step, answers: &Answers, files: usize) -> Vec<Fault> {
    let mut faults = validate_step(form, step, answers);
    let is_here =
        |fault: &Fault| form.field(fault.key.as_str()).is_some_and(|field| step.field_ids.contains(&field.id));
    faults.extend(fault_of_files(form, answers, files).filter(is_here));
    faults
}

/// The faults of the whole form, the step of the first of them first.
#[must_use]
pub fn faults_of_form(form: &Form, answers: &Answers, files: usize) -> Vec<Fault> {
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
pub fn take_defaults(form: &Form, answers: &mut Answers) {
    for field in &form.fields {
        if answers.get(field.key.as_str()).is_some() {
            continue;
        }
        let chosen = field.options.iter().filter(|option| option.default).map(|option| option.value.clone());
        let answer = match field.kind {
            FieldKind::Tagger => chosen.into_iter().next().map(balcao_contract::answers::AnswerValue::Text),
            FieldKind::Multiselect => {
                let keys: Vec<String> = chosen.collect();
                (!keys.is_empty()).then_some(balcao_contract::answers::AnswerValue::Many(keys))
            }
            _ => None,
        };
        if let Some(answer) = answer {
            answers.set(field.key.clone(), answer);
        }
    }
}
