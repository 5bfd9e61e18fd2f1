//! Financial and commercial requests: every subject is opened, filled in, reviewed and sent as a person would.

use super::steps::sent_number;
use anyhow::{Result, ensure};
use balcao_tests::{Backend, Language, Page, Words, journey};
use std::path::Path;
use thirtyfour::By;
use thirtyfour::components::SelectElement;

/// What is done for one question of a form.
#[derive(Clone, Copy)]
enum Do {
    /// Types.
    Type(&'static str, &'static str),
    /// Gives a day or a month, as the browser's calendar would.
    Day(&'static str, &'static str),
    /// Chooses an option: a card, or an entry of a list.
    Choose(&'static str, &'static str),
    /// Chooses a country or a currency by its code: what it is called is the browser's to say.
    Code(&'static str, &'static str),
    /// Ticks a box.
    Tick(&'static str),
    /// Attaches a file to whatever asks for files.
    Attach,
}
use Do::{Attach, Choose, Code, Day, Tick, Type};

const TEXT: Do = Type("description", "Invoice 4711 of October is 20 % higher than the contract says.");

/// The subjects of the financial form, each with what it asks of a store in Brazil.
const FINANCIAL: [(&str, &[Do]); 13] = [
    ("admin_blocked", &[TEXT]),
    ("admin_delay_alert", &[TEXT]),
    ("payment_receipt", &[TEXT, Attach]),
    ("boleto_or_invoice", &[TEXT]),
    ("billing_questions", &[TEXT]),
    ("contract_model_migration", &[TEXT]),
    (
        "liability_transfer",
        &[
            Type("current_cnpj", "11222333000181"),
            Type("current_representative_name", "Bia Lima"),
            Type("current_representative_rg", "12.345.678-9"),
            Type("current_representative_cpf", "52998224725"),
            Type("current_representative_email", "bia@acme.example"),
            Type("new_cnpj", "12.ABC.345/01DE-35"),
            Type("new_representative_name", "Caio Reis"),
            Type("new_representative_rg", "98.765.432-1"),
            Type("new_representative_cpf", "111.444.777-35"),
            Type("new_representative_email", "caio@acme.example"),
            TEXT,
            Attach,
        ],
    ),
    ("invoice_recipients", &[Type("invoice_recipients_emails", "bia@acme.example, caio@acme.example"), TEXT]),
    (
        "registration_information",
        &[Choose("registration_change", "cnpj_change"), Type("registration_cnpj", "11222333000181"), TEXT],
    ),
    (
        "contract_termination",
        &[
            Choose("termination_product", "named_product"),
            Type("termination_product_name", "Live shopping"),
            Type("termination_reason", "It is no longer used."),
            Choose("termination_accounts", "some"),
            Type("termination_account_names", "acmestoresul\nacmestorenorte"),
            Type("corporate_name", "Acme Comércio Ltda"),
            Day("deactivation_date", "2099-12-24"),
            Type("termination_cnpj", "11222333000181"),
            Type("termination_representative_name", "Bia Lima"),
            Type("termination_representative_rg", "12.345.678-9"),
            Type("termination_representative_cpf", "52998224725"),
            Type("termination_representative_email", "bia@acme.example"),
            TEXT,
            Attach,
        ],
    ),
    ("invoice_due_date", &[TEXT]),
    ("vtex_partner", &[TEXT]),
    ("platform_sla", &[Day("sla_month", "2026-01"), TEXT]),
];

/// The subjects of the commercial form, as the sponsor of a main account in Brazil is asked them.
const COMMERCIAL: [(&str, &[Do]); 5] = [
    (
        "trade_policy",
        &[
            Type("policy_name", "Wholesale"),
            Choose("policy_purpose", "b2b"),
            Code("policy_country", "CL"),
            Code("policy_currency", "CLP"),
            Tick("policy_fee"),
        ],
    ),
    ("franchise_account", &[Choose("seller_list", "attached"), Attach, Tick("account_fee")]),
    ("seller_account", &[Type("seller_account_name", "acmestoresul")]),
    (
        "additional_account",
        &[
            Type("new_account_name", "acmestoreqa"),
            Choose("business_type", "qa"),
            Day("go_live_date", "2099-12-24"),
            Choose("implementation", "partner"),
            Type("partner_name", "Northwind Commerce"),
            Type("expected_revenue", "1.234.567,50"),
            Tick("account_fee"),
        ],
    ),
    (
        "master_admin_change",
        &[
            Tick("sponsor_unavailable"),
            Type("new_admin_name", "Bia Lima"),
            Type("new_admin_email", "bia@acme.example"),
            Type("new_admin_phone", "+55 (11) 98765-4321"),
            Type("representative_name", "Caio Reis"),
            Type("representative_email", "caio@acme.example"),
            Type("representative_phone", "+55 11 4002-8922"),
            Choose("representative_named", "no"),
            Attach,
        ],
    ),
];

#[tokio::test]
async fn every_financial_subject_is_opened_and_sent() {
    walk("financial", "request_subject", &FINANCIAL).await;
}

#[tokio::test]
async fn every_commercial_subject_is_opened_and_sent() {
    walk("commercial", "commercial_subject", &COMMERCIAL).await;
}

async fn walk(form: &str, question: &'static str, subjects: &[(&'static str, &[Do])]) {
    let backend = Backend::start().await.expect("the backend starts");
    journey(&format!("{form}-subjects"), backend, async |page| {
        // One language a subject, so that all three are walked.
        for (at, (subject, dos)) in subjects.iter().enumerate() {
            let language = Language::ALL[at % 3];
            let words = Words::of_form(form, language)?;
            open(&page, &words, form, language).await?;
            act(&page, &words, Choose(question, subject)).await?;
            page.click(words.text("form.continue")).await?;
            page.see(words.step("details")).await?;
            for one in *dos {
                act(&page, &words, *one).await?;
            }
            page.looks_right(&format!("{form}-{subject}"), language).await?;
            page.click(words.text("form.continue")).await?;
            page.see(words.text("form.review")).await?;
            page.looks_right(&format!("{form}-{subject}-review"), language).await?;
            page.click(words.submit()).await?;
            let number = sent_number(&page, &words).await?;
            let user = page.backend.lock().await.sign_in("ana").await?;
            let request = user.get(&format!("/api/v2/requests/{number}.json")).await?;
            let called = request["request"]["subject"].as_str().unwrap_or_default();
            ensure!(called == words.option(question, subject), "{subject} is called {called:?}");
        }
        Ok(())
    })
    .await;
}

async fn open(page: &Page, words: &Words, form: &str, language: Language) -> Result<()> {
    page.width(1440).await?;
    page.open_support(&format!("/new/{form}"), language).await?;
    page.see(words.step("subject")).await?;
    Ok(())
}

async fn act(page: &Page, words: &Words, one: Do) -> Result<()> {
    match one {
        Type(key, text) => page.insert(words.field(key), text).await,
        Day(key, day) => page.set(words.field(key), day).await,
        Code(key, code) => {
            page.until(&format!("{code} can be chosen"), async || {
                let input = page.input(words.field(key)).await?;
                let options = SelectElement::new(&input).await?;
                Ok(options.select_by_value(code).await.is_ok())
            })
            .await
        }
        Tick(key) => page.choose(words.field(key)).await,
        Choose(key, option) if words.options(key) > 6 => page.select(words.field(key), words.option(key, option)).await,
        Choose(key, option) => page.choose(words.option(key, option)).await,
        Attach => {
            let folder = tempfile::tempdir()?;
            let file = folder.path().join("document.txt");
            std::fs::write(&file, "a document")?;
            page.choose_evidence(&[Path::new(&file)]).await?;
            page.files_arrived(1).await
        }
    }
}

/// A wrong check digit is said at its field, and so is a missing document; the request then keeps the number as it is
/// written, and the mail words what was answered.
#[tokio::test]
async fn a_transfer_of_responsibility_in_portuguese() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("liability-transfer", backend, async |page| {
        let language = Language::Portuguese;
        let words = Words::of_form("financial", language)?;
        open(&page, &words, "financial", language).await?;
        page.looks_right("financial-subject", language).await?;
        act(&page, &words, Choose("request_subject", "liability_transfer")).await?;
        page.click(words.text("form.continue")).await?;
        page.see(words.field("current_cnpj")).await?;
        let (_, dos) = FINANCIAL.iter().find(|(subject, _)| *subject == "liability_transfer").expect("it is there");
        for one in dos.iter().filter(|one| !matches!(one, Attach | Type("new_cnpj", _))) {
            act(&page, &words, *one).await?;
        }
        act(&page, &words, Type("new_cnpj", "12.ABC.345/01DE-53")).await?;
        page.click(words.text("form.continue")).await?;
        page.has_focus(words.text("form.problems")).await?;
        let shown = page.see(words.text("form.format_digits")).await?;
        let missing = words.filled("form.fault_attach", "field", words.field("transfer_documents"));
        ensure!(shown.contains(&missing), "the documents are not asked for:\n{shown}");
        page.looks_right("liability-transfer-faults", language).await?;
        page.input(words.field("new_cnpj")).await?.clear().await?;
        act(&page, &words, Type("new_cnpj", "12abc34501de35")).await?;
        act(&page, &words, Attach).await?;
        page.click(words.text("form.continue")).await?;
        let review = page.see(words.text("form.review")).await?;
        ensure!(review.contains("12.ABC.345/01DE-35"), "the review does not show the CNPJ as it is written:\n{review}");
        page.click(words.submit()).await?;
        let number = sent_number(&page, &words).await?;
        let mail = page.backend.lock().await.mail(super::steps::REQUESTER, &format!("#{number}")).await?;
        ensure!(mail.contains("12.ABC.345/01DE-35") && mail.contains("document.txt"), "the mail says:\n{mail}");
        page.click(&words.filled("form.to_request", "number", &number.to_string())).await?;
        page.see(words.option("request_subject", "liability_transfer")).await?;
        page.click(words.text("request.answers")).await?;
        page.see("529.982.247-25").await?;
        page.looks_right("liability-transfer-request", language).await?;
        Ok(())
    })
    .await;
}

/// Names pasted from a spreadsheet: what is wrong is told by line and column, what is right is shown as a table.
#[tokio::test]
async fn franchise_accounts_from_a_pasted_table_in_spanish() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("franchise", backend, async |page| {
        let language = Language::Spanish;
        let words = Words::of_form("commercial", language)?;
        open(&page, &words, "commercial", language).await?;
        page.looks_right("commercial-subject", language).await?;
        act(&page, &words, Choose("commercial_subject", "franchise_account")).await?;
        page.click(words.text("form.continue")).await?;
        page.see(words.field("seller_list")).await?;
        // What is known of whoever asks stands there already.
        page.until("the sponsor's address stands there", async || {
            Ok(page.value(words.field("sponsor_email")).await? == super::steps::REQUESTER)
        })
        .await?;
        act(&page, &words, Choose("seller_list", "typed")).await?;
        page.set(words.field("seller_accounts"), "acmestoresul\tTienda Sur\nnorte\tTienda Norte").await?;
        act(&page, &words, Tick("account_fee")).await?;
        page.click(words.text("form.continue")).await?;
        page.has_focus(words.text("form.problems")).await?;
        let shown = page.see("“norte”").await?;
        let line = words.filled("form.fault_line", "line", "2");
        let prefix = words.filled("form.format_prefix", "prefix", "acmestore");
        ensure!(shown.contains(&line) && shown.contains(&prefix), "line and reason are not said:\n{shown}");
        page.looks_right("franchise-faults", language).await?;
        let rows: Vec<String> = (1..=12).map(|n| format!("acmestore{n}\tTienda {n}")).collect();
        page.set(words.field("seller_accounts"), &rows.join("\n")).await?;
        page.see("Tienda 12").await?;
        // A file takes the place of what was pasted.
        let folder = tempfile::tempdir()?;
        let sheet = folder.path().join("sellers.csv");
        std::fs::write(&sheet, "acmestore77;\"Tienda; del Centro\"\r\nacmestore12;Tienda 12\r\n")?;
        page.element(By::Css("input[type=file][accept*='.tsv']"))
            .await?
            .send_keys(&sheet.display().to_string())
            .await?;
        page.see("Tienda; del Centro").await?;
        page.gone("Tienda 11").await?;
        page.looks_right("franchise-table", language).await?;
        page.click(words.text("form.continue")).await?;
        page.see(words.text("form.review")).await?;
        page.see("Tienda 12").await?;
        page.click(words.submit()).await?;
        let number = sent_number(&page, &words).await?;
        let mail = page.backend.lock().await.mail(super::steps::REQUESTER, &format!("#{number}")).await?;
        ensure!(mail.contains("acmestore12 | Tienda 12"), "the mail says:\n{mail}");
        page.click(&words.filled("form.to_request", "number", &number.to_string())).await?;
        page.click(words.text("request.answers")).await?;
        page.see("Tienda 12").await?;
        page.looks_right("franchise-request", language).await?;
        Ok(())
    })
    .await;
}

/// Whoever is not the sponsor finds no dead form: they are told who is.
#[tokio::test]
async fn somebody_else_is_told_who_may_open_commercial_requests() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("commercial-not-allowed", backend, async |page| {
        let words = Words::of_form("commercial", Language::English)?;
        page.open("/admin/support/new/commercial?locale=en-US&user=bruno").await?;
        page.into_support_frame().await?;
        let shown = page.see(words.text("form.not_allowed_title")).await?;
        ensure!(shown.contains("Master Admin") && shown.contains("Ana Souza"), "nobody is named:\n{shown}");
        page.looks_right("commercial-not-allowed", Language::English).await?;
        Ok(())
    })
    .await;
}
