//! The program as agents and operators type it, beside a server that has the database open: how it ends, what it says where,
//! and what is left behind.

mod agents;
mod backup;
mod before;
mod connections;
mod development;
mod keys;
mod lock;
mod older;
mod operators;
mod pipes;
mod server;

use crate::agents::Office;
use crate::common::start_of_tests;
use chrono::Utc;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// A store with Ana, and the agents Marina and Rafael, who type commands.
struct Desk {
    office: Office,
}

/// How a command ended.
#[derive(Debug)]
struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }
}

impl Ran {
    /// What it said, where it did what it should.
    #[track_caller]
    fn done(self) -> String {
        assert_eq!((self.code, self.err.as_str()), (Some(0), ""), "{}", self.out);
        self.out
    }

    /// Why it did not.
    #[track_caller]
    fn refused(self) -> String {
        assert_eq!((self.code, self.out.as_str()), (Some(1), ""), "{}", self.err);
        assert!(self.err.starts_with("balcao-backend: ") && self.err.lines().count() == 1, "{}", self.err);
        self.err
    }
}

fn program(data_dir: PathBuf, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_balcao-backend"));
    // The program has the system's clock; what is written here was written by the tests' own.
    let offset = (start_of_tests() - Utc::now()).num_minutes() + 1;
    command.env_clear().env("BALCAO_DATA_DIR", data_dir).env("BALCAO_DATABASE_BUSY_SECONDS", "1").env("USER", "eva");
    command.env("BALCAO_CLOCK_OFFSET_MINUTES", offset.to_string());
    command.args(arguments).stdin(Stdio::null());
    command
}

/// The words of a line; `'` keeps some together.
fn words(line: &str) -> Vec<String> {
    let quoted = line.split('\'').enumerate();
    let parts = quoted.flat_map(|(number, part)| match number % 2 {
        0 => part.split_whitespace().map(str::to_owned).collect::<Vec<_>>(),
        _ => vec![part.to_owned()],
    });
    parts.collect()
}

impl Desk {
    async fn open() -> Self {
        Self { office: Office::open().await }
    }

    fn data_dir(&self) -> PathBuf {
        self.office.app.app.config.data_dir.clone()
    }

    /// Types a line.
    async fn types(&self, line: &str) -> Ran {
        self.with_input(line, b"").await
    }

    /// Types a line, with something at the standard input.
    async fn with_input(&self, line: &str, input: &[u8]) -> Ran {
        let (data_dir, words) = (self.data_dir(), words(line));
        let folder = tempfile::tempdir().unwrap();
        let given = folder.path().join("input");
        std::fs::write(&given, input).unwrap();
        let run = move || {
            let arguments: Vec<&str> = words.iter().map(String::as_str).collect();
            let mut command = program(data_dir, &arguments);
            Ran::from(command.stdin(std::fs::File::open(given).unwrap()).output().unwrap())
        };
        tokio::task::spawn_blocking(run).await.unwrap()
    }

    async fn sql(&self, statement: &str) {
        let mut write = self.office.app.app.store.begin().await.unwrap();
        sqlx::query(statement).execute(&mut *write).await.unwrap();
        write.commit().await.unwrap();
    }

    /// The texts of a ticket's comments, notes included.
    async fn comments(&self, ticket: u64) -> Vec<String> {
        let answer = self.office.marina.get(&format!("/api/v2/tickets/{ticket}/comments.json")).await.json();
        answer["comments"].as_array().unwrap().iter().map(|one| one["body"].as_str().unwrap().to_owned()).collect()
    }
}
