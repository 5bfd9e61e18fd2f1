//! How long to wait before the connection is tried again. Pure: randomness comes in.

/// The first pause, in milliseconds.
const FIRST: u32 = 1_000;
/// The longest by our own choice.
const LONGEST: u32 = 60_000;
/// The longest that the backend can ask for: a slip there should not silence an open page for the day.
const LONGEST_TOLD: u32 = 600_000;

/// Milliseconds before the try after `failures` that failed: twice as long each time, and between half and the whole of
/// it, so that everybody who was cut off at once does not come back at once. Where the backend `told` how many seconds to
/// wait, never less than that, and up to half as long again: it told others the same. `random` is in 0..1.
#[must_use]
pub fn pause(failures: u32, told: Option<u32>, random: f64) -> u32 {
    let longest = FIRST.saturating_mul(2_u32.saturating_pow(failures.min(16))).min(LONGEST);
    let told = told.unwrap_or_default().saturating_mul(1_000).min(LONGEST_TOLD);
    let least = told.max(longest / 2);
    least + (f64::from(longest.max(told) / 2) * random.clamp(0.0, 1.0)) as u32
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
            assert_eq!(pause(failures, None, random), expected, "{failures} {random}");
        }
    }

    #[test]
    fn nobody_comes_back_before_they_were_told_to_nor_all_at_once() {
        let cases = [
            (1, 30, 0.0, 30_000),
            (1, 30, 1.0, 45_000),
            (6, 30, 1.0, 60_000),
            (6, 40, 0.0, 40_000),
            (1, 0, 0.0, 1_000),
            (1, 5, 0.5, 6_250),
            (1, u32::MAX, 1.0, 900_000),
        ];
        for (failures, told, random, expected) in cases {
            assert_eq!(pause(failures, Some(told), random), expected, "{failures} {told} {random}");
        }
    }
}
