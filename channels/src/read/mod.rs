//! Reads documents. Whatever stands in them is plain text of limited length; addresses are https or nothing.

mod feed;
mod health;
mod releases;
mod status_page;
mod text;

pub(crate) use status_page::status_page;

use crate::board::Part;
use crate::source::SourceKind;
use balcao_contract::panel::FeedKind;

/// So many entries or incidents of a source are kept.
const MOST: usize = 50;

/// Why a document cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// Not JSON of that shape.
    #[error("it is not the JSON that was expected: {0}")]
    Json(#[from] serde_json::Error),
    /// Neither Atom nor RSS.
    #[error("it is neither Atom nor RSS: {0}")]
    Feed(String),
}

/// Reads a document of a kind, JSON or a feed by what it begins with.
pub(crate) fn document(kind: SourceKind, bytes: &[u8]) -> Result<Part, ReadError> {
    let is_xml = bytes.trim_ascii_start().strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes.trim_ascii_start()).first()
        == Some(&b'<');
    match kind {
        SourceKind::Health => health::modules(bytes).map(Part::Health),
        SourceKind::Status if is_xml => {
            feed::incidents(bytes).map(|incidents| Part::Status { components: Vec::new(), incidents })
        }
        SourceKind::Status => status_page(bytes, bytes),
        SourceKind::Feed(FeedKind::Releases) if !is_xml => releases::releases(bytes).map(Part::Feed),
        SourceKind::Feed(kind) => feed::entries(bytes, kind).map(Part::Feed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const KINDS: [SourceKind; 4] = [
        SourceKind::Health,
        SourceKind::Status,
        SourceKind::Feed(FeedKind::Releases),
        SourceKind::Feed(FeedKind::Announcements),
    ];

    proptest! {
        #[test]
        fn whatever_comes_is_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            for kind in KINDS {
                let _ = document(kind, &bytes);
            }
        }

        #[test]
        fn what_is_kept_is_short_and_without_control_characters(title in "\\PC{0,400}", body in ".{0,2000}") {
            let item = format!("<item><title>{}</title><description><![CDATA[{}]]></description></item>",
                title.replace(['<', '&', '>'], ""), body.replace("]]>", "").replace(char::is_control, " "));
            let rss = format!("<rss version=\"2.0\"><channel><title>x</title>{item}</channel></rss>");
            if let Ok(Part::Feed(entries)) = document(SourceKind::Feed(FeedKind::Blog), rss.as_bytes()) {
                for entry in entries {
                    prop_assert!(entry.title.chars().count() <= 201 && entry.summary.chars().count() <= 601);
                    prop_assert!(!entry.title.chars().chain(entry.summary.chars()).any(char::is_control));
                }
            }
        }
    }

    #[test]
    fn a_feed_as_long_as_may_be_is_cut() {
        let item = "<item><title>t</title></item>";
        let rss = format!("<rss version=\"2.0\"><channel><title>x</title>{}</channel></rss>", item.repeat(50_000));
        let Ok(Part::Feed(entries)) = document(SourceKind::Feed(FeedKind::Blog), rss.as_bytes()) else {
            panic!("not read")
        };
        assert_eq!(entries.len(), MOST);
    }

    #[test]
    fn deep_json_and_entities_of_entities_are_refused() {
        let deep = format!("{{\"modules\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(document(SourceKind::Health, deep.as_bytes()).is_err());
        let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><rss version=\"2.0\"><channel><title>&b;</title>\
            <item><title>&b;</title></item></channel></rss>";
        if let Ok(Part::Feed(entries)) = document(SourceKind::Feed(FeedKind::Blog), bomb.as_bytes()) {
            assert!(entries.iter().all(|entry| !entry.title.contains("aa")), "{entries:?}");
        }
    }
}
