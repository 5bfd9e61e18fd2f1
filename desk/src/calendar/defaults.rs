//! The calendars where the operator configures nothing else (lifecycle.md, "The working-hours clock").

use super::Calendar;
use balcao_contract::support::Region;
use chrono_tz::Tz;

/// Brazil's national holidays (federal laws 662/1949, 6802/1980, 14759/2023), and Good Friday.
const BRAZIL: &str = "01-01, easter-2, 04-21, 05-01, 09-07, 10-12, 11-02, 11-15, 11-20, 12-25";

/// Time zone, hours and holidays of a region, in the words of the configuration.
#[must_use]
pub const fn default_words(region: Region) -> (Tz, &'static str, &'static str) {
    match region {
        Region::Brazil => (Tz::America__Sao_Paulo, "mon-fri 09:00-18:00", BRAZIL),
        Region::LatinAmerica => (Tz::America__Bogota, "mon-fri 09:00-18:00", ""),
        Region::UnitedStates => (Tz::America__New_York, "mon-fri 08:00-19:00", ""),
        Region::Emea => (Tz::Europe__London, "mon-fri 09:00-18:00", ""),
        Region::AsiaPacific => (Tz::Asia__Singapore, "mon-fri 09:00-19:00", ""),
    }
}

/// The calendar of a region.
#[must_use]
pub fn default_of(region: Region) -> Calendar {
    let (zone, hours, holidays) = default_words(region);
    Calendar { zone, week: hours.parse().unwrap_or_default(), holidays: holidays.parse().unwrap_or_default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::{Holidays, WeekHours};

    #[test]
    fn every_default_can_be_read() {
        for region in Region::ALL {
            let (_, hours, holidays) = default_words(region);
            assert!(hours.parse::<WeekHours>().is_ok(), "{region:?}");
            assert!(holidays.parse::<Holidays>().is_ok(), "{region:?}");
        }
    }
}
