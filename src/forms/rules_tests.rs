//! What the engine promises about any form: order of pages, faults, what is sent.

use super::compose::compose;
use super::problems::{Problem, Problems, only_uploads_are_invalid};
use super::steps::*;
use crate::draft::{Draft, DraftId, Owner, Purpose};
use balcao_contract::answers::{AnswerValue, Answers};
use balcao_contract::form::{FieldKey, Form};
use balcao_contract::validation::AnswerErrorKind;
use balcao_contract::wire::ErrorBody;
use serde_json::{Value, json};

/// Three steps; the second is shown for incidents only.
pub(super) fn form() -> Form {
    let option =
        |id: u64, value: &str| json!({ "id": id, "name": value.to_uppercase(), "value": value, "position": id });
    let field = |id: u64, key: &str, kind: &str, required: bool, options: Vec<Value>| {
        json!({
            "id": id, "key": key, "type": kind, "title_in_portal": key.to_uppercase(),
            "required_in_portal": required, "custom_field_options": options,
        })
    };
    let step = |key: &str, ids: &[u64]| json!({ "key": key, "title": key, "field_ids": ids });
    let mut environment = option(7, "production");
    environment["default"] = json!(true);
    let value = json!({
        "id": 1, "key": "sample", "name": "Sample", "submit_label": "Send", "priority_rule": "technical",
        "capability": "open_technical_requests", "subject_from": "problem_type",
        "file_limits": { "max_bytes": 10, "max_files": 2, "extensions": ["png"] },
        "steps": [step("what", &[1, 2, 3]), step("where", &[4]), step("more", &[5, 6, 7])],
        "fields": [
            field(1, "subject", "subject", true, vec![]),
            field(2, "description", "description", true, vec![]),
            field(3, "problem_type", "tagger", true, vec![option(1, "incident"), option(2, "question")]),
            field(4, "environment", "tagger", false, vec![environment, option(8, "sandbox")]),
            field(5, "stores", "integer", false, vec![]),
            field(6, "evidence", "evidence", false, vec![]),
            field(7, "channels", "multiselect", false, vec![option(3, "web"), option(4, "app")]),
        ],
        "end_user_conditions": [
            { "parent_field_id": 3, "value": "incident", "child_fields": [{ "id": 4, "is_required": true }] },
            { "parent_field_id": 3, "value": "question", "child_fields": [{ "id": 6, "is_required": true }] },
            { "parent_field_id": 3, "value": "incident", "child_fields": [{ "id": 6, "is_required": false }] },
        ],
    });
    serde_json::from_value(value).unwrap()
}

pub(super) fn answers(pairs: &[(&str, &str)]) -> Answers {
    pairs.iter().map(|(key, text)| (FieldKey::new(key), AnswerValue::from(*text))).collect()
}

fn incident() -> Answers {
    answers(&[("subject", "S"), ("description", "D"), ("problem_type", "incident"), ("environment", "sandbox")])
}

#[test]
fn steps_that_ask_nothing_are_passed_over() {
    let form = form();
    let nothing = Answers::default();
    let keys = |answers: &Answers| shown_steps(&form, answers).iter().map(|s| s.key.clone()).collect::<Vec<_>>();
    assert_eq!(keys(&nothing), ["what", "more"]);
    assert_eq!(keys(&incident()), ["what", "where", "more"]);

    assert_eq!(next_step(&form, &nothing, "what").as_deref(), Some("more"));
    assert_eq!(next_step(&form, &incident(), "what").as_deref(), Some("where"));
    assert_eq!(next_step(&form, &incident(), "more"), None);
    assert_eq!(previous_step(&form, &incident(), Some("more")).as_deref(), Some("where"));
    assert_eq!(previous_step(&form, &incident(), Some("what")), None);
    assert_eq!(previous_step(&form, &incident(), None).as_deref(), Some("more"));
}

#[test]
fn pages_are_counted_with_the_review_as_the_last() {
    let form = form();
    assert_eq!(position(&form, "what"), (1, 4));
    // Also while nothing is asked on the page between them: the count does not change under the reader.
    assert_eq!(position(&form, "more"), (3, 4));
    assert_eq!(position(&form, ""), (4, 4));
}

#[test]
fn a_step_that_is_unknown_or_hidden_becomes_the_first() {
    let form = form();
    let step = |answers: &Answers, key| step_or_first(&form, answers, key);
    assert_eq!(step(&incident(), Some("where")).as_deref(), Some("where"));
    for key in [None, Some("nowhere"), Some("where"), Some("")] {
        assert_eq!(step(&Answers::default(), key).as_deref(), Some("what"));
    }
}

#[test]
fn a_step_is_checked_alone_and_the_form_as_a_whole() {
    let form = form();
    let nothing = Answers::default();
    let keys = |faults: Vec<balcao_contract::validation::AnswerError>| {
        faults.into_iter().map(|fault| fault.key.as_str().to_owned()).collect::<Vec<_>>()
    };
    let step =
        |key: &str, answers: &Answers, files| keys(faults_of_step(&form, form.step(key).unwrap(), answers, files));
    assert_eq!(step("what", &nothing, 0), ["subject", "description", "problem_type"]);
    assert_eq!(step("more", &nothing, 0), Vec::<String>::new());
    assert_eq!(keys(faults_of_form(&form, &incident(), 0)), Vec::<String>::new());
    let question = answers(&[("subject", "S"), ("description", "D"), ("problem_type", "question")]);
    // Files are required for questions; they are not among the answers.
    assert_eq!(step("more", &question, 0), ["evidence"]);
    assert_eq!(keys(faults_of_form(&form, &question, 0)), ["evidence"]);
    assert_eq!(keys(faults_of_form(&form, &question, 1)), Vec::<String>::new());
}

#[test]
fn what_was_typed_into_a_field_that_has_gone_is_nobodys_fault() {
    let form = form();
    let mut question = incident();
    question.set(FieldKey::new("problem_type"), "question".into());
    question.set(FieldKey::new("environment"), "no such option".into());
    question.set(FieldKey::new("left_over"), "from an older form".into());
    assert!(faults_of_form(&form, &question, 1).is_empty());
}

#[test]
fn the_first_faulty_step_is_the_first_of_the_form() {
    let form = form();
    let first = |keys: &[&str]| first_step_of(&form, keys.iter().copied());
    assert_eq!(first(&["stores", "subject"]).as_deref(), Some("what"));
    assert_eq!(first(&["stores", "environment"]).as_deref(), Some("where"));
    assert_eq!(first(&["unknown"]), None);
    assert_eq!(step_of_field(&form, "environment").unwrap().key, "where");
}

#[test]
fn defaults_are_taken_only_where_nothing_was_chosen() {
    let form = form();
    let owner = Owner { account: 1_u64.try_into().unwrap(), user: 2_u64.try_into().unwrap() };
    let purpose = Purpose::Form("sample".to_owned());
    let mut fresh = Draft::named(DraftId::parse("d").unwrap(), "k".to_owned(), owner, purpose, 5);
    let mut chosen = fresh.clone();
    take_defaults(&form, &mut fresh);
    assert_eq!(fresh.answers.text("environment"), "production");
    assert!(fresh.is_empty(), "nobody would miss what the form put there itself");
    chosen.answers = incident();
    take_defaults(&form, &mut chosen);
    assert_eq!(chosen.answers.text("environment"), "sandbox");
    // Another tab that has not got it yet takes nothing away.
    let bare = Draft { answers: Answers::default(), edited: Default::default(), ..fresh.clone() };
    assert_eq!(fresh.merged_with(&bare).answers.text("environment"), "production");
}

#[test]
fn what_need_not_be_answered_is_folded_and_stays_where_it_is_while_answering() {
    let mut form = form();
    for field in &mut form.fields {
        field.folded = matches!(field.key.as_str(), "environment" | "stores");
    }
    let step = |key: &str| form.step(key).unwrap().clone();
    let folded = |key: &str, answers: &Answers, before: Option<&[String]>| folded(&form, &step(key), answers, before);
    assert_eq!(folded("more", &incident(), None), ["stores"], "optional");
    let mut open = incident();
    open.remove("environment");
    assert_eq!(folded("where", &open, None), [""; 0], "required of an incident");
    assert_eq!(folded("where", &incident(), None), ["environment"], "known from before");
    assert_eq!(folded("where", &incident(), Some(&[])), [""; 0], "just answered");
    assert_eq!(folded("where", &incident(), Some(&["environment".to_owned()])), ["environment"]);
    assert_eq!(folded("where", &open, Some(&["environment".to_owned()])), [""; 0], "now required");
}

#[test]
fn a_draft_is_called_by_its_title_or_by_what_it_is_about() {
    let form = form();
    assert_eq!(title_of(&form, &incident()), "S");
    assert_eq!(title_of(&form, &answers(&[("problem_type", "incident"), ("subject", " ")])), "INCIDENT");
    assert_eq!(title_of(&form, &Answers::default()), "Sample");
}

#[test]
fn what_counts_is_sent_and_nothing_else() {
    let form = form();
    let mut all = incident();
    all.set(FieldKey::new("stores"), " 12 ".into());
    all.set(FieldKey::new("channels"), AnswerValue::Many(vec!["web".to_owned()]));
    let sent = |answers: &Answers, files| serde_json::to_value(compose(&form, answers, files)).unwrap();
    assert_eq!(
        sent(&all, vec!["t1".to_owned()]),
        json!({
            "subject": "S",
            "comment": { "body": "D", "uploads": ["t1"] },
            "custom_fields": [
                { "id": 3, "value": "incident" },
                { "id": 4, "value": "sandbox" },
                { "id": 5, "value": 12 },
                { "id": 7, "value": ["web"] },
            ],
            "ticket_form_id": form.id,
        })
    );
    all.set(FieldKey::new("problem_type"), "question".into());
    let fields = sent(&all, vec![])["custom_fields"].clone();
    let ids: Vec<_> = fields.as_array().unwrap().iter().map(|field| field["id"].as_u64().unwrap()).collect();
    assert_eq!(ids, [3, 5, 7], "the environment is hidden now");
}

#[test]
fn a_form_without_a_title_is_named_by_its_first_choice() {
    let mut form = form();
    form.fields.remove(0);
    assert_eq!(compose(&form, &incident(), vec![]).subject, "INCIDENT".to_owned().into());
    assert_eq!(compose(&form, &Answers::default(), vec![]).subject, "Sample".to_owned().into());
}

#[test]
fn the_same_answers_make_the_same_body() {
    let form = form();
    let body = |answers: &Answers| serde_json::to_value(compose(&form, answers, vec![])).unwrap().to_string();
    let text = body(&incident());
    assert_eq!(text, body(&incident()));
    // Read back from a draft and sent again, it is still the same text: the backend compares it.
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap().to_string(), text);
}

fn refusal(details: Value) -> ErrorBody {
    serde_json::from_value(json!({ "error": "RecordInvalid", "description": "Faults", "details": details })).unwrap()
}

#[test]
fn what_the_backend_says_is_shown_at_its_field() {
    let form = form();
    let fault = |key: &str, said: &str| json!([{ "description": said, "error": "InvalidValue", "field_key": key }]);
    let body = refusal(json!({
        "base": fault("subject", "Too shouty"),
        "comment": fault("comment", "Too empty"),
        "uploads": fault("uploads", "Too big"),
        "organization_id": fault("organization_id", "Not yours"),
    }));
    let problems = Problems::said(&form, &body);
    let keys: Vec<_> = problems.fields.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(keys, ["subject", "description", "evidence"]);
    assert_eq!(problems.of("subject"), Some(&Problem::Said("Too shouty".to_owned())));
    assert_eq!(problems.others, ["Not yours"]);
    assert_eq!(Problems::said(&form, &refusal(json!({}))).others, ["Faults"]);
}

#[test]
fn only_expired_uploads_are_mended_without_asking() {
    let upload = json!([{ "description": "x", "error": "InvalidUpload", "field_key": "uploads" }]);
    let blank = json!([{ "description": "x", "error": "BlankValue", "field_key": "subject" }]);
    assert!(only_uploads_are_invalid(&refusal(json!({ "uploads": upload }))));
    assert!(!only_uploads_are_invalid(&refusal(json!({ "uploads": upload, "subject": blank }))));
    assert!(!only_uploads_are_invalid(&refusal(json!({}))));
}

#[test]
fn a_problem_goes_when_it_is_mended_and_none_comes_while_typing() {
    let key = FieldKey::new("subject");
    let rule = |kind| Problems { fields: vec![(key.clone(), Problem::Rule(kind))], others: vec![] };
    let mut problems = rule(AnswerErrorKind::Blank);
    problems.look_again("subject", Some(AnswerErrorKind::WrongType), true);
    assert_eq!(problems, rule(AnswerErrorKind::WrongType));
    problems.look_again("subject", None, true);
    assert!(problems.is_empty());
    problems.look_again("subject", Some(AnswerErrorKind::Blank), true);
    assert!(problems.is_empty(), "a field that showed nothing keeps quiet");

    let mut said = Problems { fields: vec![(key.clone(), Problem::Said("no".to_owned()))], others: vec![] };
    said.look_again("subject", None, false);
    assert_eq!(said.fields.len(), 1, "the same answer is still refused");
    said.look_again("subject", None, true);
    assert!(said.is_empty());
}
