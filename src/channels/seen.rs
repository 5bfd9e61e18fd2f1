//! Up to when the news was seen on this device. Where the browser keeps nothing, nothing is marked as new.

use balcao_contract::panel::Feed;
use web_sys::Storage;

const KEY: &str = "balcao.news_seen";

fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

/// The newest entry that was shown before, in Unix time (milliseconds). The first time everything would be new: nothing is.
pub fn since() -> Option<i64> {
    storage()?.get_item(KEY).ok()??.parse().ok()
}

/// Everything has been shown.
pub fn keep(feeds: &[Feed]) {
    let published = feeds.iter().flat_map(|feed| &feed.channel.items).filter_map(|entry| entry.published_at);
    if let (Some(newest), Some(storage)) = (published.max(), storage()) {
        storage.set_item(KEY, &newest.unix_milliseconds().to_string()).ok();
    }
}
