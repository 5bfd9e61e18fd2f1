//! Which draft a form goes on with.

use super::followup::carried_over;
use super::steps::take_defaults;
use crate::draft::{Draft, DraftId, Owner, Purpose, Store, farewell};
use balcao_contract::form::Form;
use balcao_contract::wire::Request;

/// A draft, and how it was come by.
pub struct Opened {
    /// The draft.
    pub draft: Draft,
    /// It was found without being asked for: the reader is told, and can discard it.
    pub came_back: bool,
    /// The device's storage, where there is one.
    pub store: Option<Store>,
}

/// Finds the draft that the address names, or the latest that was left unfinished, or begins one. To go on from `source`
/// only a draft that does so is gone on with.
pub async fn open(form: &Form, owner: Owner, named: Option<DraftId>, source: Option<&Request>, now: i64) -> Opened {
    let store = Store::open().await.ok();
    let purpose = Purpose::Form(form.key.clone());
    let mut found = None;
    let mut came_back = false;
    if let Some(store) = &store {
        match &named {
            // A draft of another form would bring answers that this one has no questions for.
            Some(id) => {
                found = store.get(owner, id).await.ok().flatten().filter(|draft| draft.purpose == purpose);
            }
            None => {
                let drafts = store.list(owner, &purpose).await.unwrap_or_default();
                let fits = |draft: &Draft| source.is_none_or(|source| draft.followup_source == Some(source.id));
                found = drafts.into_iter().find(|draft| !draft.is_empty() && fits(draft));
                came_back = found.as_ref().is_some_and(|draft| draft.step.is_some());
            }
        }
    }
    // What could not be written any more when this tab last left a form: newer than what was.
    if let Some(left) = farewell::take(owner, &purpose, now)
        && named.as_ref().is_none_or(|id| *id == left.id)
        && source.is_none_or(|source| left.followup_source == Some(source.id))
        && found.as_ref().is_none_or(|kept| kept.id == left.id && kept.updated_at <= left.updated_at)
    {
        came_back = named.is_none();
        if let Some(store) = &store {
            store.put(&left).forget();
        }
        found = Some(left);
    }
    let mut draft = match (found, source) {
        (Some(found), _) => found,
        (None, None) => Draft::begin(owner, purpose, now),
        (None, Some(source)) => {
            let mut draft = Draft::begin(owner, purpose, now);
            draft.followup_source = Some(source.id);
            let unsent = match &store {
                Some(store) => store.list(owner, &Purpose::Reply(source.id)).await.unwrap_or_default(),
                None => Vec::new(),
            };
            let unsent = unsent.into_iter().next();
            draft.answers = carried_over(form, source, unsent.as_ref().map(|reply| reply.answers.text("body")));
            if let (Some(store), Some(reply)) = (&store, &unsent) {
                take_files(store, reply, &mut draft).await;
            }
            draft
        }
    };
    if draft.step.is_none() {
        take_defaults(form, &mut draft.answers);
    }
    Opened { draft, came_back, store }
}

/// The files of a reply that came too late, with their bytes: the reply keeps its own until the follow-up is sent.
async fn take_files(store: &Store, reply: &Draft, draft: &mut Draft) {
    for file in &reply.files {
        if let Ok(Some(bytes)) = store.blob(reply.owner, &reply.id, &file.id).await {
            // Where the device has no room for them twice, they come along for as long as their upload lasts.
            let _ = store.put_blob(draft.owner, &draft.id, file, &bytes).done().await;
        }
        draft.files.push(file.clone());
    }
    if !draft.files.is_empty() {
        // Bytes without a draft that names them would lie on the device for ever.
        store.put(draft).forget();
    }
}

/// The reply that a follow-up has taken along is no longer unsent.
pub async fn forget_reply(store: &Store, followup: &Draft) {
    let Some(source) = followup.followup_source else { return };
    for reply in store.list(followup.owner, &Purpose::Reply(source)).await.unwrap_or_default() {
        store.delete(reply.owner, &reply.id).forget();
    }
}
