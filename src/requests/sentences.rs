//! Which sentence says what: statuses, orders, promises.

use super::sort::Sort;
use crate::text::Text;
use balcao_contract::kind::Kind;
use balcao_contract::status::Status;

/// What a status means to the requester. Some of the sentences name the request's `{number}`.
#[must_use]
pub const fn meaning(status: Status) -> Text {
    match status {
        Status::New => Text::RequestMeaningNew,
        Status::Open => Text::RequestMeaningOpen,
        Status::Hold => Text::RequestMeaningHold,
        Status::Pending => Text::RequestMeaningPending,
        Status::Solved => Text::RequestMeaningSolved,
        Status::Closed => Text::RequestMeaningClosed,
    }
}

/// The name of a kind.
#[must_use]
pub const fn kind_name(kind: Kind) -> Text {
    match kind {
        Kind::Technical => Text::StartTechnical,
        Kind::Financial => Text::StartFinancial,
        Kind::Commercial => Text::StartCommercial,
    }
}

/// The name of an order.
#[must_use]
pub const fn sort_name(sort: Sort) -> Text {
    match sort {
        Sort::LastUpdated => Text::HistorySortLastUpdated,
        Sort::FirstUpdated => Text::HistorySortFirstUpdated,
        Sort::LastOpened => Text::HistorySortLastOpened,
        Sort::FirstOpened => Text::HistorySortFirstOpened,
    }
}
