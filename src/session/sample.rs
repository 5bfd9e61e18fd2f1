//! Somebody signed in, for tests.
#![allow(clippy::unwrap_used, reason = "a test may panic, its helpers too")]

use super::{Session, SessionState};
use crate::api::Client;
use crate::host::Host;
use balcao_contract::panel::{self, Capability, MissingCapability};
use leptos::prelude::*;
use serde_json::json;

impl Session {
    /// Somebody in the first of these stores who may do all but what is missing.
    pub fn sample(name: &str, stores: &[&str], missing: Vec<MissingCapability>) -> Self {
        let account = |(at, name): (usize, &&str)| json!({ "id": at + 1, "name": name, "region": "brazil" });
        let accounts: Vec<_> = stores.iter().enumerate().map(account).collect();
        let lacks = |capability: &Capability| missing.iter().any(|missing| missing.capability == *capability);
        let all = [
            Capability::OpenTechnicalRequests,
            Capability::OpenFinancialRequests,
            Capability::OpenCommercialRequests,
            Capability::AnswerOwnRequests,
            Capability::AnswerAccountRequests,
        ];
        let capabilities: Vec<Capability> = all.into_iter().filter(|capability| !lacks(capability)).collect();
        let responses = balcao_contract::support::FirstResponses::default_of(balcao_contract::support::Region::Brazil);
        let who: panel::Session = serde_json::from_value(json!({
            "csrf_token": "", "expires_at": "2026-11-21T12:00:00Z",
            "user": { "id": 1, "name": name, "email": "carla@acmestore.example", "locale": "en" },
            "account": accounts.first(), "accounts": accounts, "door": "email",
            "capabilities": capabilities, "missing": missing, "first_responses": responses,
        }))
        .unwrap();
        let session = Self::signed_out(Client::here(), Host::here());
        session.who.set(Some(who));
        session.state.set(SessionState::SignedIn);
        session
    }
}
