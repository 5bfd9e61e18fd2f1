//! The panel's first page: what waits for the reader, what support works on, what is new, and the ways on: `/`.

mod page;
#[cfg(test)]
#[cfg(target_arch = "wasm32")]
mod view_tests;

pub use page::HomePage;
