//! Every parser of foreign text, tried with what is meant to make it slow or break it. Steps are counted, not seconds: see
//! `balcao_steps`. One table of targets serves the quick tests and the long runs of `cargo xtask fuzz`.

mod corpus;
mod fuzz;
mod growth;
mod over_http;
mod targets;

use balcao_steps as steps;

/// A parser.
pub(super) struct Target {
    /// Its name: of its test, and of its folder of inputs.
    pub name: &'static str,
    /// Reads an input to the end, whatever it is, and uses what comes out as the program does.
    pub run: fn(&[u8]),
    /// What its language is made of; inputs are put together of these.
    pub pieces: &'static [&'static str],
    /// It takes no more steps than so many for each byte of input.
    pub steps_a_byte: u64,
}

/// Steps that an input may take whatever its length.
const STEPS_ANYWAY: u64 = 20_000;

impl Target {
    fn steps(&self, input: &[u8]) -> u64 {
        steps::of(|| (self.run)(input)).1
    }

    fn most_steps(&self, input: &[u8]) -> u64 {
        self.steps_a_byte * input.len() as u64 + STEPS_ANYWAY
    }
}

/// The beginning of an input, for a message.
fn shown(input: &[u8]) -> String {
    let text = String::from_utf8_lossy(input);
    let beginning: String = text.chars().take(120).collect();
    format!("{beginning:?} of {} bytes", input.len())
}
