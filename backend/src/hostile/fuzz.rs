//! Inputs by chance: pieces of a target's language, once or many times, parts of known inputs, and any bytes. A few hundred
//! each with the other tests; `BALCAO_FUZZ_CASES` (see `cargo xtask fuzz`) says how many otherwise.

use super::targets::TARGETS;
use super::{Target, corpus, shown};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};
use sha2::{Digest as _, Sha256};
use std::fs;

const CASES: u32 = 300;
/// What an input is cut to.
const LONGEST: usize = 4_096;

#[derive(Debug, Clone)]
enum Part {
    Piece(Index, usize),
    Known(Index, Index, Index),
    Bytes(Vec<u8>),
    Letters(String),
}

fn parts() -> impl Strategy<Value = Vec<Part>> {
    let times = prop_oneof![6 => Just(1_usize), 2 => 2_usize..6, 1 => 6_usize..200];
    let part = prop_oneof![
        12 => (any::<Index>(), times).prop_map(|(piece, times)| Part::Piece(piece, times)),
        2 => any::<(Index, Index, Index)>().prop_map(|(known, from, to)| Part::Known(known, from, to)),
        1 => vec(any::<u8>(), 0..8).prop_map(Part::Bytes),
        1 => "\\PC{0,6}".prop_map(Part::Letters),
    ];
    vec(part, 0..24)
}

fn input(target: &Target, known: &[Vec<u8>], parts: &[Part]) -> Vec<u8> {
    let mut input = Vec::new();
    for part in parts {
        match part {
            Part::Piece(piece, times) => input.extend(piece.get(target.pieces).as_bytes().repeat(*times)),
            Part::Known(which, from, to) => {
                let whole = which.get(known);
                let (from, to) = (from.index(whole.len() + 1), to.index(whole.len() + 1));
                input.extend(&whole[from.min(to)..from.max(to)]);
            }
            Part::Bytes(bytes) => input.extend(bytes),
            Part::Letters(letters) => input.extend(letters.as_bytes()),
        }
    }
    input.truncate(LONGEST);
    input
}

fn try_by_chance(target: &Target) {
    let asked = std::env::var("BALCAO_FUZZ_CASES").ok().map(|cases| cases.parse::<u32>().unwrap());
    let config = Config { cases: asked.unwrap_or(CASES), failure_persistence: None, ..Config::default() };
    // The few of every day are the same everywhere; a long run is another one each time.
    let mut runner = match asked {
        Some(_) => TestRunner::new(config),
        None => TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha)),
    };
    let known = corpus::inputs(target);
    let tried = runner.run(&parts(), |parts| {
        let input = input(target, &known, &parts);
        let (steps, most) = (target.steps(&input), target.most_steps(&input));
        prop_assert!(steps <= most, "{steps} steps, at most {most}");
        Ok(())
    });
    if let Err(TestError::Fail(why, parts)) = &tried {
        let input = input(target, &known, parts);
        if asked.is_some() {
            let digest: String = Sha256::digest(&input).iter().take(6).map(|byte| format!("{byte:02x}")).collect();
            let path = corpus::folder(target).join(format!("found-{digest}"));
            fs::write(&path, &input).unwrap();
            eprintln!("kept as {}", path.display());
        }
        panic!("{}: {why}: {}", target.name, shown(&input));
    }
    tried.unwrap();
    if let Some(cases) = asked {
        eprintln!("{}: {cases} cases, nothing found", target.name);
    }
}

macro_rules! by_chance {
    ($($name:ident)*) => {
        $(
            #[test]
            fn $name() {
                try_by_chance(TARGETS.iter().find(|target| target.name == stringify!($name)).unwrap());
            }
        )*

        #[test]
        fn every_target_is_tried() {
            assert_eq!(TARGETS.each_ref().map(|target| target.name), [$(stringify!($name)),*]);
        }
    };
}

by_chance! {
    comment article quotes html mail_html flowed mail authentication tnef front_matter calendar csv json_table search question
}
