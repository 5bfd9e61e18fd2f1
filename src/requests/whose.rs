//! Whose requests a list shows.

/// Whose they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Whose {
    /// One's own.
    #[default]
    Mine,
    /// Everybody's of the store, where it shares them.
    Store,
    /// Those that one is in copy of.
    Copied,
}

impl Whose {
    /// The name in the address.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mine => "mine",
            Self::Store => "store",
            Self::Copied => "copied",
        }
    }

    /// What a name in an address means; one's own for every other.
    #[must_use]
    pub fn from_name(name: &str) -> Self {
        [Self::Store, Self::Copied].into_iter().find(|whose| whose.name() == name).unwrap_or_default()
    }
}
