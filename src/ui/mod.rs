//! The panel's components, on native elements: buttons, fields, messages, tags, formatted text. Knows no feature and
//! calls no backend.

mod button;
mod data_table;
mod dialog;
mod error_summary;
mod field;
mod focus;
mod input;
mod message;
mod page_title;
mod rich_text;
mod tag;
mod time;
#[cfg(test)]
#[cfg(target_arch = "wasm32")]
mod view_tests;

pub use button::{Button, ButtonKind};
pub use data_table::data_table;
pub use dialog::ConfirmDialog;
pub use error_summary::{ErrorSummary, SummaryEntry};
pub use field::{Field, FieldIds};
pub use focus::{focus_element, focus_id};
pub use input::{Checkbox, CheckboxGroup, Choice, RadioGroup, Select, TextArea, TextInput};
pub use message::{Banner, BannerKind, EmptyState, PageSkeleton, Skeleton};
pub use page_title::PageTitle;
pub use rich_text::RichText;
pub use tag::{PriorityTag, StatusTag, priority_label, promise, status_label};
pub use time::Moment;
