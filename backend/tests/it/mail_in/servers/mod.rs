//! Mail servers from Debian's packages, each started for a test on this machine alone, in a folder of its own: nothing
//! under `/etc` is read, and nothing is left behind.

mod certificates;
mod dovecot;
mod log;
mod postfix;
pub mod scripted;

pub use certificates::{Certificates, Flaw};
pub use dovecot::Dovecot;
pub use log::Log;
pub use postfix::{Hands, Postfix, STORE, STRANGER};

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// A process of ours, ended with the test.
pub struct Running(Child);

impl Running {
    /// Asks it to end, which ends its workers with it, and waits until it did.
    pub fn stop(&mut self) {
        if matches!(self.0.try_wait(), Ok(Some(_))) {
            return;
        }
        Command::new("kill").arg(self.0.id().to_string()).status().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Waits until that is so; a test that waits for ever says what for.
pub async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let limit = Instant::now() + Duration::from_secs(60);
    while !is_so().await {
        assert!(Instant::now() < limit, "{what}");
        sleep(Duration::from_millis(20)).await;
    }
}

/// Makes a folder and everything in it the mail user's, where the test may: mail servers do nothing as root.
pub fn give_to_mail(folder: &Path) {
    if is_root() {
        Command::new("chown").arg("-R").arg(format!("{MAIL}:{MAIL}")).arg(folder).status().unwrap();
    }
}

/// Lets everybody through a temporary folder, which is its maker's alone.
pub fn open_up(folder: &Path) {
    Command::new("chmod").arg("755").arg(folder).status().unwrap();
}

/// The system's user for mail, on Debian.
const MAIL: &str = "mail";

pub fn is_root() -> bool {
    output("id", &["-u"]) == "0"
}

fn output(program: &str, arguments: &[&str]) -> String {
    let out = Command::new(program).args(arguments).output().unwrap();
    String::from_utf8(out.stdout).unwrap().trim().to_owned()
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// The first of these that is there.
fn program(places: &[&str], package: &str) -> PathBuf {
    let found = places.iter().map(PathBuf::from).find(|path| path.is_file());
    found.unwrap_or_else(|| panic!("`cargo xtask test` installs Debian's package {package}, which is missing"))
}
