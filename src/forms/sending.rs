//! How far sending is. A state machine without a browser: one click, one request, whatever happens on the way.

use crate::api::ApiError;
use crate::evidence::Outstanding;

/// How far sending is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Sending {
    /// Nobody has asked for it.
    #[default]
    Idle,
    /// As soon as the files are there.
    AwaitingFiles,
    /// On its way.
    OnItsWay,
    /// Files failed: the user decides.
    FilesFailed,
    /// It did not go through; everything is kept.
    Failed {
        /// Why.
        error: ApiError,
        /// Tries that nobody asked for, so far.
        tries: u32,
    },
}

/// What to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Nothing: wait for the files or for the user.
    Wait,
    /// Send the request now.
    Send,
}

/// Longest pause between tries that nobody asked for, in seconds.
const LONGEST_PAUSE: u32 = 60;
/// So many tries that nobody asked for; then the user decides.
const MOST_TRIES: u32 = 30;

impl Sending {
    /// A click on Send, or on "Try again". A second click, while the first is at work, does nothing.
    #[must_use]
    pub fn begin(&mut self, outstanding: Option<Outstanding>, failed: usize) -> Next {
        match self {
            Self::AwaitingFiles | Self::OnItsWay => Next::Wait,
            _ => self.go_on(outstanding, failed),
        }
    }

    /// The files have moved.
    #[must_use]
    pub fn files_moved(&mut self, outstanding: Option<Outstanding>, failed: usize) -> Next {
        match self {
            Self::AwaitingFiles => self.go_on(outstanding, failed),
            // What failed is on its way again: the wish to send still stands. What failed was taken out: sending
            // without it is for the user to say.
            Self::FilesFailed if failed == 0 => {
                *self = if outstanding.is_some() { Self::AwaitingFiles } else { Self::Idle };
                Next::Wait
            }
            _ => Next::Wait,
        }
    }

    fn go_on(&mut self, outstanding: Option<Outstanding>, failed: usize) -> Next {
        if outstanding.is_some() {
            *self = Self::AwaitingFiles;
            return Next::Wait;
        }
        if failed > 0 {
            *self = Self::FilesFailed;
            return Next::Wait;
        }
        *self = Self::OnItsWay;
        Next::Send
    }

    /// It did not go through; `tries` counts the ones before.
    pub fn fail(&mut self, error: ApiError, tries: u32) {
        *self = Self::Failed { error, tries };
    }

    /// Something is at work.
    #[must_use]
    pub const fn is_busy(&self) -> bool {
        matches!(self, Self::AwaitingFiles | Self::OnItsWay)
    }

    /// Seconds until the next try that nobody has to ask for: only where the request may not have arrived and the same
    /// key makes a second try harmless.
    #[must_use]
    pub fn pause(&self) -> Option<u32> {
        let Self::Failed { error, tries } = self else { return None };
        let again = matches!(error, ApiError::Network | ApiError::Timeout | ApiError::Unavailable { .. });
        (again && *tries < MOST_TRIES).then(|| 2_u32.saturating_pow((*tries).min(5) + 1).min(LONGEST_PAUSE))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: Option<Outstanding> = Some(Outstanding { files: 2, percent: 64 });

    #[test]
    fn two_clicks_send_once() {
        let mut sending = Sending::Idle;
        assert_eq!(sending.begin(None, 0), Next::Send);
        assert_eq!(sending.begin(None, 0), Next::Wait);
        assert_eq!(sending, Sending::OnItsWay);
    }

    #[test]
    fn sending_waits_for_files_and_then_goes_on_by_itself() {
        let mut sending = Sending::Idle;
        assert_eq!(sending.begin(TWO, 0), Next::Wait);
        assert_eq!(sending.begin(TWO, 0), Next::Wait);
        assert_eq!(sending.files_moved(TWO, 0), Next::Wait);
        assert_eq!(sending.files_moved(None, 0), Next::Send);
        assert_eq!(sending.files_moved(None, 0), Next::Wait);
    }

    #[test]
    fn a_failed_file_stops_sending_until_the_user_decides() {
        let mut sending = Sending::Idle;
        assert_eq!(sending.begin(TWO, 0), Next::Wait);
        assert_eq!(sending.files_moved(None, 1), Next::Wait);
        assert_eq!(sending, Sending::FilesFailed);
        // Removed: nothing is sent before they say so. Tried again: it goes on.
        let mut tried_again = sending.clone();
        assert_eq!(tried_again.files_moved(TWO, 0), Next::Wait);
        assert_eq!(tried_again.files_moved(None, 0), Next::Send);
        assert_eq!(sending.files_moved(None, 0), Next::Wait);
        assert_eq!(sending, Sending::Idle);
        assert_eq!(sending.begin(None, 0), Next::Send);
    }

    #[test]
    fn files_that_move_while_nobody_sends_change_nothing() {
        let mut sending = Sending::Idle;
        assert_eq!(sending.files_moved(None, 0), Next::Wait);
        assert_eq!(sending, Sending::Idle);
    }

    #[test]
    fn only_what_may_not_have_arrived_is_tried_again_unasked() {
        let failed = |error, tries| Sending::Failed { error, tries }.pause();
        assert_eq!(failed(ApiError::Network, 0), Some(2));
        assert_eq!(failed(ApiError::Timeout, 1), Some(4));
        assert_eq!(failed(ApiError::Unavailable { retry_after: None }, 9), Some(60));
        assert_eq!(failed(ApiError::Network, MOST_TRIES), None);
        assert_eq!(failed(ApiError::NotFound, 0), None);
        assert_eq!(failed(ApiError::SignedOut, 0), None);
        assert_eq!(Sending::Idle.pause(), None);
    }

    #[test]
    fn after_a_failure_the_user_can_try_again() {
        let mut sending = Sending::OnItsWay;
        sending.fail(ApiError::Network, 3);
        assert!(!sending.is_busy());
        assert_eq!(sending.begin(None, 0), Next::Send);
    }
}
