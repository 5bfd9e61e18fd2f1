//! Which draft a form goes on with.

use super::followup::carried_over;
use super::steps::take_defaults;
use crate::draft::{Draft, DraftId, Owner, Purpose, Store, farewell, handed};
use balcao_contract::form::Form;
use balcao_contract::wire::Request;

/// A draft, and what else there is.
pub struct Opened {
    /// The draft.
    pub draft: Draft,
    /// The device has it already.
    pub is_kept: bool,
    /// Others that were never sent, the latest first; only where the address named none.
    pub others: Vec<Draft>,
    /// The device's storage, where there is one.
    pub store: Option<Store>,
}

/// Opens the draft that the address names, and begins one where it names none. To go on from `source` the draft that does
/// so already is gone on with.
pub async fn open(form: &Form, owner: Owner, named: Option<DraftId>, source: Option<&Request>, now: i64) -> Opened {
    let store = Store::open().await.ok();
    let purpose = Purpose::Form(form.key.clone());
    // A draft of another form would bring answers that this one has no questions for.
    let mut found = named.as_ref().and_then(|id| handed(owner, id)).filter(|draft| draft.purpose == purpose);
    // What was handed over in memory is on no device: that it is missing there does not mean that it was sent.
    let mut is_handed = found.is_some();
    if let (Some(store), Some(id)) = (&store, &named) {
        let kept = store.get(owner, id).await.ok().flatten().filter(|draft| draft.purpose == purpose);
        is_handed &= kept.is_none();
        found = kept.or(found);
    }
    let mut others = match &store {
        Some(store) if found.is_none() => store.list(owner, &purpose).await.unwrap_or_default(),
        _ => Vec::new(),
    };
    if let Some(source) = source.filter(|_| found.is_none()) {
        let place = others.iter().position(|draft| draft.followup_source == Some(source.id));
        found = place.map(|place| others.remove(place));
    }
    // What could not be written any more when this tab last left a form: newer than what was.
    if let Some(left) = farewell::take(owner, &purpose, now) {
        let is_meant = match (&found, source) {
            (Some(found), _) => found.id == left.id,
            (None, Some(source)) => left.followup_source == Some(source.id),
            (None, None) => named.as_ref() == Some(&left.id),
        };
        if let Some(store) = &store {
            store.keep(&left, false).forget();
        }
        if is_meant {
            found = Some(found.map_or_else(|| left.clone(), |kept| left.merged_with(&kept)));
        } else if found.is_none() {
            others.retain(|draft| draft.id != left.id);
            others.insert(0, left);
        }
    }
    let is_kept = found.is_some() && !is_handed;
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
        take_defaults(form, &mut draft);
    }
    others.retain(|other| !other.is_empty());
    Opened { draft, is_kept, others, store }
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
