//! What stands where the rows are.

/// What is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    /// Nothing has arrived yet.
    Skeleton,
    /// What was asked for; or, dimmed, what was asked before, while the new is on its way.
    Rows,
    /// There is nothing.
    Empty,
    /// Nothing matches the search.
    NoMatch,
    /// What was asked for did not arrive.
    Failed,
}

/// The screen for what arrived last (whether it answers what is asked now, and whether it has rows), whether something is
/// searched for, and whether the last call failed. A list that could not be refreshed stays; one that answers another question
/// does not stand for the one that failed.
#[must_use]
pub fn screen(arrived: Option<(bool, bool)>, searches: bool, failed: bool) -> Screen {
    match arrived {
        Some((true, true)) => Screen::Rows,
        Some((true, false)) if searches => Screen::NoMatch,
        Some((true, false)) => Screen::Empty,
        _ if failed => Screen::Failed,
        Some((false, true)) => Screen::Rows,
        _ => Screen::Skeleton,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_screen_says_what_is_known_and_no_more() {
        let cases = [
            (None, false, false, Screen::Skeleton),
            (None, false, true, Screen::Failed),
            (Some((true, true)), false, false, Screen::Rows),
            (Some((true, true)), false, true, Screen::Rows),
            (Some((true, false)), false, false, Screen::Empty),
            (Some((true, false)), true, false, Screen::NoMatch),
            (Some((false, true)), false, false, Screen::Rows),
            (Some((false, true)), false, true, Screen::Failed),
            (Some((false, false)), false, false, Screen::Skeleton),
        ];
        for (arrived, searches, failed, expected) in cases {
            assert_eq!(screen(arrived, searches, failed), expected, "{arrived:?} {searches} {failed}");
        }
    }
}
