//! What a file is, told from its first bytes: never from what its sender claims.
//!
//! A type that a browser would run or draw on its own (HTML, SVG, XML) is never given out; what disagrees with its
//! own ending is only ever a download.

use balcao_contract::file::extension;

/// How many of the first bytes are looked at: enough for the size in a JPEG's header behind its EXIF data.
pub const HEAD_BYTES: usize = 256 * 1024;

/// The type of everything that is not recognised.
pub const UNKNOWN: &str = "application/octet-stream";

/// Images with more pixels are offered as downloads only: whoever draws them pays four bytes a pixel.
const MOST_PIXELS: u64 = 100_000_000;

/// What is known about a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Content {
    /// The media type it is served under.
    pub media_type: &'static str,
    /// In pixels, for images whose header says so.
    pub width: Option<u32>,
    /// In pixels, for images whose header says so.
    pub height: Option<u32>,
}

impl Content {
    const fn of(media_type: &'static str) -> Self {
        Self { media_type, width: None, height: None }
    }
}

/// Works out what a file of that name is. `head` is its first [`HEAD_BYTES`], or all of it where it is shorter.
#[must_use]
pub fn recognise(name: &str, head: &[u8]) -> Content {
    let ending = extension(name).unwrap_or_default();
    if let Some(media_type) = text_type(&ending) {
        return Content::of(if looks_like_text(head) { media_type } else { UNKNOWN });
    }
    let Some(family) = Family::of_ending(&ending).filter(|family| family.matches(head)) else {
        return Content::of(UNKNOWN);
    };
    let media_type = family.media_type(&ending);
    if media_type.starts_with("image/") { image(media_type, head) } else { Content::of(media_type) }
}

fn image(media_type: &'static str, head: &[u8]) -> Content {
    let Some((width, height)) = imagesize::blob_size(head)
        .ok()
        .and_then(|size| Some((u32::try_from(size.width).ok()?, u32::try_from(size.height).ok()?)))
        .filter(|(width, height)| *width > 0 && *height > 0)
    else {
        return Content::of(media_type);
    };
    let media_type = if u64::from(width) * u64::from(height) > MOST_PIXELS { UNKNOWN } else { media_type };
    Content { media_type, width: Some(width), height: Some(height) }
}

/// The type that text of that ending is served under. Markup is plain text here, whatever it calls itself.
fn text_type(ending: &str) -> Option<&'static str> {
    Some(match ending {
        "txt" | "log" | "md" | "xml" | "yaml" | "yml" | "svg" | "html" | "htm" => "text/plain",
        "csv" => "text/csv",
        "tsv" => "text/tab-separated-values",
        "json" | "har" => "application/json",
        _ => return None,
    })
}

/// No control characters but those of text. UTF-16 with its mark, and single-byte encodings, count.
fn looks_like_text(head: &[u8]) -> bool {
    if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) {
        return true;
    }
    // ESC colours the logs of command-line tools.
    head.iter().all(|byte| *byte >= 0x20 && *byte != 0x7f || matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b))
}

/// Kinds of container that several endings share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    /// One signature, one type.
    Exactly(&'static [&'static str], &'static str),
    /// ISO base media: MP4, QuickTime.
    BaseMedia,
    /// Matroska and WebM.
    Matroska,
    /// Word, Excel and PowerPoint before 2007.
    CompoundFile,
    /// Office Open XML: a zip with `[Content_Types].xml`.
    OpenXml,
    /// OpenDocument: a zip that begins with its `mimetype`.
    OpenDocument,
    /// Any zip.
    Zip,
}

impl Family {
    fn of_ending(ending: &str) -> Option<Self> {
        Some(match ending {
            "jpg" | "jpeg" => Self::Exactly(&["image/jpeg"], "image/jpeg"),
            "png" => Self::Exactly(&["image/png"], "image/png"),
            "gif" => Self::Exactly(&["image/gif"], "image/gif"),
            "webp" => Self::Exactly(&["image/webp"], "image/webp"),
            "avif" => Self::Exactly(&["image/avif"], "image/avif"),
            "bmp" => Self::Exactly(&["image/bmp"], "image/bmp"),
            "tif" | "tiff" => Self::Exactly(&["image/tiff"], "image/tiff"),
            "heic" => Self::Exactly(&["image/heif"], "image/heic"),
            "avi" => Self::Exactly(&["video/x-msvideo"], "video/x-msvideo"),
            "mpeg" | "mpg" => Self::Exactly(&["video/mpeg"], "video/mpeg"),
            "pdf" => Self::Exactly(&["application/pdf"], "application/pdf"),
            "rtf" => Self::Exactly(&["application/rtf"], "application/rtf"),
            "gz" => Self::Exactly(&["application/gzip"], "application/gzip"),
            "mp4" | "m4v" | "mov" => Self::BaseMedia,
            "mkv" | "webm" => Self::Matroska,
            "doc" | "xls" | "ppt" => Self::CompoundFile,
            "docx" | "xlsx" | "pptx" => Self::OpenXml,
            "odt" | "ods" | "odp" => Self::OpenDocument,
            "zip" => Self::Zip,
            _ => return None,
        })
    }

    fn matches(self, head: &[u8]) -> bool {
        let is_zip = head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06");
        match self {
            Self::Exactly(types, _) => infer::get(head).is_some_and(|kind| types.contains(&kind.mime_type())),
            Self::BaseMedia => {
                head.get(4..8) == Some(b"ftyp")
                    && !infer::get(head).is_some_and(|kind| kind.mime_type().starts_with("image/"))
                    || matches!(head.get(4..8), Some(b"moov" | b"mdat" | b"wide" | b"free"))
            }
            Self::Matroska => head.starts_with(&[0x1a, 0x45, 0xdf, 0xa3]),
            Self::CompoundFile => head.starts_with(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]),
            Self::OpenXml => is_zip && contains(head, b"[Content_Types].xml"),
            Self::OpenDocument => is_zip && contains(head, b"application/vnd.oasis.opendocument."),
            Self::Zip => is_zip,
        }
    }

    fn media_type(self, ending: &str) -> &'static str {
        match (self, ending) {
            (Self::Exactly(_, media_type), _) => media_type,
            (Self::BaseMedia, "mov") => "video/quicktime",
            (Self::BaseMedia, _) => "video/mp4",
            (Self::Matroska, "webm") => "video/webm",
            (Self::Matroska, _) => "video/x-matroska",
            (Self::CompoundFile, "doc") => "application/msword",
            (Self::CompoundFile, "xls") => "application/vnd.ms-excel",
            (Self::CompoundFile, _) => "application/vnd.ms-powerpoint",
            (Self::OpenXml, "docx") => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            (Self::OpenXml, "xlsx") => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            (Self::OpenXml, _) => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
            (Self::OpenDocument, "odt") => "application/vnd.oasis.opendocument.text",
            (Self::OpenDocument, "ods") => "application/vnd.oasis.opendocument.spreadsheet",
            (Self::OpenDocument, _) => "application/vnd.oasis.opendocument.presentation",
            (Self::Zip, _) => "application/zip",
        }
    }
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        bytes.extend([8, 6, 0, 0, 0]);
        bytes
    }

    #[test]
    fn the_content_decides_and_must_agree_with_the_ending() {
        let pdf: &[u8] = b"%PDF-1.7\n%\xe2\xe3";
        let zip: &[u8] = b"PK\x03\x04\x14\0\0\0\x08\0report.txt";
        let docx: &[u8] = b"PK\x03\x04\x14\0\x06\0\x08\0[Content_Types].xml";
        let ole: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest";
        let html: &[u8] = b"<!doctype html><script>alert(1)</script>";
        let svg: &[u8] = b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>";
        let exe: &[u8] = b"MZ\x90\0\x03\0\0\0";
        let mp4: &[u8] = b"\0\0\0\x18ftypisom\0\0\0\0isom";
        let cases: &[(&str, &[u8], &str)] = &[
            ("a.pdf", pdf, "application/pdf"),
            ("a.PDF", pdf, "application/pdf"),
            ("a.png", pdf, UNKNOWN),
            ("a.pdf", html, UNKNOWN),
            ("a.zip", zip, "application/zip"),
            ("a.docx", docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
            ("a.docx", zip, UNKNOWN),
            ("a.zip", docx, "application/zip"),
            ("a.xls", ole, "application/vnd.ms-excel"),
            ("a.txt", html, "text/plain"),
            ("a.xml", svg, "text/plain"),
            ("a.svg", svg, "text/plain"),
            ("a.html", html, "text/plain"),
            ("a.png", svg, UNKNOWN),
            ("a.png", exe, UNKNOWN),
            ("a.txt", exe, UNKNOWN),
            ("a.log", b"\x1b[31mfailed\x1b[0m\r\n", "text/plain"),
            ("a.csv", b"a;b\n", "text/csv"),
            ("a.har", b"{\"log\":{}}", "application/json"),
            ("a.txt", "ação".as_bytes(), "text/plain"),
            ("a.txt", b"caf\xe9", "text/plain"),
            ("a.txt", b"\xff\xfea\0b\0", "text/plain"),
            ("BMW.txt", b"BMW is a car", "text/plain"),
            ("a.mp4", mp4, "video/mp4"),
            ("a.mov", mp4, "video/quicktime"),
            ("a.webm", b"\x1a\x45\xdf\xa3", "video/webm"),
            ("a", pdf, UNKNOWN),
            ("a.gz", b"\x1f\x8b\x08\0", "application/gzip"),
        ];
        for (name, head, expected) in cases {
            assert_eq!(recognise(name, head).media_type, *expected, "{name} {head:?}");
        }
    }

    #[test]
    fn an_images_size_is_read_from_its_header_alone() {
        let content = recognise("shot.png", &png(640, 480));
        assert_eq!(content, Content { media_type: "image/png", width: Some(640), height: Some(480) });
        assert_eq!(recognise("shot.png", b"\x89PNG\r\n\x1a\n"), Content::of("image/png"));
    }

    #[test]
    fn a_pixel_flood_is_a_download_and_no_image() {
        assert_eq!(recognise("flood.png", &png(60_000, 60_000)).media_type, UNKNOWN);
    }
}
