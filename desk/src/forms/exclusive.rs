//! Whether two fields of a form can be shown at the same time. Fields that wait for different answers to the same
//! question cannot.

use balcao_contract::answers::AnswerValue;
use balcao_contract::form::{FieldKey, FieldKind, Form};
use balcao_contract::id::FieldId;

/// Answers that must all be given for a field to be shown.
type Way<'a> = Vec<(FieldId, &'a Option<AnswerValue>)>;

/// Two fields of a kind that can be shown at the same time, if there are any.
pub(super) fn shown_together(form: &Form, kind: FieldKind) -> Option<(FieldKey, FieldKey)> {
    let fields: Vec<_> = form.fields.iter().filter(|field| field.kind == kind).collect();
    let ways: Vec<_> = fields.iter().map(|field| ways(form, field.id, &mut Vec::new())).collect();
    for (at, one) in ways.iter().enumerate() {
        for (behind, other) in ways[at + 1..].iter().enumerate() {
            if one.iter().any(|way| other.iter().any(|other| !exclude(form, way, other))) {
                return Some((fields[at].key.clone(), fields[at + 1 + behind].key.clone()));
            }
        }
    }
    None
}

/// Every way that leads to a field being shown; one without answers where nothing keeps it hidden.
fn ways<'a>(form: &'a Form, id: FieldId, path: &mut Vec<FieldId>) -> Vec<Way<'a>> {
    if path.contains(&id) {
        return Vec::new();
    }
    path.push(id);
    let conditions = form.end_user_conditions.iter().filter(|c| c.child_fields.iter().any(|child| child.id == id));
    let mut found = Vec::new();
    let mut is_conditional = false;
    for condition in conditions {
        is_conditional = true;
        for mut way in ways(form, condition.parent_field_id, path) {
            way.push((condition.parent_field_id, &condition.value));
            found.push(way);
        }
    }
    path.pop();
    if is_conditional { found } else { vec![Vec::new()] }
}

/// They wait for different answers to one question that takes one answer.
fn exclude(form: &Form, one: &Way<'_>, other: &Way<'_>) -> bool {
    let takes_one = |id: FieldId| form.field_by_id(id).is_some_and(|field| field.kind != FieldKind::Multiselect);
    one.iter().any(|(parent, value)| {
        takes_one(*parent) && other.iter().any(|(known, wanted)| known == parent && wanted != value)
    })
}
