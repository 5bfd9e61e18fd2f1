//! A mailbox that is read encrypted: from the first byte, or after STARTTLS; with a certificate that is believed, or not.

use super::Office;
use super::mailbox::{Watching, hasty, is_watched};
use super::servers::{Certificates, Dovecot, Flaw, Log, until};
use balcao_config::ImapTls;

#[tokio::test]
async fn mail_comes_over_tls_and_after_starttls_from_a_server_whose_authority_is_named() {
    let certificates = Certificates::make(Flaw::None);
    for tls in [ImapTls::Tls, ImapTls::StartTls] {
        let (office, dovecot) = (Office::open().await, Dovecot::encrypted(&certificates));
        let settings = dovecot.settings_with(tls, Some(certificates.authority()));
        let watching = Watching::of(&office, settings, hasty());
        is_watched(&office).await;
        dovecot.deliver("1", &office.reply("1", "Encrypted"));
        until("nothing arrived", async || office.comments(office.request).await.len() == 2).await;
        until("not marked", async || dovecot.read() == 1).await;
        watching.end().await;
        let log = dovecot.log();
        assert!(log.contains("TLS, session") && !log.contains("no TLS"), "{log}");
    }
}

#[tokio::test]
async fn a_certificate_that_is_not_believed_is_refused_with_what_is_wrong_and_tried_again() {
    let sound = Certificates::make(Flaw::None);
    let other = Certificates::make(Flaw::None);
    let expired = Certificates::make(Flaw::Expired);
    let elsewhere = Certificates::make(Flaw::OtherName);
    for (certificates, authority, reason) in [
        (&sound, None, "nobody who is believed signed it; name its authority's file in mail_in.imap_ca_file"),
        (&sound, Some(other.authority()), "nobody who is believed signed it"),
        (&expired, Some(expired.authority()), "it has expired"),
        (&elsewhere, Some(elsewhere.authority()), "it is for another name than mail_in.imap_host"),
    ] {
        for tls in [ImapTls::Tls, ImapTls::StartTls] {
            let log = Log::listen();
            let (office, dovecot) = (Office::open().await, Dovecot::encrypted(certificates));
            let settings = dovecot.settings_with(tls, authority.clone());
            let watching = Watching::of(&office, settings, hasty());
            let refusals = async || log.text().matches(reason).count() >= 2;
            until(reason, refusals).await;
            watching.end().await;
            let (log, dovecot) = (log.text(), dovecot.log());
            assert!(log.contains("the server's certificate is not believed"), "{log}");
            assert!(!log.contains("secret"), "{log}");
            assert!(!dovecot.contains("Login:"), "{dovecot}");
        }
    }
}

#[tokio::test]
async fn a_server_that_does_not_speak_tls_is_told_apart_from_one_that_is_away() {
    let (office, dovecot, log) = (Office::open().await, Dovecot::start(), Log::listen());
    let mut settings = dovecot.settings();
    settings.tls = ImapTls::Tls;
    let watching = Watching::of(&office, settings, hasty());
    let is_said = async || log.text().contains("TLS: the server does not speak it on this port; see mail_in.imap_tls");
    until("it is not said", is_said).await;
    watching.end().await;
    let mut settings = dovecot.settings();
    settings.tls = ImapTls::StartTls;
    let watching = Watching::of(&office, settings, hasty());
    until("it is not said", async || log.text().contains("the server offers no STARTTLS")).await;
    watching.end().await;
}
