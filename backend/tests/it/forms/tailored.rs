use super::{enter, file, filled, form, send};
use crate::tickets::{Desk, whole};
use balcao_contract::support::Region;
use serde_json::json;

/// What the list of forms and fields says is what creating takes, for each kind of account.
#[tokio::test]
async fn lists_of_forms_and_fields_are_those_of_the_account() {
    for (region, has_cnpj) in [(Region::Brazil, true), (Region::Emea, false)] {
        let desk = Desk::open().await;
        let ana = enter(&desk, "ana", region, true).await;
        let forms = ana.get("/api/v2/ticket_forms").await;
        let financial = &forms.json["ticket_forms"][1];
        let ids = financial["ticket_field_ids"].as_array().unwrap();
        assert_eq!(ids.contains(&json!(1227)), has_cnpj);
        // Files and notes are no fields here, nor do conditions name any.
        for hidden in [1203, 1206, 1210] {
            assert!(!ids.contains(&json!(hidden)));
            let conditions = financial["end_user_conditions"].to_string();
            assert!(!conditions.contains(&format!("\"id\":{hidden}")), "{conditions}");
        }
        assert_eq!(ana.get("/api/v2/ticket_fields/1227").await.status == 200, has_cnpj);
        let fields = ana.get("/api/v2/ticket_fields").await;
        let kinds: Vec<_> =
            fields.json["ticket_fields"].as_array().unwrap().iter().map(|f| f["type"].as_str()).collect();
        assert!(
            !kinds.contains(&Some("table")) && !kinds.contains(&Some("note")) && !kinds.contains(&Some("evidence"))
        );
    }
}

#[tokio::test]
async fn a_request_words_its_answers_by_its_own_form() {
    let desk = Desk::open().await;
    let ana = enter(&desk, "ana", Region::Brazil, true).await;
    let form = form(&ana, "commercial", "en").await;
    let answers = filled(&form, &[("commercial_subject", "seller_account")]);
    let number = send(&ana, &form, &answers, &[]).await.json["request"]["id"].as_u64().unwrap();
    let path = format!("/api/panel/requests/{number}/form?locale=pt");
    // Whoever may no longer open such a request may still read what they asked.
    let bruno = enter(&desk, "bruno", Region::Emea, true).await;
    let words = ana.get(&path).await;
    assert_eq!((words.status.as_u16(), words.json["form"]["key"].as_str()), (200, Some("commercial")));
    assert!(words.text.contains("Criação de Ambiente Seller"), "{}", words.text);
    assert_eq!(bruno.get(&path).await.status, 404);
    assert_eq!(ana.get("/api/panel/requests/999/form").await.status, 404);
    assert_eq!(ana.get("/api/panel/requests/x/form").await.status, 404);
    let technical = ana.open("Checkout").await;
    let words = ana.get(&format!("/api/panel/requests/{technical}/form")).await;
    assert_eq!(words.json["form"]["key"], "technical");
}

/// Files that a form cannot show stand under the evidence that it does show.
#[tokio::test]
async fn faults_of_files_are_named_by_the_evidence_that_is_asked() {
    let desk = Desk::open().await;
    let ana = enter(&desk, "ana", Region::Brazil, false).await;
    let form = form(&ana, "financial", "pt").await;
    let answers = filled(&form, &[("request_subject", "payment_receipt")]);
    let refused = send(&ana, &form, &answers, &["nobodys".to_owned()]).await;
    assert_eq!(refused.faults(), [("receipts".to_owned(), "InvalidUpload".to_owned())]);
    assert_eq!(send(&ana, &form, &answers, &[file(&ana).await]).await.status, 201);
    let refused = ana
        .post("/api/v2/requests", &{
            let mut body = whole("x");
            body["request"]["comment"]["uploads"] = json!(["nobodys"]);
            body
        })
        .await;
    assert_eq!(refused.faults(), [("evidence".to_owned(), "InvalidUpload".to_owned())]);
}
