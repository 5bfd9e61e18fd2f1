//! A server as operators start it: a process of its own, on an address of its own.

use super::{Ran, program};
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;

/// A server that serves. It is killed when dropped.
pub struct Server {
    child: Child,
    pub origin: String,
    /// What it logs after it has begun to listen.
    log: Option<JoinHandle<String>>,
}

/// `serve` in development on a folder, with more settings, on a port that the system chooses.
pub fn serve(data_dir: &Path, settings: &[(&str, &str)]) -> Command {
    let mut command = program(data_dir.to_owned(), &["serve"]);
    command.env("BALCAO_LISTEN", "127.0.0.1:0").env("BALCAO_LOG_FORMAT", "json").env("BALCAO_DEMO_DATA", "false");
    command.envs(settings.iter().copied());
    command
}

impl Server {
    /// Starts one, and waits until it listens; how it ended, where it does not come to that.
    #[expect(clippy::zombie_processes, reason = "a server that listens is waited for when it is stopped")]
    pub fn start(mut command: Command) -> Result<Self, Ran> {
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap());
        let mut said = String::new();
        loop {
            let before = said.len();
            if lines.read_line(&mut said).unwrap() == 0 {
                let code = child.wait().unwrap().code();
                return Err(Ran { code, out: String::new(), err: said });
            }
            let line: serde_json::Value = serde_json::from_str(&said[before..]).unwrap_or_default();
            if line["message"] == "listening" {
                let origin = format!("http://{}", line["address"].as_str().unwrap());
                // Somebody has to read on, or the server waits for room in the pipe.
                let log = std::thread::spawn(move || {
                    let mut rest = String::new();
                    lines.read_to_string(&mut rest).unwrap();
                    said + &rest
                });
                return Ok(Self { child, origin, log: Some(log) });
            }
        }
    }

    /// Ends it without a word, as a power cut would; what it had logged.
    pub fn kill(mut self) -> String {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.log.take().unwrap().join().unwrap()
    }

    /// Asks it to end as systemd does, and waits until it has; what it had logged.
    pub fn stop(mut self) -> String {
        let process = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &process]).status().unwrap().success());
        assert!(self.child.wait().unwrap().success());
        self.log.take().unwrap().join().unwrap()
    }

    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// An address of it.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// How a server ended that was not to start.
#[track_caller]
pub fn not_started(command: Command) -> String {
    match Server::start(command) {
        Ok(_) => panic!("it serves"),
        Err(ran) => {
            assert_eq!(ran.code, Some(1), "{}", ran.err);
            ran.err
        }
    }
}
