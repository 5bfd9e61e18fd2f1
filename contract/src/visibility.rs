//! Which fields are shown, and which of them are required. Zendesk's rule: a child is shown if any condition
//! matches and its parent is shown itself; it is required if any matching condition says so.

use crate::answers::{AnswerValue, Answers};
use crate::form::{Condition, Field, Form, Step};
use crate::id::FieldId;

/// A field that the person sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VisibleField<'a> {
    /// The field.
    pub field: &'a Field,
    /// Whether it must be answered.
    pub required: bool,
}

/// The fields of a form that are shown for these answers, in the form's order.
#[must_use]
pub fn visible_fields<'a>(form: &'a Form, answers: &Answers) -> Vec<VisibleField<'a>> {
    form.fields.iter().filter_map(|field| visible(form, field, answers)).collect()
}

/// The fields of one step that are shown for these answers, in the step's order.
#[must_use]
pub fn visible_fields_of_step<'a>(form: &'a Form, step: &Step, answers: &Answers) -> Vec<VisibleField<'a>> {
    step.field_ids.iter().filter_map(|id| visible(form, form.field_by_id(*id)?, answers)).collect()
}

fn visible<'a>(form: &'a Form, field: &'a Field, answers: &Answers) -> Option<VisibleField<'a>> {
    let mut required = field.required;
    let shown = is_shown(form, field.id, answers, &mut Vec::new(), &mut required);
    shown.then_some(VisibleField { field, required })
}

/// `path` holds the fields on the way up: conditions that lead in a circle show nothing instead of never ending.
fn is_shown(form: &Form, id: FieldId, answers: &Answers, path: &mut Vec<FieldId>, required: &mut bool) -> bool {
    if path.contains(&id) {
        return false;
    }
    path.push(id);
    let mut has_condition = false;
    let mut shown = false;
    for condition in &form.end_user_conditions {
        let Some(child) = condition.child_fields.iter().find(|child| child.id == id) else { continue };
        has_condition = true;
        if matches(form, condition, answers) && is_shown(form, condition.parent_field_id, answers, path, &mut false) {
            shown = true;
            *required |= child.is_required;
        }
    }
    path.pop();
    shown || !has_condition
}

fn matches(form: &Form, condition: &Condition, answers: &Answers) -> bool {
    // A parent that the form does not have matches nothing.
    let Some(parent) = form.field_by_id(condition.parent_field_id) else { return false };
    match (answers.get(parent.key.as_str()), &condition.value) {
        (Some(AnswerValue::Many(keys)), Some(AnswerValue::Text(wanted))) => keys.contains(wanted),
        (Some(answer), Some(wanted)) => answer == wanted,
        (None, None) => true,
        (Some(answer), None) => answer.is_blank(),
        (None, Some(_)) => false,
    }
}

/// The answers that count: those of fields that are shown. What was typed into a field that has since gone is not
/// sent; the draft keeps it, in case the field comes back.
#[must_use]
pub fn answers_that_count(form: &Form, answers: &Answers) -> Answers {
    visible_fields(form, answers)
        .into_iter()
        .filter_map(|shown| {
            let value = answers.get(shown.field.key.as_str())?;
            (!value.is_blank()).then(|| (shown.field.key.clone(), value.clone()))
        })
        .collect()
}
