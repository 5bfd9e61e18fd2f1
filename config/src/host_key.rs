//! The key that development makes for itself.

use super::{Config, HostTokenAlgorithm, HostTokenKey, Mode};
use rand::TryRngCore as _;
use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::{self, Write as _};

const FILE: &str = "host.key";

impl Config {
    /// In development without a configured key: the key in `data_dir`, made at the first start and readable by its
    /// owner only. Sessions of the sample host outlive a restart that way.
    ///
    /// # Errors
    /// The file cannot be read or written.
    pub fn keep_host_key(&mut self) -> io::Result<()> {
        let missing = self.host_token.key == HostTokenKey::Shared(Vec::new());
        if self.mode != Mode::Development || self.host_token.algorithm != HostTokenAlgorithm::Hs256 || !missing {
            return Ok(());
        }
        let path = self.data_dir.join(FILE);
        match std::fs::read(&path) {
            Ok(key) if key.len() >= 32 => {
                self.host_token.key = HostTokenKey::Shared(key);
                return Ok(());
            }
            // A start that was interrupted may have left less than a key.
            Ok(_) => std::fs::remove_file(&path)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        let mut bytes = [0_u8; 32];
        rand::rngs::OsRng.try_fill_bytes(&mut bytes).map_err(io::Error::other)?;
        let mut key = String::with_capacity(64);
        for byte in bytes {
            let _ = write!(key, "{byte:02x}");
        }
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&path)?;
        file.write_all(key.as_bytes())?;
        file.sync_all()?;
        self.host_token.key = HostTokenKey::Shared(key.into_bytes());
        Ok(())
    }
}
