//! Everything that has to be on the machine before something can be built or tested, installed once.
//! It leaves to the tasks what is done with it.

mod apt;
mod model;
mod python;
mod std_library;
pub mod toolchain;
mod tools;

use crate::fault::Outcome;
use crate::{lock, place};
use std::path::{Path, PathBuf};
use toolchain::Toolchain;
use tools::Tools;

/// The versions that decide how the panel comes out.
pub const TOOL_VERSIONS: [&str; 5] =
    [tools::TRUNK, tools::WASM_BINDGEN, tools::WASM_SPLIT, tools::BINARYEN, tools::TERSER];

/// What makes the panel's files besides the compiler: name, version, and what a purl of it begins with.
pub const BUILDING_TOOLS: [(&str, &str, &str); 5] = [
    ("trunk", tools::TRUNK, "pkg:cargo/trunk"),
    ("wasm-bindgen-cli", tools::WASM_BINDGEN, "pkg:cargo/wasm-bindgen-cli"),
    ("wasm_split_cli_support", tools::WASM_SPLIT, "pkg:cargo/wasm_split_cli_support"),
    ("binaryen", tools::BINARYEN, "pkg:npm/binaryen"),
    ("terser", tools::TERSER, "pkg:npm/terser"),
];

/// What the tasks work with.
pub struct Setup {
    /// Cargo and its environment.
    pub toolchain: Toolchain,
    tools: Tools,
}

/// A browser, its driver, the rules of accessibility, somebody to sign in with, and other clients of the API.
pub struct Browser {
    pub chromium: PathBuf,
    pub chromedriver: PathBuf,
    pub axe: PathBuf,
    pub oidc_provider: PathBuf,
    pub node: PathBuf,
    pub node_zendesk: PathBuf,
    pub python: PathBuf,
}

/// What a task needs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Only Cargo.
    Cargo,
    /// What checks dependencies, besides.
    Check,
    /// What the backend's tests start, besides.
    Servers,
    /// What builds the panel, besides.
    Panel,
    /// What drives a browser, besides.
    Browser,
}

impl Setup {
    /// Installs what is missing of it.
    pub fn ready(need: Need) -> Outcome<Self> {
        let folder = place::tools()?;
        let _lock = lock::hold(&folder)?;
        let way = toolchain::choose(&folder)?;
        let mut packages = way.packages();
        if matches!(need, Need::Panel | Need::Browser) {
            packages.extend(tools::packages());
        }
        if need == Need::Browser {
            packages.extend(browser_packages());
            packages.extend(python::packages());
        }
        if matches!(need, Need::Servers | Need::Browser) {
            packages.extend(mail_packages());
        }
        apt::install(&packages)?;
        let mut toolchain = Toolchain::ready(way, &folder)?;
        let tools = Tools::in_folder(&folder);
        if matches!(need, Need::Panel | Need::Browser) {
            tools.install(&toolchain)?;
            toolchain = toolchain.with_small_library(&folder)?;
        }
        if need == Need::Browser {
            tools.install_zenpy()?;
        }
        if matches!(need, Need::Check | Need::Servers | Need::Browser) {
            tools.install_cargo_deny(&toolchain)?;
        }
        Ok(Self { toolchain: toolchain.with_path(&tools.paths()), tools })
    }

    /// The folder of Copilot's model, fetched where it is missing; `None`, with a line that says why, where it cannot be had:
    /// Copilot does without.
    pub fn model(&self) -> Outcome<Option<PathBuf>> {
        let folder = place::tools()?;
        let _lock = lock::hold(&folder)?;
        model::ready(&folder)
    }

    /// What checks dependencies; present after `ready` with `Check`, `Servers` or `Browser`.
    pub fn cargo_deny(&self) -> PathBuf {
        self.tools.cargo_deny()
    }

    /// The browser; present after `ready(Need::Browser)`.
    pub fn browser(&self) -> Outcome<Browser> {
        let find = |names: &[&str]| place::program(names).ok_or_else(|| apt::missing_program(names[0]));
        Ok(Browser {
            chromium: find(CHROMIUM)?,
            chromedriver: find(CHROMEDRIVER)?,
            axe: self.tools.axe(),
            oidc_provider: self.tools.oidc_provider(),
            node: find(NODE)?,
            node_zendesk: self.tools.node_zendesk(),
            python: self.tools.python(),
        })
    }
}

/// Where tests find what checks dependencies.
#[cfg(test)]
pub fn cargo_deny_of_this_machine() -> Outcome<PathBuf> {
    Ok(Tools::in_folder(&place::tools()?).cargo_deny())
}

/// The names a browser goes by; Ubuntu's, Google's and Fedora's after Debian's.
const CHROMIUM: &[&str] = &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const CHROMEDRIVER: &[&str] = &["chromedriver"];
const NODE: &[&str] = &["node", "nodejs"];

/// The mail servers that tests start, in the folders where system programs are.
const DOVECOT: [&str; 3] = ["/usr/sbin/dovecot", "/usr/bin/dovecot", "/usr/local/sbin/dovecot"];
const POSTFIX: [&str; 2] = ["/usr/lib/postfix/sbin/master", "/usr/libexec/postfix/master"];
/// Every server that sends mail brings this one.
const SENDMAIL: &str = "/usr/sbin/sendmail";

fn mail_packages() -> Vec<String> {
    let is_there = |programs: &[&str]| programs.iter().any(|program| Path::new(program).is_file());
    missing_mail_packages(is_there(&DOVECOT), is_there(&POSTFIX), Path::new(SENDMAIL).exists(), apt::is_root())
}

/// Postfix starts as root alone, so nobody else needs it for the tests; and a machine has one server that sends mail:
/// its own is not thrown out for ours.
fn missing_mail_packages(dovecot: bool, postfix: bool, other: bool, is_root: bool) -> Vec<String> {
    let missing = [("dovecot-imapd", !dovecot), (apt::POSTFIX, !postfix && !other && is_root)];
    missing.into_iter().filter(|(_, is_missing)| *is_missing).map(|(package, _)| package.to_owned()).collect()
}

fn browser_packages() -> Vec<String> {
    let wanted = [("chromium", CHROMIUM), ("chromium-driver", CHROMEDRIVER)];
    let missing = wanted.into_iter().filter(|(_, programs)| place::program(programs).is_none());
    missing.map(|(package, _)| package.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn postfix_is_installed_where_it_can_start_and_takes_no_others_place() {
        for (dovecot, postfix, other, is_root, expected) in [
            (false, false, false, true, &["dovecot-imapd", "postfix"][..]),
            (true, false, false, true, &["postfix"]),
            (true, true, true, true, &[]),
            (true, false, true, true, &[]),
            (false, false, false, false, &["dovecot-imapd"]),
        ] {
            assert_eq!(missing_mail_packages(dovecot, postfix, other, is_root), expected);
        }
    }
}
