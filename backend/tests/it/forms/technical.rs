//! The technical form: what a question is not asked, and what is known from last time.

use super::{enter, file, filled, form, send};
use crate::tickets::Desk;
use balcao_contract::answers::{AnswerValue, Answers};
use balcao_contract::form::{FieldKey, Form};
use balcao_contract::support::Region;
use balcao_contract::visibility::visible_fields;
use serde_json::json;

fn required(form: &Form, answers: &Answers) -> Vec<String> {
    let shown = visible_fields(form, answers);
    shown.iter().filter(|shown| shown.required).map(|shown| shown.field.key.to_string()).collect()
}

/// The request that the panel sends: a title stands beside the text.
async fn open(person: &crate::tickets::Person, form: &Form, answers: &Answers) -> crate::tickets::Answer {
    let mut body = super::body(form, answers, &[]);
    body["request"]["subject"] = json!(answers.text("subject"));
    person.post("/api/v2/requests", &body).await
}

#[tokio::test]
async fn a_question_or_a_setup_is_not_asked_who_is_affected_and_an_incident_is() {
    let desk = Desk::open().await;
    let ana = enter(&desk, "ana", Region::LatinAmerica, false).await;
    let form = form(&ana, "technical", "en").await;
    assert_eq!((form.steps.len(), form.fields.len()), (1, 9));
    for kind in ["question", "task", "incident"] {
        let answers = filled(&form, &[("problem_type", kind)]);
        // Every one of the nine is there to be answered, whatever it is about.
        assert_eq!(visible_fields(&form, &answers).len(), 9, "{kind}");
        let mut short = answers.clone();
        short.remove("affected_users");
        short.remove("impact");
        let sent = open(&ana, &form, &short).await;
        if kind == "incident" {
            let blank = |key: &str| (key.to_owned(), "BlankValue".to_owned());
            assert_eq!(sent.faults(), [blank("affected_users"), blank("impact")], "{}", sent.text);
        } else {
            assert_eq!(sent.status, 201, "{kind}: {}", sent.text);
            assert_eq!(sent.json["request"]["priority"], "low");
            assert_eq!(required(&form, &answers).len(), 5, "{kind}");
        }
        assert_eq!(open(&ana, &form, &answers).await.status, 201, "{kind}");
    }
}

#[tokio::test]
async fn experience_and_agency_are_as_last_time_and_the_environment_is_production() {
    let desk = Desk::open().await;
    let ana = enter(&desk, "ana", Region::LatinAmerica, false).await;
    let begins = |form: &Form, key: &str| form.field(key).unwrap().prefill.clone();
    let first = form(&ana, "technical", "en").await;
    assert_eq!((begins(&first, "experience"), begins(&first, "agency")), (None, None));
    let environment = first.field("environment").unwrap();
    let default = environment.options.iter().find(|option| option.default).map(|option| option.value.as_str());
    assert_eq!(default, Some("production"));

    let mut answers = filled(&first, &[("problem_type", "question"), ("experience", "advanced")]);
    answers.set(FieldKey::new("agency"), AnswerValue::from("Est\u{fa}dio A\u{e7}a\u{ed}"));
    assert_eq!(open(&ana, &first, &answers).await.status, 201);
    // Another kind of request between them has nothing to say about it.
    let financial = form(&ana, "financial", "en").await;
    let paid = filled(&financial, &[("request_subject", "billing_questions")]);
    assert_eq!(send(&ana, &financial, &paid, &[file(&ana).await]).await.status, 201);
    let second = form(&ana, "technical", "pt").await;
    assert_eq!(begins(&second, "experience").as_deref(), Some("advanced"));
    assert_eq!(begins(&second, "agency").as_deref(), Some("Est\u{fa}dio A\u{e7}a\u{ed}"));
    assert_eq!(begins(&second, "impact"), None);

    // The newest counts, also where it says nothing.
    desk.clock.advance(chrono::TimeDelta::minutes(1));
    answers.remove("agency");
    assert_eq!(open(&ana, &first, &answers).await.status, 201);
    let third = form(&ana, "technical", "en").await;
    assert_eq!((begins(&third, "experience").as_deref(), begins(&third, "agency")), (Some("advanced"), None));

    // Nobody else's.
    let bruno = enter(&desk, "bruno", Region::LatinAmerica, false).await;
    assert_eq!(begins(&form(&bruno, "technical", "en").await, "experience"), None);
}
