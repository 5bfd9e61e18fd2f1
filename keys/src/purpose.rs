//! What rows are sealed for: they open for nothing else.

/// A second factor of somebody.
#[must_use]
pub fn factor(user: impl std::fmt::Display, way: &str) -> String {
    format!("factor {user} {way}")
}

/// The secret that messages of a webhook are signed with.
pub const WEBHOOK_SECRET: &str = "webhook secret";
