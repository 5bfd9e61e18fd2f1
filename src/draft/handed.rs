//! A draft on its way from one page of this frame to the next, where the device keeps nothing. A reload loses it, as it
//! loses everything there.

use super::model::{Draft, DraftId, Owner};
use std::cell::RefCell;

thread_local! {
    static HANDED: RefCell<Option<Draft>> = const { RefCell::new(None) };
}

/// Hands a draft to the page that asks for it by name.
pub fn hand_over(draft: Draft) {
    HANDED.with_borrow_mut(|handed| *handed = Some(draft));
}

/// The draft of that name, if it was handed over by this owner. It stays: the page may be opened anew in another language.
#[must_use]
pub fn handed(owner: Owner, id: &DraftId) -> Option<Draft> {
    HANDED.with_borrow(|handed| handed.clone()).filter(|draft| draft.owner == owner && draft.id == *id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::Purpose;
    use crate::draft::model::tests::{draft, owner};

    #[test]
    fn a_draft_is_handed_to_its_owner_by_its_name() {
        let given = draft("d1", owner(1, 2), Purpose::Form("technical".to_owned()));
        hand_over(given.clone());
        assert_eq!(handed(owner(1, 2), &given.id), Some(given.clone()));
        assert_eq!(handed(owner(1, 3), &given.id), None);
        assert_eq!(handed(owner(1, 2), &DraftId::parse("d2").unwrap()), None);
    }
}
