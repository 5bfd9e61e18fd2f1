//! A form that has one of everything.

use balcao_contract::answers::{AnswerValue, Answers};
use balcao_contract::file::FileLimits;
use balcao_contract::form::{ChildField, Condition, Field, FieldKey, FieldKind, FieldOption, Form, Step};
use balcao_contract::id::{FieldId, FormId, OptionId};
use balcao_contract::panel::Capability;
use balcao_contract::priority::PriorityRule;

pub fn id(number: u64) -> FieldId {
    FieldId::try_from(number).unwrap()
}

pub fn field(number: u64, key: &str, kind: FieldKind, required: bool) -> Field {
    Field {
        id: id(number),
        key: FieldKey::new(key),
        kind,
        title: key.to_owned(),
        description: String::new(),
        required,
        max_length: None,
        format: None,
        prefix: None,
        prefill: None,
        sensitive: false,
        folded: false,
        earliest: None,
        latest: None,
        columns: Vec::new(),
        max_rows: None,
        options: Vec::new(),
    }
}

pub fn choice(number: u64, key: &str, kind: FieldKind, required: bool, options: &[&str]) -> Field {
    let options = options.iter().enumerate().map(|(position, value)| FieldOption {
        id: OptionId::try_from(number * 100 + position as u64 + 1).unwrap(),
        name: (*value).to_owned(),
        value: (*value).to_owned(),
        position: position as u32,
        default: false,
    });
    Field { options: options.collect(), ..field(number, key, kind, required) }
}

pub fn condition(parent: u64, value: Option<AnswerValue>, children: &[(u64, bool)]) -> Condition {
    let child_fields =
        children.iter().map(|(child, is_required)| ChildField { id: id(*child), is_required: *is_required });
    Condition { parent_field_id: id(parent), value, child_fields: child_fields.collect() }
}

pub fn form(fields: Vec<Field>, conditions: Vec<Condition>) -> Form {
    let ids: Vec<FieldId> = fields.iter().map(|field| field.id).collect();
    let half = ids.len().div_ceil(2);
    let step = |key: &str, field_ids: &[FieldId]| Step {
        key: key.to_owned(),
        title: key.to_owned(),
        hint: None,
        field_ids: field_ids.to_vec(),
    };
    Form {
        id: FormId::try_from(1).unwrap(),
        key: "fixture".to_owned(),
        name: "Fixture".to_owned(),
        capability: Capability::OpenTechnicalRequests,
        subject_from: None,
        steps: vec![step("first", &ids[..half]), step("second", &ids[half..])],
        fields,
        end_user_conditions: conditions,
        submit_label: "Send".to_owned(),
        priority_rule: PriorityRule::Technical,
        file_limits: FileLimits::default(),
    }
}

pub fn answers(pairs: &[(&str, AnswerValue)]) -> Answers {
    pairs.iter().map(|(key, value)| (FieldKey::new(key), value.clone())).collect()
}

pub fn text(value: &str) -> AnswerValue {
    AnswerValue::from(value)
}
