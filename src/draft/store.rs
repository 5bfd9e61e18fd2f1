//! The drafts of this device. Every key begins with its owner, so that nobody's list can hold another's draft.

use super::error::StoreError;
use super::forget::keeps_nothing;
use super::indexed_db::{DATABASE, Written, error_of, open, read, result, write};
use super::model::{Draft, DraftFile, DraftId, Owner, Purpose};
use crate::json;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, IdbDatabase, IdbKeyRange};

/// Drafts by `{owner}/{draft}`, as JSON text.
const DRAFTS: &str = "drafts";
/// Bytes by `{owner}/{draft}/{file}`, as blobs: the browser keeps them on disk and not in memory.
const BLOBS: &str = "blobs";

/// A draft on its way to the device.
#[must_use = "it may fail: wait for `done`"]
pub struct Keeping {
    written: Written,
    merged: Rc<RefCell<Option<Draft>>>,
}

impl Keeping {
    /// What is kept now; `None` where another tab has taken the draft away.
    ///
    /// # Errors
    /// It is not kept, and why.
    pub async fn done(self) -> Result<Option<Draft>, StoreError> {
        self.written.done().await?;
        Ok(self.merged.take())
    }

    /// Nobody needs to know.
    pub fn forget(self) {
        self.written.forget();
    }
}

/// Where drafts are kept. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    database: IdbDatabase,
}

impl Store {
    /// Opens the device's storage.
    ///
    /// # Errors
    /// There is none, or it cannot be used.
    pub async fn open() -> Result<Self, StoreError> {
        Self::open_named(DATABASE).await
    }

    async fn open_named(name: &str) -> Result<Self, StoreError> {
        Ok(Self { database: open(name, &[DRAFTS, BLOBS]).await? })
    }

    /// Keeps a draft as it is now, without the bytes of its files.
    pub fn put(&self, draft: &Draft) -> Written {
        let Ok(json) = serde_json::to_string(draft) else { return Written::refused(StoreError::Unreadable) };
        if keeps_nothing() {
            return Written::refused(StoreError::Unavailable);
        }
        write(&self.database, &[DRAFTS], |transaction| {
            let key = key(draft.owner, &draft.id);
            transaction.object_store(DRAFTS)?.put_with_key(&json.into(), &key.into()).map(drop)
        })
    }

    /// Keeps a draft together with what another tab has kept of it meanwhile. One that `was_kept` and is gone was sent or
    /// discarded there: it is not brought back.
    pub fn keep(&self, draft: &Draft, was_kept: bool) -> Keeping {
        let merged = Rc::new(RefCell::new(None));
        if keeps_nothing() {
            return Keeping { written: Written::refused(StoreError::Unavailable), merged };
        }
        let (draft, slot) = (draft.clone(), merged.clone());
        let written = write(&self.database, &[DRAFTS], |transaction| {
            let key = JsValue::from(key(draft.owner, &draft.id));
            let drafts = transaction.object_store(DRAFTS)?;
            let request = drafts.get(&key)?;
            let found = request.clone();
            let go_on = Closure::once_into_js(move || {
                let kept = found.result().ok().and_then(|value| parsed(&value));
                if kept.is_none() && was_kept {
                    return;
                }
                let merged = kept.map_or_else(|| draft.clone(), |kept| draft.merged_with(&kept));
                if let Ok(json) = serde_json::to_string(&merged) {
                    // What cannot be written fails the transaction, which is waited for.
                    drafts.put_with_key(&json.into(), &key).ok();
                }
                slot.replace(Some(merged));
            });
            request.set_onsuccess(Some(go_on.unchecked_ref()));
            Ok(())
        });
        Keeping { written, merged }
    }

    /// A draft of this owner.
    ///
    /// # Errors
    /// The storage cannot be read.
    pub async fn get(&self, owner: Owner, id: &DraftId) -> Result<Option<Draft>, StoreError> {
        let request = read(&self.database, DRAFTS)?.get(&key(owner, id).into()).map_err(|thrown| error_of(&thrown))?;
        Ok(parsed(&result(request).await?))
    }

    /// All drafts of this owner for one purpose, the latest first. What an older panel wrote and this one cannot read
    /// is left alone.
    ///
    /// # Errors
    /// The storage cannot be read.
    pub async fn list(&self, owner: Owner, purpose: &Purpose) -> Result<Vec<Draft>, StoreError> {
        let range = within(&owner_key(owner)).map_err(|thrown| error_of(&thrown))?;
        let request = read(&self.database, DRAFTS)?.get_all_with_key(&range).map_err(|thrown| error_of(&thrown))?;
        let all = js_sys::Array::from(&result(request).await?);
        let mut drafts: Vec<Draft> = all.iter().filter_map(|value| parsed(&value)).collect();
        drafts.retain(|draft| draft.purpose == *purpose);
        drafts.sort_by_key(|draft| std::cmp::Reverse(draft.updated_at));
        Ok(drafts)
    }

    /// Takes a draft away, with the bytes of its files.
    pub fn delete(&self, owner: Owner, id: &DraftId) -> Written {
        write(&self.database, &[DRAFTS, BLOBS], |transaction| {
            let key = key(owner, id);
            transaction.object_store(BLOBS)?.delete(&within(&key)?.into())?;
            transaction.object_store(DRAFTS)?.delete(&key.into()).map(drop)
        })
    }

    /// Takes everything away that these owners have kept.
    pub fn delete_all(&self, owners: &[Owner]) -> Written {
        write(&self.database, &[DRAFTS, BLOBS], |transaction| {
            for owner in owners {
                let range = within(&owner_key(*owner))?;
                transaction.object_store(DRAFTS)?.delete(&range)?;
                transaction.object_store(BLOBS)?.delete(&range)?;
            }
            Ok(())
        })
    }

    /// Keeps the bytes of a file.
    pub fn put_blob(&self, owner: Owner, id: &DraftId, file: &DraftFile, bytes: &Blob) -> Written {
        if keeps_nothing() {
            return Written::refused(StoreError::Unavailable);
        }
        write(&self.database, &[BLOBS], |transaction| {
            transaction.object_store(BLOBS)?.put_with_key(bytes, &blob_key(owner, id, &file.id).into()).map(drop)
        })
    }

    /// The bytes of a file; `None` where they were never kept.
    ///
    /// # Errors
    /// The storage cannot be read.
    pub async fn blob(&self, owner: Owner, id: &DraftId, file_id: &str) -> Result<Option<Blob>, StoreError> {
        let request = read(&self.database, BLOBS)?
            .get(&blob_key(owner, id, file_id).into())
            .map_err(|thrown| error_of(&thrown))?;
        Ok(result(request).await?.dyn_into().ok())
    }

    /// Takes the bytes of a file away.
    pub fn delete_blob(&self, owner: Owner, id: &DraftId, file_id: &str) -> Written {
        write(&self.database, &[BLOBS], |transaction| {
            transaction.object_store(BLOBS)?.delete(&blob_key(owner, id, file_id).into()).map(drop)
        })
    }
}

fn parsed(value: &JsValue) -> Option<Draft> {
    json::read(&value.as_string()?).ok()
}

fn owner_key(owner: Owner) -> String {
    format!("{}.{}", owner.account, owner.user)
}

fn key(owner: Owner, id: &DraftId) -> String {
    format!("{}/{id}", owner_key(owner))
}

fn blob_key(owner: Owner, id: &DraftId, file_id: &str) -> String {
    format!("{}/{file_id}", key(owner, id))
}

/// Every key below this one: `0` is the character after `/`.
fn within(key: &str) -> Result<IdbKeyRange, JsValue> {
    IdbKeyRange::bound(&format!("{key}/").into(), &format!("{key}0").into())
}

#[cfg(test)]
mod key_tests {
    use super::*;
    use crate::draft::model::tests::owner;

    #[test]
    fn no_owner_is_the_beginning_of_another() {
        let id = DraftId::parse("d").unwrap();
        assert_eq!(key(owner(1, 23), &id), "1.23/d");
        assert_eq!(key(owner(12, 3), &id), "12.3/d");
        assert_eq!(blob_key(owner(1, 2), &id, "f"), "1.2/d/f");
        // The range of 1.2 ends before 1.23 begins.
        assert!(!("1.23/d" >= "1.2/" && "1.23/d" < "1.20"));
        assert!("1.2/d" >= "1.2/" && "1.2/d" < "1.20");
    }
}

#[cfg(test)]
#[cfg(target_arch = "wasm32")]
mod browser_tests {
    use super::*;
    use crate::draft::model::tests::{draft, owner};
    use crate::draft::unguessable;
    use crate::shown::show;
    use balcao_contract::form::FieldKey;
    use leptos::prelude::IntoAny;
    use wasm_bindgen_test::wasm_bindgen_test;

    async fn store() -> Store {
        // The first view starts what runs futures.
        drop(show(|| ().into_any()).await);
        Store::open_named(&format!("test-{}", unguessable())).await.unwrap()
    }

    fn blob(text: &str) -> Blob {
        Blob::new_with_str_sequence(&js_sys::Array::of1(&text.into())).unwrap()
    }

    fn file(id: &str) -> DraftFile {
        DraftFile {
            id: id.to_owned(),
            name: "a.txt".to_owned(),
            content_type: String::new(),
            size: 5,
            idempotency_key: "k".to_owned(),
            upload: None,
            cleaned: None,
        }
    }

    #[wasm_bindgen_test]
    async fn a_draft_and_its_bytes_come_back_as_they_were_kept() {
        let store = store().await;
        let mut kept = draft("d1", owner(1, 2), Purpose::Form("technical".to_owned()));
        kept.files.push(file("f1"));
        store.put(&kept).done().await.unwrap();
        store.put_blob(kept.owner, &kept.id, &kept.files[0], &blob("bytes")).done().await.unwrap();

        assert_eq!(store.get(kept.owner, &kept.id).await.unwrap(), Some(kept.clone()));
        let bytes = store.blob(kept.owner, &kept.id, "f1").await.unwrap().unwrap();
        let text = wasm_bindgen_futures::JsFuture::from(bytes.text()).await.unwrap();
        assert_eq!(text.as_string().unwrap(), "bytes");
    }

    #[wasm_bindgen_test]
    async fn nobody_sees_another_users_drafts() {
        let store = store().await;
        let purpose = Purpose::Form("technical".to_owned());
        let mine = draft("d1", owner(1, 2), purpose.clone());
        store.put(&mine).done().await.unwrap();
        for other in [owner(1, 23), owner(1, 3), owner(12, 2), owner(2, 2)] {
            assert_eq!(store.get(other, &mine.id).await.unwrap(), None);
            assert!(store.list(other, &purpose).await.unwrap().is_empty());
        }
    }

    #[wasm_bindgen_test]
    async fn the_latest_draft_of_a_purpose_comes_first() {
        let store = store().await;
        let purpose = Purpose::Form("technical".to_owned());
        for (id, updated_at) in [("a", 5), ("b", 9), ("c", 7)] {
            let mut kept = draft(id, owner(1, 2), purpose.clone());
            kept.updated_at = updated_at;
            store.put(&kept).done().await.unwrap();
        }
        store.put(&draft("x", owner(1, 2), Purpose::Form("financial".to_owned()))).done().await.unwrap();
        let found = store.list(owner(1, 2), &purpose).await.unwrap();
        assert_eq!(found.iter().map(|d| d.id.as_str()).collect::<Vec<_>>(), ["b", "c", "a"]);
    }

    #[wasm_bindgen_test]
    async fn the_last_of_several_writes_wins_without_waiting_for_each() {
        let store = store().await;
        let mut kept = draft("d1", owner(1, 2), Purpose::Form("technical".to_owned()));
        for step in ["one", "two", "three"] {
            kept.step = Some(step.to_owned());
            store.put(&kept).forget();
        }
        let found = store.get(kept.owner, &kept.id).await.unwrap().unwrap();
        assert_eq!(found.step.as_deref(), Some("three"));
    }

    #[wasm_bindgen_test]
    async fn two_tabs_that_keep_one_draft_keep_what_both_wrote() {
        let store = store().await;
        let mut start = draft("d1", owner(1, 2), Purpose::Form("technical".to_owned()));
        start.edit([(FieldKey::new("subject"), "title".into())].into_iter().collect(), 1);
        assert_eq!(store.keep(&start, false).done().await.unwrap(), Some(start.clone()));
        let (mut one, mut other) = (start.clone(), start.clone());
        let mut longer = one.answers.clone();
        longer.set(FieldKey::new("description"), "a long description".into());
        one.edit(longer, 5);
        other.edit([(FieldKey::new("subject"), "title!".into())].into_iter().collect(), 9);
        // Neither waits for the other.
        let (first, second) = (store.keep(&one, true), store.keep(&other, true));
        first.done().await.unwrap();
        let kept = second.done().await.unwrap().unwrap();
        assert_eq!(store.get(start.owner, &start.id).await.unwrap(), Some(kept.clone()));
        assert_eq!((kept.answers.text("subject"), kept.answers.text("description")), ("title!", "a long description"));
    }

    #[wasm_bindgen_test]
    async fn what_another_tab_took_away_is_not_brought_back() {
        let store = store().await;
        let kept = draft("d1", owner(1, 2), Purpose::Form("technical".to_owned()));
        store.keep(&kept, false).done().await.unwrap();
        store.delete(kept.owner, &kept.id).done().await.unwrap();
        assert_eq!(store.keep(&kept, true).done().await.unwrap(), None);
        assert_eq!(store.get(kept.owner, &kept.id).await.unwrap(), None);
    }

    #[wasm_bindgen_test]
    async fn what_somebody_kept_goes_in_each_of_their_stores_and_nobody_elses() {
        let store = store().await;
        let purpose = Purpose::Form("technical".to_owned());
        let all = [owner(1, 2), owner(3, 2), owner(1, 23), owner(4, 2)];
        for one in all {
            let kept = draft("d1", one, purpose.clone());
            store.put(&kept).done().await.unwrap();
            store.put_blob(one, &kept.id, &file("f1"), &blob("bytes")).done().await.unwrap();
        }
        store.delete_all(&all[..2]).done().await.unwrap();
        for (one, is_kept) in all.into_iter().zip([false, false, true, true]) {
            let id = DraftId::parse("d1").unwrap();
            assert_eq!(store.get(one, &id).await.unwrap().is_some(), is_kept, "{one:?}");
            assert_eq!(store.blob(one, &id, "f1").await.unwrap().is_some(), is_kept, "{one:?}");
        }
    }

    #[wasm_bindgen_test]
    async fn a_deleted_draft_leaves_no_bytes_behind() {
        let store = store().await;
        let kept = draft("d1", owner(1, 2), Purpose::Form("technical".to_owned()));
        let neighbour = draft("d10", owner(1, 2), Purpose::Form("technical".to_owned()));
        for one in [&kept, &neighbour] {
            store.put(one).done().await.unwrap();
            store.put_blob(one.owner, &one.id, &file("f1"), &blob("bytes")).done().await.unwrap();
        }
        store.delete(kept.owner, &kept.id).done().await.unwrap();
        assert_eq!(store.get(kept.owner, &kept.id).await.unwrap(), None);
        assert!(store.blob(kept.owner, &kept.id, "f1").await.unwrap().is_none());
        assert!(store.blob(kept.owner, &neighbour.id, "f1").await.unwrap().is_some());
    }
}
