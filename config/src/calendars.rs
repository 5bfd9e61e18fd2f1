//! The calendars of the support regions: `calendars.<region>.time_zone`, `hours`, `holidays`, `holidays_file`,
//! `feed`.

use super::reader::Reader;
use balcao_contract::support::Region;
use balcao_desk::calendar::{Calendar, Calendars, Holidays, default_of, default_words, read_ics};
use url::Url;

/// What a region's calendar is made of, and what each may be.
pub(super) const PARTS: [(&str, &str); 5] = [
    ("time_zone", "a time zone such as `America/Sao_Paulo`"),
    ("hours", "hours of the week, such as `mon-fri 09:00-18:00, sat 09:00-13:00`"),
    ("holidays", "days off and short days: `12-25`, `2026-12-24 09:00-13:00`, `easter-2`"),
    ("holidays_file", "an iCalendar file whose whole-day events are days off, beside `holidays`"),
    (
        "feed",
        "the address of an iCalendar feed, `https://…` or `webcal://…`, whose whole-day events are days off as well",
    ),
];

/// Where more holidays of a region come from.
#[derive(Clone, PartialEq, Eq)]
pub struct Feed {
    /// Whose.
    pub region: Region,
    /// Its address.
    pub url: Url,
}

/// Private feeds have a secret in their address.
impl std::fmt::Debug for Feed {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Feed").field("region", &self.region).finish_non_exhaustive()
    }
}

/// Every name of the family `calendars.<region>.<part>`.
pub(super) fn names() -> impl Iterator<Item = String> {
    Region::ALL
        .into_iter()
        .flat_map(|region| PARTS.into_iter().map(move |(part, _)| format!("calendars.{}.{part}", region.name())))
}

/// What the key of that name may be, if it is one of the family.
pub(super) fn expected(name: &str) -> Option<&'static str> {
    let (region, part) = name.strip_prefix("calendars.")?.split_once('.')?;
    Region::from_name(region)?;
    PARTS.into_iter().find(|(known, _)| *known == part).map(|(_, expected)| expected)
}

pub(super) fn read(reader: &mut Reader, warnings: &mut Vec<String>) -> Calendars {
    Calendars::made(|region| {
        let default = default_of(region);
        let key = |part: &str| format!("calendars.{}.{part}", region.name());
        let zone = reader.optional(&key("time_zone"), |text| text.parse().ok()).unwrap_or(default.zone);
        let week = reader.optional(&key("hours"), |text| text.parse().ok()).unwrap_or(default.week);
        let holidays = reader.optional(&key("holidays"), |text| text.parse::<Holidays>().ok());
        let file = key("holidays_file");
        let mut from_file = None;
        if let Some(path) = reader.optional(&file, super::load::path) {
            let text = std::fs::read_to_string(&path).map_err(|error| error.to_string());
            match text.and_then(|text| read_ics(&text).map_err(|error| error.to_string())) {
                Ok((holidays, passed_over)) => {
                    warnings.extend(passed_over.into_iter().map(|what| format!("{file}: left out: {what}")));
                    from_file = Some(holidays);
                }
                Err(error) => reader.fault(&file, format!("{}: {error}", path.display())),
            }
        }
        // A list of one's own takes the place of the one that comes with the program; a file alone does so, too.
        let mut all = holidays.unwrap_or_else(|| match from_file {
            Some(_) => Holidays::default(),
            None => default.holidays,
        });
        if let Some(from_file) = &from_file {
            all.merge(from_file);
        }
        Calendar { zone, week, holidays: all }
    })
}

/// The feeds that are configured.
pub(super) fn read_feeds(reader: &mut Reader) -> Vec<Feed> {
    let feeds = Region::ALL.into_iter().filter_map(|region| {
        let url = reader.optional(&format!("calendars.{}.feed", region.name()), feed_url)?;
        Some(Feed { region, url })
    });
    feeds.collect()
}

/// Whoever changes what a feed says on its way changes when requests close: no plain HTTP beyond this machine.
fn feed_url(text: &str) -> Option<Url> {
    let url = Url::parse(&text.replacen("webcal://", "https://", 1)).ok()?;
    let is_local = matches!(url.host()?, url::Host::Ipv4(ip) if ip.is_loopback());
    (url.scheme() == "https" || url.scheme() == "http" && is_local).then_some(url)
}

/// The family for `--help`.
pub(super) fn help() -> String {
    use std::fmt::Write as _;
    let mut text = String::new();
    for (part, expected) in PARTS {
        let _ = writeln!(text, "  calendars.<region>.{part}\n      {expected}");
    }
    for region in Region::ALL {
        let (zone, hours, holidays) = default_words(region);
        let _ = writeln!(text, "      [default of {}: {zone}, {hours}; {holidays}]", region.name());
    }
    text
}
