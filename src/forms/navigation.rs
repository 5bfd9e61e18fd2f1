//! Going from place to place within a form.

use super::address::Address;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};

type Navigate = dyn Fn(&str, NavigateOptions);

/// The router, as far as a form needs it.
#[derive(Clone, Copy)]
pub struct Navigation {
    navigate: StoredValue<Box<Navigate>, LocalStorage>,
    address: Memo<Address>,
}

impl Navigation {
    /// The navigation of the page that is shown now.
    #[must_use]
    pub fn here() -> Self {
        let navigate = use_navigate();
        let location = use_location();
        // Not `use_query_map`: it keeps the query that the page was opened with while the path changes within one route.
        let query = location.query;
        let address = Memo::new(move |before: Option<&Address>| {
            let path = location.pathname.get();
            // While another page is on its way the address is no longer ours; the form on show stays what it is.
            let Some((_, path)) = path.split_once("/new/") else {
                return before.cloned().unwrap_or_else(|| Address::read("", None, None));
            };
            query.with(|query| {
                Address::read(path, query.get_str("draft"), query.get_str("from")).following(query.get_str("followup"))
            })
        });
        Self { navigate: StoredValue::new_local(Box::new(navigate)), address }
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
        let options = NavigateOptions { replace, ..NavigateOptions::default() };
        // The page may have been left while something was on its way.
        self.navigate.try_with_value(|navigate| navigate(route, options));
    }
}
