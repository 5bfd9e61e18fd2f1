//! Logs and other texts: what goes, what stays.

#![allow(clippy::unwrap_used, reason = "a test may panic, its helpers too")]

mod common;

use balcao_redact::{Kind, Place};
use common::{cleaned, cleaned_by};

#[test]
fn secrets_of_logs_go() {
    let cases = [
        ("login ok user=maria password=S3nh4 ms=31", "login ok user=maria password=(removed:password) ms=31"),
        ("senha: hunter2", "senha: (removed:password)"),
        ("CONTRASEÑA = abc", "CONTRASEÑA = (removed:password)"),
        ("{\"contrase\\u00f1a\":\"abc\",\"n\":1}", "{\"contrase\\u00f1a\":\"(removed:password)\",\"n\":1}"),
        ("Authorization: Bearer abcdefgh123\nok", "Authorization: (removed:token)\nok"),
        ("sent Bearer abcdefgh123 to x", "sent Bearer (removed:token) to x"),
        ("auth=Basic bWFyaWE6c2VncmVkbw== x", "auth=Basic (removed:token) x"),
        ("Cookie: a=1; b=2\r\nHost: x", "Cookie: (removed:cookie)\r\nHost: x"),
        ("curl -H 'Cookie: a=1; b=2' https://x.com", "curl -H 'Cookie: (removed:cookie)' https://x.com"),
        ("curl -H \"x-api-key: abc\" -d a", "curl -H \"x-api-key: (removed:key)\" -d a"),
        ("GET /cb?code=abc&scope=x HTTP/1.1", "GET /cb?code=(removed:code)&scope=x HTTP/1.1"),
        ("GET /cb#access_token=abc&a=b", "GET /cb#access_token=(removed:token)&a=b"),
        ("GET /?next=%2F%3Ftoken%3Dabc%26a%3D1&b=2", "GET /?next=%2F%3Ftoken%3D(removed:token)%26a%3D1&b=2"),
        ("x-api-key: 9f8e7d", "x-api-key: (removed:key)"),
        ("api_key => '9f8e7d'", "api_key => '(removed:key)'"),
        ("API key: 9f8e7d", "API key: (removed:key)"),
        ("Código de acesso: 123456", "Código de acesso: (removed:code)"),
        ("otp=123456, retry", "otp=(removed:code), retry"),
        ("{\"code\":\"123456\",\"status\":404}", "{\"code\":\"(removed:code)\",\"status\":404}"),
        ("msg {\"token\":\"a\\\"b\",\"x\":1}", "msg {\"token\":\"(removed:token)\",\"x\":1}"),
        ("body={\\\"token\\\":\\\"ab\\\",\\\"x\\\":1}", "body={\\\"token\\\":\\\"(removed:token)\\\",\\\"x\\\":1}"),
        ("card 4111 1111 1111 1111 ok", "card (removed:card) ok"),
        ("cpf 529.982.247-25, cnpj 11222333000181", "cpf (removed:document), cnpj (removed:document)"),
        ("cnpj 12.ABC.345/01DE-35", "cnpj (removed:document)"),
        ("mail maria.souza+x@loja.com.br.", "mail (removed:email)."),
        ("q=maria%40loja.com&x", "q=(removed:email)&x"),
        ("telefone: (11) 98765-4321 ok", "telefone: (removed:phone) ok"),
        ("postgres://app:pa/ss@db:5432/x", "postgres://(removed:password)@db:5432/x"),
        ("AWS AKIAQWERTYUIOPASDFGH used", "AWS (removed:key) used"),
        ("aws_secret_access_key=wJalrXUtnFEMI/K7MDENG", "aws_secret_access_key=(removed:key)"),
        ("jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln end", "jwt (removed:token) end"),
        (
            "<soap:Password Type=\"t\">a b</soap:Password>",
            "<soap:Password Type=\"t\">(removed:password)</soap:Password>",
        ),
        ("<input name=\"senha\" value=\"abc\">", "<input name=\"senha\" value=\"(removed:password)\">"),
        ("d=bWFyaWFAbG9qYS5jb20=", "d=(removed:token)"),
        ("open /reset/3f9a8b7c6d5e4f3a2b1c now", "open /reset/(removed:token) now"),
        ("tokens: [abc] x", "tokens: [(removed:token)] x"),
        ("id,email\n7,maria@loja.com\n", "id,email\n7,(removed:email)\n"),
    ];
    for (text, wanted) in cases {
        assert_eq!(cleaned(text).0, wanted);
    }
}

#[test]
fn a_private_key_goes_as_a_whole() {
    let key = "-----BEGIN RSA PRIVATE KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQ==\n-----END RSA PRIVATE KEY-----";
    assert_eq!(cleaned(&format!("a\n{key}\nb")).0, "a\n(removed:key)\nb");
    let escaped = key.replace('\n', "\\n");
    assert_eq!(cleaned(&format!("private_key: \"{escaped}\" b")).0, "private_key: \"(removed:key)\" b");
    let public = key.replace("RSA PRIVATE", "PUBLIC");
    assert_eq!(cleaned(&public).0, public);
    // One that never ends takes no log with it.
    let (found, _) = cleaned(&format!("-----BEGIN PRIVATE KEY-----\n{}end", "x ".repeat(20_000)));
    assert!(found.starts_with("(removed:key)") && found.ends_with("x end"), "{}", found.len());
}

#[test]
fn what_is_no_secret_stays() {
    let texts = [
        "2026-11-30T14:02:11.318Z INFO [main] orders: page=2 total=15 ms=412.33599994564429",
        "GET /api/oms/pvt/orders/1399410500011-01?page=2&per_page=15&utm_source=x 200 20261130140213",
        "epoch 1701377557123 micros 1764511331123456 size 4111111111111112",
        "tokenType=bearer expires_in=3600 passwordPolicy=strong cookie-consent=true",
        "password is required; token expired; session closed",
        "token=null password=\"\" senha=*** secret=undefined",
        "at Token::new (src/token.rs:12:5)",
        "if (token === other) return",
        "https://io.vtex.com.br/store@2.134.0/react@3.x/logo@2x.png?v=638000000000000000",
        "traceId 6b0e6f0c-12f4-4a8e-9d7b-0f6d3c2b1a09 sha 5d41402abc4b2a76b9719d911017c592",
        "C:\\temp\\new\\tables 100% of %d",
        "code: 404 error_code=ORD062 status=handling",
        "Ação concluída 😀 em 3 s",
        "Basic plan, Bearer of news",
        "https://loja.com:8080/a@b?c=d",
        "<label>Senha</label><b>ok</b>",
        "name=\"q\" value=\"camisa azul\"",
        "telefone: não informado",
        "",
    ];
    for text in texts {
        let (found, report) = cleaned(text);
        assert_eq!((found.as_str(), report.total()), (text, 0));
    }
}

#[test]
fn a_log_of_json_lines_is_json_still() {
    let text = "{\"t\":1,\"password\":\"a b\"}\n{\"t\":2,\"cvv\":123,\"card\":4111111111111111}\n[1,2]\n";
    let (found, report) = cleaned(text);
    assert_eq!(
        found,
        "{\"t\":1,\"password\":\"(removed:password)\"}\n{\"t\":2,\"cvv\":\"(removed:card)\",\"card\":\"(removed:card)\"}\n[1,2]\n"
    );
    assert!(!report.is_broken() && !report.is_har());
}

#[test]
fn what_tells_of_a_session_keeps_all_but_its_id() {
    let text = r#"{"session":{"id":"abc","ttl":5,"user":{"id":"7"}}}"#;
    assert_eq!(cleaned(text).0, text.replace("abc", "(removed:token)"));
}

#[test]
fn a_log_that_only_begins_as_json_is_read_as_text() {
    let text = "[2026-11-30 14:02:11] INFO token=abc\n[2026-11-30 14:02:12] WARN senha: \"x y\"\n";
    let (found, report) = cleaned(text);
    assert_eq!(found, text.replace("abc", "(removed:token)").replace("x y", "(removed:password)"));
    assert!(report.is_broken());
    let lines: Vec<_> = report.places(Kind::Password).cloned().collect();
    assert_eq!(lines, [Place { line: 2, ..Place::default() }]);
}

#[test]
fn a_log_of_windows_is_cleaned_as_it_is() {
    let encoded =
        |text: &str| ("\u{feff}".to_owned() + text).encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let (found, report) = cleaned_by(&encoded("senha=ação 😀\r\nx=1"), [3, 1, 4, 1, 5]);
    assert_eq!(found, encoded("senha=(removed:password) 😀\r\nx=1"));
    assert!(!report.is_binary());
}

#[test]
fn what_is_no_text_is_told() {
    assert!(cleaned_by(b"PK\x03\x04\0\0token=abc", []).1.is_binary());
    assert!(cleaned_by(b"{\"a\":\0}", []).1.is_binary());
    let (found, report) = cleaned_by(b"caf\xe9 token=abc\xff", []);
    assert_eq!(found, b"caf\xe9 token=(removed:token)");
    assert!(!report.is_binary());
}

#[test]
fn lines_are_told() {
    let (_, report) = cleaned("a\nb token=x\n\n\"cpf\": 52998224725\n");
    let line = |kind| report.places(kind).map(|place| place.line).collect::<Vec<_>>();
    assert_eq!((line(Kind::Token), line(Kind::Document)), (vec![2], vec![4]));
}
