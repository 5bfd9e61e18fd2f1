//! Files are copied and counted piece by piece: a large one takes no more memory than a small one.

use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::Path;

/// A piece.
const PIECE: usize = 256 * 1024;

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Facts {
    pub bytes: u64,
    pub sha256: [u8; 32],
}

/// Copies a file to a new one that only its owner reads, durably.
pub(super) fn copy(from: &Path, to: &Path) -> io::Result<Facts> {
    let mut from = File::open(from)?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut to = options.open(to)?;
    let facts = each_piece(&mut from, |piece| to.write_all(piece))?;
    to.sync_all()?;
    Ok(facts)
}

/// What a file is.
pub(super) fn facts(path: &Path) -> io::Result<Facts> {
    each_piece(&mut File::open(path)?, |_| Ok(()))
}

fn each_piece(from: &mut File, mut take: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<Facts> {
    let mut piece = vec![0; PIECE];
    let mut hash = Sha256::new();
    let mut bytes = 0;
    loop {
        match from.read(&mut piece) {
            Ok(0) => return Ok(Facts { bytes, sha256: hash.finalize().into() }),
            Ok(read) => {
                hash.update(&piece[..read]);
                take(&piece[..read])?;
                bytes += read as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// As `sha256sum` writes it.
pub(super) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
