//! `cargo xtask test`: every check and test there is, with the set-up that they need.

use crate::fault::{Fault, Outcome};
use crate::setup::toolchain::WASM;
use crate::setup::{Need, Setup};
use crate::{backend, check, files, panel, place, size, step};
use std::path::Path;
use std::process::Command;

type Kind = (&'static str, fn(&Setup, &[String]) -> Outcome);

/// The kinds of tests, the quickest first.
const KINDS: [Kind; 3] = [("unit", unit), ("browser", browser), ("e2e", end_to_end)];

pub fn run(arguments: &[String]) -> Outcome {
    let Some((word, filter)) = arguments.split_first() else { return everything() };
    let (_, test) = KINDS.iter().find(|(name, _)| name == word).ok_or_else(|| {
        Fault::usage(format!("There are no `{word}` tests: it is `cargo xtask test unit`, `browser` or `e2e`."))
    })?;
    let setup = Setup::ready(if word == "unit" { Need::Servers } else { Need::Browser })?;
    backend::fetch(&setup)?;
    test(&setup, filter)
}

/// One failure does not hide the next: all is run, and the failures are named at the end. The panel that users get is built beside
/// the checks, since it ends with minutes on one core; tests run once nothing is built any more. Journeys use the backend that
/// its own tests were built with: it is there already, where the release build would take as long as everything else that is
/// built, and it stops at an overflow.
fn everything() -> Outcome {
    let setup = Setup::ready(Need::Browser)?;
    backend::fetch(&setup)?;
    let mut failures = Vec::new();
    let mut note = |name: &str, outcome: Outcome| {
        if let Err(fault) = outcome {
            eprintln!("{fault}\n");
            failures.push(name.to_owned());
        }
    };
    std::thread::scope(|scope| {
        let release = scope.spawn(|| panel::build(&setup, panel::Kind::Release));
        note("check", check::all(&setup));
        note("build", build_tests(&setup));
        // What fails here fails again where it is needed, and is named there.
        let _ = release.join();
    });
    note("size", size::measure(&setup));
    note("unit", unit(&setup, &[]));
    note("browser", browser(&setup, &[]));
    let journeys = panel::build(&setup, panel::Kind::Release)
        .and_then(|dist| journeys_on(&setup, &backend::binary(false), &dist, &[]));
    note("e2e", journeys);
    if failures.is_empty() {
        println!("\nAll checks and tests passed.");
        return Ok(());
    }
    Err(Fault::new(format!("Failed: {}.", failures.join(", "))))
}

/// Builds all tests without running any.
fn build_tests(setup: &Setup) -> Outcome {
    println!("Building the tests (usually takes 8 minutes the first time) …");
    for mut tests in [unit_tests(setup), panel_tests(setup), journeys(setup)] {
        step::run("Building the tests", tests.args(["--no-run", "--quiet"]))?;
    }
    Ok(())
}

/// Rules and server, on this machine.
fn unit(setup: &Setup, filter: &[String]) -> Outcome {
    println!("Testing rules, backend and tools (usually takes 6 minutes the first time) …");
    step::run("Unit tests", unit_tests(setup).arg("--no-fail-fast").args(filter))
}

fn unit_tests(setup: &Setup) -> Command {
    let mut cargo = setup.toolchain.cargo();
    cargo.args(["test", "--workspace", "--exclude", "balcao-tests"]);
    cargo
}

/// What needs a document, in a browser.
fn browser(setup: &Setup, filter: &[String]) -> Outcome {
    println!("Testing the panel in a browser (usually takes 2 minutes the first time) …");
    let browser = setup.browser()?;
    let mut cargo = panel_tests(setup);
    cargo
        .args(filter)
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner")
        .env("CHROMEDRIVER", &browser.chromedriver)
        // Otherwise tests that do not ask for a browser run in Node.js, where there is no document.
        .env("WASM_BINDGEN_USE_BROWSER", "1")
        .env("WASM_BINDGEN_TEST_TIMEOUT", "120");
    let output = shown(&mut cargo)?;
    if filter.is_empty() && has_browser_tests()? && output.contains("no tests to run") {
        return Err(Fault::new("The panel has browser tests, and none of them ran."));
    }
    Ok(())
}

fn panel_tests(setup: &Setup) -> Command {
    let mut cargo = setup.toolchain.panel_command("cargo");
    cargo.args(["test", "--package", "balcao-panel", "--target", WASM, "--lib"]);
    cargo
}

fn has_browser_tests() -> Outcome<bool> {
    for path in files::below(&place::root().join("src"))? {
        if path.extension().is_some_and(|extension| extension == "rs")
            && files::read_text(&path)?.contains("#[wasm_bindgen_test]")
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Journeys of a user, against the real backend. With `--debug` first, on the builds of `cargo xtask dev`, which are ready in
/// seconds after a change and larger and slower than what users get.
fn end_to_end(setup: &Setup, filter: &[String]) -> Outcome {
    let (kind, filter) = match filter.split_first() {
        Some((first, rest)) if first == "--debug" => (panel::Kind::Debug, rest),
        _ => (panel::Kind::Release, filter),
    };
    let (binary, dist) = backend::build_with_panel(setup, kind)?;
    journeys_on(setup, &binary, &dist, filter)
}

fn journeys_on(setup: &Setup, binary: &Path, dist: &Path, filter: &[String]) -> Outcome {
    let browser = setup.browser()?;
    let artifacts = place::root().join("target/e2e");
    files::create_folder(&artifacts)?;
    println!("Testing journeys end to end (usually takes 5 minutes) …");
    let mut cargo = journeys(setup);
    cargo
        .arg("--no-fail-fast")
        .args(filter)
        .env("BALCAO_E2E_BACKEND", binary)
        .env("BALCAO_E2E_PANEL", dist)
        .env("BALCAO_E2E_CHROMIUM", browser.chromium)
        .env("BALCAO_E2E_CHROMEDRIVER", browser.chromedriver)
        .env("BALCAO_E2E_AXE", browser.axe)
        .env("BALCAO_E2E_NODE", browser.node)
        .env("BALCAO_E2E_OIDC_PROVIDER", browser.oidc_provider)
        .env("BALCAO_E2E_NODE_ZENDESK", browser.node_zendesk)
        .env("BALCAO_E2E_PYTHON", browser.python)
        .env("BALCAO_E2E_ARTIFACTS", &artifacts);
    // Settings of the developer's own must not decide what the tests see.
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        if name.starts_with("BALCAO_") && !name.starts_with("BALCAO_E2E_") {
            cargo.env_remove(name);
        }
    }
    step::run("End-to-end tests (what was seen is in target/e2e)", &mut cargo)
}

fn journeys(setup: &Setup) -> Command {
    let mut cargo = setup.toolchain.cargo();
    cargo.args(["test", "--package", "balcao-tests"]);
    cargo
}

/// Runs a command that speaks for itself, and gives what it said on its output.
fn shown(command: &mut Command) -> Outcome<String> {
    use std::io::{BufRead as _, BufReader};
    use std::process::Stdio;
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
    let mut child = child.map_err(|error| step::cannot_start(command, &error))?;
    let mut said = String::new();
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line).into_owned();
            println!("{line}");
            said.extend([line.as_str(), "\n"]);
        }
    }
    let status = child.wait().map_err(|error| step::cannot_start(command, &error))?;
    if status.success() { Ok(said) } else { Err(Fault::new(format!("Browser tests failed ({status})."))) }
}
