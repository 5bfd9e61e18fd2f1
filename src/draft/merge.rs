//! One draft in two tabs: field by field the newest edit wins, and no file of either is lost.

use super::model::Draft;
use balcao_contract::answers::Answers;
use balcao_contract::form::FieldKey;
use std::collections::BTreeSet;

impl Draft {
    /// Takes new answers; what differs from before was edited now.
    pub fn edit(&mut self, answers: Answers, now: i64) {
        for key in differing(&self.answers, &answers) {
            // Later than before even where the clock was set back: or an older edit would win.
            let before = self.edited.get(&key).copied().unwrap_or_default();
            self.edited.insert(key, now.max(before + 1));
        }
        self.answers = answers;
    }

    /// What comes of this draft and another state of the same. Of two edits of the same moment the other's stays.
    #[must_use]
    pub fn merged_with(&self, other: &Self) -> Self {
        let mut merged = self.clone();
        for key in differing(&self.answers, &other.answers) {
            let of = |draft: &Self| draft.edited.get(&key).copied().unwrap_or_default();
            if of(self) > of(other) {
                continue;
            }
            match other.answers.get(key.as_str()) {
                Some(answer) => merged.answers.set(key.clone(), answer.clone()),
                None => merged.answers.remove(key.as_str()),
            }
        }
        for (key, moment) in &other.edited {
            let known = merged.edited.entry(key.clone()).or_insert(*moment);
            *known = (*known).max(*moment);
        }
        for (key, answer) in other.given.iter() {
            if merged.given.get(key.as_str()).is_none() {
                merged.given.set(key.clone(), answer.clone());
            }
        }
        let unknown = |known: &[String], id: &String| !known.contains(id);
        merged.removed.extend(other.removed.iter().filter(|id| unknown(&self.removed, id)).cloned());
        let here = |id: &str| self.files.iter().any(|file| file.id == id);
        merged.files.extend(other.files.iter().filter(|file| !here(&file.id)).cloned());
        let removed = merged.removed.clone();
        merged.files.retain(|file| !removed.contains(&file.id));
        merged.attempts.extend(other.attempts.iter().filter(|body| unknown(&self.attempts, body)).cloned());
        merged.idempotency_key.clone_from(&other.idempotency_key);
        merged.updated_at = self.updated_at.max(other.updated_at);
        merged
    }
}

/// The fields whose answers are not the same.
#[must_use]
pub fn differing(one: &Answers, other: &Answers) -> Vec<FieldKey> {
    let keys: BTreeSet<&FieldKey> = one.iter().chain(other.iter()).map(|(key, _)| key).collect();
    keys.into_iter().filter(|key| one.get(key.as_str()) != other.get(key.as_str())).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draft::model::tests::{draft, owner};
    use crate::draft::{DraftFile, Purpose};

    fn begun() -> Draft {
        draft("d1", owner(1, 2), Purpose::Form("technical".to_owned()))
    }

    fn edited(from: &Draft, changes: &[(&str, &str)], now: i64) -> Draft {
        let mut draft = from.clone();
        let mut answers = draft.answers.clone();
        for (key, text) in changes {
            answers.set(FieldKey::new(key), (*text).into());
        }
        draft.edit(answers, now);
        draft
    }

    fn file(id: &str) -> DraftFile {
        DraftFile {
            id: id.to_owned(),
            name: format!("{id}.png"),
            content_type: String::new(),
            size: 1,
            idempotency_key: "k".to_owned(),
            upload: None,
            cleaned: None,
        }
    }

    #[test]
    fn a_small_edit_in_one_tab_leaves_what_the_other_wrote() {
        let start = edited(&begun(), &[("subject", "Checkout"), ("description", "old")], 10);
        let long = edited(&start, &[("description", "a long description")], 20);
        let small = edited(&start, &[("subject", "Checkout!")], 30);
        for merged in [small.merged_with(&long), long.merged_with(&small)] {
            assert_eq!(merged.answers.text("description"), "a long description");
            assert_eq!(merged.answers.text("subject"), "Checkout!");
        }
    }

    #[test]
    fn of_one_field_the_newest_edit_wins_whoever_stores_last() {
        let start = edited(&begun(), &[("subject", "first")], 10);
        let older = edited(&start, &[("subject", "older")], 20);
        let newer = edited(&start, &[("subject", "newer")], 21);
        let emptied = edited(&start, &[("subject", "")], 30);
        assert_eq!(older.merged_with(&newer).answers, newer.merged_with(&older).answers);
        assert_eq!(older.merged_with(&newer).answers.text("subject"), "newer");
        // What was emptied is not filled again.
        assert_eq!(newer.merged_with(&emptied).answers.get("subject"), None);
        assert_eq!(emptied.merged_with(&newer).answers.get("subject"), None);
        // A clock that was set back makes no edit older than the one before it.
        let back = edited(&newer, &[("subject", "after that")], 5);
        assert_eq!(back.merged_with(&newer).answers.text("subject"), "after that");
    }

    #[test]
    fn two_edits_of_one_moment_end_the_same_in_both_tabs() {
        let one = edited(&begun(), &[("subject", "one")], 10);
        let other = edited(&begun(), &[("subject", "other")], 10);
        // The other was kept first: both tabs come to it.
        let kept = one.merged_with(&other);
        assert_eq!(
            (kept.answers.text("subject"), other.merged_with(&kept).answers.text("subject")),
            ("other", "other")
        );
    }

    #[test]
    fn files_of_both_tabs_stay_but_for_those_that_were_removed() {
        let mut one = begun();
        one.files = vec![file("a"), file("b")];
        let mut other = one.clone();
        one.files.push(file("c"));
        other.files.push(file("d"));
        other.files.retain(|known| known.id != "a");
        other.removed.push("a".to_owned());
        let ids = |draft: Draft| draft.files.into_iter().map(|file| file.id).collect::<Vec<_>>();
        assert_eq!(ids(one.merged_with(&other)), ["b", "c", "d"]);
        assert_eq!(ids(other.merged_with(&one)), ["b", "d", "c"]);
    }

    #[test]
    fn attempts_of_both_tabs_find_the_one_request() {
        let mut one = begun();
        one.attempts.push("{1}".to_owned());
        let mut other = begun();
        other.attempts = vec!["{1}".to_owned(), "{2}".to_owned()];
        assert_eq!(one.merged_with(&other).attempts, ["{1}", "{2}"]);
    }
}
