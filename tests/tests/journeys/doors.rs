//! The doors of the support site, tried as somebody would who has never been there.

use anyhow::{Context, Result, ensure};
use balcao_tests::{Backend, Language, OidcProvider, Page, Words, journey};
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::{Client, Response};
use serde_json::json;
use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};
use totp_rs::{Algorithm, Builder};

const ANA: &str = "ana@acmestore.example";
const PASSWORD: &str = "several words in a row";

fn digits(text: &str) -> Result<&str> {
    text.split(|c: char| !c.is_ascii_digit()).find(|run| run.len() == 6).context("no code in the message")
}

/// The panel is open, and knows who is asking.
async fn in_the_panel(page: &Page, language: Language) -> Result<()> {
    let words = Words::of(language)?;
    page.see(words.text("start.name")).await.map(|_| ())
}

#[tokio::test]
async fn a_code_by_mail_leads_to_a_new_request() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("door-email", backend, async |page| {
        page.width(1440).await?;
        for language in Language::ALL {
            page.open(&format!("/support?locale={}", language.code())).await?;
            page.looks_right("support", language).await?;
        }
        page.open("/support?locale=pt").await?;
        page.fill("Email", "ana").await?;
        page.click("Acessar por token").await?;
        page.see("Digite um endereço de email").await?;
        ensure!(page.script("return document.activeElement.className").await? == "summary", "the fault has no focus");
        page.looks_right("support-fault", Language::Portuguese).await?;
        page.script("document.querySelector('#email').value = ''").await?;
        page.fill("Email", ANA).await?;
        page.click("Acessar por token").await?;
        page.see("Confira seu email").await?;
        page.looks_right("support-code", Language::Portuguese).await?;
        let mail = page.backend.lock().await.mail(ANA, "código de acesso").await?;
        page.fill("Código do email", digits(&mail)?).await?;
        page.click("Entrar").await?;
        in_the_panel(&page, Language::Portuguese).await?;
        ensure!(page.address().await?.starts_with("/panel/new"), "{}", page.address().await?);
        // A reload asks for nothing.
        page.open("/panel/requests").await?;
        page.see(Words::of(Language::Portuguese)?.text("history.title")).await?;
        page.open("/support").await?;
        page.see("Você entrou como Ana Souza.").await?;
        page.looks_right("support-signed-in", Language::Portuguese).await?;
        page.click("Sair").await?;
        page.looks_right("support-sign-out", Language::Portuguese).await?;
        page.click("Sair").await?;
        page.see("Você saiu.").await?;
        page.looks_right("support-signed-out", Language::Portuguese).await
    })
    .await;
}

#[tokio::test]
async fn a_first_password_with_a_phone_leads_to_a_new_request() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("door-password", backend, async |page| {
        page.width(1440).await?;
        page.open("/support?locale=es").await?;
        page.click("Iniciar sesión con email y contraseña").await?;
        page.looks_right("support-password", Language::Spanish).await?;
        page.click("Definir contraseña").await?;
        page.looks_right("support-reset", Language::Spanish).await?;
        page.fill("Email", ANA).await?;
        page.click("Enviar código").await?;
        page.see("enviamos un código").await?;
        page.looks_right("support-reset-code", Language::Spanish).await?;
        let mail = page.backend.lock().await.mail(ANA, "nueva contraseña").await?;
        page.fill("Código del email", digits(&mail)?).await?;
        page.click("Continuar").await?;
        page.see("Elige una contraseña").await?;
        page.looks_right("support-new-password", Language::Spanish).await?;
        page.fill("Nueva contraseña", "corta").await?;
        page.click("Continuar").await?;
        page.see("Ingresa una contraseña más larga: al menos 12 caracteres.").await?;
        page.fill("Nueva contraseña", "Contraseña123").await?;
        page.click("Continuar").await?;
        page.see("es muy común").await?;
        page.looks_right("support-password-common", Language::Spanish).await?;
        page.fill("Nueva contraseña", PASSWORD).await?;
        page.click("Continuar").await?;
        page.see("Elige un segundo factor").await?;
        page.looks_right("support-enrol", Language::Spanish).await?;
        page.click("Usar una aplicación de autenticación").await?;
        page.see("Conecta tu aplicación").await?;
        page.looks_right("support-enrol-app", Language::Spanish).await?;
        page.click("Usar SMS").await?;
        page.looks_right("support-enrol-phone", Language::Spanish).await?;
        page.fill("Número de teléfono", "+55 11 98765-4321").await?;
        page.click("Enviar SMS").await?;
        page.see("Enviamos un código").await?;
        page.looks_right("support-enrol-phone-code", Language::Spanish).await?;
        let text = page.backend.lock().await.mail("+5511987654321@sms.localhost", "").await?;
        page.fill("Código del SMS", digits(&text)?).await?;
        page.click("Continuar").await?;
        page.see("Guarda tus códigos de recuperación").await?;
        page.looks_right("support-recovery-codes", Language::Spanish).await?;
        let code = page.script("return document.querySelector('.codes li').textContent").await?;
        page.click("Ya los guardé").await?;
        in_the_panel(&page, Language::Spanish).await?;

        // The next time, with the recovery code that was kept.
        page.driver.delete_all_cookies().await?;
        page.open("/support/password?locale=es").await?;
        page.fill("Email", ANA).await?;
        page.fill("Contraseña", PASSWORD).await?;
        page.click("Continuar").await?;
        page.see("Tu segundo factor").await?;
        page.looks_right("support-second-factor", Language::Spanish).await?;
        page.click("Usar un código de recuperación").await?;
        page.fill("Código de recuperación", code.as_str().unwrap_or_default()).await?;
        page.looks_right("support-recovery", Language::Spanish).await?;
        page.click("Iniciar sesión").await?;
        in_the_panel(&page, Language::Spanish).await
    })
    .await;
}

/// What an authenticator app shows so many steps of thirty seconds from now, for the secret as a page writes it.
fn app_code(secret: &str, steps: u64) -> Result<String> {
    let mut bytes = Vec::new();
    let (mut bits, mut held) = (0_u32, 0);
    for letter in secret.chars().filter(|letter| !letter.is_whitespace()) {
        let value = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".find(letter).context("a letter of base32")?;
        bits = bits << 5 | u32::try_from(value)?;
        held += 5;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held & 0xff) as u8);
        }
    }
    let bytes: [u8; 20] = bytes.try_into().ok().context("a secret of 160 bits")?;
    let totp = Builder::new().with_algorithm(Algorithm::SHA1).with_secret(bytes).build().ok().context("no secret")?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    Ok(totp.generate(now + steps * 30).to_string())
}

#[tokio::test]
async fn a_password_with_an_authenticator_app_leads_to_a_new_request() {
    let backend = Backend::start().await.expect("the backend starts");
    journey("door-app", backend, async |page| {
        page.width(1440).await?;
        page.open("/support/password?locale=en").await?;
        page.click("Set a password").await?;
        page.fill("Email address", ANA).await?;
        page.click("Send me a code").await?;
        let mail = page.backend.lock().await.mail(ANA, "code for a new password").await?;
        page.fill("Code from the email", digits(&mail)?).await?;
        page.click("Continue").await?;
        page.fill("New password", PASSWORD).await?;
        page.click("Continue").await?;
        page.click("Use an authenticator app").await?;
        let secret = page.script("return document.querySelector('.secret').textContent").await?;
        let secret = secret.as_str().context("no secret")?.to_owned();
        page.fill("Code that the app shows", &app_code(&secret, 0)?).await?;
        page.click("Continue").await?;
        page.click("I have saved them").await?;
        in_the_panel(&page, Language::English).await?;

        page.driver.delete_all_cookies().await?;
        page.open("/support/password?locale=en").await?;
        page.fill("Email address", ANA).await?;
        page.fill("Password", PASSWORD).await?;
        page.click("Continue").await?;
        // A code is good once: the app shows the next one by then, and the clocks may differ by as much.
        page.fill("Code from your authenticator app", &app_code(&secret, 1)?).await?;
        page.looks_right("support-second-factor-app", Language::English).await?;
        page.click("Sign in").await?;
        in_the_panel(&page, Language::English).await
    })
    .await;
}

#[tokio::test]
async fn an_account_at_the_provider_leads_to_a_new_request() {
    let provider = OidcProvider::start().await.expect("the provider starts");
    let trusted = ("GOOGLE_TRUSTED_DOMAINS", "elsewhere.example");
    let settings = [&provider.settings()[..], &[trusted]].concat();
    let backend = Backend::start_with(&settings).await.expect("the backend starts");
    journey("door-google", backend, async |page| {
        page.width(1440).await?;
        page.open("/support?locale=en&return_to=/panel/requests").await?;
        page.looks_right("support-all-doors", Language::English).await?;
        provider.person(&json!({ "sub": "eve", "email": "eve@elsewhere.example", "email_verified": true })).await?;
        page.click("Sign in with Google").await?;
        page.see("is not registered with a store").await?;
        page.looks_right("support-google-unknown", Language::English).await?;
        // The provider is not trusted with this domain: what it calls verified is proved by a code, once.
        provider.person(&json!({ "sub": "ana", "email": "Ana@ACMEstore.example", "email_verified": true })).await?;
        for asked in [true, false] {
            // The provider remembers who was there.
            page.driver.delete_all_cookies().await?;
            page.open("/support?locale=en&return_to=/panel/requests").await?;
            page.click("Sign in with Google").await?;
            if asked {
                page.see("Check your email").await?;
                let mail = page.backend.lock().await.mail(ANA, "sign-in code").await?;
                page.fill("Code from the email", digits(&mail)?).await?;
                page.click("Sign in").await?;
            }
            page.see(Words::of(Language::English)?.text("history.title")).await?;
        }
        // Under her id it lets her in, whatever address it names by now.
        provider.person(&json!({ "sub": "ana", "email": "ana@elsewhere.example", "email_verified": true })).await?;
        // The provider remembers who was there.
        page.driver.delete_all_cookies().await?;
        page.open("/support?locale=en&return_to=/panel/requests").await?;
        page.click("Sign in with Google").await?;
        page.see(Words::of(Language::English)?.text("history.title")).await.map(drop)
    })
    .await;
}

/// A browser without pages: it keeps cookies and follows no redirect by itself.
struct Walker {
    client: Client,
    jars: BTreeMap<String, BTreeMap<String, String>>,
}

impl Walker {
    fn new() -> Result<Self> {
        let client = Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
        Ok(Self { client, jars: BTreeMap::new() })
    }

    async fn get(&mut self, url: &str) -> Result<Response> {
        let site = reqwest::Url::parse(url)?.authority().to_owned();
        let jar = self.jars.entry(site).or_default();
        let cookies: Vec<String> = jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let answer = self.client.get(url).header(COOKIE, cookies.join("; ")).send().await?;
        for set in answer.headers().get_all(SET_COOKIE) {
            if let Some((name, value)) = set.to_str()?.split(';').next().and_then(|pair| pair.split_once('=')) {
                jar.insert(name.to_owned(), value.to_owned());
            }
        }
        Ok(answer)
    }

    /// Where an answer sends it.
    fn next(answer: &Response) -> Result<String> {
        let place = answer.headers().get(LOCATION).context("it leads nowhere")?.to_str()?;
        Ok(answer.url().join(place)?.into())
    }

    /// To the provider and up to the address that it sends back to.
    async fn walk_to_the_callback(&mut self, backend: &Backend) -> Result<String> {
        let mut next = Self::next(&self.get(&backend.url("/support/google")).await?)?;
        for _ in 0..8 {
            if next.contains("/support/google/callback") {
                return Ok(next);
            }
            next = Self::next(&self.get(&next).await?)?;
        }
        anyhow::bail!("the provider does not send back")
    }
}

#[tokio::test]
async fn a_token_that_is_not_the_providers_for_us_now_opens_nothing() {
    let provider = OidcProvider::start().await.expect("the provider starts");
    let trusted = ("GOOGLE_TRUSTED_DOMAINS", "acmestore.example");
    let settings = [&provider.settings()[..], &[trusted]].concat();
    let backend = Backend::start_with(&settings).await.expect("the backend starts");
    let try_all = async {
        for (spoilt, told) in [
            ("nonce", "did not confirm"),
            ("no-nonce", "did not confirm"),
            ("audience", "did not confirm"),
            ("two-audiences", "did not confirm"),
            ("expired", "did not confirm"),
            ("future", "did not confirm"),
            ("issuer", "did not confirm"),
            ("signature", "did not confirm"),
            ("unknown-key", "did not confirm"),
            ("unsigned", "did not confirm"),
            ("shared-key", "did not confirm"),
            ("no-token", "did not confirm"),
            ("unverified", "is not registered with a store"),
            ("no-email", "is not registered with a store"),
            ("down", "is not available right now"),
        ] {
            provider.spoil(spoilt).await?;
            let mut walker = Walker::new()?;
            let callback = walker.walk_to_the_callback(&backend).await?;
            let answer = walker.get(&callback).await?;
            let (status, page) = (answer.status(), answer.text().await?);
            ensure!(status.is_client_error() || status.is_server_error(), "{spoilt}: {status}");
            ensure!(page.contains(told), "{spoilt}: {page}");
        }
        provider.spoil("").await?;
        // What comes back belongs to the browser that went, and comes back once.
        let (mut ana, mut thief) = (Walker::new()?, Walker::new()?);
        let callback = ana.walk_to_the_callback(&backend).await?;
        let of_thief = thief.walk_to_the_callback(&backend).await?;
        for stolen in [&callback, &of_thief.replace("state=", "state=x"), &backend.url("/support/google/callback")] {
            let page = thief.get(stolen).await?.text().await?;
            ensure!(page.contains("Start again."), "{stolen}: {page}");
        }
        let other = backend.url("/support/google/callback?code=x&state=y&iss=https%3A%2F%2Fevil.example");
        ensure!(ana.get(&other).await?.text().await?.contains("Start again."), "another issuer");
        let entered = ana.get(&callback).await?;
        ensure!(Walker::next(&entered)?.ends_with("/panel/new"), "{}", entered.status());
        ensure!(ana.get(&callback).await?.text().await?.contains("Start again."), "a second time");
        anyhow::Ok(())
    };
    if let Err(error) = try_all.await {
        panic!("{error:#}\n{}", backend.log());
    }
}

#[tokio::test]
async fn a_provider_that_is_away_leaves_the_other_doors_open() {
    let settings = [
        ("GOOGLE_ISSUER", "http://127.0.0.1:1"),
        ("GOOGLE_CLIENT_ID", "balcao"),
        ("GOOGLE_CLIENT_SECRET", "a secret of the tests"),
    ];
    let backend = Backend::start_with(&settings).await.expect("the backend starts");
    let answer = Walker::new().expect("a client").get(&backend.url("/support/google")).await.expect("an answer");
    assert_eq!(answer.status(), 503);
    let page = answer.text().await.expect("a page");
    assert!(page.contains("is not available right now") && page.contains("name=\"email\""), "{page}");
}
