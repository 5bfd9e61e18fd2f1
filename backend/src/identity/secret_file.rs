//! Keys that lie outside the database, in a file each.

use rand::TryRngCore as _;
use std::io::Write as _;
use std::path::Path;
use zeroize::Zeroizing;

/// Bytes from the system's generator.
pub(crate) fn random<const N: usize>() -> std::io::Result<[u8; N]> {
    let mut bytes = [0; N];
    rand::rngs::OsRng.try_fill_bytes(&mut bytes).map_err(std::io::Error::other)?;
    Ok(bytes)
}

/// The key in a file; made at the first start, readable by its owner alone.
pub(crate) fn load_or_create(path: &Path) -> std::io::Result<Zeroizing<[u8; 32]>> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(mut file) => {
            let key = Zeroizing::new(random()?);
            file.write_all(key.as_slice())?;
            file.sync_all()?;
            Ok(key)
        }
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            let bytes = Zeroizing::new(std::fs::read(path)?);
            let key: Result<[u8; 32], _> = bytes.as_slice().try_into();
            key.map(Zeroizing::new).map_err(|_| {
                let fault = format!("{}: not a key of 32 bytes; remove it and a new one is made", path.display());
                std::io::Error::new(std::io::ErrorKind::InvalidData, fault)
            })
        }
        Err(error) => Err(error),
    }
}
