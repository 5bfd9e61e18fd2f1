//! `cargo xtask bench`: the release build, measured over HTTP. Not part of the tests: it takes minutes, and its figures
//! depend on the machine.

use crate::fault::Outcome;
use crate::setup::{Need, Setup};
use crate::step::Step;
use crate::{backend, panel, step};

pub fn run(arguments: &[String]) -> Outcome {
    // Only the pages are opened by a browser; all the rest makes calls.
    let has_pages = !arguments.iter().any(|word| word == "--only") || arguments.iter().any(|word| word == "pages");
    let setup = Setup::ready(if has_pages { Need::Browser } else { Need::Cargo })?;
    backend::fetch(&setup)?;
    let binary = backend::build(&setup, true)?;
    if has_pages {
        panel::build(&setup, panel::Kind::Release)?;
    }
    let step = Step::begin("Building the bench", "takes 3 minutes the first time")?;
    step.run(bench(&setup, "build").arg("--color=never"))?;
    step.end();
    let mut cargo = bench(&setup, "run");
    cargo.arg("--quiet").arg("--").args(arguments);
    cargo.env("BALCAO_E2E_BACKEND", binary).env("BALCAO_E2E_PANEL", panel::Kind::Release.dist());
    if has_pages {
        let browser = setup.browser()?;
        cargo.env("BALCAO_E2E_CHROMIUM", browser.chromium).env("BALCAO_E2E_CHROMEDRIVER", browser.chromedriver);
    }
    step::run("The bench", &mut cargo)
}

fn bench(setup: &Setup, verb: &str) -> std::process::Command {
    let mut cargo = setup.toolchain.cargo();
    cargo.args([verb, "--release", "--package", "balcao-tests", "--bin", "bench"]);
    cargo
}
