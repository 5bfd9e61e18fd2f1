//! Markdown as a tree of blocks, as HTML that is safe by construction, and as plain text.
//! It knows no request and no article: who may read a text, and where it comes from, is decided elsewhere.

mod html;
mod link;
mod parse;
mod plain;
#[cfg(test)]
mod tests;

pub use html::to_html;
pub use parse::{parse, parse_comment};
pub use plain::{inlines_to_plain, to_plain};
