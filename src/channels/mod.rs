//! What is going on around support: incidents, the status of components and modules, news, and what the account may expect
//! of support: `/status`. It reads; what is written is another feature's.

mod feeds;
mod incidents;
mod page;
mod plan;
mod seen;
mod status;
#[cfg(test)]
#[cfg(target_arch = "wasm32")]
mod view_tests;

pub use page::ChannelsPage;
