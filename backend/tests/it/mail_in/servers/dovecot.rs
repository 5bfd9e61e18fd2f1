//! Dovecot, with one user and the mailbox of the desk.

use super::{Certificates, Running, free_port, give_to_mail, is_root, open_up, output, program};
use crate::mail_in::Mail;
use balcao_config::{Imap, ImapTls};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;
use zeroize::Zeroizing;

/// An IMAP server and its mailbox. Mails are put into it as a mail server's delivery does: written aside, then moved to
/// `new`.
pub struct Dovecot {
    server: Running,
    folder: TempDir,
    port: u16,
    /// Encrypted from the first byte, where there is a certificate.
    port_of_tls: u16,
}

/// Dovecot serves no mail as root: then it works as the system's user for mail.
fn user() -> (String, String) {
    if is_root() {
        return (super::MAIL.to_owned(), super::MAIL.to_owned());
    }
    (output("id", &["-un"]), output("id", &["-gn"]))
}

impl Dovecot {
    pub fn start() -> Self {
        Self::with("ssl = no\n")
    }

    /// Where nobody signs in unencrypted.
    pub fn encrypted(certificates: &Certificates) -> Self {
        let (server, key) = (certificates.server(), certificates.key());
        Self::with(&format!("ssl = required\nssl_cert = <{}\nssl_key = <{}\n", server.display(), key.display()))
    }

    /// With more settings.
    pub fn with(more: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (port, port_of_tls) = (free_port(), free_port());
        let tls =
            if more.contains("ssl_cert") { format!("port = {port_of_tls}\n ssl = yes") } else { "port = 0".to_owned() };
        let (user, group) = user();
        let at = folder.path().display();
        let settings = format!(
            "base_dir = {at}/run\nstate_dir = {at}/state\nlog_path = {at}/log\nprotocols = imap\nlisten = 127.0.0.1\n\
             default_internal_user = {user}\ndefault_internal_group = {group}\ndefault_login_user = {user}\n\
             disable_plaintext_auth = no\nmail_location = maildir:{at}/home/Maildir\nfirst_valid_uid = 1\n\
             passdb {{\n driver = static\n args = password=secret\n}}\n\
             userdb {{\n driver = static\n args = uid={user} gid={group} home={at}/home\n}}\n\
             service anvil {{\n chroot =\n}}\n\
             service imap-login {{\n chroot =\n inet_listener imap {{\n port = {port}\n }}\n inet_listener imaps {{\n {tls}\n }}\n}}\n\
             {more}"
        );
        std::fs::write(folder.path().join("dovecot.conf"), settings).unwrap();
        for part in ["new", "cur", "tmp"] {
            std::fs::create_dir_all(folder.path().join("home/Maildir").join(part)).unwrap();
        }
        open_up(folder.path());
        give_to_mail(&folder.path().join("home"));
        let server = run(folder.path());
        Self { server, folder, port, port_of_tls }
    }

    pub fn stop(&mut self) {
        self.server.stop();
    }

    pub fn start_again(&mut self) {
        self.server = run(self.folder.path());
    }

    /// Where a mail server delivers to.
    pub fn maildir(&self) -> PathBuf {
        self.folder.path().join("home/Maildir")
    }

    pub fn deliver(&self, name: &str, mail: &Mail) {
        let (aside, there) = (self.maildir().join("tmp").join(name), self.maildir().join("new").join(name));
        std::fs::write(&aside, mail.bytes()).unwrap();
        give_to_mail(&aside);
        std::fs::rename(aside, there).unwrap();
    }

    /// Loses its lists of numbers: its mails get new ones, under a new validity.
    pub fn forget_numbers(&self) {
        for file in std::fs::read_dir(self.maildir()).unwrap() {
            let path = file.unwrap().path();
            if path.is_file() {
                std::fs::remove_file(path).unwrap();
            }
        }
    }

    /// How many mails are marked as read.
    pub fn read(&self) -> usize {
        let files = std::fs::read_dir(self.maildir().join("cur")).unwrap();
        let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name.rsplit_once(":2,").is_some_and(|(_, flags)| flags.contains('S'))).count()
    }

    /// How it is reached so encrypted, by somebody who believes that authority.
    pub fn settings_with(&self, tls: ImapTls, authority: Option<PathBuf>) -> Imap {
        let port = if tls == ImapTls::Tls { self.port_of_tls } else { self.port };
        Imap { port, tls, ca_file: authority, ..self.settings() }
    }

    /// What it says about itself.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    pub fn settings(&self) -> Imap {
        Imap {
            host: "127.0.0.1".to_owned(),
            port: self.port,
            tls: ImapTls::None,
            ca_file: None,
            user: "reply".to_owned(),
            password: Zeroizing::new("secret".to_owned()),
            folder: "INBOX".to_owned(),
        }
    }
}

fn run(folder: &Path) -> Running {
    let mut dovecot =
        Command::new(program(&["/usr/sbin/dovecot", "/usr/bin/dovecot", "/usr/local/sbin/dovecot"], "dovecot-imapd"));
    dovecot.arg("-F").arg("-c").arg(folder.join("dovecot.conf"));
    Running(dovecot.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
}
