//! The priority worked out from the answers (forms.md, "Priority").

use crate::answers::Answers;
use serde::{Deserialize, Serialize};
use std::fmt;

/// How urgent a request is, as Zendesk names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Priority {
    /// A question, a set-up, a bill.
    Low,
    /// Something is wrong.
    Normal,
    /// Something important is wrong.
    High,
    /// The store is unusable.
    Urgent,
}

impl Priority {
    /// Every priority, lowest first.
    pub const ALL: [Self; 4] = [Self::Low, Self::Normal, Self::High, Self::Urgent];

    /// The name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
            Self::Urgent => "urgent",
        }
    }

    /// The priority of that name, if there is one.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|priority| priority.name() == name)
    }
}

impl fmt::Display for Priority {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// Which row of the matrix a form follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum PriorityRule {
    /// From problem type, affected users and impact.
    Technical,
    /// Always low.
    Financial,
    /// Always normal: not in VTEX's matrix.
    Commercial,
}

/// The priority of a request with these answers. `None` while a technical request lacks an answer it depends on.
#[must_use]
pub fn priority(rule: PriorityRule, answers: &Answers) -> Option<Priority> {
    match rule {
        PriorityRule::Financial => Some(Priority::Low),
        PriorityRule::Commercial => Some(Priority::Normal),
        PriorityRule::Technical => technical(answers),
    }
}

fn technical(answers: &Answers) -> Option<Priority> {
    match answers.text("problem_type") {
        "question" | "task" => Some(Priority::Low),
        "incident" => {
            let reach = match answers.text("affected_users") {
                "admin" => 0,
                "buyers" | "all" => 1,
                _ => return None,
            };
            let impact = match answers.text("impact") {
                "auxiliary" => 0,
                "important" => 1,
                "critical" => 2,
                _ => return None,
            };
            Priority::ALL.get(reach + impact).copied()
        }
        _ => None,
    }
}
