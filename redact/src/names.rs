//! Whether a name says that its value is a secret: `accessToken`, `X-VTEX-API-AppKey`, `contraseña`, `código de acesso`.

use crate::Kind;
use crate::words::Words;

/// A name of so many bytes is looked at; one that is longer is not a name.
pub const LONGEST: usize = 128;

/// What a name says of its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// Of what kind it is.
    pub kind: Kind,
    /// Whatever the value is; otherwise only where it looks like one.
    pub is_certain: bool,
}

const fn certain(kind: Kind) -> Option<Verdict> {
    Some(Verdict { kind, is_certain: true })
}

const fn likely(kind: Kind) -> Option<Verdict> {
    Some(Verdict { kind, is_certain: false })
}

/// Looks at a name, in English, Portuguese or Spanish.
pub fn judge(name: &[u8]) -> Option<Verdict> {
    if name.is_empty() || name.len() > LONGEST {
        return None;
    }
    let words = Words::of(name);
    let has = |wanted: &[&[u8]]| words.iter().any(|word| wanted.contains(&word));
    if words.count > 1 && is_harmless(words.last()) {
        return None;
    }
    if let Some(kind) = pair(&has) {
        return certain(kind);
    }
    let mut found = None;
    for (at, word) in words.iter().enumerate() {
        let Some(verdict) = of_word(word).or_else(|| of_stem(word)) else { continue };
        // `passwordFieldIsOpen` speaks of something else.
        let is_near = at + 2 >= words.count;
        let verdict = Verdict { is_certain: verdict.is_certain && is_near, ..verdict };
        if verdict.is_certain {
            return Some(verdict);
        }
        found = found.or(Some(verdict));
    }
    found
}

/// Looks at the name of a header: `X-…-Key` is one, whatever stands between.
pub fn judge_header(name: &[u8]) -> Option<Verdict> {
    let verdict = judge(name)?;
    Some(Verdict { is_certain: verdict.is_certain || matches!(verdict.kind, Kind::Key | Kind::Token), ..verdict })
}

/// Looks at the name of a parameter of an address or form: `code` is what a sign-in hands over.
pub fn judge_parameter(name: &[u8]) -> Option<Verdict> {
    let verdict = judge(name)?;
    Some(Verdict { is_certain: verdict.is_certain || verdict.kind == Kind::Code, ..verdict })
}

/// Words that mean something only together.
fn pair(has: &dyn Fn(&[&[u8]]) -> bool) -> Option<Kind> {
    let is_key = has(&[b"key", b"keys", b"chave", b"llave", b"clave"]);
    let of_key: [&[u8]; 23] = [
        b"api",
        b"app",
        b"access",
        b"secret",
        b"private",
        b"auth",
        b"client",
        b"account",
        b"subscription",
        b"encryption",
        b"signing",
        b"license",
        b"shared",
        b"master",
        b"service",
        b"deploy",
        b"webhook",
        b"consumer",
        b"acesso",
        b"acceso",
        b"secreta",
        b"privada",
        b"integration",
    ];
    if is_key && has(&of_key) {
        return Some(Kind::Key);
    }
    let of_code: [&[u8]; 26] = [
        b"verification",
        b"verificacao",
        b"verificacion",
        b"access",
        b"acesso",
        b"acceso",
        b"security",
        b"seguranca",
        b"seguridad",
        b"confirmation",
        b"confirmacao",
        b"confirmacion",
        b"auth",
        b"authorization",
        b"activation",
        b"ativacao",
        b"activacion",
        b"login",
        b"sms",
        b"otp",
        b"mfa",
        b"recovery",
        b"backup",
        b"onetime",
        b"verifier",
        b"fa",
    ];
    if has(&[b"code", b"codes", b"codigo", b"codigos"]) && (has(&of_code) || has(&[b"one"]) && has(&[b"time"])) {
        return Some(Kind::Code);
    }
    let is_card = has(&[b"card", b"cartao", b"tarjeta", b"creditcard", b"cc"]);
    if is_card && has(&[b"number", b"numero", b"num", b"no", b"code", b"codigo"]) {
        return Some(Kind::Card);
    }
    None
}

/// What a word alone means.
fn of_word(word: &[u8]) -> Option<Verdict> {
    match word {
        b"password" | b"passwords" | b"passwd" | b"passphrase" | b"passcode" | b"pass" | b"pwd" | b"psw" | b"pw"
        | b"senha" | b"senhas" | b"contrasena" | b"contrasenas" | b"contrasenia" | b"clave" | b"claves"
        | b"credential" | b"credentials" | b"credencial" | b"credenciais" | b"credenciales" => certain(Kind::Password),
        b"cookie" | b"cookies" => certain(Kind::Cookie),
        b"token" | b"tokens" | b"jwt" | b"jws" | b"jwe" | b"bearer" | b"csrf" | b"xsrf" | b"saml" | b"assertion"
        | b"sid" | b"ssid" | b"session" | b"sessao" | b"sesion" | b"sso" | b"auth" | b"authorization"
        | b"authorisation" | b"autorizacao" | b"autorizacion" | b"signature" | b"signatures" | b"sig" | b"hmac" => {
            certain(Kind::Token)
        }
        b"secret" | b"secrets" | b"segredo" | b"segredos" | b"secreto" | b"secretos" | b"appkey" => certain(Kind::Key),
        b"otp" | b"totp" | b"mfa" => certain(Kind::Code),
        b"cvv" | b"cvc" | b"csc" | b"pan" => certain(Kind::Card),
        b"cpf" | b"cnpj" | b"ssn" | b"curp" | b"cuit" | b"dni" => certain(Kind::Document),
        b"key" | b"keys" | b"chave" | b"llave" => likely(Kind::Key),
        b"code" | b"codigo" | b"pin" => likely(Kind::Code),
        b"state" | b"nonce" | b"ticket" | b"assinatura" | b"firma" | b"hash" | b"challenge" => likely(Kind::Token),
        b"card" | b"cartao" | b"tarjeta" | b"creditcard" => likely(Kind::Card),
        b"rg" | b"rut" | b"nif" | b"document" | b"documento" => likely(Kind::Document),
        b"phone" | b"telephone" | b"telefone" | b"telefono" | b"celular" | b"cellphone" | b"movil" | b"mobile"
        | b"whatsapp" | b"fone" | b"tel" => likely(Kind::Phone),
        _ => None,
    }
}

/// What a word that was written together means: `phpsessid`, `dbpassword`.
fn of_stem(word: &[u8]) -> Option<Verdict> {
    // Most words have nothing of any of them: looked for once, not once for each.
    let has_seed = word.windows(3).any(|part| {
        matches!(
            part,
            b"pas"
                | b"ntr"
                | b"red"
                | b"sen"
                | b"pwd"
                | b"key"
                | b"ecr"
                | b"ess"
                | b"srf"
                | b"oke"
                | b"jwt"
                | b"aml"
                | b"aut"
                | b"gna"
                | b"ook"
                | b"cod"
                | b"num"
        )
    });
    if word.len() < 5 || !has_seed {
        return None;
    }
    let contains = |stem: &str| word.windows(stem.len()).any(|part| part == stem.as_bytes());
    let any = |stems: &[&str]| stems.iter().any(|stem| contains(stem));
    let ends = |stems: &[&str]| stems.iter().any(|stem| word.ends_with(stem.as_bytes()));
    if any(&["password", "passwd", "passphrase", "contrasen", "credential"])
        || word.starts_with(b"senha")
        || ends(&["senha", "pwd", "userpass", "dbpass"]) && word != b"desenha"
    {
        return certain(Kind::Password);
    }
    if any(&["apikey", "appkey", "accesskey", "secretkey", "privatekey", "authkey", "clientsecret"])
        || ends(&["secret"])
    {
        return certain(Kind::Key);
    }
    if any(&["sessid", "sessionid", "csrf", "xsrf", "apptoken", "authtoken", "accesstoken", "samlre", "authorization"])
        || ends(&["token", "jwt", "signature", "sessiontoken"])
        || word.starts_with(b"jwt")
    {
        return certain(Kind::Token);
    }
    if any(&["autcookie", "authcookie"]) || ends(&["cookie", "cookies"]) {
        return certain(Kind::Cookie);
    }
    if any(&["onetimecode", "securitycode", "verificationcode", "accesscode", "authcode"]) {
        return certain(Kind::Code);
    }
    if any(&["cardnumber", "numerocartao", "numerotarjeta", "securitynumber"]) {
        return certain(Kind::Card);
    }
    if any(&["documentnumber"]) { likely(Kind::Document) } else { None }
}

/// `tokenType`, `expires_in`, `cookie-policy`: what is said of a secret is none.
fn is_harmless(last: &[u8]) -> bool {
    matches!(
        last,
        b"type"
            | b"types"
            | b"expires"
            | b"expiry"
            | b"expiration"
            | b"expire"
            | b"expired"
            | b"in"
            | b"at"
            | b"ttl"
            | b"age"
            | b"duration"
            | b"count"
            | b"length"
            | b"size"
            | b"enabled"
            | b"required"
            | b"policy"
            | b"status"
            | b"valid"
            | b"invalid"
            | b"endpoint"
            | b"algorithm"
            | b"alg"
            | b"method"
            | b"usage"
            | b"limit"
            | b"hint"
            | b"label"
            | b"placeholder"
            | b"title"
            | b"message"
            | b"error"
            | b"name"
            | b"names"
            | b"field"
            | b"url"
            | b"uri"
            | b"format"
            | b"version"
            | b"strength"
            | b"rules"
            | b"min"
            | b"max"
            | b"visible"
            | b"provider"
            | b"scheme"
            | b"domain"
            | b"path"
            | b"description"
            | b"date"
            | b"time"
            | b"consent"
            | b"banner"
            | b"lifetime"
            | b"timeout"
            | b"index"
            | b"position"
            | b"page"
            | b"created"
            | b"updated"
            | b"mode"
            | b"class"
            | b"icon"
            | b"rs"
            | b"js"
            | b"mjs"
            | b"ts"
            | b"jsx"
            | b"tsx"
            | b"java"
            | b"py"
            | b"cs"
            | b"php"
            | b"html"
            | b"css"
            | b"json"
            | b"color"
            | b"style"
            | b"width"
            | b"height"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets_are_known_in_three_languages() {
        let cases: [(Kind, &[&str]); 9] = [
            (
                Kind::Password,
                &["password", "userPassword", "SENHA", "nova_senha", "contraseña", "CONTRASEÑA", "db-pwd"],
            ),
            (Kind::Password, &["senha2", "client_credentials", "contrasen\u{303}a", "user[password", "dbpassword"]),
            (
                Kind::Token,
                &["access_token", "X-CSRF-Token", "JWTToken", "PHPSESSID", "JSESSIONID", "sid", "SAMLResponse"],
            ),
            (
                Kind::Token,
                &["Authorization", "X-Amz-Signature", "sig", "sessionToken", "refreshtoken", "ASP.NET_SessionId"],
            ),
            (
                Kind::Key,
                &["X-VTEX-API-AppKey", "apiKey", "api_key", "client_secret", "API key", "chave de acesso", "apikey"],
            ),
            (Kind::Code, &["otp", "one_time_code", "código de acesso", "verificationCode", "codigo_verificacion"]),
            (Kind::Card, &["cardNumber", "numero_cartao", "cvv", "número da tarjeta"]),
            (Kind::Document, &["cpf", "CNPJ", "customerCpf"]),
            (Kind::Cookie, &["Cookie", "Set-Cookie", "VtexIdclientAutCookie", "VtexIdclientAutCookie_loja"]),
        ];
        for (kind, names) in cases {
            for name in names {
                assert_eq!(judge(name.as_bytes()), certain(kind), "{name}");
            }
        }
    }

    #[test]
    fn names_that_may_be_of_secrets_depend_on_the_value() {
        for name in ["code", "key", "state", "phone", "telefone", "document", "passwordFieldIsOpen"] {
            assert_eq!(judge(name.as_bytes()).map(|verdict| verdict.is_certain), Some(false), "{name}");
        }
        assert_eq!(judge_parameter(b"code"), certain(Kind::Code));
        assert_eq!(judge_header(b"X-Store-Key"), certain(Kind::Key));
    }

    #[test]
    fn other_names_say_nothing() {
        let names = [
            "name",
            "author",
            "tokenType",
            "expires_in",
            "token_expires_in",
            "compass",
            "desenha",
            "secretaria",
            "keyboard",
            "passwordPolicy",
            "cookie-consent",
            "monkey",
            "user",
            "statusCode",
            "postalCode",
            "assign",
            "tokens_count",
            "",
            "authority",
            ":authority",
            "encoding",
            "Accept-Encoding",
            "startedDateTime",
            "pageref",
            "design",
            "side",
        ];
        for name in names {
            let verdict = judge(name.as_bytes()).filter(|verdict| verdict.is_certain);
            assert_eq!(verdict, None, "{name}");
        }
    }

    #[test]
    fn any_bytes_are_a_name() {
        for first in 0..=255_u8 {
            for second in (0..=255_u8).step_by(5) {
                let _ = judge(&[first, second, b'x']);
                let _ = judge(&[b'a', first, second].repeat(42));
            }
        }
    }
}
