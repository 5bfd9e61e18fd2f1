//! The settings of the mail that goes out.

use super::reader::Reader;
use super::{Config, load, mail_in};
use std::net::IpAddr;
use url::Url;

pub(super) fn read(reader: &mut Reader, config: &mut Config) {
    let mail = &mut config.mail;
    mail.from = reader.or("mail.from", sender, mail.from.clone(), &mail.from);
    mail.smtp_url = reader.optional("mail.smtp_url", smtp_url);
    mail.smtp_ca_file = reader.optional("mail.smtp_ca_file", mail_in::file);
    let shown = mail.mailbox_dir.display().to_string();
    mail.mailbox_dir = reader.or("mail.mailbox_dir", load::path, mail.mailbox_dir.clone(), &shown);
    mail.request_url = reader.optional("mail.request_url", request_url);
    mail.survey_url = reader.optional("mail.survey_url", request_url);
}

fn sender(text: &str) -> Option<String> {
    text.parse::<lettre::message::Mailbox>().is_ok().then(|| text.to_owned())
}

fn smtp_url(text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    (matches!(url.scheme(), "smtp" | "smtps") && url.has_host()).then(|| text.to_owned())
}

/// Whether a password goes over the network before anything is encrypted, or may: as far as this machine nobody listens.
pub(super) fn shows_password(smtp_url: &str) -> bool {
    let Ok(url) = Url::parse(smtp_url) else { return false };
    // Not an address to the parser: it reads those of the web's schemes only.
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let is_here = host.eq_ignore_ascii_case("localhost") || host.parse().is_ok_and(|host: IpAddr| host.is_loopback());
    let encrypted =
        url.scheme() == "smtps" || url.query_pairs().any(|(key, value)| key == "tls" && value == "required");
    url.password().is_some() && !encrypted && !is_here
}

/// An address with the place of the number.
fn request_url(text: &str) -> Option<String> {
    let filled = text.replace("{account}", "account").replace("{id}", "1");
    let url = Url::parse(&filled).ok()?;
    let takes = matches!(url.scheme(), "http" | "https") && text.contains("{id}") && !filled.contains(['{', '}']);
    takes.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_sent_readable_only_where_somebody_else_could_read_it() {
        let rows = [
            ("smtp://user:secret@mail.example.com", true),
            ("smtp://user:secret@mail.example.com?tls=opportunistic", true),
            ("smtp://user:secret@mail.example.com:587?tls=required", false),
            ("smtps://user:secret@mail.example.com", false),
            ("smtp://mail.example.com", false),
            ("smtp://user:secret@127.0.0.1:25", false),
            ("smtp://user:secret@localhost", false),
            ("smtp://user:secret@[::1]", false),
        ];
        for (url, expected) in rows {
            assert_eq!(shows_password(url), expected, "{url}");
        }
    }
}
