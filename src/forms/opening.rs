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
            let unsent = match &store {
                Some(store) => store.list(owner, &Purpose::Reply(source.id)).await.unwrap_or_default(),
                None => Vec::new(),
            };
            let unsent = unsent.first().map(|reply| reply.answers.text("body").to_owned());
            draft.followup_source = Some(source.id);
            draft.answers = carried_over(form, source, unsent.as_deref());
            draft
        }
    };
    if draft.step.is_none() {
        take_defaults(form, &mut draft.answers);
    }
    Opened { draft, came_back, store }
}
