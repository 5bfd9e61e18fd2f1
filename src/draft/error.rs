//! Why something cannot be kept on this device.

/// Why the device keeps nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreError {
    /// The browser offers no storage here: private window, blocked third-party storage, or a damaged profile.
    Unavailable,
    /// No room is left.
    Full,
    /// What is kept cannot be read.
    Unreadable,
}

impl StoreError {
    /// The error behind a `DOMException` of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Self {
        match name {
            "QuotaExceededError" => Self::Full,
            "DataCloneError" | "NotReadableError" | "DataError" => Self::Unreadable,
            _ => Self::Unavailable,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::StoreError;

    #[test]
    fn a_full_device_is_told_from_one_without_storage() {
        assert_eq!(StoreError::from_name("QuotaExceededError"), StoreError::Full);
        assert_eq!(StoreError::from_name("NotReadableError"), StoreError::Unreadable);
        assert_eq!(StoreError::from_name("InvalidStateError"), StoreError::Unavailable);
        assert_eq!(StoreError::from_name(""), StoreError::Unavailable);
    }
}
