//! The files of one comment at work: the queue, their bytes, their transfers, and what the device keeps of them.

use super::queue::{Entry, Outstanding, Queue, Reason, Rejected, State};
use crate::api::{Brake, Client, Parcel, UploadError};
use crate::draft::{DraftFile, DraftId, Owner, SentUpload, Store, unguessable};
use crate::view::effect;
use balcao_contract::content::HEAD_BYTES;
use balcao_contract::file::FileLimits;
use balcao_contract::wire::Upload;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::rc::Rc;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File, FileList};

/// Where the bytes are kept on this device: beside a draft.
#[derive(Clone)]
pub struct Shelf {
    /// The device's storage.
    pub store: Store,
    /// Whose draft.
    pub owner: Owner,
    /// Which draft.
    pub draft: DraftId,
}

struct Inner {
    client: Client,
    limits: FileLimits,
    shelf: Option<Shelf>,
    bytes: Vec<(String, Blob)>,
    brakes: Vec<(String, Brake)>,
}

/// The files of one comment. Lives as long as the view that made it; transfers end with it, and the draft keeps what
/// is needed to begin them again.
#[derive(Clone, Copy)]
pub struct Uploads {
    queue: RwSignal<Queue>,
    rejected: RwSignal<Vec<Rejected>>,
    unkept: RwSignal<bool>,
    restored: StoredValue<bool>,
    inner: StoredValue<Inner, LocalStorage>,
}

/// The first bytes of a file. One that cannot be read now is judged by the backend.
async fn head(file: &File) -> Option<Vec<u8>> {
    let part = file.slice_with_f64_and_f64(0.0, HEAD_BYTES as f64).ok()?;
    let buffer = JsFuture::from(part.array_buffer()).await.ok()?;
    Some(js_sys::Uint8Array::new(&buffer).to_vec())
}

fn now() -> i64 {
    js_sys::Date::now() as i64
}

impl Uploads {
    /// No files yet. `shelf` is where bytes survive a reload; `None` where the device keeps nothing.
    #[must_use]
    pub fn new(client: Client, limits: FileLimits, shelf: Option<Shelf>) -> Self {
        let inner = Inner { client, limits, shelf, bytes: Vec::new(), brakes: Vec::new() };
        let uploads = Self {
            queue: RwSignal::new(Queue::default()),
            rejected: RwSignal::new(Vec::new()),
            unkept: RwSignal::new(false),
            restored: StoredValue::new(true),
            inner: StoredValue::new_local(inner),
        };
        let online = window_event_listener(leptos::ev::online, move |_| uploads.retry_offline());
        on_cleanup(move || {
            online.remove();
            uploads.inner.try_update_value(|inner| inner.brakes.drain(..).for_each(|(_, brake)| brake.pull()));
        });
        // What stopped because the session ended goes on with the next one.
        effect(move || {
            if client.renewals() > 1 {
                uploads.retry_offline();
            }
        });
        uploads
    }

    /// Goes on with the files of a draft, as soon as their bytes are read.
    pub fn restore(self, files: Vec<DraftFile>) {
        self.restored.set_value(false);
        spawn_local(async move {
            let mut queue = Queue::of_draft(files, now(), &mut unguessable);
            let ids: Vec<String> = queue.entries().iter().map(|entry| entry.file.id.clone()).collect();
            let shelf = self.inner.try_with_value(|inner| inner.shelf.clone()).flatten();
            for id in &ids {
                let bytes = match &shelf {
                    Some(shelf) => shelf.store.blob(shelf.owner, &shelf.draft, id).await.ok().flatten(),
                    None => None,
                };
                match bytes {
                    Some(bytes) => {
                        self.inner.try_update_value(|inner| inner.bytes.push((id.clone(), bytes)));
                    }
                    None => queue.lose(id),
                }
            }
            self.restored.try_set_value(true);
            // What was chosen meanwhile comes after.
            self.queue.try_update(|present| present.put_before(queue));
            self.pump();
        });
    }

    /// Nothing is being read back any more: what is here is all there is.
    #[must_use]
    pub fn is_restored(self) -> bool {
        self.restored.try_get_value().unwrap_or(false)
    }

    /// Every file and where it is; follows it.
    #[must_use]
    pub fn queue(self) -> RwSignal<Queue> {
        self.queue
    }

    /// The file of that id; follows it.
    #[must_use]
    pub fn entry(self, id: &str) -> Option<Entry> {
        self.queue.with(|queue| queue.get(id).cloned())
    }

    /// What was offered last and not taken; follows it.
    #[must_use]
    pub fn rejected(self) -> RwSignal<Vec<Rejected>> {
        self.rejected
    }

    /// The device could not keep the bytes of a file; follows it.
    #[must_use]
    pub fn unkept(self) -> bool {
        self.unkept.get()
    }

    /// What may be attached.
    #[must_use]
    pub fn limits(self) -> FileLimits {
        self.inner.try_with_value(|inner| inner.limits.clone()).unwrap_or_default()
    }

    /// What is not at the backend yet; follows it.
    #[must_use]
    pub fn outstanding(self) -> Option<Outstanding> {
        self.queue.with(Queue::outstanding)
    }

    /// How many files failed; follows it.
    #[must_use]
    pub fn failed(self) -> usize {
        self.queue.with(Queue::failed)
    }

    /// How many files there are; follows it.
    #[must_use]
    pub fn count(self) -> usize {
        self.queue.with(|queue| queue.entries().len())
    }

    /// The tokens of what arrived.
    #[must_use]
    pub fn tokens(self) -> Vec<String> {
        self.queue.with_untracked(Queue::tokens)
    }

    /// The files as a draft keeps them; follows them.
    #[must_use]
    pub fn files(self) -> Vec<DraftFile> {
        self.queue.with(Queue::files)
    }

    /// Takes what was chosen, dropped or pasted; what is not taken is said in [`Uploads::rejected`].
    pub fn add_list(self, files: &FileList) {
        let files = (0..files.length()).filter_map(|index| files.get(index)).map(|file| (file.name(), file));
        self.add(files.collect());
    }

    /// Takes files under the names given, in their order, as soon as their first bytes are read.
    pub fn add(self, files: Vec<(String, File)>) {
        self.rejected.set(Vec::new());
        spawn_local(async move {
            for (name, file) in files {
                let head = head(&file).await;
                self.take(name, file, head.as_deref());
            }
        });
    }

    fn take(self, name: String, bytes: File, head: Option<&[u8]>) {
        let limits = self.limits();
        let file = DraftFile {
            id: unguessable(),
            name,
            content_type: bytes.type_(),
            size: bytes.size() as u64,
            idempotency_key: unguessable(),
            upload: None,
        };
        // The page may have been left while the bytes were read.
        match self.queue.try_update(|queue| queue.add(&limits, file.clone(), head)) {
            None => return,
            Some(Err(refused)) => {
                self.rejected.try_update(|rejected| rejected.push(refused));
                return;
            }
            Some(Ok(())) => {}
        }
        let bytes = Blob::from(bytes);
        self.keep(&file, &bytes);
        self.inner.update_value(|inner| inner.bytes.push((file.id, bytes)));
        self.pump();
    }

    fn keep(self, file: &DraftFile, bytes: &Blob) {
        let kept = self.inner.with_value(|inner| {
            inner.shelf.as_ref().map(|shelf| shelf.store.put_blob(shelf.owner, &shelf.draft, file, bytes))
        });
        match kept {
            Some(written) => spawn_local(async move {
                if written.done().await.is_err() {
                    self.unkept.try_set(true);
                }
            }),
            None => self.unkept.set(true),
        }
    }

    /// Stops a file.
    pub fn cancel(self, id: &str) {
        self.queue.update(|queue| queue.cancel(id));
        self.pull_brake(id);
        self.pump();
    }

    /// Sends a file again.
    pub fn retry(self, id: &str) {
        self.queue.update(|queue| queue.retry(id));
        self.pump();
    }

    /// Sends everything again that failed and can be sent.
    pub fn retry_all(self) {
        self.queue.update(|queue| {
            queue.retry_all();
        });
        self.pump();
    }

    fn retry_offline(self) {
        let any = self.queue.try_maybe_update(|queue| {
            let any = queue.retry_offline();
            (any, any)
        });
        if any == Some(true) {
            self.pump();
        }
    }

    /// Takes a file out, here, on the device and at the backend.
    pub fn remove(self, id: &str) {
        self.pull_brake(id);
        let Some(entry) = self.queue.try_update(|queue| queue.remove(id)).flatten() else { return };
        self.inner.update_value(|inner| {
            inner.bytes.retain(|(known, _)| known != id);
            if let Some(shelf) = &inner.shelf {
                shelf.store.delete_blob(shelf.owner, &shelf.draft, id).forget();
            }
            if let State::Sent(upload) = &entry.state {
                inner.client.forget_upload(&upload.token);
            }
        });
        self.pump();
    }

    /// Lets go of a file that another tab has taken out: device and backend know already.
    pub fn let_go(self, id: &str) {
        self.pull_brake(id);
        self.queue.update(|queue| {
            queue.remove(id);
        });
        self.inner.update_value(|inner| inner.bytes.retain(|(known, _)| known != id));
        self.pump();
    }

    /// Takes out everything that failed.
    pub fn remove_failed(self) {
        let failed: Vec<String> = self.queue.with_untracked(|queue| {
            let failed = queue.entries().iter().filter(|entry| matches!(entry.state, State::Failed(_)));
            failed.map(|entry| entry.file.id.clone()).collect()
        });
        failed.iter().for_each(|id| self.remove(id));
    }

    /// Sends again what has expired, before a token is used.
    pub fn refresh(self) {
        let any = self.queue.try_maybe_update(|queue| {
            let any = queue.forget_expired(now(), &mut unguessable);
            (any, ())
        });
        if any.is_some() {
            self.pump();
        }
    }

    /// Sends everything again: the backend knows none of the tokens any more.
    pub fn send_again(self) {
        self.queue.update(|queue| {
            queue.forget_all(&mut unguessable);
        });
        self.pump();
    }

    /// Forgets everything, after it was sent or discarded.
    pub fn clear(self) {
        self.inner.update_value(|inner| {
            inner.brakes.drain(..).for_each(|(_, brake)| brake.pull());
            inner.bytes.clear();
        });
        self.rejected.set(Vec::new());
        self.queue.set(Queue::default());
    }

    /// The bytes of a file, for its picture.
    #[must_use]
    pub fn bytes(self, id: &str) -> Option<Blob> {
        self.inner
            .try_with_value(|inner| inner.bytes.iter().find(|(known, _)| known == id).map(|(_, blob)| blob.clone()))
            .flatten()
    }

    fn pull_brake(self, id: &str) {
        self.inner.try_update_value(|inner| {
            if let Some(index) = inner.brakes.iter().position(|(known, _)| known == id) {
                inner.brakes.swap_remove(index).1.pull();
            }
        });
    }

    /// Begins what may begin.
    fn pump(self) {
        let begun = self.queue.try_maybe_update(|queue| {
            let begun = queue.start();
            (!begun.is_empty(), begun)
        });
        for file in begun.unwrap_or_default() {
            self.transfer(file);
        }
    }

    fn transfer(self, file: DraftFile) {
        let Some(bytes) = self.bytes(&file.id) else {
            self.queue.try_update(|queue| queue.finish(&file.id, Err(Reason::Lost)));
            return;
        };
        let brake = Brake::default();
        let client = self.inner.try_update_value(|inner| {
            inner.brakes.push((file.id.clone(), brake.clone()));
            inner.client
        });
        let Some(client) = client else { return };
        spawn_local(async move {
            let id = file.id.clone();
            let progress = Rc::new(move |sent| {
                self.queue.try_update(|queue| queue.progress(&id, sent));
            });
            let parcel = Parcel { name: &file.name, bytes: &bytes, idempotency_key: &file.idempotency_key };
            let outcome = client.upload(parcel, progress, &brake).await;
            self.arrived(&file.id, outcome);
        });
    }

    fn arrived(self, id: &str, outcome: Result<Upload, UploadError>) {
        let outcome = match outcome {
            Ok(upload) => Ok(SentUpload { token: upload.token, expires_at: upload.expires_at.unix_milliseconds() }),
            Err(UploadError::Api(error)) => Err(Reason::Api(error)),
            // Cancelled or removed: the queue knows already, and may have begun the file anew.
            Err(UploadError::Aborted) => return,
        };
        self.inner.try_update_value(|inner| inner.brakes.retain(|(known, _)| known != id));
        self.queue.try_update(|queue| queue.finish(id, outcome));
        self.pump();
    }
}
