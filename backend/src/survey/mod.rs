//! What operators and agents read of the survey: the names of reasons, and the figures by period and form. Who may answer
//! is `desk`'s, what is kept is `store`'s.

mod command;
mod figures;
mod show;
mod tally;
mod words;

pub use command::{FiguresArguments, SurveyCommand, SurveyError, run};
pub use figures::{Figures, Length, Period, Span};
pub use tally::{Share, Tally};
pub use words::{no_reason, reason};
