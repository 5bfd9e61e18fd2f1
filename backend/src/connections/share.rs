//! How many answers one person may have under way at the same time, whatever connections they come over.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Counts what is under way for each; cheap to clone.
#[derive(Debug, Clone)]
pub struct AtOnce<Who> {
    most: usize,
    counts: Arc<Mutex<HashMap<Who, usize>>>,
}

/// One of somebody's; given back when dropped.
#[derive(Debug)]
pub struct Share<Who: Eq + Hash> {
    who: Who,
    counts: Arc<Mutex<HashMap<Who, usize>>>,
}

impl<Who: Copy + Eq + Hash> AtOnce<Who> {
    /// So many for each; zero for no limit.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self { most, counts: Arc::default() }
    }

    /// One more of somebody's; `None` where they have all that they may have.
    #[must_use]
    pub fn take(&self, who: Who) -> Option<Share<Who>> {
        let mut counts = locked(&self.counts);
        let count = counts.entry(who).or_default();
        if self.most > 0 && *count >= self.most {
            return None;
        }
        *count += 1;
        drop(counts);
        Some(Share { who, counts: Arc::clone(&self.counts) })
    }
}

impl<Who: Eq + Hash> Drop for Share<Who> {
    fn drop(&mut self) {
        let mut counts = locked(&self.counts);
        if let Some(count) = counts.get_mut(&self.who) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.who);
            }
        }
    }
}

fn locked<Who>(counts: &Mutex<HashMap<Who, usize>>) -> MutexGuard<'_, HashMap<Who, usize>> {
    counts.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_so_many_at_once_and_nothing_is_kept_of_who_has_none() {
        let at_once = AtOnce::new(2);
        let first = at_once.take('a');
        let second = at_once.take('a');
        assert!(first.is_some() && second.is_some() && at_once.take('a').is_none());
        assert!(at_once.take('b').is_some());
        drop(first);
        assert!(at_once.take('a').is_some());
        drop(second);
        assert!(locked(&at_once.counts).is_empty());
        let unlimited = AtOnce::new(0);
        let all: Vec<_> = (0..1_000).map(|_| unlimited.take('a')).collect();
        assert!(all.iter().all(Option::is_some));
    }
}
