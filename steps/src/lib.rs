//! Counts the steps of code that walks over foreign text, so that tests see how the work grows with the text. Seconds would
//! differ from machine to machine. In the program itself nothing is counted.

#[cfg(feature = "counted")]
use std::cell::Cell;

#[cfg(feature = "counted")]
thread_local! {
    static TAKEN: Cell<u64> = const { Cell::new(0) };
}

/// So many steps are taken: characters, bytes or items that are looked at.
#[inline]
pub fn take(count: usize) {
    #[cfg(feature = "counted")]
    TAKEN.with(|taken| taken.set(taken.get().saturating_add(count as u64)));
    #[cfg(not(feature = "counted"))]
    let _ = count;
}

/// What a search over `length` bytes found: as many steps as it went.
#[inline]
pub fn found(length: usize, at: Option<usize>) -> Option<usize> {
    take(at.map_or(length, |at| at + 1));
    at
}

/// How many steps some work takes on this thread.
#[cfg(feature = "counted")]
pub fn of<T>(work: impl FnOnce() -> T) -> (T, u64) {
    let before = TAKEN.with(Cell::get);
    let done = work();
    (done, TAKEN.with(Cell::get) - before)
}
