//! Formatted text as a tree. The backend parses Markdown once; the panel draws the tree as views, so that no HTML
//! string is ever injected and no parser is shipped to the browser (docs/decisions/rich-text.md).

use serde::{Deserialize, Serialize};

/// A block of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "type", rename_all = "snake_case", from = "WireBlock")]
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
        blocks: Vec<Block>,
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
#[serde(tag = "type", rename_all = "snake_case", from = "WireInline")]
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

// How the tree is read. A tagged enum is first read into a general value, and then into its own: code for both, for each
// of its types, which a browser would download. Everything that a block may have, in one struct, is read in one go. What
// is missing is empty: the text of a person is shown as far as it can be understood.

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum BlockType {
    Heading,
    Paragraph,
    List,
    Quote,
    Code,
    Table,
    Rule,
}

#[derive(Deserialize)]
struct WireBlock {
    r#type: BlockType,
    #[serde(default)]
    level: u8,
    #[serde(default)]
    ordered: bool,
    #[serde(default)]
    text: String,
    #[serde(default)]
    content: Vec<Inline>,
    #[serde(default)]
    blocks: Vec<Block>,
    #[serde(default)]
    items: Vec<Vec<Block>>,
    #[serde(default)]
    rows: Vec<Vec<Vec<Inline>>>,
}

impl From<WireBlock> for Block {
    fn from(wire: WireBlock) -> Self {
        match wire.r#type {
            BlockType::Heading => Self::Heading { level: wire.level, content: wire.content },
            BlockType::Paragraph => Self::Paragraph { content: wire.content },
            BlockType::List => Self::List { ordered: wire.ordered, items: wire.items },
            BlockType::Quote => Self::Quote { blocks: wire.blocks },
            BlockType::Code => Self::Code { text: wire.text },
            BlockType::Table => Self::Table { rows: wire.rows },
            BlockType::Rule => Self::Rule,
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum InlineType {
    Text,
    Emphasis,
    Strong,
    Code,
    Link,
    Break,
}

#[derive(Deserialize)]
struct WireInline {
    r#type: InlineType,
    #[serde(default)]
    text: String,
    #[serde(default)]
    href: String,
    #[serde(default)]
    content: Vec<Inline>,
}

impl From<WireInline> for Inline {
    fn from(wire: WireInline) -> Self {
        match wire.r#type {
            InlineType::Text => Self::Text { text: wire.text },
            InlineType::Emphasis => Self::Emphasis { content: wire.content },
            InlineType::Strong => Self::Strong { content: wire.content },
            InlineType::Code => Self::Code { text: wire.text },
            InlineType::Link => Self::Link { href: wire.href, content: wire.content },
            InlineType::Break => Self::Break,
        }
    }
}
