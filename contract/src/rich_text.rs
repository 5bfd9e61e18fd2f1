//! Formatted text as a tree. The backend parses Markdown once; the panel draws the tree as views, so that no HTML
//! string is ever injected and no parser is shipped to the browser (docs/decisions/rich-text.md).

use serde::{Deserialize, Serialize};

/// A block of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Block {
    /// A heading, level 2 to 4 (1 is the page's own).
    Heading {
        /// 2, 3 or 4.
        level: u8,
        /// The heading's text.
        content: Vec<Inline>,
    },
    /// A paragraph.
    Paragraph {
        /// The paragraph's text.
        content: Vec<Inline>,
    },
    /// A list; each item is a document of its own.
    #[cfg_attr(feature = "openapi", schema(no_recursion))]
    List {
        /// Numbered rather than bulleted.
        ordered: bool,
        /// The items.
        items: Vec<Vec<Block>>,
    },
    /// A quotation.
    #[cfg_attr(feature = "openapi", schema(no_recursion))]
    Quote {
        /// What is quoted.
        content: Vec<Block>,
    },
    /// Preformatted text.
    Code {
        /// The text as it stands.
        text: String,
    },
    /// A table; the first row is the head.
    Table {
        /// Rows of cells.
        rows: Vec<Vec<Vec<Inline>>>,
    },
    /// A thematic break.
    Rule,
}

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Inline {
    /// Plain text.
    Text {
        /// The text.
        text: String,
    },
    /// Emphasis.
    #[cfg_attr(feature = "openapi", schema(no_recursion))]
    Emphasis {
        /// What is emphasised.
        content: Vec<Inline>,
    },
    /// Strong importance.
    #[cfg_attr(feature = "openapi", schema(no_recursion))]
    Strong {
        /// What is important.
        content: Vec<Inline>,
    },
    /// Code within a line.
    Code {
        /// The code.
        text: String,
    },
    /// A link; `href` is https, http or mailto, or a path of the help center beginning with `/articles/`.
    #[cfg_attr(feature = "openapi", schema(no_recursion))]
    Link {
        /// Where it leads.
        href: String,
        /// Its text.
        content: Vec<Inline>,
    },
    /// A forced line break.
    Break,
}
