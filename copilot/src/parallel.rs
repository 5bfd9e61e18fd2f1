//! Work on many articles by all processors, for the moments in which somebody waits for it.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{num, thread};

/// So much is taken at a time: enough that threads seldom meet.
const AT_A_TIME: usize = 16;

/// What comes of each number below `count`, in order.
pub(crate) fn each<T: Send>(count: usize, of: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(count.div_ceil(AT_A_TIME)));
    let work = || {
        loop {
            let start = next.fetch_add(AT_A_TIME, Ordering::Relaxed);
            if start >= count {
                break;
            }
            let part: Vec<T> = (start..count.min(start + AT_A_TIME)).map(&of).collect();
            done.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push((start, part));
        }
    };
    thread::scope(|scope| {
        let threads = thread::available_parallelism().map_or(1, num::NonZero::get).min(count.div_ceil(AT_A_TIME));
        for _ in 1..threads {
            // Where the system gives no thread, this one does more.
            let _ = thread::Builder::new().name("articles".to_owned()).spawn_scoped(scope, work);
        }
        work();
    });
    let mut done = done.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    done.sort_unstable_by_key(|(start, _)| *start);
    done.into_iter().flat_map(|(_, part)| part).collect()
}

#[cfg(test)]
mod tests {
    use super::each;

    #[test]
    fn everything_is_done_once_and_stands_in_order() {
        for count in [0, 1, 15, 16, 17, 1_000] {
            assert_eq!(each(count, |number| number * 2), (0..count).map(|number| number * 2).collect::<Vec<_>>());
        }
    }
}
