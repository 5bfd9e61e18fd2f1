//! What may be attached, and under which name it is kept.

use serde::{Deserialize, Serialize};

/// Longest file name that is kept, in bytes: what common file systems take.
pub const FILE_NAME_LIMIT: usize = 255;

/// What one comment or form may carry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FileLimits {
    /// The largest file, in bytes.
    pub max_bytes: u64,
    /// The most files.
    pub max_files: u32,
    /// Which endings are taken: lower case, without the dot.
    pub extensions: Vec<String>,
}

impl Default for FileLimits {
    fn default() -> Self {
        let extensions = "avif bmp gif heic jpeg jpg png tif tiff webp \
            avi m4v mkv mov mp4 mpeg mpg webm \
            pdf txt md csv tsv json xml har log \
            doc docx odp ods odt ppt pptx rtf xls xlsx zip gz";
        Self {
            max_bytes: 50 * 1024 * 1024,
            max_files: 20,
            extensions: extensions.split_whitespace().map(str::to_owned).collect(),
        }
    }
}

/// Why a file is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileError {
    /// Nothing in it.
    Empty,
    /// Larger than [`FileLimits::max_bytes`].
    TooLarge,
    /// Its ending is not among [`FileLimits::extensions`].
    TypeNotTaken,
    /// There are already [`FileLimits::max_files`].
    TooMany,
    /// Its first bytes are not what its ending says: see [`crate::content`].
    OtherContent,
}

impl FileLimits {
    /// Whether a file of that name and size may join `already` others. `bytes` is `None` while it is not known.
    ///
    /// # Errors
    /// The first reason why not.
    pub fn check(&self, name: &str, bytes: Option<u64>, already: u32) -> Result<(), FileError> {
        if already >= self.max_files {
            return Err(FileError::TooMany);
        }
        match bytes {
            Some(0) => return Err(FileError::Empty),
            Some(bytes) if bytes > self.max_bytes => return Err(FileError::TooLarge),
            _ => {}
        }
        let taken = extension(name).is_some_and(|ending| self.extensions.contains(&ending));
        if taken { Ok(()) } else { Err(FileError::TypeNotTaken) }
    }
}

/// The ending of a file name in lower case, without the dot. `.htaccess` has none.
#[must_use]
pub fn extension(name: &str) -> Option<String> {
    let (stem, ending) = name.rsplit_once('.')?;
    (!stem.is_empty() && !ending.is_empty()).then(|| ending.to_ascii_lowercase())
}

/// A name that is safe to store, to show and to offer as a download: the last part of a path, without control,
/// zero-width and direction-changing characters, no leading dots, none of the names Windows reserves, at most
/// [`FILE_NAME_LIMIT`] bytes with the ending kept. `file` where nothing remains.
#[must_use]
pub fn safe_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = last.chars().filter(|c| !is_unsafe(*c)).collect();
    let kept = kept.trim_matches(is_edge);
    if kept.is_empty() {
        return "file".to_owned();
    }
    let kept = if is_reserved(kept) { format!("_{kept}") } else { kept.to_owned() };
    shortened(&kept)
}

/// What a name neither begins nor ends with.
fn is_edge(character: char) -> bool {
    character == '.' || character.is_whitespace()
}

fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(character, '"' | '<' | '>' | '|' | ':' | '*' | '?')
        || matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// `CON`, `com1.txt` and their kind open a device on Windows, whatever the ending.
fn is_reserved(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL")
        || (stem.len() == 4
            && (stem.starts_with("COM") || stem.starts_with("LPT"))
            && stem.ends_with(|c: char| c.is_ascii_digit()))
}

fn shortened(name: &str) -> String {
    if name.len() <= FILE_NAME_LIMIT {
        return name.to_owned();
    }
    let ending = match name.rfind('.') {
        Some(dot) if dot > 0 && name.len() - dot <= 16 => &name[dot..],
        _ => "",
    };
    let mut cut = FILE_NAME_LIMIT - ending.len();
    while !name.is_char_boundary(cut) {
        cut -= 1;
    }
    format!("{}{ending}", name[..cut].trim_end_matches(is_edge))
}
