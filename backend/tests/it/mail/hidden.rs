//! What mails hide: the numbers of documents and cards. Requester and agents read them in the panel and over the API.

use crate::forms::{enter, file, filled, form, send};
use crate::tickets::Desk;
use balcao_contract::file::FileLimits;
use balcao_contract::form::FieldKey;
use balcao_contract::locale::Locale;
use balcao_contract::support::Region;
use balcao_desk::forms::Forms;

const RG: &str = "12.345.678-9";
const CPF: &str = "529.982.247-25";
const CARD: &str = "4111 1111 1111 1111";

async fn mail(desk: &Desk, kind: &str) -> (String, String, String) {
    sqlx::query_as("SELECT subject, text_body, html_body FROM outbox WHERE kind = ? ORDER BY id DESC")
        .bind(kind)
        .fetch_one(&mut *desk.app.store.read().await.unwrap())
        .await
        .unwrap()
}

#[tokio::test]
async fn numbers_of_documents_and_cards_are_hidden_in_mails_and_nowhere_else() {
    let desk = Desk::open().await;
    let ana = enter(&desk, "ana", Region::Brazil, false).await;
    let form = form(&ana, "financial", "pt").await;
    let rg = "termination_representative_rg";
    let mut answers = filled(&form, &[("request_subject", "contract_termination"), (rg, RG)]);
    let said = format!("Paid with {CARD}, see {RG} and {CPF}; the order is 1234567890123-01.");
    answers.set(FieldKey::new("description"), said.as_str().into());
    let created = send(&ana, &form, &answers, &[file(&ana).await]).await;
    assert_eq!(created.status, 201, "{}", created.text);

    let (_, text, html) = mail(&desk, "created").await;
    for part in [&text, &html] {
        for number in [RG, CPF, "52998224725", CARD] {
            assert!(!part.contains(number), "{number}: {part}");
        }
        for shown in ["••.•••.••8-9", "•••.•••.•••-25", "•••• •••• •••• 1111", "1234567890123-01"]
        {
            assert!(part.contains(shown), "{shown}: {part}");
        }
        assert!(part.contains("document and card numbers are partly hidden"), "{part}");
        // A company's number is public.
        assert!(part.replace("&#x2f;", "/").contains("12.ABC.345/01DE-35"), "{part}");
    }
    let shown = ana.get(&format!("/api/v2/requests/{}", created.json["request"]["id"])).await;
    assert!(shown.text.contains(RG) && shown.text.contains(CPF) && shown.text.contains(CARD), "{}", shown.text);
}

#[test]
fn the_definitions_say_what_is_sensitive() {
    let forms = Forms::embedded(&FileLimits::default()).unwrap();
    let sensitive: Vec<&str> = forms
        .all(Locale::En)
        .iter()
        .flat_map(|form| &form.fields)
        .filter(|field| field.sensitive)
        .map(|field| field.key.as_str())
        .collect();
    for field in ["rg", "cpf"] {
        for whose in ["termination", "current", "new"] {
            let key = format!("{whose}_representative_{field}");
            assert!(sensitive.contains(&key.as_str()), "{key}");
        }
    }
    assert_eq!(sensitive.len(), 9, "{sensitive:?}");
}
