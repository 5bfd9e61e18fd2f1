//! What the survey's answers are called outside of the panel: on the wire, in the operator's figures. Who may answer is
//! `desk`'s, what is kept is `store`'s.

mod words;

pub use words::{no_reason, reason};
