use super::{asked, each_required_one_is_missed, enter, fault_of, file, filled, form, send, stored};
use crate::tickets::Desk;
use balcao_contract::support::Region;
use serde_json::json;

const GENERAL: &[&str] = &["description", "evidence"];
const TERMINATION: &[&str] = &[
    "termination_product",
    "termination_reason",
    "termination_accounts",
    "corporate_name",
    "deactivation_date",
    "termination_cnpj",
    "termination_representative_name",
    "termination_representative_rg",
    "termination_representative_cpf",
    "termination_representative_email",
    "description",
    "termination_documents",
];
const TRANSFER: &[&str] = &[
    "current_cnpj",
    "current_representative_name",
    "current_representative_rg",
    "current_representative_cpf",
    "current_representative_email",
    "new_cnpj",
    "new_representative_name",
    "new_representative_rg",
    "new_representative_cpf",
    "new_representative_email",
    "description",
    "transfer_documents",
];

/// A subject, and what it asks of an account in Brazil (forms.md).
const SUBJECTS: [(&str, &[&str]); 13] = [
    ("admin_blocked", &["admin_blocked_note", "description", "evidence"]),
    ("admin_delay_alert", GENERAL),
    ("payment_receipt", &["payment_receipt_note", "description", "receipts"]),
    ("boleto_or_invoice", GENERAL),
    ("billing_questions", GENERAL),
    ("contract_model_migration", GENERAL),
    ("liability_transfer", TRANSFER),
    ("invoice_recipients", &["invoice_recipients_emails", "description", "evidence"]),
    ("registration_information", &["registration_change", "description", "evidence"]),
    ("contract_termination", TERMINATION),
    ("invoice_due_date", GENERAL),
    ("vtex_partner", GENERAL),
    ("platform_sla", &["platform_sla_note", "sla_month", "description", "evidence"]),
];

#[tokio::test]
async fn every_subject_asks_its_own_and_is_opened_by_anybody_of_the_account() {
    let desk = Desk::open().await;
    let ana = enter(&desk, "ana", Region::Brazil, false).await;
    let form = form(&ana, "financial", "pt").await;
    let options: Vec<_> = form.field("request_subject").unwrap().options.iter().map(|o| o.value.as_str()).collect();
    assert_eq!(options, SUBJECTS.map(|(subject, _)| subject));
    for (subject, expected) in SUBJECTS {
        let answers = filled(&form, &[("request_subject", subject)]);
        assert_eq!(asked(&form, &answers), expected, "{subject}");
        each_required_one_is_missed(&ana, &form, &answers).await;

        let created = send(&ana, &form, &answers, &[file(&ana).await]).await;
        assert_eq!(created.status, 201, "{subject}: {}", created.text);
        let request = &created.json["request"];
        assert_eq!((&request["priority"], &request["ticket_form_id"]), (&json!("low"), &json!(1002)), "{subject}");
        assert_eq!(stored(request, &form, "request_subject"), subject);
    }
    assert_eq!(desk.count("requests").await, 13);
}

#[tokio::test]
async fn outside_of_brazil_nobody_is_asked_for_brazilian_papers() {
    let desk = Desk::open().await;
    let ana = enter(&desk, "ana", Region::LatinAmerica, false).await;
    let form = form(&ana, "financial", "es").await;
    for (subject, _) in SUBJECTS {
        let answers = filled(&form, &[("request_subject", subject)]);
        let asked = asked(&form, &answers).join(" ");
        for brazilian in ["cnpj", "cpf", "_rg", "termination_documents"] {
            assert!(!asked.contains(brazilian), "{subject}: {asked}");
        }
        each_required_one_is_missed(&ana, &form, &answers).await;
        let created = send(&ana, &form, &answers, &[file(&ana).await]).await;
        assert_eq!(created.status, 201, "{subject}: {}", created.text);
    }
    let changes: Vec<_> = form.field("registration_change").unwrap().options.iter().map(|o| &o.value).collect();
    assert_eq!(changes, ["correction", "liability_transfer"]);
}

#[tokio::test]
async fn what_follows_from_an_answer_is_asked_then() {
    let desk = Desk::open().await;
    let ana = enter(&desk, "ana", Region::Brazil, false).await;
    let form = form(&ana, "financial", "en").await;
    let cases = [
        ("contract_termination", "termination_product", "named_product", "termination_product_name"),
        ("contract_termination", "termination_accounts", "some", "termination_account_names"),
        ("registration_information", "registration_change", "cpf_to_cnpj", "registration_cnpj"),
        ("registration_information", "registration_change", "cnpj_change", "registration_cnpj"),
        ("registration_information", "registration_change", "liability_transfer", "registration_transfer_note"),
    ];
    for (subject, question, option, follows) in cases {
        let answers = filled(&form, &[("request_subject", subject), (question, option)]);
        assert!(asked(&form, &answers).contains(&follows.to_owned()), "{option}");
        each_required_one_is_missed(&ana, &form, &answers).await;
        assert_eq!(send(&ana, &form, &answers, &[file(&ana).await]).await.status, 201, "{option}");
    }
}

#[tokio::test]
async fn wrong_numbers_days_and_addresses_are_faults_of_their_fields() {
    let desk = Desk::open().await;
    let ana = enter(&desk, "ana", Region::Brazil, false).await;
    let form = form(&ana, "financial", "en").await;
    // The clock says 20 November 2026.
    let cases = [
        ("liability_transfer", "current_cnpj", "11.222.333/0001-82"),
        ("liability_transfer", "current_cnpj", "12.ABC.345/01DE-53"),
        ("liability_transfer", "current_cnpj", "123"),
        ("liability_transfer", "new_representative_cpf", "529.982.247-26"),
        ("liability_transfer", "new_representative_email", "bia@acme"),
        ("liability_transfer", "new_representative_name", "Bia"),
        ("contract_termination", "deactivation_date", "2026-11-18"),
        ("contract_termination", "deactivation_date", "2026-02-30"),
        ("contract_termination", "termination_product", "something_else"),
        ("platform_sla", "sla_month", "2027-01"),
        ("platform_sla", "sla_month", "2026-13"),
        ("invoice_recipients", "invoice_recipients_emails", "bia@acme.example, caio"),
        ("registration_information", "request_subject", "free_money"),
    ];
    for (subject, key, value) in cases {
        let answers = filled(&form, &[("request_subject", subject)]);
        let faults = fault_of(&ana, &form, &answers, key, value).await;
        assert!(faults.contains(&(key.to_owned(), "InvalidValue".to_owned())), "{key} {value}: {faults:?}");
    }
    assert_eq!(desk.count("requests").await, 0);
}

#[tokio::test]
async fn faults_say_what_is_wrong_in_the_readers_language() {
    let desk = Desk::open().await;
    let ana = enter(&desk, "ana", Region::Brazil, false).await;
    let form = form(&ana, "financial", "pt").await;
    let said = async |subject: &str, key: &str, value: &str, language: &'static str| {
        let mut answers = filled(&form, &[("request_subject", subject)]);
        answers.set(form.field(key).unwrap().key.clone(), value.into());
        let body = super::body(&form, &answers, &[file(&ana).await]).to_string();
        ana.send(axum::http::Method::POST, "/api/v2/requests", &[("accept-language", language)], body).await.text
    };
    let cases = [
        (
            "liability_transfer",
            "new_cnpj",
            "11222333000182",
            "pt",
            "CNPJ do novo contratante: os dígitos verificadores não conferem",
        ),
        (
            "contract_termination",
            "deactivation_date",
            "2025-01-01",
            "pt",
            "Data de desativação: 20 de novembro de 2026 ou depois",
        ),
        ("platform_sla", "sla_month", "2027-01", "es", "Mes en cuestión: noviembre de 2026 o antes"),
        (
            "invoice_recipients",
            "invoice_recipients_emails",
            "bia@acme.example\ncaio\ndora@",
            "pt",
            "linha 2, “caio”: isto não é um endereço de email, como nome@exemplo.com; linha 3, “dora@”",
        ),
    ];
    for (subject, key, value, language, expected) in cases {
        let text = said(subject, key, value, language).await;
        assert!(text.contains(expected), "{expected}\n{text}");
    }
}

#[tokio::test]
async fn the_request_is_called_by_its_subject_in_the_readers_language() {
    let desk = Desk::open().await;
    let ana = enter(&desk, "ana", Region::Brazil, false).await;
    let form = form(&ana, "financial", "pt").await;
    let answers = filled(&form, &[("request_subject", "invoice_recipients")]);
    for (language, expected) in [
        ("pt-BR", "Alteração dos destinatários de recebimentos das faturas"),
        ("es", "Modificación de los destinatarios de las facturas"),
        ("en-US", "Change the intended recipients for invoices"),
    ] {
        let body = super::body(&form, &answers, &[]).to_string();
        let created =
            ana.send(axum::http::Method::POST, "/api/v2/requests", &[("accept-language", language)], body).await;
        assert_eq!(created.json["request"]["subject"], expected, "{}", created.text);
        let request = &created.json["request"];
        assert_eq!(stored(request, &form, "invoice_recipients_emails"), "bia@acme.example\ncaio@acme.example");
    }
}

#[tokio::test]
async fn numbers_are_stored_in_one_notation() {
    let desk = Desk::open().await;
    let ana = enter(&desk, "ana", Region::Brazil, false).await;
    let form = form(&ana, "financial", "en").await;
    let answers = filled(&form, &[("request_subject", "contract_termination"), ("termination_cnpj", "11222333000181")]);
    let created = send(&ana, &form, &answers, &[file(&ana).await]).await;
    let request = &created.json["request"];
    assert_eq!(stored(request, &form, "termination_cnpj"), "11.222.333/0001-81");
    assert_eq!(stored(request, &form, "termination_representative_cpf"), "529.982.247-25");
}
