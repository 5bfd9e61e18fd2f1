//! What people type: every script as it was, nothing that controls a terminal or a mail, and a limit that is told.

use super::open;
use crate::common::{ACCOUNT, TestApp};
use axum::http::StatusCode;
use serde_json::json;

#[tokio::test]
async fn every_script_comes_back_byte_for_byte() {
    let app = TestApp::new().await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    for text in [
        "👩‍💻🏳️‍🌈🇧🇷 não carrega",
        "الدفع لا يعمل منذ الساعة ٩:٠٠ \u{200f}(خطأ 500)\u{200f}",
        "תשלום נכשל \u{2067}ABC-123\u{2069}",
        "می‌خواهم پرداخت کنم",
        "e\u{301} stays decomposed, é stays composed",
        "付款失败，请帮忙 ｶﾀｶﾅ",
        "<script>alert(1)</script> & \"quotes\" 'and' \\ `code` {braces} %s $1",
        "\u{1d54f} \u{10ffff} \u{fffd}",
    ] {
        let created = open(&ana, text, text, &[]).await;
        assert_eq!(created.status, StatusCode::CREATED, "{text}: {}", created.text());
        let id = created.json()["request"]["id"].clone();
        let shown = ana.get(&format!("/api/v2/requests/{id}")).await.json()["request"].clone();
        assert_eq!((&shown["subject"], &shown["description"]), (&json!(text), &json!(text)));
        let thread = ana.get(&format!("/api/v2/requests/{id}/comments")).await.json();
        assert_eq!(thread["comments"][0]["body"], text);
        let reply = json!({ "request": { "comment": { "body": text } } });
        assert_eq!(ana.put(&format!("/api/v2/requests/{id}"), &reply).await.status, StatusCode::OK);
        let thread = ana.get(&format!("/api/v2/requests/{id}/comments")).await.json();
        assert_eq!(thread["comments"][1]["body"], text);
    }
}

#[tokio::test]
async fn control_characters_go_and_the_rest_stays() {
    let app = TestApp::new().await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    let created = open(&ana, "a\0b\u{7}\u{1b}[2Jc", "one\r\ntwo\rthree\u{0}\u{8}\u{1b}[31m\tfour", &[]).await;
    let request = created.json()["request"].clone();
    assert_eq!(
        (&request["subject"], &request["description"]),
        (&json!("a b [2Jc"), &json!("one\ntwo\nthree[31m\tfour"))
    );
    for nothing in ["\0", "\u{200b}\u{feff}", "\u{3164}", " \r\n\t "] {
        let answer = open(&ana, nothing, nothing, &[]).await;
        assert_eq!(answer.refusal().1, ["subject BlankValue", "description BlankValue"], "{nothing:?}");
    }
    // Half a surrogate pair is no text at all, so the body is no JSON.
    let headers = [("content-type", "application/json")];
    let lone = r#"{"request":{"subject":"\ud800","comment":{"body":"x"}}}"#;
    let answer = ana.send(axum::http::Method::POST, "/api/v2/requests", &headers, lone.into()).await;
    assert_eq!((answer.status, answer.refusal().0.as_str()), (StatusCode::BAD_REQUEST, "InvalidJson"));
}

#[tokio::test]
async fn a_title_of_ten_thousand_characters_is_told_its_limit() {
    let app = TestApp::new().await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    for (language, sentence) in [
        ("en-US", "Title: is too long, at most 150 characters"),
        ("pt-BR", "Título: é longo demais, no máximo 150 caracteres"),
        ("es", "Título: es demasiado largo, máximo 150 caracteres"),
    ] {
        let answer = open(&ana.speaking(language), &"x".repeat(10_000), "text", &[]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(answer.json()["details"]["base"][0]["description"], sentence);
    }
    // Characters are counted, not bytes: 150 of them are taken in any script.
    assert_eq!(open(&ana, &"付".repeat(150), "text", &[]).await.status, StatusCode::CREATED);
    assert_eq!(open(&ana, &"付".repeat(151), "text", &[]).await.refusal().1, ["subject ValueTooLong"]);
}

#[tokio::test]
async fn an_answer_that_comes_twice_or_for_nothing_is_a_fault() {
    let app = TestApp::new().await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    let send = async |fields: serde_json::Value| {
        let body = json!({ "request": { "subject": "a", "comment": { "body": "b" }, "custom_fields": fields } });
        ana.post("/api/v2/requests", &body).await
    };
    for (fields, fault) in [
        (json!([{ "id": 1106, "value": "apocalyptic" }]), "impact InvalidValue"),
        (json!([{ "id": 1106, "value": ["critical"] }]), "impact InvalidValue"),
        (json!([{ "id": 1106, "value": true }]), "impact InvalidValue"),
        (json!([{ "id": -1106, "value": "critical" }]), "-1106 UnknownField"),
        (json!([{ "id": 9_007_199_254_740_993_u64, "value": "x" }]), "9007199254740993 UnknownField"),
        (json!([{ "id": 1109, "value": "x" }]), "evidence UnknownField"),
        (json!("all of them"), "custom_fields UnknownField"),
    ] {
        let answer = send(fields.clone()).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{fields}: {}", answer.text());
        assert_eq!(answer.refusal().1, [fault], "{fields}");
    }
}

#[tokio::test]
async fn pages_beyond_all_numbers_are_refused_and_none_is_a_fault_of_ours() {
    let app = TestApp::new().await;
    let ana = app.sign_in("ana@example.com", ACCOUNT).await;
    open(&ana, "One", "text", &[]).await;
    for (query, status) in [
        ("page=4294967295&per_page=100", 400),
        ("page=4294967296", 400),
        ("page=18446744073709551616", 400),
        ("page=1e3", 400),
        ("page=%00", 400),
        ("per_page=0", 400),
        ("per_page=4294967295", 200),
        ("page[size]=4294967295", 200),
        ("page[size]=0", 400),
        ("page[size]=-1", 400),
        ("page[after]=%FF%FE", 400),
        ("page[after]=LXU6OTIyMzM3MjAzNjg1NDc3NTgwODo5OTk5OTk5OTk5OTk5OTk5OTk5", 400),
        ("page[after]=x&page[before]=x", 400),
        ("sort=-", 400),
        ("sort=--updated_at", 400),
        ("sort_by=updated_at%00", 400),
        ("sort_by=status", 400),
        ("include=%00,users", 200),
        ("page=1&page=2", 200),
        ("%zz=%", 200),
    ] {
        let answer = ana.get(&format!("/api/v2/requests?{query}")).await;
        assert_eq!(answer.status.as_u16(), status, "{query}: {}", answer.text());
    }
    for id in ["-1", "0", "1.0", "%00", "9223372036854775808", "1%2F2", "..%2F1", "１"] {
        let answer = ana.get(&format!("/api/v2/requests/{id}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{id}");
    }
}
