//! More of everything than anybody needs: one sentence says so, and nothing is looked at one by one.

use super::{Desk, whole};
use axum::http::StatusCode;
use serde_json::{Value, json};

/// A megabyte of what stands for so many different fields.
fn many() -> Vec<Value> {
    (0..140_000).map(Value::from).collect()
}

#[tokio::test]
async fn a_megabyte_of_fields_is_one_fault() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    let mut body = whole("Many");
    for key in ["custom_fields", "fields"] {
        body["request"].as_object_mut().unwrap().remove("custom_fields");
        body["request"][key] = json!(many());
        let answer = ana.post("/api/v2/requests", &body).await;
        assert_eq!(answer.error(), (422, "RecordInvalid"));
        let faults = answer.json["details"]["base"].as_array().unwrap();
        let told: Vec<&Value> = faults.iter().filter(|fault| fault["field_key"] == "custom_fields").collect();
        assert_eq!(told.len(), 1, "{}", answer.text);
        assert_eq!(told[0]["description"], "Fields: at most 250 entries; there are 140000");
        body["request"].as_object_mut().unwrap().remove("fields");
    }
}

#[tokio::test]
async fn fifty_faults_are_told_and_how_many_more_there_are() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    let mut body = whole("Many");
    body["request"]["custom_fields"] = json!(many()[..200]);
    for (language, sentence) in [
        ("en", "more are wrong. Correct these first"),
        ("pt-BR", "itens errados. Corrija estes primeiro"),
        ("es", "elementos más con errores. Corrige estos primero"),
    ] {
        let headers = [("accept-language", language)];
        let answer = ana.send(axum::http::Method::POST, "/api/v2/requests", &headers, body.to_string()).await;
        assert_eq!(answer.error(), (422, "RecordInvalid"));
        let faults = answer.json["details"]["base"].as_array().unwrap();
        assert_eq!(faults.len(), 51, "{language}");
        let last = faults[50]["description"].as_str().unwrap();
        assert!(last.contains(sentence) && last.chars().any(|sign| sign.is_ascii_digit()), "{last}");
        assert_eq!(faults[50]["error"], "MoreFaults");
    }
}

#[tokio::test]
async fn tokens_of_uploads_have_an_end() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    let tokens: Vec<String> = (0..1_001).map(|number| format!("t{number}")).collect();
    let mut body = whole("Many");
    body["request"]["comment"]["uploads"] = json!(tokens);
    let answer = ana.post("/api/v2/requests", &body).await;
    assert_eq!(answer.faults(), [("evidence".to_owned(), "InvalidValue".to_owned())], "{}", answer.text);
    let request = ana.open("Few").await;
    let reply = json!({ "request": { "comment": { "body": "x", "uploads": tokens } } });
    let answer = ana.put(&format!("/api/v2/requests/{request}"), &reply).await;
    assert_eq!(answer.faults(), [("evidence".to_owned(), "InvalidValue".to_owned())], "{}", answer.text);
    // The same token, however often, is one.
    let reply = json!({ "request": { "comment": { "body": "x", "uploads": vec!["nobody's"; 1_000] } } });
    let answer = ana.put(&format!("/api/v2/requests/{request}"), &reply).await;
    assert_eq!(answer.faults(), [("evidence".to_owned(), "InvalidUpload".to_owned())], "{}", answer.text);
}

#[tokio::test]
async fn lists_of_ids_have_an_end() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    let ids = |count: usize| vec![ana.user.to_string(); count].join(",");
    for path in ["/api/v2/users/show_many", "/api/v2/ticket_forms/show_many"] {
        assert_eq!(ana.get(&format!("{path}?ids={}", ids(100))).await.status, StatusCode::OK, "{path}");
        let refused = ana.get(&format!("{path}?ids={}", ids(101))).await;
        assert_eq!(refused.error(), (400, "InvalidParameter"), "{path}");
        assert!(refused.text.contains("ids"), "{}", refused.text);
    }
}

/// An option is chosen or not: a megabyte of the same one was once kept, and given in every list.
#[tokio::test]
async fn an_answer_of_several_options_holds_each_once() {
    use balcao_contract::answers::AnswerValue;
    use balcao_contract::form::FieldKind;
    let desk = Desk::open().await;
    let form = desk.app.forms.all(balcao_contract::locale::Locale::En);
    // No form asks for several options today; one of an operator's own may.
    let mut field =
        form.iter().flat_map(|form| form.fields.iter()).find(|field| !field.options.is_empty()).unwrap().clone();
    field.kind = FieldKind::Multiselect;
    let option = field.options[0].value.clone();
    let kept = balcao_contract::normal::normal(&field, AnswerValue::Many(vec![option.clone(); 100_000]));
    assert_eq!(kept, AnswerValue::Many(vec![option]));
}
