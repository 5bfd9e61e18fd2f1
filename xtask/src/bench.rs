//! `cargo xtask bench`: the release build, measured over HTTP. Not part of the tests: it takes minutes, and its figures
//! depend on the machine.

use crate::fault::Outcome;
use crate::setup::{Need, Setup};
use crate::{backend, panel, step};

pub fn run(arguments: &[String]) -> Outcome {
    let setup = Setup::ready(Need::Panel)?;
    let (binary, dist) = backend::build_with_panel(&setup, panel::Kind::Release)?;
    let mut cargo = setup.toolchain.cargo();
    cargo.args(["run", "--release", "--package", "balcao-tests", "--bin", "bench", "--"]).args(arguments);
    cargo.env("BALCAO_E2E_BACKEND", binary).env("BALCAO_E2E_PANEL", dist);
    step::run("The bench", &mut cargo)
}
