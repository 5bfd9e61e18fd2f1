//! Postfix, as the operator's own server and as the world around it.
//!
//! What a real server has OpenDKIM, OpenDMARC or rspamd for is done here with Postfix's own means, because those ask the
//! DNS: the server of `store.example` is whoever connects from [`STORE`]. That is the check of a sender by network
//! address, which is SPF. What arrives under the server's name is taken out; what was checked is written on top.

use super::{Running, free_port, is_root, output, program};
use lettre::address::{Address, Envelope};
use lettre::transport::smtp::client::SmtpConnection;
use lettre::transport::smtp::extension::ClientId;
use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// Where mail of `store.example` may come from.
pub const STORE: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);
/// Where anybody else's comes from.
pub const STRANGER: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 3);

/// How replies to the desk are handed over.
pub enum Hands {
    /// Put into this Maildir.
    Mailbox(PathBuf),
    /// Given to this program, a mail each.
    Pipe(Vec<String>),
}

/// A mail server for `desk.example`, where the mailbox of `ana@store.example` is as well.
pub struct Postfix {
    server: Option<Running>,
    folder: TempDir,
    port: u16,
}

/// Its folders, and whether they are its own user's.
const QUEUES: [(&str, bool); 14] = [
    ("active", true),
    ("bounce", true),
    ("corrupt", true),
    ("defer", true),
    ("deferred", true),
    ("flush", true),
    ("hold", true),
    ("incoming", true),
    ("private", true),
    ("saved", true),
    ("trace", true),
    ("public", true),
    ("maildrop", true),
    ("pid", false),
];

/// The programs of its own that are started when they are needed.
const WORKERS: &str = "\
postlog unix-dgram n - n - 1 postlogd
cleanup unix n - n - 0 cleanup
checked unix n - n - 0 cleanup -o header_checks=
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
tlsmgr unix - - n 1000? 1 tlsmgr
flush unix n - n 1000? 0 flush
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
";

/// Where Debian and others put its first program.
const MASTER: [&str; 2] = ["/usr/lib/postfix/sbin/master", "/usr/libexec/postfix/master"];

fn installed() -> Option<&'static str> {
    MASTER.into_iter().find(|path| Path::new(path).is_file())
}

impl Postfix {
    /// Whether this machine can start one. Postfix changes users, and so begins as root or not at all; and the set-up
    /// does not install it where another server sends the machine's mail.
    pub fn is_possible() -> bool {
        let is_possible = is_root() && (installed().is_some() || !Path::new("/usr/sbin/sendmail").exists());
        if !is_possible {
            eprintln!("NOT TRIED: Postfix starts as root only, and where the machine has no other server for mail");
        }
        is_possible
    }

    pub fn start(hands: &Hands) -> Self {
        Self::with(hands, "")
    }

    /// With more settings.
    pub fn with(hands: &Hands, more: &str) -> Self {
        let mut postfix = Self { server: None, folder: tempfile::tempdir().unwrap(), port: free_port() };
        postfix.configure(hands, more);
        postfix.begin();
        postfix
    }

    fn configure(&self, hands: &Hands, more: &str) {
        let at = self.folder.path();
        super::open_up(at);
        for folder in ["etc", "data", "ana"] {
            std::fs::create_dir(at.join(folder)).unwrap();
        }
        for (name, _) in QUEUES {
            std::fs::create_dir_all(at.join("queue").join(name)).unwrap();
        }
        let own = QUEUES.iter().filter(|(_, is_own)| *is_own).map(|(name, _)| at.join("queue").join(name));
        Command::new("chown").arg("postfix").args(own).arg(at.join("data")).status().unwrap();
        super::give_to_mail(&at.join("ana"));

        let (checked, doubted) = (free_port(), free_port());
        let mail = output("id", &["-u", super::MAIL]);
        let mut mailboxes = format!("ana@store.example {}/ana/Maildir/\n", at.display());
        let mut workers = format!(
            "127.0.0.1:{port} inet n - n - - smtpd -o content_filter=smtp:[127.0.0.1]:{doubted} -o smtpd_sender_restrictions=$outside\n\
             127.0.0.1:{checked} inet n - n - - smtpd -o cleanup_service_name=checked -o smtpd_sender_restrictions=$vouching -o myhostname=checked.desk.example\n\
             127.0.0.1:{doubted} inet n - n - - smtpd -o cleanup_service_name=checked -o smtpd_sender_restrictions=$doubting -o myhostname=doubted.desk.example\n\
             {WORKERS}",
            port = self.port
        );
        let mut transports = String::new();
        match hands {
            Hands::Mailbox(maildir) => {
                writeln!(mailboxes, "help@desk.example {}/", maildir.display()).unwrap();
            }
            Hands::Pipe(program) => {
                writeln!(mailboxes, "help@desk.example unused").unwrap();
                writeln!(transports, "desk.example balcao:").unwrap();
                let (user, program) = (super::MAIL, program.join(" "));
                writeln!(workers, "balcao unix - n n - 4 pipe flags=DRX user={user} argv={program}").unwrap();
            }
        }
        let server = super::super::TRUSTED;
        let settings = format!(
            "compatibility_level = 3.6\nqueue_directory = {at}/queue\ndata_directory = {at}/data\n\
             maillog_file = {at}/log\nmaillog_file_prefixes = {at}\n\
             inet_interfaces = 127.0.0.1\ninet_protocols = ipv4\ndisable_dns_lookups = yes\nsmtpd_peername_lookup = no\n\
             myhostname = {server}\nmydestination =\nmynetworks =\nalias_maps =\nbiff = no\n\
             recipient_delimiter = +\nmessage_size_limit = 60000000\nvirtual_mailbox_limit = 0\n\
             smtpd_relay_restrictions = reject_unauth_destination\n\
             virtual_mailbox_domains = desk.example store.example\nvirtual_mailbox_base = /\n\
             virtual_mailbox_maps = texthash:{at}/etc/mailboxes\ntransport_maps = texthash:{at}/etc/transports\n\
             virtual_uid_maps = static:{mail}\nvirtual_gid_maps = static:{mail}\nvirtual_minimum_uid = 1\n\
             balcao_destination_recipient_limit = 1\n\
             header_checks = regexp:{at}/etc/forged\nsmtpd_restriction_classes = of_store\n\
             outside = check_sender_access regexp:{at}/etc/senders\n\
             of_store = check_client_access cidr:{at}/etc/store\n\
             vouching = check_sender_access regexp:{at}/etc/vouched\n\
             doubting = check_sender_access regexp:{at}/etc/doubted\n{more}",
            at = at.display()
        );
        let name = server.replace('.', "\\.");
        let files = [
            ("main.cf", settings),
            ("master.cf", workers),
            ("mailboxes", mailboxes),
            ("transports", transports),
            ("forged", format!("/^Authentication-Results:[[:space:]]*\"?{name}/ IGNORE\n")),
            ("senders", "/@store\\.example$/ of_store\n".to_owned()),
            ("store", format!("{STORE} FILTER smtp:[127.0.0.1]:{checked}\n")),
            ("vouched", prepend(server, "pass")),
            ("doubted", prepend(server, "fail")),
        ];
        for (name, content) in files {
            std::fs::write(at.join("etc").join(name), content).unwrap();
        }
    }

    /// Begins, or begins again.
    pub fn begin(&mut self) {
        let mut command = Command::new(program(&MASTER, "postfix"));
        command.arg("-c").arg(self.folder.path().join("etc")).arg("-d").stdout(Stdio::null()).stderr(Stdio::null());
        self.server = Some(Running(command.spawn().unwrap()));
        // It takes connections once its ports are open, however long its workers take to start.
        while TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_err() {
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    pub fn stop(&mut self) {
        self.server = None;
    }

    /// Its address for our own mail going out.
    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// Hands a mail over as the server at that address does, for these recipients.
    pub fn submit(&self, from: Ipv4Addr, sender: &str, recipients: &[&str], mail: &[u8]) -> Result<(), String> {
        let address = |text: &str| text.parse::<Address>().unwrap();
        let envelope =
            Envelope::new(Some(address(sender)), recipients.iter().map(|text| address(text)).collect()).unwrap();
        let hello = ClientId::Domain("mail.store.example".to_owned());
        let (server, limit) = ((Ipv4Addr::LOCALHOST, self.port), Some(Duration::from_secs(60)));
        let connection = SmtpConnection::connect(server, limit, &hello, None, Some(IpAddr::V4(from)));
        let mut connection = connection.map_err(|error| error.to_string())?;
        let sent = connection.send(&envelope, mail).map(|_| ()).map_err(|error| error.to_string());
        let _ = connection.quit();
        sent
    }

    /// What arrived for `ana@store.example`.
    pub fn mails_of_ana(&self) -> Vec<Vec<u8>> {
        let new = self.folder.path().join("ana/Maildir/new");
        let files = std::fs::read_dir(new).into_iter().flatten();
        files.map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect()
    }

    /// What it says about itself.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// Its lines that hold this.
    pub fn log_lines(&self, part: &str) -> Vec<String> {
        self.log().lines().filter(|line| line.contains(part)).map(str::to_owned).collect()
    }

    /// Has it try again what waits, as an operator does. By itself it takes minutes, at times five more: where it looks
    /// at a mail in the very moment when the last attempt ends.
    pub fn flush(&self) {
        let etc = self.folder.path().join("etc");
        Command::new("/usr/sbin/postqueue").arg("-c").arg(etc).arg("-f").status().unwrap();
    }

    /// How many mails wait in it.
    pub fn waiting(&self) -> usize {
        ["incoming", "active", "deferred"]
            .iter()
            .map(|queue| files(&self.folder.path().join("queue").join(queue)))
            .sum()
    }
}

fn files(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| if entry.path().is_dir() { files(&entry.path()) } else { 1 }).sum()
}

/// What the server says of a sender, on top of everything else.
fn prepend(server: &str, result: &str) -> String {
    format!("/^(.*@)?([^@]*)$/ PREPEND Authentication-Results: {server}; spf={result} smtp.mailfrom=${{2}}\n")
}
