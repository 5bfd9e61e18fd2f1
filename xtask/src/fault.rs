//! Why a task ended without success: one sentence for the developer, and an exit code.

use std::fmt;
use std::io;
use std::path::Path;

/// What every task gives back.
pub type Outcome<T = ()> = Result<T, Fault>;

/// One clear sentence (or a few lines) that says what is wrong and what to do.
#[derive(Debug, PartialEq, Eq)]
pub struct Fault {
    message: String,
    code: u8,
}

impl Fault {
    /// A task that failed: exit code 1.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), code: 1 }
    }

    /// A command line that makes no sense: exit code 2, as programs do.
    pub fn usage(message: impl Into<String>) -> Self {
        Self { message: message.into(), code: 2 }
    }

    /// What the operating system refused, and on which file.
    pub fn file(error: &io::Error, doing: &str, path: &Path) -> Self {
        if is_disk_full(error) {
            return Self::disk_full(path);
        }
        Self::new(format!("cannot {doing} {}: {error}", path.display()))
    }

    /// Nothing helps but room.
    pub fn disk_full(path: &Path) -> Self {
        Self::new(format!(
            "The disk is full: there is no room left where {} is written. Free about 10 GB and run the command again.",
            path.display()
        ))
    }

    /// The process's exit code.
    pub fn code(&self) -> u8 {
        self.code
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

/// A full disk, or the user's share of it.
fn is_disk_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

/// Whether a program's output says that the disk is full.
pub fn tells_disk_full(output: &str) -> bool {
    output.contains("No space left on device") || output.contains("os error 28") || output.contains("ENOSPC")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_said_as_such_whoever_notices_it() {
        let error = io::Error::from(io::ErrorKind::StorageFull);
        assert!(Fault::file(&error, "write", Path::new("x")).to_string().starts_with("The disk is full"));
        for output in ["error: No space left on device (os error 28)", "npm error code ENOSPC", "(os error 28)"] {
            assert!(tells_disk_full(output), "{output}");
        }
        assert!(!tells_disk_full("error[E0433]: cannot find `space` in this scope"));
    }

    #[test]
    fn other_refusals_name_the_file() {
        let error = io::Error::from(io::ErrorKind::PermissionDenied);
        let message = Fault::file(&error, "write", Path::new("dist/index.html")).to_string();
        assert!(message.starts_with("cannot write dist/index.html"), "{message}");
    }
}
