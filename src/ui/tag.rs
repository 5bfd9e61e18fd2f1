//! Status, priority and promise, in words and in colour.

use crate::text::{Language, Text};
use crate::view::view;
use balcao_contract::priority::Priority;
use balcao_contract::status::ShownStatus;
use balcao_contract::support::{FirstResponse, ResponseUnit};
use leptos::prelude::*;

/// What a status is called.
#[must_use]
pub fn status_label(status: ShownStatus) -> Text {
    match status {
        ShownStatus::Open => Text::StatusOpen,
        ShownStatus::Pending => Text::StatusPending,
        ShownStatus::Solved => Text::StatusSolved,
        ShownStatus::Closed => Text::StatusClosed,
    }
}

/// What a priority is called.
#[must_use]
pub fn priority_label(priority: Priority) -> Text {
    match priority {
        Priority::Low => Text::PriorityLow,
        Priority::Normal => Text::PriorityNormal,
        Priority::High => Text::PriorityHigh,
        Priority::Urgent => Text::PriorityUrgent,
    }
}

/// "8 working hours", "2 to 4 working hours", "20 minutes".
#[must_use]
pub fn promise(language: Language, promised: FirstResponse) -> String {
    let FirstResponse { min, max, unit } = promised;
    if min != max {
        let range = match unit {
            ResponseUnit::Minutes => Text::PromiseMinutesRange,
            ResponseUnit::Hours => Text::PromiseHoursRange,
            ResponseUnit::WorkingHours => Text::PromiseWorkingHoursRange,
        };
        let (min, max) = (language.format_number(min.into()), language.format_number(max.into()));
        return language.text_with(range, &[("min", &min), ("max", &max)]);
    }
    let (one, other) = match unit {
        ResponseUnit::Minutes => (Text::PromiseMinutesOne, Text::PromiseMinutesOther),
        ResponseUnit::Hours => (Text::PromiseHoursOne, Text::PromiseHoursOther),
        ResponseUnit::WorkingHours => (Text::PromiseWorkingHoursOne, Text::PromiseWorkingHoursOther),
    };
    language.plural(one, other, max.into())
}

/// A request's status.
#[component]
pub fn StatusTag(
    /// Which.
    status: ShownStatus,
) -> impl IntoView {
    let language = Language::here();
    let class = match status {
        ShownStatus::Open => "tag tag-open",
        ShownStatus::Pending => "tag tag-pending",
        ShownStatus::Solved => "tag tag-solved",
        ShownStatus::Closed => "tag tag-closed",
    };
    view! { <span class=class>{language.t(status_label(status))}</span> }.into_any()
}

/// A request's priority.
#[component]
pub fn PriorityTag(
    /// Which.
    priority: Priority,
) -> impl IntoView {
    let language = Language::here();
    let class = match priority {
        Priority::Low => "priority priority-low",
        Priority::Normal => "priority priority-normal",
        Priority::High => "priority priority-high",
        Priority::Urgent => "priority priority-urgent",
    };
    view! { <span class=class>{language.t(priority_label(priority))}</span> }.into_any()
}
