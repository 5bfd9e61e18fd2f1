//! `cargo xtask check`: formatting, lints for both targets, who knows whom, and dependencies.

use crate::fault::{Fault, Outcome};
use crate::setup::toolchain::WASM;
use crate::setup::{Need, Setup};
use crate::{backend, dependencies, layers, place, step};

pub fn run(arguments: &[String]) -> Outcome {
    crate::nothing_more("check", arguments)?;
    let setup = Setup::ready(Need::Check)?;
    backend::fetch(&setup)?;
    all(&setup)
}

/// Every check; the first that fails ends it.
pub fn all(setup: &Setup) -> Outcome {
    println!("Checking who knows whom …");
    let crossings = layers::crossings(&place::root())?;
    if !crossings.is_empty() {
        return Err(Fault::new(format!("{}\n\nA room knows one that it must not know.", crossings.join("\n"))));
    }
    println!("Checking the formatting …");
    step::run("rustfmt (`cargo fmt` repairs it)", setup.toolchain.cargo().args(["fmt", "--all", "--check"]))?;
    dependencies::check(setup)?;
    println!("Linting for this machine (usually takes 3 minutes the first time) …");
    let deny = ["--", "-D", "warnings"];
    let mut native = setup.toolchain.cargo();
    step::run("clippy", native.args(["clippy", "--workspace", "--all-targets", "--quiet"]).args(deny))?;
    println!("Linting for WebAssembly (usually takes 1 minute the first time) …");
    let mut wasm = setup.toolchain.panel_command("cargo");
    wasm.args(["clippy", "--package", "balcao-panel", "--lib", "--bins", "--tests", "--target", WASM, "--quiet"]);
    step::run("clippy for WebAssembly", wasm.args(deny))
}
