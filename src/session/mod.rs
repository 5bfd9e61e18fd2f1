//! Who is signed in and what they may do: exchanges the host's token or the support site's cookie for a session, renews
//! it when it has ended, and lets nobody in before. Leaves messages to `host` and calls to `api`.

mod gate;
mod lacking;
mod last_store;
mod sign_ins;
mod sign_out;
mod site_header;

pub use gate::{EndedBanner, Gate};
pub use lacking::{CheckAgain, Lacking};
pub use sign_ins::SignInsPage;
pub use site_header::SiteHeader;

use crate::api::{ApiError, Client, Credentials};
use crate::host::{Host, HostContext};
use crate::view::effect;
use balcao_contract::id::{AccountId, UserId};
use balcao_contract::panel::{self, Capability, FirstRequests, SignIn};
use balcao_contract::priority::Priority;
use balcao_contract::support::FirstResponses;
use balcao_contract::time::Timestamp;
use futures::channel::oneshot;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::rc::Rc;

/// How far signing in is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionState {
    /// The host has not said who is asking.
    Waiting,
    /// The backend is being asked.
    SigningIn,
    /// Signed in.
    SignedIn,
    /// The token was not accepted, or the backend was not reached.
    Failed(ApiError),
    /// It was there, has ended and could not be renewed; what is on the screen stays.
    Ended(ApiError),
}

/// As many requests as stand on a page of the list.
const FIRST_REQUESTS: u32 = 20;

/// What a session is asked for with.
#[derive(Clone)]
enum Proof {
    /// What the host said.
    Host(HostContext),
    /// The cookie that the browser adds by itself; which store, where that is known.
    Cookie(Option<String>),
}

impl Proof {
    fn sign_in(&self) -> SignIn {
        match self {
            Self::Host(context) => {
                SignIn { token: context.token.clone(), account: Some(context.account.clone()), ..SignIn::default() }
            }
            Self::Cookie(account) => SignIn { account: account.clone(), ..SignIn::default() },
        }
    }

    /// For the first session: a page that begins with the list gets it at once.
    fn first_sign_in(&self) -> SignIn {
        let path = window().location().pathname().unwrap_or_default();
        let is_list = matches!(path.trim_end_matches('/'), "/panel" | "/panel/requests");
        SignIn { first_requests: is_list.then_some(FIRST_REQUESTS), ..self.sign_in() }
    }
}

/// The session; in the context of every view.
#[derive(Clone, Copy)]
pub struct Session {
    state: RwSignal<SessionState>,
    who: RwSignal<Option<panel::Session>>,
    renewing: StoredValue<Option<Vec<oneshot::Sender<bool>>>, LocalStorage>,
    /// Grows when another sign-in begins: what an earlier one brings is then of no use.
    attempt: StoredValue<u32>,
    busy: RwSignal<bool>,
    in_vain: RwSignal<bool>,
    first: StoredValue<Option<FirstRequests>>,
    client: Client,
    host: Host,
}

impl Session {
    /// Signs in as soon as the host says who is asking, again when it names another account, and whenever the backend
    /// says that the session has ended. Outside of any host the support site's cookie says who is asking.
    #[must_use]
    pub fn keep(client: Client, host: Host) -> Self {
        let session = Self::signed_out(client, host);
        client.set_renewer(Rc::new(move || Box::pin(session.renew())));
        if host.support_site().is_some() {
            session.begin(Proof::Cookie(last_store::recall()));
            return session;
        }
        effect(move || match host.context() {
            Some(context) => {
                let is_same = session.who.with_untracked(|who| {
                    who.as_ref().is_some_and(|who| who.account.name.eq_ignore_ascii_case(&context.account))
                });
                // A newer token of the same account is kept by the host until this session has ended. Beside us a host
                // needs no token: its own cookie comes with the call.
                if !is_same && (context.token.is_some() || host.is_beside()) {
                    session.begin(Proof::Host(context));
                }
            }
            None if host.is_beside() => session.begin(Proof::Cookie(None)),
            None => {}
        });
        session
    }

    fn signed_out(client: Client, host: Host) -> Self {
        Self {
            state: RwSignal::new(SessionState::Waiting),
            who: RwSignal::new(None),
            renewing: StoredValue::new_local(None),
            attempt: StoredValue::new(0),
            busy: RwSignal::new(false),
            in_vain: RwSignal::new(false),
            first: StoredValue::new(None),
            client,
            host,
        }
    }

    /// The session of the nearest view. Outside of the application (a test that provides none) nobody is signed in.
    #[must_use]
    pub fn here() -> Self {
        use_context::<Self>().unwrap_or_else(|| Self::signed_out(Client::here(), Host::here()))
    }

    /// How far signing in is; follows it.
    #[must_use]
    pub fn state(self) -> SessionState {
        self.state.get()
    }

    /// Who, and for which store; follows it.
    #[must_use]
    pub fn who(self) -> Option<panel::Session> {
        self.who.get()
    }

    /// Who; follows it.
    #[must_use]
    pub fn user_id(self) -> Option<UserId> {
        self.who.with(|who| who.as_ref().map(|who| who.user.id))
    }

    /// For which store; follows it.
    #[must_use]
    pub fn account_id(self) -> Option<AccountId> {
        self.who.with(|who| who.as_ref().map(|who| who.account.id))
    }

    /// The newest event of the moment when the session began, without following it.
    #[must_use]
    pub fn last_event(self) -> Option<u64> {
        self.who.with_untracked(|who| who.as_ref().map(|who| who.last_event_id))
    }

    /// What the pages of this person in this browser have in common, without following it.
    #[must_use]
    pub fn live_channel(self) -> String {
        let name =
            self.who.with_untracked(|who| who.as_ref().map(|who| panel::live_channel(who.account.id, who.user.id)));
        name.unwrap_or_default()
    }

    /// The requests that came with the session, once: whoever shows them asks by itself from then on.
    #[must_use]
    pub fn take_first(self) -> Option<FirstRequests> {
        self.first.try_update_value(Option::take).flatten()
    }

    /// What the account's region promises; follows it.
    #[must_use]
    pub fn first_responses(self) -> Option<FirstResponses> {
        self.who.with(|who| who.as_ref().map(|who| who.first_responses))
    }

    /// By when a promise of that priority is kept for what begins then; `None` where the hours are not known so far.
    /// Follows it.
    #[must_use]
    pub fn answered_by(self, priority: Priority, start: Timestamp) -> Option<Timestamp> {
        self.who.with(|who| who.as_ref().and_then(|who| who.first_responses.of(priority).due(start, &who.open_hours)))
    }

    /// Whether the backend lets this user do something; follows it.
    #[must_use]
    pub fn may(self, capability: Capability) -> bool {
        self.who.with(|who| who.as_ref().is_some_and(|who| who.capabilities.contains(&capability)))
    }

    /// A session that has ended is being renewed; follows it.
    #[must_use]
    pub fn is_renewing(self) -> bool {
        self.busy.get()
    }

    /// The user asked for a new session, and got none; follows it.
    #[must_use]
    pub fn was_asked_in_vain(self) -> bool {
        self.in_vain.get()
    }

    /// Tries again after a failure or an end.
    pub fn sign_in_again(self) {
        if self.who.with_untracked(Option::is_none) {
            self.state.set(SessionState::SigningIn);
        }
        spawn_local(async move {
            let is_renewed = self.renew().await;
            let has_ended = self.state.with_untracked(|state| matches!(state, SessionState::Ended(_)));
            self.in_vain.set(!is_renewed && has_ended);
        });
    }

    /// Goes on for another store of the same person. Until it is there, and where it cannot be had, all stays as it is.
    ///
    /// # Errors
    /// The store is not one of theirs any more, or the backend was not reached.
    pub async fn choose_store(self, name: String) -> Result<(), ApiError> {
        let sign_in = Proof::Cookie(Some(name)).sign_in();
        let signed_in = match self.client.sign_in(&sign_in).await {
            Ok(signed_in) => signed_in,
            Err(error) => {
                if error == ApiError::SignedOut {
                    self.state.set(SessionState::Ended(error.clone()));
                }
                return Err(error);
            }
        };
        self.attempt.update_value(|attempt| *attempt += 1);
        self.take(signed_in).map(|_| ())
    }

    /// Takes what the backend says of the session now: a name that was corrected, a capability that was given.
    pub fn updated(self, session: panel::Session) {
        self.who.set(Some(session));
    }

    /// Forgets what this browser knew of somebody who has signed out, and goes to where one signs in. Inside the admin
    /// the host signs in anew.
    pub fn leave(self) {
        match self.host.support_site() {
            Some(site) => {
                last_store::forget();
                if let Some(window) = web_sys::window() {
                    let _ = window.location().assign(&format!("{site}?signed_out=1"));
                }
            }
            None => self.sign_in_again(),
        }
    }

    /// Signs in for the first time, or for another account than before.
    fn begin(self, proof: Proof) {
        self.attempt.update_value(|attempt| *attempt += 1);
        self.client.set_credentials(None);
        self.who.set(None);
        self.state.set(SessionState::SigningIn);
        spawn_local(async move {
            self.exchange(proof).await;
        });
    }

    /// Exchanges a proof for a session.
    async fn exchange(self, proof: Proof) -> bool {
        let had_session = self.who.with_untracked(Option::is_some);
        let attempt = self.attempt.get_value();
        let sign_in = if had_session { proof.sign_in() } else { proof.first_sign_in() };
        let mut result = self.client.sign_in(&sign_in).await;
        // The store that was chosen last may be another person's, or no longer theirs.
        let is_recalled = !had_session && matches!(proof, Proof::Cookie(Some(_)));
        if is_recalled && matches!(result, Err(ApiError::SignedOut | ApiError::Forbidden(_) | ApiError::NotFound)) {
            result = self.client.sign_in(&SignIn::default()).await;
        }
        // The host has named another account meanwhile, or another store was chosen: that sign-in is on its way.
        if self.attempt.get_value() != attempt {
            return false;
        }
        match result.and_then(|signed_in| self.take(signed_in)) {
            Ok(same) => same,
            Err(error) if had_session => {
                self.state.set(SessionState::Ended(error));
                false
            }
            Err(error) => {
                // A host beside us whose cookie says nothing may still send a token.
                let may_come = self.host.support_site().is_none() && proof.sign_in().token.is_none();
                self.state.set(if may_come { SessionState::Waiting } else { SessionState::Failed(error) });
                false
            }
        }
    }

    /// Goes on with a new session. `false`: it is another one's, or for another store; what was on its way was not
    /// theirs.
    fn take(self, mut signed_in: panel::Session) -> Result<bool, ApiError> {
        let token = signed_in.token.take().ok_or(ApiError::Unexpected(201))?;
        let same = self.who.with_untracked(|who| {
            who.as_ref().is_none_or(|who| who.user.id == signed_in.user.id && who.account.id == signed_in.account.id)
        });
        if self.host.support_site().is_some() {
            last_store::keep(&signed_in.account.name);
        }
        self.first.set_value(signed_in.first.take());
        let credentials = Credentials { token, csrf_token: signed_in.csrf_token.clone() };
        self.who.set(Some(signed_in));
        self.client.set_credentials(Some(credentials));
        self.state.set(SessionState::SignedIn);
        Ok(same)
    }

    /// Gets a fresh token from the host and signs in with it. Several who ask at once share one attempt.
    async fn renew(self) -> bool {
        let (sender, receiver) = oneshot::channel();
        let is_first = self.renewing.try_update_value(|renewing| match renewing {
            Some(others) => {
                others.push(sender);
                false
            }
            None => {
                *renewing = Some(Vec::new());
                true
            }
        });
        if is_first != Some(true) {
            return receiver.await.unwrap_or(false);
        }
        self.busy.set(true);
        let renewed = match self.proof().await {
            Some(proof) => self.exchange(proof).await,
            None => {
                self.state.set(SessionState::Waiting);
                false
            }
        };
        self.busy.set(false);
        let others = self.renewing.try_update_value(Option::take).flatten().unwrap_or_default();
        for other in others {
            let _ = other.send(renewed);
        }
        renewed
    }

    /// What a session can be asked for with now.
    async fn proof(self) -> Option<Proof> {
        if self.host.support_site().is_some() {
            let store = self.who.with_untracked(|who| who.as_ref().map(|who| who.account.name.clone()));
            return Some(Proof::Cookie(store.or_else(last_store::recall)));
        }
        // A host that does not answer may have given us a newer token by itself.
        let context = self.host.fresh_context().await.or_else(|| self.host.last_context());
        let beside = || untrack(|| self.host.is_beside()).then_some(Proof::Cookie(None));
        context.map(Proof::Host).or_else(beside)
    }
}

#[cfg(test)]
#[cfg(target_arch = "wasm32")]
mod sample;
