//! Who is asking, then what about. Inside the admin the host has said who: there the second is all.

use super::kinds::kinds;
use super::who::who;
use crate::api::Client;
use crate::host::Host;
use crate::location::Location;
use crate::session::Session;
use crate::view::{memo, view};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The second part's address.
pub const KINDS: &str = "/new?step=kind";

/// `/new`.
#[component]
pub fn StartPage() -> impl IntoView {
    let asks_who = Host::here().support_site().is_some();
    let location = Location::here();
    let is_known = memo(move || !asks_who || location.parameter("step").as_deref() == Some("kind"));
    refresh();
    let part = move || if is_known.get() { kinds() } else { who() };
    view! { <section class="page page-narrow start">{part}</section> }.into_any()
}

/// What somebody may do, and for which stores, may have changed since they signed in. Where it cannot be read, what is
/// known has to do: the backend checks it again with every call.
fn refresh() {
    let (client, session) = (Client::here(), Session::here());
    spawn_local(async move {
        if let Ok(now) = client.session().await {
            session.updated(now);
        }
    });
}
