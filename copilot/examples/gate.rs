//! Works out what the signs of refusal count for: `gate RUN`, a run of the example `eval`. Prints the weights for `signs.rs`, and
//! what they refuse of questions that they have not seen.

use serde::Deserialize;
use std::error::Error;

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// Coverage, unknown, elsewhere, within (0 in a run without a model), and 1 for what is needed.
type Signs = [f64; SIGNS + 1];
const SIGNS: usize = 4;

/// This part of the questions that an article answers may be refused.
const MAY_BE_REFUSED: f64 = 0.055;
/// Each part is refused by weights that the others have taught.
const PARTS: usize = 6;
/// Keeps weights small where few questions teach.
const RESTRAINT: f64 = 0.1;

#[derive(Debug, Deserialize)]
struct Row {
    answerable: bool,
    coverage: f64,
    unknown: f64,
    elsewhere: f64,
    within: Option<f64>,
}

impl Row {
    fn signs(&self) -> Signs {
        [self.coverage, self.unknown, self.elsewhere, self.within.unwrap_or_default(), 1.0]
    }
}

fn main() -> Outcome {
    let path = std::env::args().nth(1).ok_or("usage: gate RUN")?;
    let text = std::fs::read_to_string(path)?;
    let rows: Vec<Row> = text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    let all: Vec<&Row> = rows.iter().collect();
    let (weights, needed) = taught(&all);
    let [coverage, unknown, elsewhere, within, _] = weights;
    println!(
        "coverage {coverage:.2}, unknown {unknown:.2}, elsewhere {elsewhere:.2}, within {within:.2}, needed {needed:.2}"
    );
    // [refused, all] of those with an answer, and of the others.
    let mut counts = [[0_usize; 2]; 2];
    for part in 0..PARTS {
        // Questions of a kind stand together: each part takes every sixth.
        let others: Vec<&Row> =
            all.iter().enumerate().filter(|(at, _)| at % PARTS != part).map(|(_, row)| *row).collect();
        let (weights, needed) = taught(&others);
        for row in rows.iter().skip(part).step_by(PARTS) {
            let count = &mut counts[usize::from(!row.answerable)];
            count[0] += usize::from(sum(&weights, row) < needed);
            count[1] += 1;
        }
    }
    let share = |[refused, all]: [usize; 2]| refused as f64 / all.max(1) as f64;
    println!(
        "of questions not seen: {:.3} of those with an answer refused, {:.3} of the others",
        share(counts[0]),
        share(counts[1])
    );
    Ok(())
}

/// The signs' sum without what is needed.
fn sum(weights: &Signs, row: &Row) -> f64 {
    weights.iter().zip(row.signs()).take(SIGNS).map(|(weight, sign)| weight * sign).sum()
}

/// The weights, and how much is needed so that no more than [`MAY_BE_REFUSED`] are.
fn taught(rows: &[&Row]) -> (Signs, f64) {
    let weights = logistic(rows);
    let mut sums: Vec<f64> = rows.iter().filter(|row| row.answerable).map(|row| sum(&weights, row)).collect();
    sums.sort_by(f64::total_cmp);
    let at = (sums.len() as f64 * MAY_BE_REFUSED) as usize;
    (weights, sums.get(at).copied().unwrap_or_default())
}

/// Logistic regression by Newton's method; both kinds of questions count alike, however many there are.
fn logistic(rows: &[&Row]) -> Signs {
    let all = rows.len() as f64;
    let answerable = rows.iter().filter(|row| row.answerable).count() as f64;
    let mut weights = Signs::default();
    for _ in 0..30 {
        let mut slope = Signs::default();
        let mut curve = [Signs::default(); SIGNS + 1];
        for row in rows {
            let signs = row.signs();
            let likely =
                1.0 / (1.0 + (-weights.iter().zip(signs).map(|(weight, sign)| weight * sign).sum::<f64>()).exp());
            let kind = if row.answerable { answerable } else { all - answerable };
            let counts = all / (2.0 * kind.max(1.0));
            let wrong = likely - f64::from(u8::from(row.answerable));
            for (at, sign) in signs.iter().enumerate() {
                slope[at] += counts * wrong * sign;
                for (other, next) in signs.iter().enumerate() {
                    curve[at][other] += counts * likely * (1.0 - likely) * sign * next;
                }
            }
        }
        for at in 0..SIGNS {
            slope[at] += RESTRAINT * weights[at];
            curve[at][at] += RESTRAINT;
        }
        for (weight, step) in weights.iter_mut().zip(solved(curve, slope)) {
            *weight -= step;
        }
    }
    weights
}

/// Gauss and Jordan; the matrix is positive definite, so no row has to be exchanged.
fn solved(mut matrix: [Signs; SIGNS + 1], mut right: Signs) -> Signs {
    for at in 0..=SIGNS {
        let above = matrix[at];
        let pivot = above[at].max(1e-12);
        for row in (0..=SIGNS).filter(|row| *row != at) {
            let factor = matrix[row][at] / pivot;
            for (cell, above) in matrix[row].iter_mut().zip(above) {
                *cell -= factor * above;
            }
            right[row] -= factor * right[at];
        }
    }
    std::array::from_fn(|at| right[at] / matrix[at][at].max(1e-12))
}
