//! Going from place to place within a form.

use super::address::Address;
use crate::location::{Location, Step};
use leptos::prelude::*;

/// The address, as far as a form needs it.
#[derive(Clone, Copy)]
pub struct Navigation {
    location: StoredValue<Location>,
    address: Memo<Address>,
}

impl Navigation {
    /// The navigation of the page that is shown now.
    #[must_use]
    pub fn here() -> Self {
        let location = Location::here();
        let address = Memo::new(move |before: Option<&Address>| {
            let path = location.path();
            // While another page is on its way the address is no longer ours; the form on show stays what it is.
            let Some((_, path)) = path.split_once("/new/") else {
                return before.cloned().unwrap_or_else(|| Address::read("", None, None));
            };
            let (draft, from) = (location.parameter("draft"), location.parameter("from"));
            Address::read(path, draft.as_deref(), from.as_deref()).following(location.parameter("followup").as_deref())
        });
        Self { location: StoredValue::new(location), address }
    }

    /// Where we are; follows it.
    #[must_use]
    pub fn address(self) -> Memo<Address> {
        self.address
    }

    /// Goes there; Back comes back here.
    pub fn go(self, address: &Address) {
        self.to(&address.route(), false);
    }

    /// Goes there instead of here: Back does not come back.
    pub fn replace(self, address: &Address) {
        self.to(&address.route(), true);
    }

    fn to(self, route: &str, replace: bool) {
        let step = if replace { Step::Instead } else { Step::Forward };
        // The page may have been left while something was on its way.
        self.location.try_with_value(|location| location.go(route, step));
    }
}
