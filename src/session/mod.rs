//! Who is signed in and what they may do: exchanges the host's token for a session, renews it when it has ended, and
//! lets nobody in before. Leaves messages to `host` and calls to `api`.

mod gate;

pub use gate::{EndedBanner, Gate};

use crate::api::{ApiError, Client, Credentials};
use crate::host::{Host, HostContext};
use balcao_contract::id::{AccountId, UserId};
use balcao_contract::panel::{self, Capability};
use balcao_contract::support::FirstResponses;
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
    /// It was there and has ended; what is on the screen stays.
    Ended,
}

/// The session; in the context of every view.
#[derive(Clone, Copy)]
pub struct Session {
    state: RwSignal<SessionState>,
    who: RwSignal<Option<panel::Session>>,
    renewing: StoredValue<Option<Vec<oneshot::Sender<bool>>>, LocalStorage>,
    busy: RwSignal<bool>,
    in_vain: RwSignal<bool>,
    client: Client,
    host: Host,
}

impl Session {
    /// Signs in as soon as the host says who is asking, again when it names another account, and whenever the backend
    /// says that the session has ended.
    #[must_use]
    pub fn keep(client: Client, host: Host) -> Self {
        let session = Self::signed_out(client, host);
        client.set_renewer(Rc::new(move || Box::pin(session.renew())));
        Effect::new(move || {
            let Some(context) = host.context() else { return };
            let is_same = session.who.with_untracked(|who| {
                who.as_ref().is_some_and(|who| who.account.name.eq_ignore_ascii_case(&context.account))
            });
            // A newer token of the same account is kept by the host until this session has ended.
            if !is_same && context.token.is_some() {
                session.begin(context);
            }
        });
        session
    }

    fn signed_out(client: Client, host: Host) -> Self {
        Self {
            state: RwSignal::new(SessionState::Waiting),
            who: RwSignal::new(None),
            renewing: StoredValue::new_local(None),
            busy: RwSignal::new(false),
            in_vain: RwSignal::new(false),
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

    /// What the account's region promises; follows it.
    #[must_use]
    pub fn first_responses(self) -> Option<FirstResponses> {
        self.who.with(|who| who.as_ref().map(|who| who.first_responses))
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
            self.in_vain.set(!is_renewed && self.state.get_untracked() == SessionState::Ended);
        });
    }

    /// Signs in for the first time, or for another account than before.
    fn begin(self, context: HostContext) {
        self.client.set_credentials(None);
        self.who.set(None);
        self.state.set(SessionState::SigningIn);
        spawn_local(async move {
            self.exchange(&context).await;
        });
    }

    /// Exchanges a context's token for a session.
    async fn exchange(self, context: &HostContext) -> bool {
        let had_session = self.who.with_untracked(Option::is_some);
        let result = match &context.token {
            Some(token) => self.client.sign_in(token).await,
            None => Err(ApiError::SignedOut),
        };
        let is_latest = self.host.last_context().is_none_or(|latest| latest.account == context.account);
        match result {
            // The host has named another account meanwhile: that one's sign-in is on its way.
            _ if !is_latest => false,
            Ok(mut signed_in) => {
                let Some(token) = signed_in.token.take() else {
                    self.state.set(SessionState::Failed(ApiError::Unexpected(201)));
                    return false;
                };
                let same = self.who.with_untracked(|who| {
                    who.as_ref()
                        .is_none_or(|who| who.user.id == signed_in.user.id && who.account.id == signed_in.account.id)
                });
                let credentials = Credentials { token, csrf_token: signed_in.csrf_token.clone() };
                self.who.set(Some(signed_in));
                self.client.set_credentials(Some(credentials));
                self.state.set(SessionState::SignedIn);
                // Somebody else has signed in meanwhile: what was on its way was not theirs.
                same
            }
            Err(error) => {
                self.state.set(if had_session { SessionState::Ended } else { SessionState::Failed(error) });
                false
            }
        }
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
        // A host that does not answer may have given us a newer token by itself.
        let context = self.host.fresh_context().await.or_else(|| self.host.last_context());
        let renewed = match context {
            Some(context) => self.exchange(&context).await,
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
}
