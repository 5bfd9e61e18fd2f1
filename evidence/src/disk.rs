//! The disk that files are kept on: a share of it stays free, so that files never stop what needs little room, such as
//! signing in and answering.

use super::Evidence;
use std::io;
use std::path::Path;
use std::sync::atomic::Ordering;

/// How much room there is, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// For this program.
    pub free: u64,
    /// In all.
    pub total: u64,
}

impl Room {
    /// The room of the disk that a folder is on.
    ///
    /// # Errors
    /// The system does not say.
    pub fn of(folder: &Path) -> io::Result<Self> {
        let stats = fs4::statvfs(folder)?;
        Ok(Self { free: stats.available_space(), total: stats.total_space() })
    }

    /// Whether so many percent are still free once so many bytes more are written. 0 asks for nothing.
    #[must_use]
    pub fn keeps_free(self, percent: u8, bytes: u64) -> bool {
        let free = u128::from(self.free.saturating_sub(bytes));
        percent == 0 || free * 100 >= u128::from(self.total) * u128::from(percent)
    }
}

/// Bytes that somebody is sending and that are not all on the disk yet. They count until it is dropped.
pub(super) struct Promise {
    evidence: Evidence,
    bytes: u64,
}

impl Drop for Promise {
    fn drop(&mut self) {
        self.evidence.0.promised.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

impl Evidence {
    /// Room for so many bytes; `None` where the disk would no longer keep its share free with them.
    pub(super) async fn promise(&self, bytes: u64) -> Option<Promise> {
        // First it is promised, then looked at: of two at the same time none overlooks the other.
        let before = self.0.promised.fetch_add(bytes, Ordering::Relaxed);
        let promise = Promise { evidence: self.clone(), bytes };
        match self.room().await {
            Some(room) if !room.keeps_free(self.0.min_free_percent, before.saturating_add(bytes)) => None,
            _ => Some(promise),
        }
    }

    /// The room on the disk that files are kept on; `None` where they are on none, or where the system does not say: then
    /// the disk itself says when it is full.
    pub async fn room(&self) -> Option<Room> {
        let folder = self.0.folder.clone()?;
        // A disk over the network may take its time.
        match tokio::task::spawn_blocking(move || Room::of(&folder)).await.ok()? {
            Ok(room) => Some(room),
            Err(error) => {
                tracing::warn!(%error, "how much room the disk for files has is not known");
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_stays_free_with_the_bytes_that_come() {
        for (free, total, percent, bytes, expected) in [
            (50, 1000, 5, 0, true),
            (50, 1000, 5, 1, false),
            (500, 1000, 5, 450, true),
            (500, 1000, 5, 451, false),
            (0, 1000, 0, 1, true),
            (10, 1000, 1, u64::MAX, false),
            (u64::MAX, u64::MAX, 100, 0, true),
            (u64::MAX - 1, u64::MAX, 100, 0, false),
        ] {
            assert_eq!(Room { free, total }.keeps_free(percent, bytes), expected, "{free} {total} {percent} {bytes}");
        }
    }
}
