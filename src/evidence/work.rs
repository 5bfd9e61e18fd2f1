//! What is done with the files of a comment: their bytes are read, kept, and sent. It comes with `machine`.

use super::machine::Order;
use super::queue::{Entry, Queue, Reason, State};
use super::uploads::Uploads;
use crate::api::{Brake, Parcel, UploadError};
use crate::draft::{DraftFile, SentUpload, unguessable};
use balcao_contract::content::HEAD_BYTES;
use balcao_contract::wire::Upload;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::rc::Rc;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File};

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
    /// Does what is wanted.
    pub(super) fn obey(self, order: Order) {
        match order {
            Order::Restore(files) => self.read_back(files),
            Order::Add(files) => self.take_all(files),
            Order::AddPasted(files) => self.take_all(self.named(files)),
            Order::RetryOffline => self.retry_where(Queue::retry_offline),
            Order::RetryAll => self.retry_where(Queue::retry_all),
            Order::Refresh => self.retry_where(|queue| queue.forget_expired(now(), &mut unguessable)),
            Order::SendAgain => {
                self.queue.update(|queue| {
                    queue.forget_all(&mut unguessable);
                });
                self.pump();
            }
            Order::RemoveFailed => self.take_out_failed(),
            Order::LetGo(id) => self.drop_file(&id),
        }
    }

    fn retry_where(self, put_back: fn(&mut Queue) -> bool) {
        let any = self.queue.try_maybe_update(|queue| {
            let any = put_back(queue);
            (any, any)
        });
        if any == Some(true) {
            self.pump();
        }
    }

    fn read_back(self, files: Vec<DraftFile>) {
        spawn_local(async move {
            let mut queue = Queue::of_draft(files, now(), &mut unguessable);
            let ids: Vec<String> = queue.entries().iter().map(|entry| entry.file.id.clone()).collect();
            let shelf = self.inner.try_with_value(|inner| inner.shelf.clone()).flatten();
            let mut read = Vec::new();
            for id in &ids {
                let bytes = match &shelf {
                    Some(shelf) => shelf.store.blob(shelf.owner, &shelf.draft, id).await.ok().flatten(),
                    None => None,
                };
                match bytes {
                    Some(bytes) => read.push((id.clone(), bytes)),
                    None => queue.lose(id),
                }
            }
            // What was taken out or sent meanwhile stays so.
            let wanted = self.restoring.try_update(|restoring| {
                let (these, others) = std::mem::take(restoring).into_iter().partition(|file| ids.contains(&file.id));
                *restoring = others;
                these
            });
            let wanted: Vec<DraftFile> = wanted.unwrap_or_default();
            let is_wanted = |id: &str| wanted.iter().any(|file| file.id == id);
            ids.iter().filter(|id| !is_wanted(id)).for_each(|id| drop(queue.remove(id)));
            read.retain(|(id, _)| is_wanted(id));
            self.inner.try_update_value(|inner| inner.bytes.append(&mut read));
            // What was chosen meanwhile comes after.
            self.queue.try_update(|present| present.put_before(queue));
            self.pump();
        });
    }

    /// Takes files under the names given, in their order, as soon as their first bytes are read.
    fn take_all(self, files: Vec<(String, File)>) {
        self.rejected.set(Vec::new());
        spawn_local(async move {
            for (name, file) in files {
                let head = head(&file).await;
                self.take(name, file, head.as_deref());
                self.coming.try_update(|coming| *coming = coming.saturating_sub(1));
            }
        });
    }

    /// The file of that id; follows it.
    #[must_use]
    pub fn entry(self, id: &str) -> Option<Entry> {
        self.queue.with(|queue| queue.get(id).cloned())
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
            cleaned: None,
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
        let is_cleaned =
            self.queue.with_untracked(|queue| queue.get(&file.id).is_some_and(|entry| entry.care.cleans()));
        if is_cleaned {
            self.inner.update_value(|inner| inner.originals.push((file.id, bytes)));
        } else {
            self.hold(&file, bytes);
        }
        self.pump();
    }

    /// These bytes are what is stored and sent.
    pub(super) fn hold(self, file: &DraftFile, bytes: Blob) {
        self.keep(file, &bytes);
        self.inner.update_value(|inner| {
            inner.bytes.retain(|(known, _)| *known != file.id);
            inner.bytes.push((file.id.clone(), bytes));
        });
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

    /// Takes a file out, here, on the device and at the backend.
    pub fn remove(self, id: &str) {
        self.pull_brake(id);
        let Some(entry) = self.queue.try_update(|queue| queue.remove(id)).flatten() else { return };
        self.inner.update_value(|inner| {
            inner.bytes.retain(|(known, _)| known != id);
            inner.originals.retain(|(known, _)| known != id);
            if let Some(shelf) = &inner.shelf {
                shelf.store.delete_blob(shelf.owner, &shelf.draft, id).forget();
            }
            if let State::Sent(upload) = &entry.state {
                inner.client.forget_upload(&upload.token);
            }
        });
        self.pump();
    }

    /// The bytes of a file, for its picture.
    #[must_use]
    pub fn bytes(self, id: &str) -> Option<Blob> {
        self.inner
            .try_with_value(|inner| inner.bytes.iter().find(|(known, _)| known == id).map(|(_, blob)| blob.clone()))
            .flatten()
    }

    fn take_out_failed(self) {
        let failed: Vec<String> = self.queue.with_untracked(|queue| {
            let failed = queue.entries().iter().filter(|entry| matches!(entry.state, State::Failed(_)));
            failed.map(|entry| entry.file.id.clone()).collect()
        });
        failed.iter().for_each(|id| self.remove(id));
    }

    fn drop_file(self, id: &str) {
        self.pull_brake(id);
        self.queue.update(|queue| {
            queue.remove(id);
        });
        self.inner.update_value(|inner| {
            inner.bytes.retain(|(known, _)| known != id);
            inner.originals.retain(|(known, _)| known != id);
        });
        self.pump();
    }

    pub(super) fn pull_brake(self, id: &str) {
        self.inner.try_update_value(|inner| {
            if let Some(index) = inner.brakes.iter().position(|(known, _)| known == id) {
                inner.brakes.swap_remove(index).1.pull();
            }
        });
    }

    /// Begins what may begin.
    pub(super) fn pump(self) {
        self.clean_all();
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
