//! Every mail of `tests/mails`, with what becomes of it in `outcomes.toml`.

use super::Office;
use balcao_mail::inbox::Outcome;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::PathBuf;

#[derive(Deserialize)]
struct Corpus {
    mail: Vec<Expected>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    file: String,
    outcome: String,
    #[serde(default)]
    reason: Option<String>,
    /// The comment's text.
    #[serde(default)]
    text: Option<String>,
    /// The comment's files.
    #[serde(default)]
    files: Option<Vec<String>>,
    /// What the comment says below about files that stayed out.
    #[serde(default)]
    note: Option<String>,
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/mails")
}

fn replaced(bytes: &[u8], name: &str, value: &str) -> Vec<u8> {
    let name = name.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at..].starts_with(name) {
            out.extend(value.as_bytes());
            at += name.len();
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    out
}

fn said(outcome: Outcome) -> (&'static str, Option<&'static str>) {
    match outcome {
        Outcome::Joined(_) => ("joined", None),
        Outcome::Known => ("known", None),
        Outcome::Automatic(robot) => ("automatic", Some(robot.name())),
        Outcome::Quarantined(held) => ("quarantined", Some(held.name())),
        Outcome::Returned(returned) => ("returned", Some(returned.name())),
        Outcome::NoMessage => ("no_message", None),
    }
}

#[tokio::test]
async fn every_mail_becomes_what_is_expected_of_it_and_does_so_once() {
    let corpus: Corpus = toml::from_str(&std::fs::read_to_string(folder().join("outcomes.toml")).unwrap()).unwrap();
    let named: BTreeSet<String> = corpus.mail.iter().map(|mail| format!("{}.eml", mail.file)).collect();
    let files = std::fs::read_dir(folder()).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    let there: BTreeSet<String> = files.filter(|file| file != "outcomes.toml").collect();
    assert_eq!(named, there);
    assert!(named.len() >= 60);

    let office = Office::open().await;
    let bruno = office.desk.sign_in("bruno", "store").await;
    let his = bruno.open("His").await;
    let closed = office.ana.open("Closed").await;
    office.desk.set(closed, "closed", None).await;
    let own = office.reply_address();
    let places = [
        ("{{REPLY}}", own.to_uppercase()),
        ("{{other-person}}", office.address(his, bruno.user)),
        ("{{closed}}", office.address(closed, office.ana.user)),
        ("{{forged}}", own.replacen('+', "+a", 1)),
        ("{{reply}}", own),
    ];
    let mut wrong = Vec::new();
    for mail in corpus.mail {
        let mut bytes = std::fs::read(folder().join(format!("{}.eml", mail.file))).unwrap();
        for (name, value) in &places {
            bytes = replaced(&bytes, name, value);
        }
        let before = office.comments(office.request).await.len();
        let outcome = office.inbox().take_in(bytes.clone().into(), true).await.unwrap();
        if said(outcome) != (mail.outcome.as_str(), mail.reason.as_deref()) {
            wrong.push(format!("{}: {outcome:?}, not {} {:?}", mail.file, mail.outcome, mail.reason));
        }
        // As it comes over SMTP; the file has the line ends of a pipe.
        let again = replaced(&bytes, "\n", "\r\n");
        assert_eq!(office.inbox().take_in(again.into(), true).await.unwrap(), Outcome::Known, "{}", mail.file);
        let comments = office.comments_answer(office.request).await.json["comments"].clone();
        let comments = comments.as_array().unwrap();
        let joined = usize::from(mail.outcome == "joined");
        if comments.len() != before + joined {
            wrong.push(format!("{}: {} comments more", mail.file, comments.len() - before));
            continue;
        }
        if joined == 0 {
            continue;
        }
        let last = comments.last().unwrap();
        let body = last["body"].as_str().unwrap();
        let (text, note) = match body.split_once("Not attached:") {
            Some((text, note)) => (text.trim_end(), note),
            None => (body, ""),
        };
        if mail.text.as_ref().is_some_and(|expected| expected != text) {
            wrong.push(format!("{}: {text:?}, not {:?}", mail.file, mail.text.unwrap()));
        }
        if !note.contains(mail.note.as_deref().unwrap_or_default()) || (mail.note.is_none() && !note.is_empty()) {
            wrong.push(format!("{}: says {note:?}", mail.file));
        }
        let files = last["attachments"].as_array().unwrap().iter().map(|file| file["file_name"].as_str().unwrap());
        let files: Vec<&str> = files.collect();
        if files != mail.files.iter().flatten().map(String::as_str).collect::<Vec<_>>() {
            wrong.push(format!("{}: files {files:?}", mail.file));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
