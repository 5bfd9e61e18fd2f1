//! Who can reach it, and what follows for the mode. Development hands a sign-in to whoever asks, so it is for this machine
//! alone unless the operator says in words that it is not.

use super::reader::Reader;
use super::{Config, Mode};
use url::{Host, Url};

/// What `development.public` has to say: nobody types it without reading it.
const WORDS: &str = "anybody may sign in as anybody";

/// The mode: what was stated, otherwise development where only this machine reaches it.
pub(super) fn decide(
    reader: &mut Reader,
    stated: Option<Mode>,
    config: &mut Config,
    warnings: &mut Vec<String>,
) -> Mode {
    let words = |text: &str| text.trim_matches('"').eq_ignore_ascii_case(WORDS).then_some(());
    config.development_public = reader.optional("development.public", words).is_some();
    let beyond = beyond_this_machine(config);
    let mode = stated.unwrap_or(if beyond.is_none() { Mode::Development } else { Mode::Production });
    if !reader.is_given("mode") {
        let shown = if mode == Mode::Development { "development" } else { "production" };
        reader.effective.push(("mode".to_owned(), shown.to_owned()));
    }
    config.mode = mode;
    match (mode, beyond) {
        (Mode::Development, Some(why)) if config.development_public => {
            warnings.push(format!("development, and {why}: {WORDS}"));
        }
        (Mode::Development, Some(why)) => reader.fault(
            "mode",
            format!(
                "development lets anybody sign in as anybody, and {why}. Use `production`, or let only this machine reach \
                 it: listen on 127.0.0.1, without public_url and trusted_proxies. Whoever wants it all the same says so: \
                 development.public = \"{WORDS}\""
            ),
        ),
        _ => {}
    }
    mode
}

/// Why production's settings are asked for, where nobody asked for production.
pub(super) fn explain(reader: &mut Reader, config: &Config) {
    let Some(why) = beyond_this_machine(config).filter(|_| !reader.is_given("mode") && !reader.faults.is_empty())
    else {
        return;
    };
    reader.fault(
        "mode",
        format!(
            "not given, and {why}: this is production. To try it out, listen on 127.0.0.1 and let nobody else reach it"
        ),
    );
}

/// How other machines reach it, if they do.
fn beyond_this_machine(config: &Config) -> Option<String> {
    if !config.listen.ip().to_canonical().is_loopback() {
        return Some(format!("other machines reach listen = {}", config.listen));
    }
    if !is_loopback(&config.public_url) {
        return Some(format!("other machines reach public_url = {}", config.public_url));
    }
    (!config.trusted_proxies.is_empty()).then(|| "a proxy of trusted_proxies brings other machines to it".to_owned())
}

/// Whether an address is one of this machine's own.
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => is_localhost(name),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.to_canonical().is_loopback(),
        None => false,
    }
}

/// `localhost` and the names below it never leave the machine (RFC 6761, 6.3).
fn is_localhost(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost")
}

/// Whether a `Host` header names this machine: a name of somebody else's that leads here is a rebound one.
pub fn names_this_machine(host: &str) -> bool {
    Url::parse(&format!("http://{host}/")).is_ok_and(|url| is_loopback(&url) && url.username().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_its_own() {
        for (host, own) in [
            ("127.0.0.1:8080", true),
            ("127.8.9.1", true),
            ("localhost", true),
            ("LOCALHOST:1", true),
            ("balcao.localhost:8080", true),
            ("[::1]:8080", true),
            ("[::ffff:127.0.0.1]", true),
            ("evil.example:8080", false),
            ("localhost.evil.example", false),
            ("evillocalhost", false),
            ("10.0.0.1", false),
            ("0.0.0.0:8080", false),
            ("127.0.0.1@evil.example", false),
            ("evil@127.0.0.1", false),
            ("", false),
            ("[", false),
        ] {
            assert_eq!(names_this_machine(host), own, "{host}");
        }
    }
}
