use super::{
    asked, body, each_required_one_is_missed, enter, fault_of, file, filled, form, make_additional, send, stored,
};
use crate::tickets::Desk;
use balcao_contract::answers::AnswerValue;
use balcao_contract::form::{FieldKey, Form};
use balcao_contract::support::Region;
use serde_json::json;

/// A subject, more answers, and what is asked then (forms.md).
type Asked = (&'static str, &'static [(&'static str, &'static str)], &'static [&'static str]);

const SUBJECTS: [Asked; 8] = [
    (
        "trade_policy",
        &[],
        &[
            "policy_account",
            "policy_name",
            "policy_purpose",
            "policy_country",
            "policy_currency",
            "policy_integration",
            "description",
            "evidence",
            "policy_fee",
        ],
    ),
    (
        "franchise_account",
        &[("seller_list", "typed")],
        &["sponsor_email", "seller_list", "seller_accounts", "description", "evidence", "account_fee"],
    ),
    (
        "franchise_account",
        &[("seller_list", "attached")],
        &["sponsor_email", "seller_list", "description", "seller_table", "account_fee"],
    ),
    ("seller_account", &[], &["sponsor_email", "seller_account_name", "description", "evidence"]),
    ("additional_account", &[("implementation", "own")], ADDITIONAL),
    ("additional_account", &[("implementation", "partner")], ADDITIONAL_BY_PARTNER),
    ("master_admin_change", &[("representative_named", "yes")], ADMIN_BY_ARTICLES),
    ("master_admin_change", &[("representative_named", "no")], ADMIN_BY_POWER),
];
const ADDITIONAL: &[&str] = &[
    "sponsor_email",
    "new_account_name",
    "business_type",
    "go_live_date",
    "implementation",
    "expected_revenue",
    "description",
    "evidence",
    "account_fee",
];
const ADDITIONAL_BY_PARTNER: &[&str] = &[
    "sponsor_email",
    "new_account_name",
    "business_type",
    "go_live_date",
    "implementation",
    "partner_name",
    "expected_revenue",
    "description",
    "evidence",
    "account_fee",
];
const ADMIN_BY_ARTICLES: &[&str] = &[
    "self_service_note",
    "sponsor_unavailable",
    "new_admin_name",
    "new_admin_email",
    "new_admin_phone",
    "representative_name",
    "representative_email",
    "representative_phone",
    "representative_named",
    "description",
    "articles_of_incorporation",
];
const ADMIN_BY_POWER: &[&str] = &[
    "self_service_note",
    "sponsor_unavailable",
    "new_admin_name",
    "new_admin_email",
    "new_admin_phone",
    "representative_name",
    "representative_email",
    "representative_phone",
    "representative_named",
    "description",
    "power_of_attorney",
];

fn chosen<'a>(subject: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [("commercial_subject", subject)].into_iter().chain(more.iter().copied()).collect()
}

fn subjects(form: &Form) -> Vec<&str> {
    form.field("commercial_subject").unwrap().options.iter().map(|option| option.value.as_str()).collect()
}

#[tokio::test]
async fn every_subject_asks_its_own_and_is_opened_by_the_sponsor() {
    let desk = Desk::open().await;
    let ana = enter(&desk, "ana", Region::Brazil, true).await;
    let form = form(&ana, "commercial", "en").await;
    for (subject, more, expected) in SUBJECTS {
        let answers = filled(&form, &chosen(subject, more));
        assert_eq!(asked(&form, &answers), expected, "{subject} {more:?}");
        each_required_one_is_missed(&ana, &form, &answers).await;
        let created = send(&ana, &form, &answers, &[file(&ana).await]).await;
        assert_eq!(created.status, 201, "{subject} {more:?}: {}", created.text);
        let request = &created.json["request"];
        assert_eq!((&request["priority"], &request["ticket_form_id"]), (&json!("normal"), &json!(1003)));
    }
}

#[tokio::test]
async fn whoever_is_not_the_sponsor_is_told_who_is() {
    let desk = Desk::open().await;
    let bruno = enter(&desk, "bruno", Region::Brazil, false).await;
    let refused = bruno.get("/api/panel/forms/commercial").await;
    assert_eq!(refused.error(), (403, "Forbidden"));
    assert!(refused.text.contains("no known sponsor"), "{}", refused.text);

    let ana = enter(&desk, "ana", Region::Brazil, true).await;
    let form = form(&ana, "commercial", "en").await;
    let answers = filled(&form, &chosen("trade_policy", &[]));
    for (language, expected) in
        [("en-US", "(Master Admin), ana Souza"), ("pt-BR", "Sponsor da conta"), ("es", "Pide a esa persona")]
    {
        let body = body(&form, &answers, &[]).to_string();
        let headers = [("accept-language", language)];
        let refused = bruno.send(axum::http::Method::POST, "/api/v2/requests", &headers, body).await;
        assert_eq!(refused.error(), (403, "Forbidden"));
        assert!(refused.text.contains(expected), "{}", refused.text);
    }
    let named: Vec<_> = bruno.get("/api/v2/ticket_forms").await.json["ticket_forms"]
        .as_array()
        .unwrap()
        .iter()
        .map(|form| form["id"].as_u64().unwrap())
        .collect();
    assert_eq!(named, [1001, 1002]);
    assert_eq!(bruno.get("/api/v2/ticket_forms/1003").await.status, 404);
    assert_eq!(bruno.get("/api/v2/ticket_fields/1301").await.status, 404);
    assert_eq!(desk.count("requests").await, 0);
    // Whoever was the sponsor and is no longer: the next call already knows.
    let carla = enter(&desk, "carla", Region::Brazil, true).await;
    assert_eq!(send(&ana, &form, &answers, &[]).await.status, 403);
    assert_eq!(send(&carla, &form, &answers, &[]).await.status, 201);
}

#[tokio::test]
async fn seller_accounts_are_for_brazil_and_additional_ones_for_main_accounts() {
    let desk = Desk::open().await;
    let ana = enter(&desk, "ana", Region::Brazil, true).await;
    let brazilian = form(&ana, "commercial", "en").await;
    assert_eq!(subjects(&brazilian).len(), 5);
    let seller = filled(&brazilian, &chosen("seller_account", &[]));
    let additional = filled(&brazilian, &chosen("additional_account", &[]));

    make_additional(&desk).await;
    assert!(!subjects(&form(&ana, "commercial", "en").await).contains(&"additional_account"));
    let refused = send(&ana, &brazilian, &additional, &[]).await;
    assert!(
        refused.faults().contains(&("commercial_subject".to_owned(), "InvalidValue".to_owned())),
        "{}",
        refused.text
    );
    assert_eq!(send(&ana, &brazilian, &seller, &[]).await.status, 201);

    let ana = enter(&desk, "ana", Region::Emea, true).await;
    assert!(!subjects(&form(&ana, "commercial", "en").await).contains(&"seller_account"));
    let refused = send(&ana, &brazilian, &seller, &[]).await;
    assert_eq!(refused.error(), (422, "RecordInvalid"));
    assert!(
        refused.faults().contains(&("commercial_subject".to_owned(), "InvalidValue".to_owned())),
        "{}",
        refused.text
    );
}

#[tokio::test]
async fn seller_names_begin_with_the_main_account_and_are_told_line_by_line() {
    let desk = Desk::open().await;
    let ana = enter(&desk, "ana", Region::LatinAmerica, true).await;
    let form = form(&ana, "commercial", "en").await;
    let answers = filled(&form, &chosen("franchise_account", &[("seller_list", "typed")]));
    for wrong in
        ["acmestore", "sul", "acmestoresul\nacmestoresul", "acmestoresul;Sul;x", "acmestore-sul", "\"acmestoresul"]
    {
        let faults = fault_of(&ana, &form, &answers, "seller_accounts", wrong).await;
        assert_eq!(faults, [("seller_accounts".to_owned(), "InvalidValue".to_owned())], "{wrong}");
    }
    let mut wrong = answers.clone();
    wrong.set(FieldKey::new("seller_accounts"), AnswerValue::from("acmestoresul;Sul\nnorte;Norte\n;Leste"));
    let refused = send(&ana, &form, &wrong, &[]).await;
    assert!(
        refused.text.contains(
            "line 2, Account name, “norte”: the name must begin with acmestore, with something after it; line 3, \
             Account name: cannot be blank"
        ),
        "{}",
        refused.text
    );

    let mut pasted = answers.clone();
    let rows: Vec<String> = (0..200).map(|n| format!("AcmeStore{n}\tLoja {n}")).collect();
    let table = format!("Account name\tName of the store\r\n{}\r\n", rows.join("\r\n"));
    pasted.set(FieldKey::new("seller_accounts"), AnswerValue::from(table.as_str()));
    let created = send(&ana, &form, &pasted, &[]).await;
    assert_eq!(created.status, 201, "{}", created.text);
    let kept = stored(&created.json["request"], &form, "seller_accounts").as_str().unwrap();
    assert_eq!((kept.lines().count(), kept.lines().next()), (200, Some("acmestore0\tLoja 0")));
    let many = format!("acmestore{}", (0..501).map(|n| format!("\nacmestore{n}")).collect::<String>());
    assert_eq!(fault_of(&ana, &form, &answers, "seller_accounts", &many).await.len(), 1);
}

#[tokio::test]
async fn amounts_and_days_are_checked_and_stored_in_one_notation() {
    let desk = Desk::open().await;
    let ana = enter(&desk, "ana", Region::UnitedStates, true).await;
    let form = form(&ana, "commercial", "en").await;
    let answers = filled(&form, &chosen("additional_account", &[]));
    let created = send(&ana, &form, &answers, &[]).await;
    assert_eq!(stored(&created.json["request"], &form, "expected_revenue"), "1234567.50");
    for (key, value) in [
        ("expected_revenue", "-1"),
        ("expected_revenue", "a lot"),
        ("expected_revenue", "1.23.4"),
        ("go_live_date", "2026-11-01"),
        ("go_live_date", "soon"),
        ("new_account_name", "new account"),
        ("sponsor_email", "ana"),
        ("business_type", "b3b"),
    ] {
        let faults = fault_of(&ana, &form, &answers, key, value).await;
        assert_eq!(faults, [(key.to_owned(), "InvalidValue".to_owned())], "{key} {value}");
    }
}

/// Without a text of its own the request still says in its thread what it is about.
#[tokio::test]
async fn the_first_comment_of_a_form_without_a_text_is_what_was_answered() {
    let desk = Desk::open().await;
    let ana = enter(&desk, "ana", Region::Brazil, true).await;
    let form = form(&ana, "commercial", "pt").await;
    let mut answers = filled(&form, &chosen("additional_account", &[]));
    answers.remove("description");
    let body = body(&form, &answers, &[]).to_string();
    let headers = [("accept-language", "pt-BR")];
    let created = ana.send(axum::http::Method::POST, "/api/v2/requests", &headers, body).await;
    let text = created.json["request"]["description"].as_str().unwrap_or_default();
    for line in [
        "Assunto da solicitação: Criação de Ambiente Adicional",
        "Data estimada de go-live: 24 de dezembro de 2026",
        "Faturamento estimado dos próximos 12 meses: 1.234.567,50",
        "pode ter uma taxa: Sim",
    ] {
        assert!(text.contains(line), "{line}\n{text}\n{}", created.text);
    }
    assert_eq!(created.json["request"]["subject"], "Criação de Ambiente Adicional");
}
