//! The order of the list.

/// The order of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// What changed last comes first.
    #[default]
    LastUpdated,
    /// What has not changed for longest comes first.
    FirstUpdated,
    /// Newest first.
    LastOpened,
    /// Oldest first.
    FirstOpened,
}

impl Sort {
    /// Every order, as a chooser shows them.
    pub const ALL: [Self; 4] = [Self::LastUpdated, Self::FirstUpdated, Self::LastOpened, Self::FirstOpened];

    /// The name in the address: Zendesk's, a dash for descending.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::LastUpdated => "-updated_at",
            Self::FirstUpdated => "updated_at",
            Self::LastOpened => "-created_at",
            Self::FirstOpened => "created_at",
        }
    }

    /// The order of that name, if there is one.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.name() == name)
    }

    /// The field it goes by, and whether the greatest comes first.
    #[must_use]
    pub fn field(self) -> (&'static str, bool) {
        match self.name().strip_prefix('-') {
            Some(field) => (field, true),
            None => (self.name(), false),
        }
    }
}
