//! How much the quarantine holds. When it is full nothing is thrown away: what belongs there stays with the mail server, and
//! the operator is told.

use super::Inbox;
use balcao_config::QuarantineLimits;
use balcao_store::mail_in::{self, Amount};
use balcao_store::{Connection, StoreError};

/// Anybody can send mail that names no request: it gets this part of the quarantine at most, so that it never keeps those
/// out whose reply address is true.
const PART_OF_STRANGERS: u64 = 2;
/// From here on it counts as full: what waits with the mail server is not fetched again for the room of one, and the
/// operator hears of it in time.
const FULL: f64 = 0.9;

impl Inbox {
    /// Whether a message fits of which so many bytes are to be kept.
    pub(super) async fn has_room_for(
        &self,
        write: &mut Connection,
        kept: usize,
        names_a_request: bool,
    ) -> Result<bool, StoreError> {
        let limits = self.quarantine_limits();
        let (all, strangers) = mail_in::quarantine_amount(write).await?;
        Ok(fits(all, kept, limits) && (names_a_request || fits(strangers, kept, of_strangers(limits))))
    }

    /// Whether somebody has to look through the quarantine: it is full, or nearly so.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn quarantine_is_full(&self) -> Result<bool, StoreError> {
        Ok(self.quarantine_used().await? >= FULL)
    }

    /// How much of the quarantine is in use, from 0 to 1; where the part of strangers is fuller than the whole, of that.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn quarantine_used(&self) -> Result<f64, StoreError> {
        let limits = self.quarantine_limits();
        let mut read = self.store().read().await?;
        let (all, strangers) = mail_in::quarantine_amount(&mut read).await?;
        Ok(used(all, limits).max(used(strangers, of_strangers(limits))))
    }

    /// What is in quarantine, for whoever looks through it.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn quarantine_amount(&self) -> Result<Amount, StoreError> {
        let mut read = self.store().read().await?;
        Ok(mail_in::quarantine_amount(&mut read).await?.0)
    }

    /// How much it holds at most.
    #[must_use]
    pub fn quarantine_limits(&self) -> QuarantineLimits {
        self.0.config.mail_in.as_ref().map_or_else(QuarantineLimits::default, |mail_in| mail_in.quarantine)
    }
}

fn of_strangers(limits: QuarantineLimits) -> QuarantineLimits {
    QuarantineLimits { mails: limits.mails / PART_OF_STRANGERS, bytes: limits.bytes / PART_OF_STRANGERS }
}

fn fits(amount: Amount, kept: usize, limits: QuarantineLimits) -> bool {
    amount.mails < limits.mails && amount.bytes.saturating_add(kept as u64) <= limits.bytes
}

fn used(amount: Amount, limits: QuarantineLimits) -> f64 {
    let part = |amount: u64, limit: u64| amount as f64 / limit.max(1) as f64;
    part(amount.mails, limits.mails).max(part(amount.bytes, limits.bytes)).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_fits_by_number_and_by_size() {
        let limits = QuarantineLimits { mails: 10, bytes: 1000 };
        for (mails, bytes, kept, expected) in [
            (0, 0, 1000, true),
            (0, 0, 1001, false),
            (9, 0, 1, true),
            (10, 0, 1, false),
            (1, 999, 1, true),
            (1, 999, 2, false),
        ] {
            assert_eq!(fits(Amount { mails, bytes }, kept, limits), expected, "{mails} {bytes} {kept}");
        }
        assert_eq!(used(Amount { mails: 5, bytes: 900 }, limits), 0.9);
        assert_eq!(of_strangers(limits), QuarantineLimits { mails: 5, bytes: 500 });
    }
}
