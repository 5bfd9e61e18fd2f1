//! The panel: the support desk that a person sees inside a store's admin.

mod api;
mod app;
mod channels;
mod copilot;
mod draft;
mod evidence;
mod forms;
mod help;
mod home;
mod host;
mod json;
mod later;
mod listing;
mod live;
mod location;
mod requests;
mod session;
#[cfg(all(test, target_arch = "wasm32"))]
mod shown;
mod start;
mod survey;
mod text;
mod ui;
mod view;

pub use app::start;
