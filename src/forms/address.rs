//! Where in a form somebody is, as it stands in the address: `/new/technical/problem?draft=…&from=review`.

use crate::draft::DraftId;
use balcao_contract::id::RequestId;

const REVIEW: &str = "review";
const SENT: &str = "sent";

/// A place within a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// No step is named: the one that was left, or the first.
    Start,
    /// A step.
    Step(String),
    /// All answers, before sending.
    Review,
    /// The confirmation.
    Sent(RequestId),
}

/// A form's address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// Which form.
    pub form_key: String,
    /// Where in it.
    pub place: Place,
    /// Which draft.
    pub draft: Option<DraftId>,
    /// The closed request that it is to go on from; only until there is a draft, which knows.
    pub followup: Option<RequestId>,
    /// The step was opened from the review and leads back to it.
    pub from_review: bool,
}

impl Address {
    /// Reads an address: what follows `/new/`, and the query's values. A place that cannot be read is the start.
    #[must_use]
    pub fn read(path: &str, draft: Option<&str>, from: Option<&str>) -> Self {
        let mut segments = path.split('/').filter(|segment| !segment.is_empty());
        let form_key = segments.next().unwrap_or_default().to_owned();
        let place = match (segments.next(), segments.next()) {
            (Some(SENT), Some(number)) => number.parse().map_or(Place::Start, Place::Sent),
            (Some(REVIEW), None) => Place::Review,
            (Some(step), None) => Place::Step(step.to_owned()),
            _ => Place::Start,
        };
        Self {
            form_key,
            place,
            draft: draft.and_then(DraftId::parse),
            followup: None,
            from_review: from == Some(REVIEW),
        }
    }

    /// To go on from a closed request, as the query names it.
    #[must_use]
    pub fn following(self, number: Option<&str>) -> Self {
        Self { followup: number.and_then(|number| number.parse().ok()), ..self }
    }

    /// The same draft of the same form, elsewhere.
    #[must_use]
    pub fn to(&self, place: Place) -> Self {
        Self { place, followup: None, from_review: false, ..self.clone() }
    }

    /// The same place, on the way back to the review.
    #[must_use]
    pub fn on_the_way_to_review(self) -> Self {
        Self { from_review: true, ..self }
    }

    /// The route.
    #[must_use]
    pub fn route(&self) -> String {
        let mut route = format!("/new/{}", self.form_key);
        match &self.place {
            Place::Start => {}
            Place::Step(step) => route += &format!("/{step}"),
            Place::Review => route += "/review",
            // What was sent has no draft any more.
            Place::Sent(number) => return format!("{route}/{SENT}/{number}"),
        }
        let mut separator = '?';
        if let Some(draft) = &self.draft {
            route += &format!("?draft={draft}");
            separator = '&';
        }
        if self.from_review && matches!(self.place, Place::Step(_)) {
            route += &format!("{separator}from={REVIEW}");
        }
        route
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &str, draft: Option<&str>, from: Option<&str>) -> Address {
        Address::read(path, draft, from)
    }

    #[test]
    fn every_place_has_an_address_that_reads_back_as_itself() {
        let number = RequestId::try_from(42).unwrap();
        let places = [Place::Start, Place::Step("problem".to_owned()), Place::Review, Place::Sent(number)];
        let routes = ["/new/technical", "/new/technical/problem", "/new/technical/review", "/new/technical/sent/42"];
        for (place, route) in places.into_iter().zip(routes) {
            let address = Address {
                form_key: "technical".to_owned(),
                place: place.clone(),
                draft: None,
                followup: None,
                from_review: false,
            };
            assert_eq!(address.route(), route);
            assert_eq!(read(route.trim_start_matches("/new"), None, None), address);
        }
    }

    #[test]
    fn the_draft_is_kept_through_all_places_but_the_confirmation() {
        let start = read("technical", Some("d1"), None);
        assert_eq!(start.route(), "/new/technical?draft=d1");
        assert_eq!(start.to(Place::Review).route(), "/new/technical/review?draft=d1");
        let change = start.to(Place::Step("problem".to_owned())).on_the_way_to_review();
        assert_eq!(change.route(), "/new/technical/problem?draft=d1&from=review");
        assert!(!change.to(Place::Step("next".to_owned())).from_review);
        assert_eq!(change.to(Place::Sent(RequestId::try_from(7).unwrap())).route(), "/new/technical/sent/7");
    }

    #[test]
    fn what_it_goes_on_from_is_read_once_and_the_draft_keeps_it() {
        let followup = read("technical", None, None).following(Some("42"));
        assert_eq!(followup.followup, RequestId::try_from(42).ok());
        assert_eq!(followup.to(Place::Review).followup, None);
        for bad in [None, Some(""), Some("0"), Some("x"), Some("-1")] {
            assert_eq!(read("technical", None, None).following(bad).followup, None, "{bad:?}");
        }
    }

    #[test]
    fn what_cannot_be_read_leads_to_the_start() {
        for path in ["technical/sent/0", "technical/sent/abc", "technical/a/b", "/technical/", "technical/sent/9/9/9x"]
        {
            let address = read(path, Some("../../x"), Some("elsewhere"));
            assert_eq!(address.form_key, "technical", "{path}");
            assert_eq!(address.draft, None);
            assert!(!address.from_review);
            if !path.contains("sent/9") {
                assert_eq!(address.place, Place::Start, "{path}");
            }
        }
    }
}
