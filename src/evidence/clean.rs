//! Cleans files before they are sent, a slice at a time: between two, the browser has its turn. What comes out is put together of
//! parts; the original stays where it is, and is neither stored nor sent.

use super::cleaned::Cleaned;
use super::cleaner::fetched;
use super::queue::Reason;
use super::uploads::Uploads;
use crate::draft::{DraftFile, unguessable};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag};

/// So many bytes are cleaned at once: a few frames on a slow phone.
const SLICE: u64 = 256 * 1024;

/// A cleaned file: its bytes, and what was taken out.
type Clean = (Blob, Cleaned);

impl Uploads {
    /// Begins with what is to be cleaned.
    pub(super) fn clean_all(self) {
        let begun = self.queue.try_maybe_update(|queue| {
            let begun = queue.start_cleaning();
            (!begun.is_empty(), begun)
        });
        for file in begun.unwrap_or_default() {
            spawn_local(self.clean(file));
        }
    }

    async fn clean(self, file: DraftFile) {
        let mut at = 0;
        let outcome = match self.original(&file.id) {
            Some(original) => self.cleaned(&file.id, &original, &mut at).await,
            None => Err(Reason::Lost),
        };
        let (outcome, bytes) = match outcome {
            Ok(Some((bytes, cleaned))) => (Ok((bytes.size() as u64, cleaned)), Some(bytes)),
            // Stopped, or the page was left.
            Ok(None) => return,
            Err(reason) => (Err(reason), None),
        };
        let sent = self.queue.try_update(|queue| queue.finish_cleaning(&file.id, at, outcome)).flatten();
        if let (Some(file), Some(bytes)) = (sent, bytes) {
            self.hold(&file, bytes);
        }
        self.pump();
    }

    /// `at` is how far it has come. `None` where nobody waits for it any more.
    async fn cleaned(self, id: &str, original: &Blob, at: &mut u64) -> Result<Option<Clean>, Reason> {
        let code = fetched().await.map_err(|_| Reason::NotCleaned)?;
        let mut cleaner = (code.begin)();
        let (parts, mut out) = (js_sys::Array::new(), Vec::new());
        let size = original.size() as u64;
        while *at < size {
            let end = size.min(*at + SLICE);
            let slice = original.slice_with_f64_and_f64(*at as f64, end as f64).map_err(|_| Reason::NotCleaned)?;
            let bytes = JsFuture::from(slice.array_buffer()).await.map_err(|_| Reason::NotCleaned)?;
            if self.queue.try_update(|queue| queue.advance(id, *at, end)) != Some(true) {
                return Ok(None);
            }
            *at = end;
            cleaner.push(&js_sys::Uint8Array::new(&bytes).to_vec(), &mut out);
            put(&parts, &mut out)?;
        }
        let cleaned = cleaner.finish(&mut out).ok_or(Reason::Unreadable)?;
        put(&parts, &mut out)?;
        let kind = BlobPropertyBag::new();
        kind.set_type(&original.type_());
        let bytes = Blob::new_with_blob_sequence_and_options(&parts, &kind).map_err(|_| Reason::NotCleaned)?;
        Ok(Some((bytes, cleaned)))
    }

    /// Whether secrets are taken out of a text. What was sent of it until now goes.
    pub(super) fn set_hidden(self, id: &str, is_hidden: bool) {
        let Some(original) = self.original(id) else { return };
        self.pull_brake(id);
        let size = original.size() as u64;
        let sent = self.queue.try_update(|queue| queue.set_hidden(id, is_hidden, size, unguessable())).flatten();
        self.inner.update_value(|inner| {
            inner.bytes.retain(|(known, _)| known != id);
            if let Some(upload) = sent {
                inner.client.forget_upload(&upload.token);
            }
        });
        let file = self.queue.with_untracked(|queue| queue.get(id).map(|entry| entry.file.clone()));
        if let Some(file) = file.filter(|_| !is_hidden) {
            self.hold(&file, original);
        }
        self.pump();
    }

    /// The file as it was chosen, where it is to be cleaned; gone once the page is left.
    pub(super) fn original(self, id: &str) -> Option<Blob> {
        self.inner
            .try_with_value(|inner| inner.originals.iter().find(|(known, _)| known == id).map(|(_, blob)| blob.clone()))
            .flatten()
    }
}

/// The browser may keep a part on disk.
fn put(parts: &js_sys::Array, out: &mut Vec<u8>) -> Result<(), Reason> {
    let bytes = js_sys::Array::of1(&js_sys::Uint8Array::from(out.as_slice()));
    out.clear();
    let part = Blob::new_with_u8_array_sequence(&bytes).map_err(|_| Reason::NotCleaned)?;
    parts.push(&part);
    Ok(())
}
