//! What happens to the requests that one sees while the panel is open: what is unread, and who wants to know of a change. The
//! connection is `stream`'s, which is fetched after the first page; without it pages read again as they are looked at.

mod frames;
mod pause;
mod share;
mod stream;

pub use pause::pause;
pub use stream::keep_live;

use balcao_contract::id::RequestId;
use leptos::prelude::*;
use std::rc::Rc;

/// What has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// This request of one's own.
    Own(RequestId),
    /// This one of a colleague, where the store shares them.
    Colleagues(RequestId),
    /// Nobody knows: something was missed.
    Anything,
}

impl Change {
    /// Whether it may be this request that has changed.
    #[must_use]
    pub fn concerns(self, id: RequestId) -> bool {
        match self {
            Self::Own(changed) | Self::Colleagues(changed) => changed == id,
            Self::Anything => true,
        }
    }
}

type Follower = Rc<dyn Fn(Change)>;

/// What is known meanwhile; in the context of every view.
#[derive(Clone, Copy)]
pub struct Live {
    unread: RwSignal<Vec<RequestId>>,
    count: RwSignal<u64>,
    followers: StoredValue<Vec<(u32, Follower)>, LocalStorage>,
    next: StoredValue<u32>,
}

impl Default for Live {
    fn default() -> Self {
        Self {
            unread: RwSignal::new(Vec::new()),
            count: RwSignal::new(0),
            followers: StoredValue::new_local(Vec::new()),
            next: StoredValue::new(0),
        }
    }
}

impl Live {
    /// That of the nearest view. Outside of the application (a test that provides none) nothing ever happens.
    #[must_use]
    pub fn here() -> Self {
        use_context::<Self>().unwrap_or_default()
    }

    /// Whether a request has an answer that was not read; follows it.
    #[must_use]
    pub fn is_unread(self, id: RequestId) -> bool {
        self.unread.with(|unread| unread.contains(&id))
    }

    /// How many requests have one; follows it.
    #[must_use]
    pub fn unread(self) -> u64 {
        self.count.get()
    }

    /// Runs `follow` on every change until the view goes.
    pub fn on_change(self, follow: impl Fn(Change) + 'static) {
        let id = self.next.try_update_value(|next| {
            *next += 1;
            *next
        });
        let Some(id) = id else { return };
        self.followers.update_value(|followers| followers.push((id, Rc::new(follow))));
        on_cleanup(move || {
            let _ = self.followers.try_update_value(|followers| followers.retain(|(known, _)| *known != id));
        });
    }

    /// Takes what is unread as the backend tells it.
    pub fn take_unread(self, count: u64, ids: Vec<RequestId>) {
        if self.count.try_get_untracked() != Some(count) {
            self.count.try_set(count);
        }
        if self.unread.try_with_untracked(|known| *known != ids).unwrap_or_default() {
            self.unread.try_set(ids);
        }
    }

    /// Tells everybody who follows. A follower may come or go meanwhile.
    fn tell(self, change: Change) {
        let followers = self.followers.try_get_value().unwrap_or_default();
        for (_, follow) in followers {
            follow(change);
        }
    }
}
