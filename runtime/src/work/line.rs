//! Who waits or works, and how many pieces of each.

use super::Who;
use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Semaphore;

/// Everybody who has a piece running or waiting; who has none is not kept.
#[derive(Debug, Default)]
pub(super) struct Line(Mutex<HashMap<Who, OfOne>>);

#[derive(Debug)]
struct OfOne {
    turns: Arc<Semaphore>,
    pieces: usize,
}

/// A piece's slot, given back when dropped.
#[derive(Debug)]
pub(super) struct QueueSlot {
    line: Arc<Line>,
    who: Who,
    turns: Arc<Semaphore>,
}

impl Line {
    /// A slot; `None` where this person has `most` already.
    pub(super) fn enter(self: &Arc<Self>, who: Who, at_once: NonZeroUsize, most: usize) -> Option<QueueSlot> {
        let mut line = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let one =
            line.entry(who).or_insert_with(|| OfOne { turns: Arc::new(Semaphore::new(at_once.get())), pieces: 0 });
        if one.pieces >= most.max(1) {
            return None;
        }
        one.pieces += 1;
        Some(QueueSlot { line: self.clone(), who, turns: one.turns.clone() })
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

impl QueueSlot {
    pub(super) fn turns(&self) -> Arc<Semaphore> {
        self.turns.clone()
    }
}

impl Drop for QueueSlot {
    fn drop(&mut self) {
        let mut line = self.line.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(one) = line.get_mut(&self.who) {
            one.pieces = one.pieces.saturating_sub(1);
            if one.pieces == 0 {
                line.remove(&self.who);
            }
        }
    }
}
