//! The program that a mail server hands each mail to: by itself, and behind a real Postfix. Its exit code decides whether
//! the server keeps the mail, or tells its sender, or forgets it.

use super::servers::{Hands, Postfix, STORE, give_to_mail, open_up, until};
use super::{Mail, Office, TRUSTED};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;
use tokio::time::timeout;

/// Until it was handed over again; what mail servers call a temporary failure.
const LATER: i32 = 75;
const NO_MAIL: i32 = 65;

/// The program with a configuration file that points to the office's folder.
struct Pipe {
    program: PathBuf,
    settings: PathBuf,
}

impl Pipe {
    fn of(office: &Office) -> Self {
        let config = &office.desk.app.config;
        let settings = config.data_dir.join("pipe.toml");
        let text = format!(
            "data_dir = {:?}\ndemo_data = false\n[database]\nbusy_seconds = 1\n[mail]\nfrom = {:?}\n\
             [mail_in]\naddress = \"help@desk.example\"\ntrusted_server = {TRUSTED:?}\nmax_bytes = 30000000\n",
            config.data_dir, config.mail.from
        );
        std::fs::write(&settings, text).unwrap();
        Self { program: env!("CARGO_BIN_EXE_balcao-backend").into(), settings }
    }

    fn argv(&self) -> Vec<String> {
        let [program, settings] = [&self.program, &self.settings].map(|path| path.to_str().unwrap().to_owned());
        vec![program, "--config".to_owned(), settings, "mail".to_owned(), "ingest".to_owned()]
    }

    fn start(&self) -> Child {
        start(&self.argv())
    }

    async fn take(&self, mail: impl Into<Vec<u8>>) -> Output {
        take(self.argv(), mail.into()).await
    }
}

fn start(argv: &[String]) -> Child {
    // As Postfix starts it: with next to no environment.
    let mut command = Command::new(&argv[0]);
    command.env_clear().env("PATH", "/usr/bin:/bin").args(&argv[1..]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

async fn take(argv: Vec<String>, mail: Vec<u8>) -> Output {
    let run = move || {
        let mut child = start(&argv);
        let mut input = child.stdin.take().unwrap();
        // A program that does not want it may close the pipe before it read all.
        let _ = input.write_all(&mail);
        drop(input);
        child.wait_with_output().unwrap()
    };
    tokio::task::spawn_blocking(run).await.unwrap()
}

fn said(output: &Output) -> (Option<i32>, String) {
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

/// What a mail brings along, as large as it is to be.
fn with_bytes(office: &Office, id: &str, bytes: usize) -> Mail {
    let line = format!("{}\n", "QUJD".repeat(19));
    let encoded = line.repeat(bytes / line.len());
    let file = "Content-Type: video/mp4\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; filename=screen.mp4";
    // It begins as such a film does.
    let body =
        format!("--b\nContent-Type: text/plain\n\nSee the film\n--b\n{file}\n\nAAAAGGZ0eXBpc29t\n{encoded}\n--b--\n");
    office.reply(id, &body).with("Content-Type", "multipart/mixed; boundary=b")
}

#[tokio::test]
async fn a_mail_is_taken_once_however_often_it_is_handed_over() {
    let office = Office::open().await;
    let pipe = Pipe::of(&office);
    for _ in 0..2 {
        let output = pipe.take(office.reply("1", "By the pipe").bytes()).await;
        assert_eq!(said(&output).0, Some(0), "{output:?}");
        assert!(output.stdout.is_empty(), "a mail server would show it to the sender");
    }
    assert_eq!(office.comments(office.request).await[1..], ["By the pipe"]);
    // What lies behind a broken frame is taken, too, and what says nothing at all waits for somebody to look at it.
    let broken = office
        .reply("2", "--b\nContent-Type: text/plain\n\nHalf a fra")
        .with("Content-Type", "multipart/mixed; boundary=b");
    assert_eq!(said(&pipe.take(broken.bytes()).await).0, Some(0));
    assert_eq!(office.comments(office.request).await[2..], ["Half a fra"]);
    assert_eq!(said(&pipe.take(*b"From: \xff\xfe\r\nSubject: \x00\r\n\r\n\x00\xff").await).0, Some(0));
    assert_eq!(office.desk.count("mail_quarantine").await, 1);
    assert_eq!(said(&pipe.take(*b"").await).0, Some(NO_MAIL));
    assert_eq!(said(&pipe.take(vec![0; 100_000]).await).0, Some(NO_MAIL));
    assert_eq!((office.comments(office.request).await.len(), office.desk.count("mail_taken").await), (3, 3));
}

#[tokio::test]
async fn of_a_large_mail_its_files_come_along_and_of_one_too_large_its_sender_is_told() {
    let office = Office::open().await;
    let pipe = Pipe::of(&office);
    let taken = pipe.take(with_bytes(&office, "1", 26_000_000).bytes()).await;
    assert_eq!(said(&taken).0, Some(0), "{taken:?}");
    let comments = office.comments_answer(office.request).await.json["comments"].clone();
    assert!(comments[1]["attachments"][0]["size"].as_u64().unwrap() > 19_000_000, "{comments}");
    let taken = pipe.take(with_bytes(&office, "2", 40_000_000).bytes()).await;
    assert_eq!(said(&taken).0, Some(0), "{taken:?}");
    assert_eq!(office.comments(office.request).await.len(), 2);
    assert_eq!((office.mails("reply_too_large").await, office.desk.count("mail_quarantine").await), (1, 1));
}

#[tokio::test]
async fn while_the_database_is_locked_the_mail_stays_with_the_server() {
    let office = Office::open().await;
    let pipe = Pipe::of(&office);
    let mail = office.reply("1", "Later").bytes();
    let held = office.desk.app.store.begin().await.unwrap();
    let (code, reason) = said(&pipe.take(mail.clone()).await);
    assert_eq!(code, Some(LATER), "{reason}");
    // The reason stands in the mail server's log, and in what it tells the sender days later.
    assert!(!reason.is_empty() && !reason.contains("ana@") && !reason.contains("Later\n"), "{reason}");
    drop(held);
    assert_eq!(said(&pipe.take(mail).await).0, Some(0));
    assert_eq!(office.comments(office.request).await[1..], ["Later"]);
}

/// As an operator writes it down; the secrets are elsewhere.
fn production(data: &Path, more: &str) -> String {
    format!(
        "mode = \"production\"\npublic_url = \"https://desk.example\"\ndata_dir = {data:?}\n\
         [host_token]\nissuer = \"https://admin.example\"\n[mail]\nfrom = \"Store support <support@desk.example>\"\n{more}"
    )
}

/// A mail server starts programs without the environment of ours, where the keys are.
#[tokio::test]
async fn in_production_a_mail_is_taken_without_any_secret() {
    let office = Office::open().await;
    let data = &office.desk.app.config.data_dir;
    let more = format!("[mail_in]\naddress = \"help@desk.example\"\ntrusted_server = {TRUSTED:?}\n");
    let settings = data.join("production.toml");
    std::fs::write(&settings, production(data, &more)).unwrap();
    let pipe = Pipe { settings, ..Pipe::of(&office) };
    let output = pipe.take(office.reply("1", "In production").bytes()).await;
    assert_eq!(said(&output).0, Some(0), "{output:?}");
    assert_eq!(office.comments(office.request).await[1..], ["In production"]);
    // For serving they are needed as before.
    let config = Command::new(&pipe.program).env_clear().args(["--config"]).arg(&pipe.settings).arg("config").output();
    assert!(String::from_utf8_lossy(&config.unwrap().stderr).contains("host_token.key: required"));
}

/// Nobody's mail goes back to them because an operator made a mistake: the server keeps it until that is mended.
#[tokio::test]
async fn whatever_is_wrong_with_the_settings_the_mail_stays_with_the_server() {
    let office = Office::open().await;
    let pipe = Pipe::of(&office);
    let data = &office.desk.app.config.data_dir;
    let file = |name: &str, content: String| {
        std::fs::write(data.join(name), content).unwrap();
        data.join(name).to_str().unwrap().to_owned()
    };
    let production = file("production.toml", production(data, ""));
    let occupied = file("occupied", "no folder".to_owned());
    let files = [
        (production, "mail_in.address"),
        (file("typing-error.toml", "[mail_in]\nadress = \"help@desk.example\"\n".to_owned()), "mail_in.adress"),
        (file("occupied.toml", format!("data_dir = {occupied:?}\n")), "data_dir"),
        (format!("{occupied}.not-there"), "not-there"),
    ];
    let mail = office.reply("1", "Mind the settings").bytes();
    for (file, named) in files {
        let argv = [pipe.argv()[0].clone(), "--config".into(), file, "mail".into(), "ingest".into()];
        let (code, reason) = said(&take(argv.to_vec(), mail.clone()).await);
        assert_eq!(code, Some(LATER), "{reason}");
        assert!(reason.contains(named), "{named}: {reason}");
    }
    let misspelt = [pipe.argv(), vec!["--quiet".to_owned()]].concat();
    let (code, reason) = said(&take(misspelt, mail.clone()).await);
    assert_eq!(code, Some(LATER), "{reason}");
    assert!(reason.contains("--quiet"), "{reason}");
    let help = take([pipe.argv(), vec!["--help".to_owned()]].concat(), Vec::new()).await;
    assert_eq!(help.status.code(), Some(0));
    assert_eq!(office.desk.count("mail_taken").await, 0);
}

/// Wherever it dies, the server hands the mail over again, and it is there once.
#[tokio::test]
async fn a_program_that_is_killed_leaves_nothing_half_done() {
    let office = Office::open().await;
    let pipe = Pipe::of(&office);
    let mail = with_bytes(&office, "1", 1000).bytes();
    let mut reading = pipe.start();
    reading.stdin.as_mut().unwrap().write_all(&mail[..200]).unwrap();
    reading.kill().unwrap();
    assert_eq!(reading.wait().unwrap().code(), None, "by a signal, which is a temporary failure, too");
    let held = office.desk.app.store.begin().await.unwrap();
    let mut writing = pipe.start();
    let mut input = writing.stdin.take().unwrap();
    input.write_all(&mail).unwrap();
    drop(input);
    // It waits for its turn to write, in the middle of it.
    let opened = format!("/proc/{}/fd", writing.id());
    until("the program opens the database", async || {
        let files = std::fs::read_dir(&opened).into_iter().flatten().flatten();
        files.filter_map(|file| std::fs::read_link(file.path()).ok()).any(|file| file.ends_with("balcao.sqlite3"))
    })
    .await;
    writing.kill().unwrap();
    writing.wait().unwrap();
    drop(held);
    assert_eq!((office.desk.count("mail_taken").await, office.comments(office.request).await.len()), (0, 1));
    for _ in 0..2 {
        assert_eq!(said(&pipe.take(mail.clone()).await).0, Some(0));
    }
    let comments = office.comments_answer(office.request).await.json["comments"].clone();
    assert_eq!(comments.as_array().unwrap().len(), 2);
    assert_eq!(comments[1]["attachments"].as_array().unwrap().len(), 1);
}

/// Postfix changes to the mail user before it starts the program, so that user must reach everything.
struct BehindPostfix {
    office: Office,
    postfix: Postfix,
}

impl BehindPostfix {
    async fn open() -> Option<Self> {
        if !Postfix::is_possible() {
            return None;
        }
        let office = Office::open().await;
        let mut pipe = Pipe::of(&office);
        let data = office.desk.app.config.data_dir.clone();
        // Where it was built may be a folder that only the builder sees.
        let program = data.with_file_name("balcao-backend");
        let linked = std::fs::hard_link(&pipe.program, &program);
        linked.or_else(|_| std::fs::copy(&pipe.program, &program).map(|_| ())).unwrap();
        pipe.program = program;
        open_up(data.parent().unwrap());
        give_to_mail(&data);
        let postfix = Postfix::start(&Hands::Pipe(pipe.argv()));
        Some(Self { office, postfix })
    }

    fn submit(&self, to: &[&str], mail: &Mail) {
        let bare = mail.clone().without("Authentication-Results").without("Return-Path");
        self.postfix.submit(STORE, "ana@store.example", to, &bare.bytes()).unwrap();
    }

    /// Waits until the program took so many mails, and no more wait.
    async fn has_handed_over(&self, number: usize) {
        let handed =
            || self.postfix.log_lines("relay=balcao").iter().filter(|line| line.contains("status=sent")).count();
        let is_done = async || handed() >= number && self.postfix.waiting() == 0;
        let mut patience = 25;
        while timeout(Duration::from_secs(2), until("", is_done)).await.is_err() {
            assert!(patience > 0, "{number} are not handed over: {}", self.postfix.log());
            patience -= 1;
            self.postfix.flush();
        }
        assert_eq!(handed(), number, "{}", self.postfix.log());
    }
}

fn data_folder(office: &Office) -> &Path {
    &office.desk.app.config.data_dir
}

#[tokio::test]
async fn postfix_hands_each_mail_to_the_program() {
    let Some(desk) = BehindPostfix::open().await else { return };
    let office = &desk.office;
    let second = office.ana.open("Also stuck").await;
    let (first, other) = (office.reply_address(), office.address(second, office.ana.user));
    desk.submit(&[&first], &office.reply("1", "By Postfix"));
    desk.has_handed_over(1).await;
    // Two in blind copy, in one conversation: Postfix calls the program for each, with its own address.
    let both = office.reply("2", "For both").with("To", "undisclosed-recipients:;");
    desk.submit(&[&first, &other], &both);
    desk.has_handed_over(3).await;
    assert_eq!(office.comments(office.request).await[1..], ["By Postfix", "For both"]);
    assert_eq!(office.comments(second).await[1..], ["For both"]);
    assert!(data_folder(office).join("evidence").is_dir());
}

#[tokio::test]
async fn a_mail_that_cannot_be_taken_now_waits_in_postfix_and_comes_once() {
    let Some(desk) = BehindPostfix::open().await else { return };
    let office = &desk.office;
    let held = office.desk.app.store.begin().await.unwrap();
    desk.submit(&[&office.reply_address()], &office.reply("1", "Waited"));
    until("it is not put off", async || !desk.postfix.log_lines("status=deferred").is_empty()).await;
    assert_eq!(desk.postfix.waiting(), 1);
    let line = desk.postfix.log_lines("status=deferred").remove(0);
    assert!(line.contains("dsn=4.3.0") && line.contains("mail cannot be taken now"), "{line}");
    drop(held);
    desk.has_handed_over(1).await;
    assert_eq!(office.comments(office.request).await[1..], ["Waited"]);
    assert!(desk.postfix.log_lines("status=bounced").is_empty());
}
