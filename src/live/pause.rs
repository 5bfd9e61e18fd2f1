//! How long to wait before the connection is tried again. Pure: randomness comes in.

/// The first pause, in milliseconds.
const FIRST: u32 = 1_000;
/// The longest.
const LONGEST: u32 = 60_000;

/// Milliseconds before the try after `failures` that failed: twice as long each time, and between half and the whole of
/// it, so that everybody who was cut off at once does not come back at once. `random` is in 0..1.
#[must_use]
pub fn pause(failures: u32, random: f64) -> u32 {
    let longest = FIRST.saturating_mul(2_u32.saturating_pow(failures.min(16))).min(LONGEST);
    longest / 2 + (f64::from(longest / 2) * random.clamp(0.0, 1.0)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_are_spread() {
        let cases = [
            (0, 0.0, 500),
            (0, 1.0, 1_000),
            (1, 0.5, 1_500),
            (3, 1.0, 8_000),
            (5, 1.0, 32_000),
            (6, 0.0, 30_000),
            (6, 1.0, 60_000),
            (u32::MAX, 1.0, 60_000),
            (0, f64::NAN, 500),
        ];
        for (failures, random, expected) in cases {
            assert_eq!(pause(failures, random), expected, "{failures} {random}");
        }
    }
}
