//! What a handler notes for whoever writes the answer: the reader's language, warnings, the state of a limit.

use crate::connections::Share;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use balcao_contract::id::UserId;
use balcao_contract::locale::Locale;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Where a session or an address stands within its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// In a minute.
    pub limit: u32,
    /// Left of it.
    pub remaining: u32,
    /// Seconds until it is whole again.
    pub reset: u64,
}

/// Notes on the request at hand; one for each request, shared by everything that handles it.
#[derive(Debug, Clone, Default)]
pub struct Notes(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    asked_for: OnceLock<Locale>,
    user: OnceLock<Locale>,
    warnings: Mutex<Vec<String>>,
    allowance: Mutex<Option<Allowance>>,
    share: Mutex<Option<Share<UserId>>>,
}

impl Notes {
    /// Notes on a request that asks for a language, or for none that is spoken here.
    #[must_use]
    pub fn new(asked_for: Option<Locale>) -> Self {
        let notes = Self::default();
        if let Some(locale) = asked_for {
            let _ = notes.0.asked_for.set(locale);
        }
        notes
    }

    /// The signed-in user's language: it counts where the request asks for none.
    pub fn set_locale(&self, locale: Locale) {
        let _ = self.0.user.set(locale);
    }

    /// The language that the request asks for, whoever is signed in.
    #[must_use]
    pub fn asked_for(&self) -> Option<Locale> {
        self.0.asked_for.get().copied()
    }

    /// The reader's language.
    #[must_use]
    pub fn locale(&self) -> Locale {
        self.0.asked_for.get().or_else(|| self.0.user.get()).copied().unwrap_or_default()
    }

    /// Something for `X-Zendesk-API-Warn`.
    pub fn warn(&self, warning: String) {
        self.0.warnings.lock().unwrap_or_else(PoisonError::into_inner).push(warning);
    }

    /// What was warned of.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        self.0.warnings.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The person's share that this request takes until its answer is sent.
    pub fn keep_share(&self, share: Share<UserId>) {
        *self.0.share.lock().unwrap_or_else(PoisonError::into_inner) = Some(share);
    }

    /// Hands that share on to whatever lasts as long as the answer.
    #[must_use]
    pub fn take_share(&self) -> Option<Share<UserId>> {
        self.0.share.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// The state of a limit.
    pub fn set_allowance(&self, allowance: Allowance) {
        *self.0.allowance.lock().unwrap_or_else(PoisonError::into_inner) = Some(allowance);
    }

    /// The state of the limit that was noted last.
    #[must_use]
    pub fn allowance(&self) -> Option<Allowance> {
        *self.0.allowance.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Notes {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_default())
    }
}
