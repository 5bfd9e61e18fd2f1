//! The one client: headers, time-outs, the renewal of the session, errors.

use crate::api::ApiError;
use crate::json;
use crate::text::Language;
use futures::channel::oneshot;
use futures::future::LocalBoxFuture;
use gloo_net::http::{Method, Request, Response};
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::JsCast;

/// How long an ordinary call may take.
const TIMEOUT: Duration = Duration::from_secs(20);
/// How long a file may take to come: it can be large, and the network slow.
const FILE_TIMEOUT: Duration = Duration::from_secs(300);

/// What proves who we are. In memory only: gone with the page (docs/decisions/session-token-in-memory.md).
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// For `Authorization: Bearer`.
    pub token: String,
    /// For `X-CSRF-Token` on every write.
    pub csrf_token: String,
}

/// Gets a new session and says whether it did.
pub type Renewer = Rc<dyn Fn() -> LocalBoxFuture<'static, bool>>;

/// The way to the backend; in the context of every view.
#[derive(Clone, Copy)]
pub struct Client {
    credentials: StoredValue<Option<Credentials>, LocalStorage>,
    renewer: StoredValue<Option<Renewer>, LocalStorage>,
    renewals: RwSignal<u32>,
    early: StoredValue<Vec<Early>, LocalStorage>,
    language: Language,
}

/// So long after it was asked, in milliseconds, an answer is still what the page would get by itself.
const FRESH: f64 = 15_000.0;

/// An answer that is on its way before the page that wants it.
struct Early {
    path: String,
    asked: f64,
    answer: oneshot::Receiver<Result<String, ApiError>>,
}

/// One call, described.
pub struct Call {
    method: Method,
    path: String,
    body: Option<String>,
    header: Option<(&'static str, String)>,
    signed: bool,
}

impl Call {
    /// A call without a body. `path` begins with `/`.
    #[must_use]
    pub fn new(method: Method, path: &str) -> Self {
        Self { method, path: path.to_owned(), body: None, header: None, signed: true }
    }

    /// `POST` of a JSON body.
    #[must_use]
    pub fn post(path: &str, body: &impl Serialize) -> Self {
        Self { body: Some(written(body)), ..Self::new(Method::POST, path) }
    }

    /// `POST` of a body that is JSON text already.
    #[must_use]
    pub fn post_text(path: &str, body: String) -> Self {
        Self { body: Some(body), ..Self::new(Method::POST, path) }
    }

    /// `PUT` of a JSON body.
    #[must_use]
    pub fn put(path: &str, body: &impl Serialize) -> Self {
        Self { body: Some(written(body)), ..Self::new(Method::PUT, path) }
    }

    /// The same key on a second try makes the backend do it only once.
    #[must_use]
    pub fn idempotent(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    /// With a header of its own.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.header = Some((name, value.to_owned()));
        self
    }

    /// Without the session: for signing in, and for what everybody may read.
    #[must_use]
    pub fn unsigned(mut self) -> Self {
        self.signed = false;
        self
    }
}

/// Writing the contract's types as JSON cannot fail.
fn written(body: &impl Serialize) -> String {
    serde_json::to_string(body).unwrap_or_default()
}

/// Ends a fetch that nobody waits for any more: when it takes too long, and when its future is dropped.
pub(super) struct Fuse {
    controller: Option<web_sys::AbortController>,
    timer: Option<TimeoutHandle>,
}

impl Fuse {
    fn lit(timeout: Duration) -> Self {
        let controller = web_sys::AbortController::new().ok();
        let timer =
            controller.clone().and_then(|controller| set_timeout_with_handle(move || controller.abort(), timeout).ok());
        Self { controller, timer }
    }

    fn signal(&self) -> Option<web_sys::AbortSignal> {
        self.controller.as_ref().map(web_sys::AbortController::signal)
    }
}

impl Drop for Fuse {
    fn drop(&mut self) {
        if let Some(timer) = self.timer.take() {
            timer.clear();
        }
        // Without effect on a fetch that has ended.
        if let Some(controller) = &self.controller {
            controller.abort();
        }
    }
}

impl Client {
    /// A client that nobody has signed in with yet.
    #[must_use]
    pub fn new(language: Language) -> Self {
        Self {
            credentials: StoredValue::new_local(None),
            renewer: StoredValue::new_local(None),
            renewals: RwSignal::new(0),
            early: StoredValue::new_local(Vec::new()),
            language,
        }
    }

    /// The client of the nearest view. Outside of the application (a test that provides none) it is signed out.
    #[must_use]
    pub fn here() -> Self {
        use_context::<Self>().unwrap_or_else(|| Self::new(Language::here()))
    }

    /// Takes a new session, or forgets the present one.
    pub fn set_credentials(self, credentials: Option<Credentials>) {
        let renewed = credentials.is_some();
        self.credentials.set_value(credentials);
        if renewed {
            self.renewals.update(|renewals| *renewals += 1);
        }
    }

    /// How a session that has ended is renewed.
    pub fn set_renewer(self, renewer: Renewer) {
        self.renewer.set_value(Some(renewer));
    }

    /// Grows with each new session. What failed because of the old one can follow it and try again.
    #[must_use]
    pub fn renewals(self) -> u32 {
        self.renewals.get()
    }

    /// `GET` of JSON.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn get<T: DeserializeOwned>(self, path: &str) -> Result<T, ApiError> {
        self.send(Call::new(Method::GET, path)).await
    }

    /// Begins a `GET` for a page whose code is still on its way: its own, of the same path, gets this answer.
    pub fn get_early(self, path: &str) {
        let (sender, answer) = oneshot::channel();
        let call = Call::new(Method::GET, path);
        self.early.update_value(|early| {
            early.push(Early { path: path.to_owned(), asked: js_sys::Date::now(), answer });
        });
        spawn_local(async move {
            let _ = sender.send(self.fetch_text(call).await);
        });
    }

    /// The answer to a call that was begun early, once.
    fn take_early(self, call: &Call) -> Option<oneshot::Receiver<Result<String, ApiError>>> {
        let taken = self.early.try_update_value(|early| {
            early.retain(|early| js_sys::Date::now() - early.asked < FRESH);
            let at = early.iter().position(|early| call.method == Method::GET && early.path == call.path)?;
            Some(early.swap_remove(at).answer)
        });
        taken.flatten()
    }

    /// `POST` of JSON, answered with JSON; `()` where the answer is empty.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn post<T: DeserializeOwned>(self, path: &str, body: &impl Serialize) -> Result<T, ApiError> {
        self.send(Call::post(path, body)).await
    }

    /// `DELETE`; what is already gone is well.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn delete(self, path: &str) -> Result<(), ApiError> {
        match self.text(Call::new(Method::DELETE, path)).await {
            Ok(_) | Err(ApiError::NotFound) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// A call, answered with JSON (an empty answer reads as `null`). The fetch is aborted when the future is dropped.
    ///
    /// # Errors
    /// Every way it can go wrong. `SignedOut` only after renewing the session has failed, too.
    pub async fn send<T: DeserializeOwned>(self, call: Call) -> Result<T, ApiError> {
        let text = self.text(call).await?;
        json::read(&text).map_err(|_| ApiError::Unexpected(200))
    }

    /// A call, answered with text. In a box, so that a call costs the panel's code one pointer, not a copy of all this.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub fn text(self, call: Call) -> LocalBoxFuture<'static, Result<String, ApiError>> {
        Box::pin(async move {
            if let Some(answer) = self.take_early(&call)
                && let Ok(Ok(text)) = answer.await
            {
                return Ok(text);
            }
            self.fetch_text(call).await
        })
    }

    fn fetch_text(self, call: Call) -> LocalBoxFuture<'static, Result<String, ApiError>> {
        Box::pin(async move {
            let Answer { response, fuse } = self.response(&call, Fuse::lit(TIMEOUT)).await?;
            let text = response.text().await.map_err(|error| fault(&error));
            drop(fuse);
            text
        })
    }

    /// A file of ours, fetched with the session: an attachment's `content_url`.
    ///
    /// # Errors
    /// As [`Client::send`]; `NotFound` for an address of another origin, which never gets to see our token.
    pub async fn blob(self, address: &str) -> Result<web_sys::Blob, ApiError> {
        let origin = web_sys::window().and_then(|window| window.location().origin().ok()).unwrap_or_default();
        let path = match address.strip_prefix(origin.as_str()) {
            Some(path) => path,
            None => address,
        };
        if !path.starts_with('/') || path.starts_with("//") {
            return Err(ApiError::NotFound);
        }
        let Answer { response, fuse } = self.response(&Call::new(Method::GET, path), Fuse::lit(FILE_TIMEOUT)).await?;
        let raw: web_sys::Response = response.into();
        let promise = raw.blob().map_err(|_| ApiError::Network)?;
        let blob = wasm_bindgen_futures::JsFuture::from(promise).await.map_err(|_| ApiError::Network)?;
        drop(fuse);
        blob.dyn_into().map_err(|_| ApiError::Network)
    }

    /// The headers of a call by session: for the one caller that cannot use `fetch`, the upload with its progress.
    #[must_use]
    pub fn headers(self, write: bool) -> Vec<(&'static str, String)> {
        let mut headers = vec![("accept-language", self.language.locale().tag().to_owned())];
        self.credentials.with_value(|credentials| {
            if let Some(credentials) = credentials {
                headers.push(("authorization", format!("Bearer {}", credentials.token)));
                if write {
                    headers.push(("x-csrf-token", credentials.csrf_token.clone()));
                }
            }
        });
        headers
    }

    /// Renews a session that was refused; `refused` are the credentials that were sent. `true`: try again. When
    /// somebody else has renewed it meanwhile, nothing is done.
    pub async fn renew(self, refused: Option<Credentials>) -> bool {
        if self.credentials() != refused {
            return self.credentials().is_some();
        }
        match self.renewer.get_value() {
            Some(renew) => renew().await,
            None => false,
        }
    }

    /// What the next call will be signed with.
    #[must_use]
    pub fn credentials(self) -> Option<Credentials> {
        self.credentials.get_value()
    }

    /// The answer to a call, its body still to be read.
    pub(super) async fn answer(self, call: &Call) -> Result<Answer, ApiError> {
        self.response(call, Fuse::lit(TIMEOUT)).await
    }

    async fn response(self, call: &Call, mut fuse: Fuse) -> Result<Answer, ApiError> {
        let mut renewed = false;
        loop {
            let used = self.credentials();
            let response = self.fetch(call, &fuse).await?;
            if response.ok() {
                return Ok(Answer { response, fuse });
            }
            let status = response.status();
            let retry_after = response.headers().get("retry-after");
            let body = response.text().await.unwrap_or_default();
            let error = ApiError::of_response(status, retry_after.as_deref(), &body);
            let ended =
                error == ApiError::SignedOut || error.is_named(balcao_contract::wire::error_name::INVALID_CSRF_TOKEN);
            if ended && call.signed && !renewed && self.renew(used).await {
                renewed = true;
                fuse = Fuse::lit(TIMEOUT);
                continue;
            }
            return Err(if ended { ApiError::SignedOut } else { error });
        }
    }

    async fn fetch(self, call: &Call, fuse: &Fuse) -> Result<Response, ApiError> {
        let headers = web_sys::Headers::new().map_err(|_| ApiError::Network)?;
        let set = |name: &str, value: &str| headers.set(name, value).map_err(|_| ApiError::Network);
        set("accept", "application/json")?;
        if call.signed {
            for (name, value) in self.headers(call.method != Method::GET) {
                set(name, &value)?;
            }
        }
        let kind = call.body.as_ref().map(|_| ("content-type", "application/json".to_owned()));
        for (name, value) in call.header.iter().chain(&kind) {
            set(name, value)?;
        }
        let options = web_sys::RequestInit::new();
        options.set_method(call.method.as_str());
        // The header proves who we are. Only the support site's sign-in looks at a cookie, of its own origin.
        options.set_credentials(web_sys::RequestCredentials::SameOrigin);
        options.set_headers(&headers);
        options.set_signal(fuse.signal().as_ref());
        if let Some(body) = &call.body {
            options.set_body(&body.into());
        }
        // gloo's own builder adds `&` to an address with a query, which is then not the one that the page preloads.
        let request = web_sys::Request::new_with_str_and_init(&call.path, &options).map_err(|_| ApiError::Network)?;
        Request::from(request).send().await.map_err(|error| fault(&error))
    }
}

/// An answer whose body is still to be read.
pub(super) struct Answer {
    response: Response,
    /// Kept until the body is read: dropping it ends the fetch.
    fuse: Fuse,
}

impl Answer {
    /// The browser's own answer, whose body may take as long as it likes; the fetch ends with the fuse.
    pub(super) fn keep_open(mut self) -> (web_sys::Response, Fuse) {
        if let Some(timer) = self.fuse.timer.take() {
            timer.clear();
        }
        (self.response.into(), self.fuse)
    }
}

/// A fetch rejects with `AbortError` when we cut it off, and with a `TypeError` for everything about the network.
fn fault(error: &gloo_net::Error) -> ApiError {
    match error {
        gloo_net::Error::JsError(error) if error.name == "AbortError" => ApiError::Timeout,
        _ => ApiError::Network,
    }
}
