//! `cargo xtask dev`: debug builds, rebuilt when a file changes. The backend tells the browser to reload.

use crate::fault::{Fault, Outcome};
use crate::files::{self, Hash};
use crate::setup::{Need, Setup};
use crate::step::cannot_start;
use crate::{backend, panel, place};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const LOOK_EVERY: Duration = Duration::from_millis(300);
/// How long the backend may finish what it began.
const GRACE: Duration = Duration::from_secs(10);

const PANEL: [&str; 10] =
    ["src", "contract", "redact", "locales", "style", "public", "index.html", "Trunk.toml", "Cargo.toml", "build.rs"];
const BACKEND: [&str; 18] = [
    "backend/src",
    "backend/forms",
    "backend/articles",
    "backend/mails",
    "backend/Cargo.toml",
    "channels",
    "config",
    "contract",
    "copilot",
    "desk",
    "evidence",
    "keys",
    "mail",
    "outbound",
    "rich_text",
    "runtime",
    "steps",
    "store",
];

pub fn run(arguments: &[String]) -> Outcome {
    let address = backend::address(crate::port(arguments)?)?;
    backend::free(address)?;
    let stop = stop_flag()?;
    let setup = Setup::ready(Need::Panel)?;
    let root = place::root();
    let (mut panel_seen, mut backend_seen) = (look(&root, &PANEL)?, look(&root, &BACKEND)?);
    let (binary, dist) = backend::build_with_panel(&setup, panel::Kind::Debug)?;
    backend::free(address)?;
    let mut server = Server::start(&binary, &dist, address)?;
    println!("{}", backend::addresses(address));
    while !stop.load(Ordering::Relaxed) {
        std::thread::sleep(LOOK_EVERY);
        let now = look(&root, &PANEL)?;
        if now != panel_seen {
            panel_seen = now;
            report(panel::build(&setup, panel::Kind::Debug));
        }
        let now = look(&root, &BACKEND)?;
        if now != backend_seen {
            backend_seen = now;
            if report(backend::build(&setup, false)).is_some() {
                server.stop();
                server = Server::start(&binary, &dist, address)?;
            }
        }
        server.say_if_ended();
    }
    server.stop();
    Ok(())
}

/// A mistake in the code is no reason to end: the next save mends it.
fn report<T>(outcome: Outcome<T>) -> Option<T> {
    match outcome {
        Ok(it) => Some(it),
        Err(fault) => {
            eprintln!("{fault}\nWaiting for the next change …");
            None
        }
    }
}

/// Set by Ctrl-C, and by whoever ends this process politely.
fn stop_flag() -> Outcome<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        // The second time, at once: a build may be under way.
        signal_hook::flag::register_conditional_shutdown(signal, 130, Arc::clone(&stop))
            .and_then(|_| signal_hook::flag::register(signal, Arc::clone(&stop)))
            .map_err(|error| Fault::new(format!("cannot listen for Ctrl-C: {error}")))?;
    }
    Ok(stop)
}

/// Names, lengths and times of a set of files: whether one of them was saved.
fn look(root: &Path, inputs: &[&str]) -> Outcome<String> {
    let mut hash = Hash::new();
    for input in inputs {
        for path in files::below(&root.join(input))? {
            // A file that vanished meanwhile is seen as gone the next time.
            let Ok(data) = std::fs::metadata(&path) else { continue };
            hash.piece(path.as_os_str().as_encoded_bytes());
            hash.piece(&data.len().to_le_bytes());
            if let Ok(time) = data.modified() {
                hash.piece(format!("{time:?}").as_bytes());
            }
        }
    }
    Ok(hash.digits())
}

/// The running backend.
struct Server {
    child: Child,
    ended: bool,
}

impl Server {
    fn start(binary: &Path, dist: &Path, address: SocketAddr) -> Outcome<Self> {
        let mut command = backend::command(binary, dist, address);
        let child = command.stdin(Stdio::null()).spawn().map_err(|error| cannot_start(&command, &error))?;
        Ok(Self { child, ended: false })
    }

    fn say_if_ended(&mut self) {
        if !self.ended
            && let Ok(Some(status)) = self.child.try_wait()
        {
            self.ended = true;
            eprintln!("The backend ended ({status}). It starts again after the next change.");
        }
    }

    /// Asks it to end, and waits; what does not listen is killed.
    fn stop(&mut self) {
        // The shell's own `kill`: the standard library knows only SIGKILL, and the house has no unsafe code.
        let ask = format!("kill -TERM {}", self.child.id());
        if !self.ended && Command::new("sh").args(["-c", &ask]).stderr(Stdio::null()).status().is_ok() {
            let began = Instant::now();
            while began.elapsed() < GRACE {
                if !matches!(self.child.try_wait(), Ok(None)) {
                    return;
                }
                std::thread::sleep(Duration::from_millis(20));
            }
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            self.stop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_saved_file_is_noticed_and_nothing_else_is() {
        let folder = tempfile::tempdir().unwrap();
        files::write(&folder.path().join("src/a.rs"), b"one").unwrap();
        let first = look(folder.path(), &["src"]).unwrap();
        files::write(&folder.path().join("target/a"), b"x").unwrap();
        assert_eq!(look(folder.path(), &["src"]).unwrap(), first);
        files::write(&folder.path().join("src/a.rs"), b"three").unwrap();
        let second = look(folder.path(), &["src"]).unwrap();
        assert_ne!(second, first);
        std::fs::remove_file(folder.path().join("src/a.rs")).unwrap();
        assert_ne!(look(folder.path(), &["src"]).unwrap(), second);
    }
}
