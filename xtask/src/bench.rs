//! `cargo xtask bench`: the release build, measured over HTTP. Not part of the tests: it takes minutes, and its figures
//! depend on the machine.

use crate::fault::Outcome;
use crate::setup::{Need, Setup};
use crate::step::Step;
use crate::{backend, place, step};

pub fn run(arguments: &[String]) -> Outcome {
    let setup = Setup::ready(Need::Cargo)?;
    backend::fetch(&setup)?;
    let binary = backend::build(&setup, true)?;
    let step = Step::begin("Building the bench", "takes 3 minutes the first time")?;
    step.run(bench(&setup, "build").arg("--color=never"))?;
    step.end();
    let mut cargo = bench(&setup, "run");
    cargo.arg("--quiet").arg("--").args(arguments);
    // Nobody opens a page: whether the panel is built makes no difference.
    cargo.env("BALCAO_E2E_BACKEND", binary).env("BALCAO_E2E_PANEL", place::root().join("dist"));
    step::run("The bench", &mut cargo)
}

fn bench(setup: &Setup, verb: &str) -> std::process::Command {
    let mut cargo = setup.toolchain.cargo();
    cargo.args([verb, "--release", "--package", "balcao-tests", "--bin", "bench"]);
    cargo
}
