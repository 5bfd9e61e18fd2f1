//! The stream of live updates. `EventSource` cannot send the session's token, which must not stand in an address: the
//! stream is read from an ordinary `fetch`.

use crate::api::client::Fuse;
use crate::api::{ApiError, Call, Client};
use balcao_contract::id::{CommentId, RequestId};
use balcao_contract::panel::{ReadMark, Unread, UnreadEnvelope};
use gloo_net::http::Method;
use js_sys::{Function, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// A stream that is open; it ends when this is dropped.
pub struct EventStream {
    reader: JsValue,
    _fuse: Fuse,
}

impl EventStream {
    /// The next piece of text; `None` at the end.
    ///
    /// # Errors
    /// `Network` where the connection broke.
    pub async fn next(&mut self) -> Result<Option<String>, ApiError> {
        let read = call(&self.reader, "read")?.dyn_into::<Promise>().map_err(|_| ApiError::Network)?;
        let piece = JsFuture::from(read).await.map_err(|_| ApiError::Network)?;
        let value = Reflect::get(&piece, &"value".into()).unwrap_or_default();
        // What the backend sends there is ASCII, so that no letter is ever cut in two.
        let bytes = value.dyn_into::<Uint8Array>().map(|bytes| bytes.to_vec());
        Ok(bytes.ok().map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
    }
}

fn call(object: &JsValue, method: &str) -> Result<JsValue, ApiError> {
    let function = Reflect::get(object, &method.into()).ok().and_then(|function| function.dyn_into::<Function>().ok());
    function.and_then(|function| function.call0(object).ok()).ok_or(ApiError::Network)
}

impl Client {
    /// Listens to what happens to one's requests, from the event on that was heard last.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn listen(self, last: Option<&str>) -> Result<EventStream, ApiError> {
        let mut listen = Call::new(Method::GET, "/api/panel/events");
        if let Some(last) = last {
            listen = listen.header("last-event-id", last);
        }
        let (response, fuse) = self.answer(&listen).await?.keep_open();
        let body = Reflect::get(&response, &"body".into()).map_err(|_| ApiError::Network)?;
        Ok(EventStream { reader: call(&body, "getReader")?, _fuse: fuse })
    }

    /// Which requests have an answer that was not read.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn unread(self) -> Result<Unread, ApiError> {
        Ok(self.get::<UnreadEnvelope>("/api/panel/unread").await?.unread)
    }

    /// Notes that a request was read until that comment; answers with what is unread then.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn note_read(self, id: RequestId, comment_id: CommentId) -> Result<Unread, ApiError> {
        let call = Call::put(&format!("/api/panel/requests/{id}/read"), &ReadMark { comment_id });
        Ok(self.send::<UnreadEnvelope>(call).await?.unread)
    }
}
