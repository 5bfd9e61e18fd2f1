//! A long step: what it does and how long it usually takes is said before, a sign of life every 15 s, the output goes
//! to a log that is shown when it fails.

use crate::fault::{Fault, Outcome, tells_disk_full};
use crate::{files, place};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

const HEARTBEAT: Duration = Duration::from_secs(15);
/// How much of a log is shown on failure.
const SHOWN_LINES: usize = 30;

/// Runs commands one after the other with their output in one log.
pub struct Step {
    what: String,
    log: PathBuf,
    began: Instant,
}

impl Step {
    /// Says what begins; `usually` completes "usually takes …".
    pub fn begin(what: impl Into<String>, usually: &str) -> Outcome<Self> {
        let what = what.into();
        // In the checkout: another one may be at the same step.
        let log = place::root().join("target/log").join(format!("{}.log", log_name(&what)));
        files::write(&log, b"")?;
        println!("{what} (usually {usually}) …");
        Ok(Self { what, log, began: Instant::now() })
    }

    /// Runs a command to its end.
    pub fn run(&self, command: &mut Command) -> Outcome {
        let (status, log) = self.watch(command)?;
        if status.success() {
            return Ok(());
        }
        Err(self.failure(&status, &log))
    }

    /// Runs a command whose failure is an answer, not a fault.
    pub fn succeeds(&self, command: &mut Command) -> Outcome<bool> {
        Ok(self.watch(command)?.0.success())
    }

    /// Says how long it took.
    pub fn end(self) {
        println!("  done in {:.0} s: {}", self.began.elapsed().as_secs_f64(), self.what);
    }

    fn watch(&self, command: &mut Command) -> Outcome<(ExitStatus, String)> {
        let open = || File::options().append(true).open(&self.log).map_err(|error| self.log_fault(&error));
        let child = command.stdin(Stdio::null()).stdout(open()?).stderr(open()?).spawn();
        let mut child = child.map_err(|error| cannot_start(command, &error))?;
        let status = self.wait(&mut child)?;
        let log = std::fs::read(&self.log).map_err(|error| self.log_fault(&error))?;
        Ok((status, String::from_utf8_lossy(&log).into_owned()))
    }

    fn wait(&self, child: &mut Child) -> Outcome<ExitStatus> {
        let mut said = Instant::now();
        loop {
            match child.try_wait() {
                Ok(Some(status)) => return Ok(status),
                Ok(None) => std::thread::sleep(Duration::from_millis(50)),
                Err(error) => return Err(Fault::new(format!("{}: cannot wait for it: {error}", self.what))),
            }
            if said.elapsed() >= HEARTBEAT {
                said = Instant::now();
                println!("  … {:.0} s: {}", self.began.elapsed().as_secs_f64(), self.what);
            }
        }
    }

    fn failure(&self, status: &ExitStatus, log: &str) -> Fault {
        if tells_disk_full(log) {
            return Fault::disk_full(&self.log);
        }
        Fault::new(format!(
            "{}\n\n{} failed ({status}); all of its output is in {}",
            excerpt(log),
            self.what,
            self.log.display()
        ))
    }

    fn log_fault(&self, error: &std::io::Error) -> Fault {
        Fault::file(error, "write", &self.log)
    }
}

/// Runs a command that speaks for itself; it fails with a sentence that names it.
pub fn run(what: &str, command: &mut Command) -> Outcome {
    let status = command.stdin(Stdio::null()).status().map_err(|error| cannot_start(command, &error))?;
    if status.success() {
        return Ok(());
    }
    Err(Fault::new(format!("{what} failed ({status}).")))
}

/// What a command prints, trimmed; nothing where it fails or is not there.
pub fn output(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

pub fn cannot_start(command: &Command, error: &std::io::Error) -> Fault {
    Fault::file(error, "start", Path::new(command.get_program()))
}

fn log_name(what: &str) -> String {
    let words = what.to_lowercase().replace(|sign: char| !sign.is_ascii_alphanumeric() && sign != '.', "-");
    words.chars().take(60).collect::<String>().trim_matches('-').to_owned()
}

/// What tells why: from the first error on where a compiler wrote the log, its end otherwise.
fn excerpt(log: &str) -> String {
    let lines: Vec<&str> = log.lines().collect();
    match lines.iter().position(|line| line.starts_with("error:") || line.starts_with("error[")) {
        Some(first) => lines[first..lines.len().min(first + SHOWN_LINES)].join("\n"),
        None => last_lines(log, SHOWN_LINES),
    }
}

fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_end_of_a_log_is_shown() {
        assert_eq!(last_lines("a\nb\nc\n", 2), "b\nc");
        assert_eq!(last_lines("a", 2), "a");
        assert_eq!(last_lines("", 2), "");
    }

    #[test]
    fn a_compilers_first_error_is_shown_rather_than_what_follows_from_it() {
        let log = format!("Compiling a\nerror[E0432]: unresolved import\n{}error: aborting", "note\n".repeat(100));
        let shown = excerpt(&log);
        assert!(shown.starts_with("error[E0432]"), "{shown}");
        assert_eq!(shown.lines().count(), SHOWN_LINES);
        assert_eq!(excerpt("npm error code E404\nbye"), "npm error code E404\nbye");
    }

    #[test]
    fn a_log_is_named_after_its_step() {
        assert_eq!(log_name("Building trunk 0.21.14 (from source)"), "building-trunk-0.21.14--from-source");
    }
}
