//! What a support region promises (lifecycle.md, "The working-hours clock").

use crate::priority::Priority;
use crate::time::Timestamp;
use crate::working_hours::OpenHours;
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

/// Where an account's support sits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Region {
    /// Brazil.
    Brazil,
    /// Latin America, except Brazil.
    LatinAmerica,
    /// The United States.
    UnitedStates,
    /// Europe, the Middle East and Africa.
    Emea,
    /// Asia and the Pacific.
    AsiaPacific,
}

impl Region {
    /// Every region.
    pub const ALL: [Self; 5] = [Self::Brazil, Self::LatinAmerica, Self::UnitedStates, Self::Emea, Self::AsiaPacific];

    /// The name in configuration and database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Brazil => "brazil",
            Self::LatinAmerica => "latin_america",
            Self::UnitedStates => "united_states",
            Self::Emea => "emea",
            Self::AsiaPacific => "asia_pacific",
        }
    }

    /// The region of that name, if there is one.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|region| region.name() == name)
    }
}

/// What the hours of a promise are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ResponseUnit {
    /// Minutes on the clock.
    Minutes,
    /// Hours on the clock.
    Hours,
    /// Hours of the region's calendar.
    WorkingHours,
}

/// A promised first response: at most `max` of the unit; `min` differs where a range is promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FirstResponse {
    /// The lower end of the range.
    pub min: u32,
    /// The upper end of the range.
    pub max: u32,
    /// Of what.
    pub unit: ResponseUnit,
}

impl FirstResponse {
    /// The moment by which somebody answers what was opened at `start`. Working hours are counted over `hours`; `None` where
    /// those that are known end before.
    #[must_use]
    pub fn due(self, start: Timestamp, hours: &OpenHours) -> Option<Timestamp> {
        let number = i64::from(self.max);
        match self.unit {
            ResponseUnit::Minutes => start.0.checked_add_signed(TimeDelta::minutes(number)).map(Timestamp),
            ResponseUnit::Hours => start.0.checked_add_signed(TimeDelta::hours(number)).map(Timestamp),
            ResponseUnit::WorkingHours => hours.after(start, TimeDelta::hours(number)),
        }
    }
}

/// The promises of a region for each priority.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FirstResponses {
    /// For urgent requests.
    pub urgent: FirstResponse,
    /// For high priority.
    pub high: FirstResponse,
    /// For normal priority.
    pub normal: FirstResponse,
    /// For low priority.
    pub low: FirstResponse,
}

impl FirstResponses {
    /// The promise for a priority.
    #[must_use]
    pub const fn of(&self, priority: Priority) -> FirstResponse {
        match priority {
            Priority::Urgent => self.urgent,
            Priority::High => self.high,
            Priority::Normal => self.normal,
            Priority::Low => self.low,
        }
    }

    /// What a region promises where the operator configures nothing else.
    #[must_use]
    pub const fn default_of(region: Region) -> Self {
        use ResponseUnit::{Hours, Minutes, WorkingHours};
        const fn promise(min: u32, max: u32, unit: ResponseUnit) -> FirstResponse {
            FirstResponse { min, max, unit }
        }
        match region {
            Region::Brazil => Self {
                urgent: promise(1, 1, WorkingHours),
                high: promise(8, 8, WorkingHours),
                normal: promise(16, 16, WorkingHours),
                low: promise(24, 24, WorkingHours),
            },
            Region::LatinAmerica => Self {
                urgent: promise(1, 1, WorkingHours),
                high: promise(2, 4, WorkingHours),
                normal: promise(4, 8, WorkingHours),
                low: promise(8, 12, WorkingHours),
            },
            Region::UnitedStates => Self {
                urgent: promise(20, 20, Minutes),
                high: promise(1, 1, Hours),
                normal: promise(1, 1, Hours),
                low: promise(1, 1, Hours),
            },
            Region::Emea => Self {
                urgent: promise(1, 1, Hours),
                high: promise(2, 2, Hours),
                normal: promise(2, 2, Hours),
                low: promise(2, 2, Hours),
            },
            Region::AsiaPacific => Self {
                urgent: promise(3, 3, Hours),
                high: promise(4, 4, Hours),
                normal: promise(8, 8, Hours),
                low: promise(8, 8, Hours),
            },
        }
    }
}
