//! The three kinds of requests. Each has a form of its own, by which a request is known to be of it.

use crate::id::FormId;

/// What a request is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Something does not work, a question, a setup.
    Technical,
    /// Invoices, payments, the contract.
    Financial,
    /// Trade policies, accounts, the Master Admin.
    Commercial,
}

impl Kind {
    /// Every kind, in the order they are offered.
    pub const ALL: [Self; 3] = [Self::Technical, Self::Financial, Self::Commercial];

    /// The key of its form, and its name in addresses.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Technical => "technical",
            Self::Financial => "financial",
            Self::Commercial => "commercial",
        }
    }

    /// The number of its form.
    #[must_use]
    pub const fn form(self) -> u64 {
        match self {
            Self::Technical => 1_001,
            Self::Financial => 1_002,
            Self::Commercial => 1_003,
        }
    }

    /// The kind of that name, if there is one.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }

    /// The kind that a form opens, if it is one of ours.
    #[must_use]
    pub fn of_form(form: FormId) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.form() == form.get())
    }
}
