//! Everything that has to be on the machine before something can be built or tested, installed once.
//! It leaves to the tasks what is done with it.

mod apt;
mod std_library;
pub mod toolchain;
mod tools;

use crate::fault::Outcome;
use crate::{lock, place};
use std::path::{Path, PathBuf};
use toolchain::Toolchain;
use tools::Tools;

/// The versions that decide how the panel comes out.
pub const TOOL_VERSIONS: [&str; 4] = [tools::TRUNK, tools::WASM_BINDGEN, tools::WASM_SPLIT, tools::BINARYEN];

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
            packages.extend(tools::python_packages());
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
        Ok(Self { toolchain: toolchain.with_path(&tools.paths()), tools })
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

/// The names a browser goes by; Ubuntu's, Google's and Fedora's after Debian's.
const CHROMIUM: &[&str] = &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const CHROMEDRIVER: &[&str] = &["chromedriver"];
const NODE: &[&str] = &["node", "nodejs"];

/// The mail server that tests start, in the folders where system programs are.
const DOVECOT: [&str; 3] = ["/usr/sbin/dovecot", "/usr/bin/dovecot", "/usr/local/sbin/dovecot"];

fn mail_packages() -> Vec<String> {
    let missing = !DOVECOT.iter().any(|program| Path::new(program).is_file());
    missing.then(|| "dovecot-imapd".to_owned()).into_iter().collect()
}

fn browser_packages() -> Vec<String> {
    let wanted = [("chromium", CHROMIUM), ("chromium-driver", CHROMEDRIVER)];
    let missing = wanted.into_iter().filter(|(_, programs)| place::program(programs).is_none());
    missing.map(|(package, _)| package.to_owned()).collect()
}
