//! How the work grows with the input: at most as the input does.

use super::targets::TARGETS;
use super::{Target, shown};

/// The smaller of two inputs, in bytes; the larger is twice as long.
const LENGTH: usize = 800;
/// What is small beside this grows as it likes.
const SMALL: u64 = 6_000;

/// A beginning, something many times, and an end.
fn repeated(beginning: &str, unit: &str, end: &str, length: usize) -> Vec<u8> {
    let times = length / unit.len();
    let mut input = beginning.as_bytes().to_vec();
    for _ in 0..times {
        input.extend(unit.as_bytes());
    }
    input.extend(end.as_bytes());
    input
}

/// What is wrong with how the work grows; `None` where it grows as it should.
fn fault(target: &Target, beginning: &str, unit: &str, end: &str) -> Option<String> {
    let [once, twice] = [LENGTH, 2 * LENGTH].map(|length| repeated(beginning, unit, end, length));
    let (few, many) = (target.steps(&once), target.steps(&twice));
    if many * 10 > few * 22 + SMALL * 10 {
        return Some(format!("{}: {few} steps become {many} for {}", target.name, shown(&twice)));
    }
    let most = target.most_steps(&twice);
    (many > most).then(|| format!("{}: {many} steps, at most {most}, for {}", target.name, shown(&twice)))
}

fn faults(target: &Target) -> Vec<String> {
    let mut faults = Vec::new();
    for one in target.pieces {
        faults.extend(fault(target, "", one, ""));
        for other in target.pieces {
            faults.extend(fault(target, "", &format!("{one}{other}"), ""));
            faults.extend(fault(target, one, other, ""));
            faults.extend(fault(target, "", other, one));
        }
    }
    faults
}

macro_rules! grows_as_its_input {
    ($($name:ident)*) => {
        $(
            #[test]
            fn $name() {
                let target = TARGETS.iter().find(|target| target.name == stringify!($name)).unwrap();
                let faults = faults(target);
                assert!(faults.is_empty(), "{} inputs, among them:\n{}", faults.len(), faults[..faults.len().min(12)].join("\n"));
            }
        )*

        #[test]
        fn every_target_is_tried() {
            assert_eq!(TARGETS.each_ref().map(|target| target.name), [$(stringify!($name)),*]);
        }
    };
}

grows_as_its_input! {
    comment article quotes html mail_html flowed mail authentication tnef front_matter calendar csv json_table search question
}

/// A test that cannot fail would be none: work that grows with the square is found.
#[test]
fn squares_are_found() {
    let square = Target {
        name: "square",
        run: |input| balcao_steps::take(input.len() * input.len() / 100),
        pieces: &["a"],
        steps_a_byte: u64::MAX / 1_000_000,
    };
    assert_eq!(faults(&square).len(), 4);
    let steep =
        Target { name: "steep", run: |input| balcao_steps::take(input.len() * 100), pieces: &["a"], steps_a_byte: 50 };
    assert_eq!(faults(&steep).len(), 4);
}
