//! Samples with secrets planted in them. A place is `@@kind:encoding:secret@@`: what is planted there, how it is written, and
//! what has to stand in its place afterwards. So a sample says exactly what a cleaned one is, to the byte.

#![allow(clippy::unwrap_used, dead_code, reason = "a test may panic, its helpers too")]

use balcao_redact::{Cleaner, Report};

/// What is planted: none of it is real.
pub const SECRETS: [(&str, &str); 34] = [
    ("opaque", "hZk81LqPx92mNaB4tWc7"),
    ("google", "AIzaSyB-0pLm9Kq2Wx7Vt4Rn1Yc6Hd3Jf8Gs5A"),
    ("urlpass", "Tr0ub4dor"),
    ("oauth", "4/0AVMBsJh3Zk81LqPx"),
    ("jwt", "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJtYXJpYUBsb2phLmNvbSJ9.MEUCIQDx81LqPx92mNaB4t"),
    ("bearer", "Bearer 7c6d5e4f3a2b1c0d9e8f"),
    ("basic", "Basic bWFyaWE6c2VncmVkbw=="),
    ("dark", "dark-blue"),
    ("appkey", "vtexappkey-loja-QWERTY"),
    ("apptoken", "ZRGSQXXJSWTIZWNUBBNVSKLNUDMMGLTPNLKJSBYRMODXAJHTYFPHRKFRWKQHWNRX"),
    ("csrf", "c5rf-9f8e7d6c5b"),
    ("plainkey", "minha-chave-9"),
    ("otp", "918273"),
    ("chance", "b1Gf7Qz0Lx93Kd82Vp46Wm55"),
    ("email", "maria.souza@loja.com.br"),
    ("password", "S3nha \"forte\" & longa; ção"),
    ("simple", "S3nh4,forte"),
    ("soappass", "hunter two"),
    ("card", "5555555555554444"),
    ("cardspaced", "4111 1111 1111 1111"),
    ("cvv", "987"),
    ("cpf", "529.982.247-25"),
    ("cnpj", "11222333000181"),
    ("cnpjalnum", "12.ABC.345/01DE-35"),
    ("phone", "+55 (11) 98765-4321"),
    ("aws", "AKIAQWERTYUIOPASDFGH"),
    ("awssecret", "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"),
    ("github", "ghp_Zk81LqPx92mNaB4tWc7Zk81LqPx92mNaB4t"),
    ("slack", "xoxb-81929303-Zk81LqPx92mNaB4t"),
    ("stripe", "sk_live_81LqPx92mNaB4tWc7Zk8"),
    ("saml", "PHNhbWxwOlJlc3BvbnNlIElEPSJfOGU4ZGM1ZjY5YTk4Y2M0YzFmZjM0MjdlNWNlMzQ2MDZmZDY3MmY5MWU2Ij4="),
    ("signature", "3045022100f1a2b3c4d5e6f7"),
    ("listed", "Yt63Kd0Qw1Zb58"),
    ("hex", "3f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c"),
];

/// Secrets that are made of others.
fn value(name: &str) -> String {
    let of = |name: &str| SECRETS.iter().find(|(known, _)| *known == name).unwrap().1;
    match name {
        "pem" => {
            let line = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj";
            format!("-----BEGIN PRIVATE KEY-----\n{line}\n{line}\n-----END PRIVATE KEY-----")
        }
        "wsjson" => format!("{{\"session\":\"{}\",\"op\":3}}", of("opaque")),
        "bodyjson" => format!("{{\"password\":\"{}\",\"mail\":\"{}\"}}", of("urlpass"), of("email")),
        "user" => format!("maria:{}", of("urlpass")),
        "ofid" => format!("__ofid={}", of("opaque")),
        "credobj" => format!("{{\"id\": \"x1\", \"key\": [\"{}\"]}}", of("listed")),
        "tokens" => format!("[\"{}\", \"]b\"]", of("listed")),
        "cookieline" => format!("sid={}; b={}", of("opaque"), of("chance")),
        name => of(name).to_owned(),
    }
}

pub fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for part in bytes.chunks(3) {
        let bits = part.iter().chain(&[0; 2]).take(3).fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
        for at in 0..4 {
            let sign = SIGNS[(bits >> (18 - 6 * at) & 63) as usize] as char;
            text.push(if at <= part.len() as u32 as usize { sign } else { '=' });
        }
    }
    text
}

/// A secret as it is written. What is raw in JSON has its quotes escaped; `nested` is JSON within a JSON string.
fn written(encoding: &str, value: &str) -> String {
    let json = |text: &str| {
        let quoted = serde_json::to_string(text).unwrap();
        quoted[1..quoted.len() - 1].to_owned()
    };
    match encoding {
        "raw" | "card" | "password" | "token" => json(value),
        "nested" => json(&json(value)),
        "percent" => value
            .bytes()
            .map(|byte| if byte.is_ascii_alphanumeric() { (byte as char).to_string() } else { format!("%{byte:02X}") })
            .collect(),
        "unicode" => value.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect(),
        "inner" => value.encode_utf16().map(|unit| format!("\\\\u{unit:04x}")).collect(),
        "base64" => base64(value.as_bytes()),
        other => panic!("{other}"),
    }
}

/// A sample: with its secrets, and as it has to be without.
pub fn sample(template: &str) -> (String, String) {
    let (mut planted, mut clean) = (String::new(), String::new());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("@@") {
        let (place, after) = after.split_once("@@").unwrap();
        let mut parts = place.split(':');
        let (kind, encoding, name) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
        planted.extend([before, &written(encoding, &value(name))]);
        clean.push_str(before);
        match (kind, encoding) {
            // Base64 stays base64: the viewer reads it as such.
            ("body", "base64") => clean.push_str(&base64(b"(removed:body)")),
            // A number becomes a string, so that JSON stays JSON.
            ("json", kind) => clean.push_str(&format!("\\\"(removed:{kind})\\\"")),
            _ => clean.push_str(&format!("(removed:{kind})")),
        }
        rest = after;
    }
    planted.push_str(rest);
    clean.push_str(rest);
    (planted, clean)
}

/// Cleans in pieces.
pub fn cleaned_by(bytes: &[u8], pieces: impl IntoIterator<Item = usize>) -> (Vec<u8>, Report) {
    let mut cleaner = Cleaner::default();
    let mut out = Vec::new();
    let mut rest = bytes;
    for piece in pieces {
        let (now, later) = rest.split_at(piece.min(rest.len()));
        cleaner.push(now, &mut out);
        rest = later;
    }
    cleaner.push(rest, &mut out);
    let report = cleaner.finish(&mut out);
    (out, report)
}

pub fn cleaned(text: &str) -> (String, Report) {
    let (out, report) = cleaned_by(text.as_bytes(), []);
    (String::from_utf8(out).unwrap(), report)
}

/// How many different secrets a text holds.
pub fn kinds_in(text: &str) -> usize {
    let mut names: Vec<String> =
        secrets_in(text).iter().map(|found| found.split(' ').next().unwrap().to_owned()).collect();
    names.dedup();
    names.len()
}

/// The secrets that a text holds, in any way of writing.
pub fn secrets_in(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (name, value) in SECRETS {
        // Too short to be told from other numbers in base64 or by chance.
        for encoding in ["raw", "nested", "percent", "unicode", "inner", "base64"] {
            let written = written(encoding, value);
            let inner = written.trim_end_matches('=');
            if text.contains(&inner[..inner.len() - usize::from(encoding == "base64")]) {
                found.push(format!("{name} ({encoding})"));
            }
        }
    }
    found
}
