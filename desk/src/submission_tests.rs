use super::submission::*;
use crate::forms::Forms;
use balcao_contract::answers::AnswerValue;
use balcao_contract::file::FileLimits;
use balcao_contract::form::Form;
use balcao_contract::id::FieldId;
use balcao_contract::locale::Locale;
use balcao_contract::priority::Priority;
use balcao_contract::validation::AnswerErrorKind;

fn form() -> Form {
    Forms::embedded(&FileLimits::default()).unwrap().by_key("technical", Locale::En).unwrap().clone()
}

fn text(value: &str) -> Given {
    Given::Value(AnswerValue::from(value))
}

fn field(form: &Form, key: &str, value: Given) -> (GivenField, Given) {
    (GivenField::Id(form.field(key).unwrap().id), value)
}

fn whole(form: &Form) -> Submission {
    Submission {
        subject: text("Checkout\r\nBcc: x"),
        description: text("It fails\r\nsince noon"),
        fields: vec![
            field(form, "experience", text("advanced")),
            field(form, "affected_users", text("buyers")),
            field(form, "impact", text("critical")),
            field(form, "environment", text("production")),
            field(form, "problem_type", text("incident")),
        ],
        ..Submission::default()
    }
}

fn faults(result: Result<Accepted, Vec<InvalidField>>) -> Vec<(String, &'static str)> {
    result.unwrap_err().into_iter().map(|fault| (fault.key, fault.kind.wire_name())).collect()
}

#[test]
fn a_whole_form_becomes_a_request() {
    let form = form();
    let accepted = accept(&form, whole(&form)).unwrap();
    assert_eq!(accepted.subject, "Checkout Bcc: x");
    assert_eq!(accepted.description, "It fails\nsince noon");
    assert_eq!((accepted.priority, accepted.kind), (Some(Priority::Urgent), Some("incident")));
    let keys: Vec<_> = accepted.answers.iter().map(|(key, _)| key.to_string()).collect();
    assert_eq!(keys, ["affected_users", "environment", "experience", "impact", "problem_type"]);
}

#[test]
fn an_empty_one_names_every_required_field_once_in_the_forms_order() {
    let form = form();
    let missing = faults(accept(&form, Submission::default()));
    let keys: Vec<_> = missing.iter().map(|(key, _)| key.as_str()).collect();
    // Who is affected, and how, is asked of an incident alone: nobody has said yet that it is one.
    assert_eq!(keys, ["problem_type", "subject", "description", "environment", "experience"]);
    assert!(missing.iter().all(|(_, error)| *error == "BlankValue"));
}

#[test]
fn every_wrong_value_is_one_fault() {
    let form = form();
    let long = "x".repeat(10_000);
    let cases = [
        ("impact", Given::Unreadable, "InvalidValue"),
        ("impact", text("catastrophic"), "InvalidValue"),
        ("impact", Given::Value(AnswerValue::Number(3)), "InvalidValue"),
        ("impact", Given::Value(AnswerValue::Many(vec!["critical".to_owned()])), "InvalidValue"),
        ("impact", Given::Nothing, "BlankValue"),
        ("impact", text("\u{200b} \u{202e}"), "BlankValue"),
        ("agency", text(&long), "ValueTooLong"),
        ("agency", Given::Value(AnswerValue::Flag(true)), "InvalidValue"),
        ("evidence", text("token"), "UnknownField"),
        ("subject", text("not here"), "UnknownField"),
    ];
    for (key, value, error) in cases {
        let mut submission = whole(&form);
        submission.fields.retain(|(known, _)| *known != field(&form, key, Given::Nothing).0);
        submission.fields.push(field(&form, key, value.clone()));
        assert_eq!(faults(accept(&form, submission)), [(key.to_owned(), error)], "{key} {value:?}");
    }
    let mut submission = whole(&form);
    submission.subject = text(&long);
    assert_eq!(faults(accept(&form, submission)), [("subject".to_owned(), "ValueTooLong")]);
    let mut submission = whole(&form);
    submission.description = Given::Unreadable;
    assert_eq!(faults(accept(&form, submission)), [("description".to_owned(), "InvalidValue")]);
}

#[test]
fn unknown_fields_come_last() {
    let form = form();
    let mut submission = whole(&form);
    submission.fields.push((GivenField::Id(FieldId::try_from(9).unwrap()), text("x")));
    submission.fields.push((GivenField::Unreadable("abc".to_owned()), text("x")));
    submission.subject = Given::Nothing;
    let found = accept(&form, submission).unwrap_err();
    let bases: Vec<_> = found.iter().map(|fault| (fault.key.as_str(), fault.base)).collect();
    assert_eq!(bases, [("subject", false), ("9", true), ("abc", true)]);
    assert_eq!(found[1].kind, AnswerErrorKind::UnknownField);
}

#[test]
fn without_a_form_a_title_and_a_text_are_enough() {
    let form = form();
    let plain = || Submission { subject: text("Hello"), description: text("World"), ..Submission::default() };
    let accepted = accept_without_form(&form, plain()).unwrap();
    assert_eq!((accepted.priority, accepted.kind), (None, None));
    assert!(accepted.answers.is_empty());

    let chosen = Submission { priority: text("high"), kind: text("task"), ..plain() };
    let accepted = accept_without_form(&form, chosen.clone()).unwrap();
    assert_eq!((accepted.priority, accepted.kind), (Some(Priority::High), Some("task")));
    // With a form the answers decide, whatever a client claims.
    let claimed = Submission { priority: text("low"), kind: text("task"), ..whole(&form) };
    let accepted = accept(&form, claimed).unwrap();
    assert_eq!((accepted.priority, accepted.kind), (Some(Priority::Urgent), Some("incident")));

    let wrong = Submission { priority: text("asap"), kind: Given::Unreadable, ..plain() };
    assert_eq!(
        faults(accept_without_form(&form, wrong)),
        [("priority".to_owned(), "InvalidValue"), ("type".to_owned(), "InvalidValue")]
    );
    let blank = Submission { subject: text(" \u{200b}"), ..plain() };
    assert_eq!(faults(accept_without_form(&form, blank)), [("subject".to_owned(), "BlankValue")]);
    let option = Submission { fields: vec![field(&form, "impact", text("huge"))], ..plain() };
    assert_eq!(faults(accept_without_form(&form, option)), [("impact".to_owned(), "InvalidValue")]);
    let answered = Submission { fields: vec![field(&form, "problem_type", text("question"))], ..plain() };
    let accepted = accept_without_form(&form, answered).unwrap();
    assert_eq!((accepted.priority, accepted.kind), (Some(Priority::Low), Some("question")));
}

#[test]
fn emoji_and_right_to_left_text_stay() {
    let form = form();
    let mut submission = whole(&form);
    submission.subject = text("🛒 الدفع لا يعمل");
    assert_eq!(accept(&form, submission).unwrap().subject, "🛒 الدفع لا يعمل");
}
