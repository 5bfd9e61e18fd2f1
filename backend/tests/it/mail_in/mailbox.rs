//! A watched mailbox, on Dovecot from Debian's packages, started for each test in a folder of its own. Mails are put
//! into it as a mail server's delivery does: written aside, then moved to `new`.

use super::{Mail, Office};
use balcao_backend::config::{Imap, ImapTls};
use balcao_backend::mail::inbox::{Outcome, spawn_watch};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use zeroize::Zeroizing;

struct Dovecot {
    folder: TempDir,
    port: u16,
    server: Child,
}

fn output(program: &str, argument: &str) -> String {
    let out = Command::new(program).arg(argument).output().unwrap();
    String::from_utf8(out.stdout).unwrap().trim().to_owned()
}

fn program() -> PathBuf {
    let found = ["/usr/sbin/dovecot", "/usr/bin/dovecot", "/usr/local/sbin/dovecot"];
    let found = found.into_iter().map(PathBuf::from).find(|path| path.is_file());
    found.expect("Dovecot is not installed: `cargo xtask test` installs it, or Debian's package dovecot-imapd")
}

/// Dovecot serves no mail as root: then it works as the system's user for mail.
fn user() -> (String, String) {
    if output("id", "-u") == "0" {
        return ("mail".to_owned(), "mail".to_owned());
    }
    (output("id", "-un"), output("id", "-gn"))
}

impl Dovecot {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let (user, group) = user();
        let at = folder.path().display();
        let settings = format!(
            "base_dir = {at}/run\nstate_dir = {at}/state\nlog_path = {at}/log\nprotocols = imap\nlisten = 127.0.0.1\nssl = no\n\
             default_internal_user = {user}\ndefault_internal_group = {group}\ndefault_login_user = {user}\n\
             disable_plaintext_auth = no\nmail_location = maildir:{at}/home/Maildir\nfirst_valid_uid = 1\n\
             passdb {{\n driver = static\n args = password=secret\n}}\n\
             userdb {{\n driver = static\n args = uid={user} gid={group} home={at}/home\n}}\n\
             service anvil {{\n chroot =\n}}\n\
             service imap-login {{\n chroot =\n inet_listener imap {{\n port = {port}\n }}\n inet_listener imaps {{\n port = 0\n }}\n}}\n"
        );
        std::fs::write(folder.path().join("dovecot.conf"), settings).unwrap();
        for part in ["new", "cur", "tmp"] {
            std::fs::create_dir_all(folder.path().join("home/Maildir").join(part)).unwrap();
        }
        let server = run(folder.path());
        let dovecot = Self { folder, port, server };
        dovecot.give_over();
        dovecot
    }

    /// What was put there belongs to whoever serves it.
    fn give_over(&self) {
        if output("id", "-u") == "0" {
            Command::new("chmod").arg("755").arg(self.folder.path()).status().unwrap();
            Command::new("chown").args(["-R", "mail:mail"]).arg(self.folder.path().join("home")).status().unwrap();
        }
    }

    fn stop(&mut self) {
        // Asked, it ends its workers with it.
        Command::new("kill").arg(self.server.id().to_string()).status().unwrap();
        self.server.wait().unwrap();
    }

    fn start_again(&mut self) {
        self.server = run(self.folder.path());
    }

    fn deliver(&self, name: &str, mail: &Mail) {
        let maildir = self.folder.path().join("home/Maildir");
        std::fs::write(maildir.join("tmp").join(name), mail.bytes()).unwrap();
        self.give_over();
        std::fs::rename(maildir.join("tmp").join(name), maildir.join("new").join(name)).unwrap();
    }

    /// How many mails are marked as read.
    fn read(&self) -> usize {
        let files = std::fs::read_dir(self.folder.path().join("home/Maildir/cur")).unwrap();
        let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name.rsplit_once(":2,").is_some_and(|(_, flags)| flags.contains('S'))).count()
    }

    fn settings(&self) -> Imap {
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

impl Drop for Dovecot {
    fn drop(&mut self) {
        self.stop();
    }
}

fn run(folder: &Path) -> Child {
    let mut dovecot = Command::new(program());
    dovecot.arg("-F").arg("-c").arg(folder.join("dovecot.conf"));
    dovecot.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// The watching, ended with the test.
struct Watching {
    stop: CancellationToken,
    workers: TaskTracker,
}

impl Watching {
    fn begin(office: &Office, dovecot: &Dovecot) -> Self {
        let watching = Self { stop: CancellationToken::new(), workers: TaskTracker::new() };
        spawn_watch(office.inbox(), dovecot.settings(), &watching.workers, watching.stop.clone());
        watching
    }

    async fn end(self) {
        self.stop.cancel();
        self.workers.close();
        self.workers.wait().await;
    }
}

async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let limit = Instant::now() + Duration::from_secs(60);
    while !is_so().await {
        assert!(Instant::now() < limit, "{what}");
        sleep(Duration::from_millis(20)).await;
    }
}

async fn is_watched(office: &Office) {
    until("the mailbox is not watched", async || office.desk.count("mail_places").await == 1).await;
}

#[tokio::test]
async fn what_arrives_in_the_mailbox_becomes_a_comment_and_is_marked_as_read() {
    let (office, dovecot) = (Office::open().await, Dovecot::start());
    // What was read there before anybody watched is no news; what was not is.
    dovecot.deliver("old", &office.reply("old", "Unread before"));
    let watching = Watching::begin(&office, &dovecot);
    is_watched(&office).await;
    for number in 0..3 {
        dovecot.deliver(&format!("new-{number}"), &office.reply(&number.to_string(), &format!("Mail {number}")));
    }
    until("nothing arrived", async || office.comments(office.request).await.len() == 5).await;
    until("not marked", async || dovecot.read() == 4).await;
    watching.end().await;
    let mut comments = office.comments(office.request).await;
    comments.drain(..1);
    comments.sort();
    assert_eq!(comments, ["Mail 0", "Mail 1", "Mail 2", "Unread before"]);
}

/// The process died after the transaction, and before the mail was marked and the place noted.
#[tokio::test]
async fn a_mail_that_was_taken_but_not_marked_is_known_after_a_restart() {
    let (office, dovecot) = (Office::open().await, Dovecot::start());
    let mail = office.reply("1", "Once");
    assert!(matches!(office.take_in(&mail).await, Outcome::Joined(_)));
    dovecot.deliver("taken", &mail);
    let watching = Watching::begin(&office, &dovecot);
    is_watched(&office).await;
    assert_eq!(dovecot.read(), 1);
    watching.end().await;
    assert_eq!(office.comments(office.request).await.len(), 2);
}

#[tokio::test]
async fn after_the_server_was_away_and_numbers_its_mails_anew_nothing_is_lost_or_twice() {
    let (office, mut dovecot) = (Office::open().await, Dovecot::start());
    let watching = Watching::begin(&office, &dovecot);
    is_watched(&office).await;
    dovecot.deliver("before", &office.reply("1", "Before"));
    until("nothing arrived", async || office.comments(office.request).await.len() == 2).await;
    dovecot.stop();
    for file in std::fs::read_dir(dovecot.folder.path().join("home/Maildir")).unwrap() {
        let path = file.unwrap().path();
        // Its lists of numbers; without them it begins a new validity.
        if path.is_file() {
            std::fs::remove_file(path).unwrap();
        }
    }
    dovecot.deliver("meanwhile", &office.reply("2", "Meanwhile"));
    dovecot.start_again();
    until("nothing arrived", async || office.comments(office.request).await.len() == 3).await;
    until("not marked", async || dovecot.read() == 2).await;
    watching.end().await;
    assert_eq!(office.comments(office.request).await.last().unwrap(), "Meanwhile");
}
