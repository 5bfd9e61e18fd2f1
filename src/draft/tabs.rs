//! Other tabs of this browser that have the same draft open.

use super::model::DraftId;
use wasm_bindgen::prelude::*;
use web_sys::BroadcastChannel;

/// A way to the tabs that have a draft open; none where the browser has no such thing. Ends when it is dropped.
pub struct Tabs {
    channel: Option<BroadcastChannel>,
    _heard: Closure<dyn FnMut()>,
}

impl Tabs {
    /// Calls `heard` whenever another tab has kept, sent or discarded this draft.
    #[must_use]
    pub fn listen(id: &DraftId, heard: impl FnMut() + 'static) -> Self {
        let heard = Closure::new(heard);
        let channel = BroadcastChannel::new(&format!("balcao.draft.{id}")).ok();
        if let Some(channel) = &channel {
            channel.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        }
        Self { channel, _heard: heard }
    }

    /// Tells the other tabs.
    pub fn tell(&self) {
        if let Some(channel) = &self.channel {
            channel.post_message(&JsValue::NULL).ok();
        }
    }
}

impl Drop for Tabs {
    fn drop(&mut self) {
        if let Some(channel) = &self.channel {
            channel.close();
        }
    }
}
