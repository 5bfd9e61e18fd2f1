//! Files on their way to the backend. `fetch` cannot tell how much of a body is gone, so this is the one place with an
//! `XMLHttpRequest`.

use crate::api::{ApiError, Client};
use crate::json;
use balcao_contract::wire::{Upload, UploadEnvelope, error_name};
use js_sys::Promise;
use leptos::prelude::{TimeoutHandle, set_timeout_with_handle};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, ProgressEvent, XmlHttpRequest};

/// How long nothing may move before a transfer counts as lost. A whole file may take as long as it needs.
const STALL: Duration = Duration::from_secs(45);

/// Why a file did not arrive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UploadError {
    /// The user stopped it.
    Aborted,
    /// The backend, or the way to it.
    Api(ApiError),
}

/// Stops a transfer from outside. Cheap to clone.
#[derive(Clone, Default)]
pub struct Brake {
    pulled: Rc<Cell<bool>>,
    request: Rc<RefCell<Option<XmlHttpRequest>>>,
}

impl Brake {
    /// Stops the transfer, also one that has not begun yet.
    pub fn pull(&self) {
        self.pulled.set(true);
        let request = self.request.borrow().clone();
        if let Some(request) = request {
            let _ = request.abort();
        }
    }
}

/// A file to be sent.
pub struct Parcel<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its bytes.
    pub bytes: &'a Blob,
    /// Sent again with the same key, it makes no second upload.
    pub idempotency_key: &'a str,
}

impl Client {
    /// Sends a file and tells, now and then, how many bytes are gone. Renews a session that has ended, once.
    ///
    /// # Errors
    /// Stopped, refused, or the way to the backend broke.
    pub async fn upload(
        self,
        parcel: Parcel<'_>,
        progress: Rc<dyn Fn(u64)>,
        brake: &Brake,
    ) -> Result<Upload, UploadError> {
        let mut renewed = false;
        loop {
            let used = self.credentials();
            let ended = transfer(self, &parcel, Rc::clone(&progress), brake).await?;
            let error = match ended.outcome() {
                Ok(upload) => return Ok(upload),
                Err(error) => error,
            };
            let refused = error == ApiError::SignedOut || error.is_named(error_name::INVALID_CSRF_TOKEN);
            if refused && !renewed && self.renew(used).await {
                renewed = true;
                continue;
            }
            return Err(UploadError::Api(if refused { ApiError::SignedOut } else { error }));
        }
    }

    /// Takes back a file that was sent and is not wanted any more. Its end is not waited for: an upload that nobody
    /// uses goes by itself.
    pub fn forget_upload(self, token: &str) {
        let path = format!("/api/v2/uploads/{}", String::from(js_sys::encode_uri_component(token)));
        leptos::task::spawn_local(async move {
            let _ = self.delete(&path).await;
        });
    }
}

/// What came back.
struct Ended {
    status: u16,
    retry_after: Option<String>,
    body: String,
    stalled: bool,
}

impl Ended {
    fn outcome(self) -> Result<Upload, ApiError> {
        match self.status {
            // The browser tells no more than that there was no answer.
            0 if self.stalled => Err(ApiError::Timeout),
            0 => Err(ApiError::Network),
            200..=299 => json::read::<UploadEnvelope>(&self.body)
                .map(|envelope| envelope.upload)
                .map_err(|_| ApiError::Unexpected(self.status)),
            status => Err(ApiError::of_response(status, self.retry_after.as_deref(), &self.body)),
        }
    }
}

/// Ends a transfer in which nothing moves.
#[derive(Clone)]
struct Watchdog {
    request: XmlHttpRequest,
    stalled: Rc<Cell<bool>>,
    timer: Rc<RefCell<Option<TimeoutHandle>>>,
}

impl Watchdog {
    fn fed(&self) {
        self.called_off();
        let (request, stalled) = (self.request.clone(), Rc::clone(&self.stalled));
        let timer = set_timeout_with_handle(
            move || {
                stalled.set(true);
                let _ = request.abort();
            },
            STALL,
        );
        *self.timer.borrow_mut() = timer.ok();
    }

    fn called_off(&self) {
        if let Some(timer) = self.timer.borrow_mut().take() {
            timer.clear();
        }
    }
}

async fn transfer(
    client: Client,
    parcel: &Parcel<'_>,
    progress: Rc<dyn Fn(u64)>,
    brake: &Brake,
) -> Result<Ended, UploadError> {
    if brake.pulled.get() {
        return Err(UploadError::Aborted);
    }
    let request = open(client, parcel).map_err(|_| UploadError::Api(ApiError::Network))?;
    *brake.request.borrow_mut() = Some(request.clone());
    let watchdog = Watchdog { request: request.clone(), stalled: Rc::default(), timer: Rc::default() };
    let fed = watchdog.clone();
    let moved = Closure::<dyn Fn(ProgressEvent)>::new(move |event: ProgressEvent| {
        fed.fed();
        progress(event.loaded() as u64);
    });
    if let Ok(upload) = request.upload() {
        upload.set_onprogress(Some(moved.as_ref().unchecked_ref()));
    }
    let watched = request.clone();
    let ended = Promise::new(&mut |end, _| watched.set_onloadend(Some(&end)));
    watchdog.fed();
    let sent = request.send_with_opt_blob(Some(parcel.bytes));
    if sent.is_ok() {
        let _ = JsFuture::from(ended).await;
    }
    watchdog.called_off();
    brake.request.borrow_mut().take();
    if brake.pulled.get() {
        return Err(UploadError::Aborted);
    }
    Ok(Ended {
        status: request.status().unwrap_or(0),
        retry_after: request.get_response_header("retry-after").ok().flatten(),
        body: request.response_text().ok().flatten().unwrap_or_default(),
        stalled: watchdog.stalled.get(),
    })
}

fn open(client: Client, parcel: &Parcel<'_>) -> Result<XmlHttpRequest, JsValue> {
    let request = XmlHttpRequest::new()?;
    let name = String::from(js_sys::encode_uri_component(parcel.name));
    request.open("POST", &format!("/api/v2/uploads?filename={name}"))?;
    request.set_request_header("accept", "application/json")?;
    // The backend looks at the bytes, not at this; without it the browser would send the file's own idea of itself.
    request.set_request_header("content-type", "application/binary")?;
    request.set_request_header("idempotency-key", parcel.idempotency_key)?;
    for (name, value) in client.headers(true) {
        request.set_request_header(name, &value)?;
    }
    Ok(request)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended(status: u16, body: &str, stalled: bool) -> Result<Upload, ApiError> {
        Ended { status, retry_after: None, body: body.to_owned(), stalled }.outcome()
    }

    #[test]
    fn a_broken_connection_is_told_from_a_stalled_one() {
        assert_eq!(ended(0, "", false), Err(ApiError::Network));
        assert_eq!(ended(0, "", true), Err(ApiError::Timeout));
    }

    #[test]
    fn refusals_keep_their_meaning() {
        assert_eq!(ended(413, "", false), Err(ApiError::TooLarge));
        assert_eq!(ended(507, "", false), Err(ApiError::StorageFull));
        assert_eq!(ended(401, "", false), Err(ApiError::SignedOut));
        assert!(matches!(ended(422, r#"{"error":"RecordInvalid"}"#, false), Err(ApiError::Invalid(_))));
        assert_eq!(ended(201, "<html>", false), Err(ApiError::Unexpected(201)));
    }
}
