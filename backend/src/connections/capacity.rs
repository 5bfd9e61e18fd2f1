//! How many connections the limit of open files has room for. Reads the limit, and raises it as far as it may.

use balcao_config::Limits;
use std::io;

/// Files that are open for other reasons than connections: the database, the articles, mail, webhooks; and connections
/// that are being turned away.
const RESERVE: u64 = 128;
/// An answer or an upload may have a file open beside its connection.
const FILES_OF_A_CONNECTION: u64 = 2;
/// With fewer open files nobody could be served in earnest.
const LEAST_FILES: u64 = 256;
/// More than a process of this kind needs. Some systems have no limit, and walk through all numbers as a process begins.
const MOST_FILES: u64 = 65_536;
/// Where the files would suffice for more: each connection costs some 20 KB of memory, a stream twice that.
const MOST_CONNECTIONS: u64 = 4_096;
/// With fewer an operator should know.
const FEW_CONNECTIONS: usize = 1_000;

/// How many there may be at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capacity {
    /// Connections in all.
    pub connections: usize,
    /// Connections from one network address; zero for no limit.
    pub of_one_address: usize,
    /// Streams of live updates in all: fewer than connections, so that others find a place.
    pub streams: usize,
}

/// There are too few open files for that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TooFew {
    /// For serving at all.
    #[error(
        "only {0} files may be open, and {LEAST_FILES} are the least to serve with: set LimitNOFILE=16384 in the systemd \
         unit, or run `ulimit -n 16384` before"
    )]
    Files(u64),
    /// For what the operator wants.
    #[error(
        "limits.connections = {wanted} takes {needed} open files, and {found} may be open: set LimitNOFILE={needed} in \
         the systemd unit, or fewer connections"
    )]
    FilesFor {
        /// Connections.
        wanted: u64,
        /// Files.
        needed: u64,
        /// Files.
        found: u64,
    },
    /// Streams are connections, too.
    #[error(
        "limits.streams = {streams} is more than there are connections ({connections}); nobody else would find a place"
    )]
    ConnectionsFor {
        /// Wanted.
        streams: usize,
        /// There are.
        connections: usize,
    },
}

/// How many files this process may have open, after that limit was raised as far as the system allows.
///
/// # Errors
/// The system does not say.
pub fn open_files() -> io::Result<u64> {
    rlimit::increase_nofile_limit(MOST_FILES)
}

impl Capacity {
    /// What the operator decided, and what follows from the limit of open files for the rest.
    ///
    /// # Errors
    /// There are too few files for it.
    pub fn of(limits: &Limits, files: u64) -> Result<Self, TooFew> {
        if files < LEAST_FILES {
            return Err(TooFew::Files(files));
        }
        let connections = match limits.connections {
            None => ((files - RESERVE) / FILES_OF_A_CONNECTION).min(MOST_CONNECTIONS),
            Some(wanted) => {
                let wanted = u64::from(wanted);
                let needed = RESERVE + wanted * FILES_OF_A_CONNECTION;
                if needed > files {
                    return Err(TooFew::FilesFor { wanted, needed, found: files });
                }
                wanted
            }
        };
        let connections = usize::try_from(connections).unwrap_or(usize::MAX);
        let of_one_address = limits.address_connections.map_or((connections / 4).max(1), |most| most as usize);
        let streams = limits.streams.map_or(connections / 2, |most| most as usize);
        if streams > connections {
            return Err(TooFew::ConnectionsFor { streams, connections });
        }
        Ok(Self { connections, of_one_address, streams })
    }

    /// Whether an operator should raise the limit of open files.
    #[must_use]
    pub fn is_small(&self) -> bool {
        self.connections < FEW_CONNECTIONS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(connections: Option<u32>, address_connections: Option<u32>, streams: Option<u32>) -> Limits {
        Limits { connections, address_connections, streams, ..Limits::default() }
    }

    #[test]
    fn places_follow_from_the_limit_of_open_files() {
        let capacity = |connections, of_one_address, streams| Ok(Capacity { connections, of_one_address, streams });
        let cases = [
            (limits(None, None, None), 255, Err(TooFew::Files(255))),
            (limits(None, None, None), 256, capacity(64, 16, 32)),
            (limits(None, None, None), 512, capacity(192, 48, 96)),
            (limits(None, None, None), 16_384, capacity(4_096, 1_024, 2_048)),
            (limits(None, None, None), u64::MAX, capacity(4_096, 1_024, 2_048)),
            (limits(Some(6_000), None, None), 16_384, capacity(6_000, 1_500, 3_000)),
            (limits(Some(3), None, None), 512, capacity(3, 1, 1)),
            (limits(Some(8), Some(0), Some(8)), 512, capacity(8, 0, 8)),
            (limits(Some(193), None, None), 512, Err(TooFew::FilesFor { wanted: 193, needed: 514, found: 512 })),
            (limits(Some(10), None, Some(11)), 512, Err(TooFew::ConnectionsFor { streams: 11, connections: 10 })),
        ];
        for (limits, files, expected) in cases {
            assert_eq!(Capacity::of(&limits, files), expected, "{limits:?} {files}");
        }
    }
}
