//! What was taken out of a file, as it is kept beside a draft. The draft itself knows it as a text: its code comes with a form,
//! and reads none of it.

use crate::json;
use serde::{Deserialize, Serialize};

/// What was taken out of a file before it is sent: kinds, numbers and places, never the thing itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cleaned {
    /// Of each kind.
    pub removed: Vec<Removed>,
    /// It is a HAR file, which never goes as it is.
    pub is_har: bool,
    /// It could not be read as what it is, and was cleaned as text.
    pub is_broken: bool,
}

/// How much of a kind was taken out, and a few of the places.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removed {
    /// `cookie`, `password` and so on.
    pub kind: String,
    /// How many.
    pub count: u64,
    /// Where some of them stood.
    pub places: Vec<RemovedPlace>,
}

/// Where something stood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemovedPlace {
    /// The line of a text; 0 elsewhere.
    pub line: u64,
    /// The request of a HAR file, its address, and the name there.
    pub text: String,
}

impl Cleaned {
    /// Reads what [`Cleaned::written`] wrote.
    pub fn read(text: &str) -> Option<Self> {
        json::read(text).ok()
    }

    /// As a draft keeps it.
    pub fn written(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}
