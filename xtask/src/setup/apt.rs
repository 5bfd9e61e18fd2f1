//! Packages of the operating system: installed where we may, named in one message where we may not.

use crate::fault::{Fault, Outcome};
use crate::place;
use crate::step::{self, Step};
use std::process::Command;

/// A mail server. Its package asks what it is to do, and would begin to do it.
pub const POSTFIX: &str = "postfix";
/// The answer that leaves it still: tests start one of their own.
const POSTFIX_STAYS_STILL: &str =
    "echo 'postfix postfix/main_mailer_type select No configuration' | debconf-set-selections";

/// Installs packages, or says with which line the developer installs them.
pub fn install(packages: &[String]) -> Outcome {
    if packages.is_empty() {
        return Ok(());
    }
    if let Some(fault) = refusal(packages, place::program(&["apt-get"]).is_some(), is_root()) {
        return Err(fault);
    }
    let step = Step::begin(format!("Installing packages: {}", packages.join(" ")), "takes 1 minute")?;
    if packages.iter().any(|package| package == POSTFIX) {
        step.run(Command::new("sh").args(["-c", POSTFIX_STAYS_STILL]))?;
    }
    // The lists of a fresh machine are empty or old; the installation itself tells whether that matters.
    if !step.succeeds(&mut get_install(packages))? {
        step.run(Command::new("apt-get").args(["update"]))?;
        step.run(&mut get_install(packages))?;
    }
    step.end();
    Ok(())
}

/// What the developer has to do, where we may not do it.
fn refusal(packages: &[String], has_apt: bool, is_root: bool) -> Option<Fault> {
    let list = packages.join(" ");
    if !has_apt {
        return Some(Fault::new(format!(
            "Some programs are missing. Debian's packages of them are called: {list}.\n\
             Install them the way this system does, and run the command again."
        )));
    }
    (!is_root).then(|| {
        Fault::new(format!(
            "Some packages are missing, and only root may install them. Please run this, then the command again:\n\n    \
             sudo apt-get update && sudo apt-get install --no-install-recommends {list}"
        ))
    })
}

fn get_install(packages: &[String]) -> Command {
    let mut command = Command::new("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command.args(["install", "-y", "--no-install-recommends"]).args(packages);
    command
}

/// A program that its package should have brought.
pub fn missing_program(name: &str) -> Fault {
    Fault::new(format!("`{name}` is not on the PATH: install it, and run the command again."))
}

pub fn is_root() -> bool {
    step::output(Command::new("id").arg("-u")).is_some_and(|id| id == "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_may_not_install_gets_one_message_with_every_package() {
        let packages = ["nodejs".to_owned(), "npm".to_owned(), "chromium".to_owned()];
        for (has_apt, is_root) in [(true, false), (false, false), (false, true)] {
            let message = refusal(&packages, has_apt, is_root).unwrap().to_string();
            assert!(message.contains("nodejs npm chromium"), "{message}");
        }
        assert!(refusal(&packages, true, true).is_none());
        assert!(install(&[]).is_ok(), "nothing is missing");
    }
}
