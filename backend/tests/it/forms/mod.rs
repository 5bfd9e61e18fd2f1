//! The financial and commercial forms over the wire: who is asked what, what is refused, and what comes of it.

mod commercial;
mod financial;
mod tailored;
mod technical;

use crate::tickets::{Answer, Desk, Person};
use axum::http::Method;
use balcao_backend::identity::HostIdentity;
use balcao_contract::answers::{AnswerValue, Answers};
use balcao_contract::form::{Field, FieldKind, Form};
use balcao_contract::format::Format;
use balcao_contract::locale::Locale;
use balcao_contract::panel::FormEnvelope;
use balcao_contract::support::Region;
use balcao_contract::visibility::visible_fields;
use serde_json::{Value, json};

/// Somebody of the account `acmestore`; the sponsor where they are said to be.
pub async fn enter(desk: &Desk, name: &str, region: Region, sponsor: bool) -> Person {
    desk.enter(&HostIdentity {
        email: format!("{name}@acmestore.example"),
        name: Some(format!("{name} Souza")),
        account: "acmestore".to_owned(),
        locale: Some(Locale::En),
        region: Some(region),
        resources: None,
        support_resource_by_default: true,
        sponsor,
        email_verified: false,
    })
    .await
}

/// The form as a person is asked it.
pub async fn form(person: &Person, key: &str, locale: &str) -> Form {
    let answer = person.get(&format!("/api/panel/forms/{key}?locale={locale}")).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    serde_json::from_str::<FormEnvelope>(&answer.text).unwrap().form
}

/// A right answer to a field; of a choice the first option.
fn sample(field: &Field) -> AnswerValue {
    let text = match (field.kind, field.format) {
        (FieldKind::Tagger, _) => &field.options[0].value,
        (FieldKind::Checkbox, _) => return AnswerValue::Flag(true),
        (FieldKind::Date, _) => "2026-12-24",
        (FieldKind::Table, _) => "acmestoresul\nacmestorenorte",
        (_, Some(Format::Email)) => "bia@acme.example",
        (_, Some(Format::EmailList)) => "bia@acme.example; caio@acme.example",
        (_, Some(Format::Phone)) => "+55 (11) 98765-4321",
        (_, Some(Format::Cpf)) => "52998224725",
        (_, Some(Format::Cnpj)) => "12.ABC.345/01DE-35",
        (_, Some(Format::Money)) => "1.234.567,5",
        (_, Some(Format::Country)) => "br",
        (_, Some(Format::Currency)) => "BRL",
        (_, Some(Format::Month)) => "2026-10",
        (_, Some(Format::AccountName)) => "acmestore2",
        (_, Some(Format::PersonName)) => "Bia Lima",
        _ => "Some words",
    };
    AnswerValue::from(text)
}

/// Right answers to everything that a form asks, once these are chosen.
pub fn filled(form: &Form, chosen: &[(&str, &str)]) -> Answers {
    let mut answers = Answers::default();
    loop {
        let shown = visible_fields(form, &answers);
        let open = shown
            .iter()
            .find(|shown| shown.field.kind.is_answered() && answers.get(shown.field.key.as_str()).is_none());
        let Some(open) = open else { return answers };
        let chosen = chosen.iter().find(|(key, _)| *key == open.field.key.as_str());
        let value = chosen.map_or_else(|| sample(open.field), |(_, value)| AnswerValue::from(*value));
        answers.set(open.field.key.clone(), value);
    }
}

/// The keys of everything that these answers show but the choice of a subject.
pub fn asked(form: &Form, answers: &Answers) -> Vec<String> {
    visible_fields(form, answers).iter().skip(1).map(|shown| shown.field.key.to_string()).collect()
}

/// What the panel would send.
pub fn body(form: &Form, answers: &Answers, uploads: &[String]) -> Value {
    let fields = form.fields.iter().filter(|field| field.kind.is_custom());
    let fields = fields.filter_map(|field| Some(json!({ "id": field.id, "value": answers.get(field.key.as_str())? })));
    json!({ "request": {
        "ticket_form_id": form.id,
        "comment": { "body": answers.text("description"), "uploads": uploads },
        "custom_fields": fields.collect::<Vec<_>>(),
    } })
}

/// Uploads a file and gives its token.
pub async fn file(person: &Person) -> String {
    let path = "/api/v2/uploads?filename=document.txt";
    let answer = person.send(Method::POST, path, &[("content-type", "application/binary")], "a document").await;
    answer.json["upload"]["token"].as_str().unwrap_or_else(|| panic!("{}", answer.text)).to_owned()
}

pub async fn send(person: &Person, form: &Form, answers: &Answers, uploads: &[String]) -> Answer {
    person.post("/api/v2/requests", &body(form, answers, uploads)).await
}

/// Every required answer, left out by itself, is a fault of its field; so are the files where they are required.
pub async fn each_required_one_is_missed(person: &Person, form: &Form, answers: &Answers) {
    let whole = file(person).await;
    let shown = visible_fields(form, answers);
    for field in shown.iter().filter(|shown| shown.required).map(|shown| shown.field) {
        let mut without = answers.clone();
        without.remove(field.key.as_str());
        let uploads = if field.kind == FieldKind::Evidence { Vec::new() } else { vec![whole.clone()] };
        let refused = send(person, form, &without, &uploads).await;
        assert_eq!(refused.error(), (422, "RecordInvalid"), "without {}: {}", field.key, refused.text);
        let blank = (field.key.to_string(), "BlankValue".to_owned());
        assert!(refused.faults().contains(&blank), "without {}: {}", field.key, refused.text);
    }
}

/// A custom field of a request, by its form's key.
pub fn stored<'a>(request: &'a Value, form: &Form, key: &str) -> &'a Value {
    let id = form.field(key).unwrap_or_else(|| panic!("no field {key}")).id.get();
    let fields = request["custom_fields"].as_array().unwrap();
    &fields.iter().find(|field| field["id"] == id).unwrap_or_else(|| panic!("{key} was not stored"))["value"]
}

/// The fault of one field, every other answer being right.
pub async fn fault_of(
    person: &Person,
    form: &Form,
    answers: &Answers,
    key: &str,
    value: &str,
) -> Vec<(String, String)> {
    let mut wrong = answers.clone();
    wrong.set(form.field(key).unwrap().key.clone(), AnswerValue::from(value));
    let refused = send(person, form, &wrong, &[file(person).await]).await;
    assert_eq!(refused.error(), (422, "RecordInvalid"), "{key}: {value:?}: {}", refused.text);
    refused.faults()
}

/// Makes `acmestore` belong to another account.
pub async fn make_additional(desk: &Desk) {
    let mut tx = desk.app.store.begin().await.unwrap();
    for statement in [
        "INSERT INTO accounts (name, region, created_at) VALUES ('acmemain', 'brazil', 0)",
        "UPDATE accounts SET main_account_id = (SELECT id FROM accounts WHERE name = 'acmemain') WHERE name = 'acmestore'",
    ] {
        sqlx::query(statement).execute(&mut *tx).await.unwrap();
    }
    tx.commit().await.unwrap();
}
