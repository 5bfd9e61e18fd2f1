//! The text of a file that somebody chose to fill a field with.

use js_sys::Uint8Array;
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, TextDecoder};

/// More of a file is not read: a field that takes so much is full long before.
const MOST_BYTES: f64 = 1_048_576.0;

/// The text, in UTF-8 or, where it is not that, as Windows writes western European letters: what spreadsheets save as
/// CSV there. `None` where the browser cannot read the file.
pub async fn file_text(file: &File) -> Option<String> {
    let part = file.slice_with_f64_and_f64(0.0, MOST_BYTES).ok()?;
    let buffer = JsFuture::from(part.array_buffer()).await.ok()?;
    let bytes = Uint8Array::new(&buffer).to_vec();
    match String::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(error) => {
            let decoder = TextDecoder::new_with_label("windows-1252").ok()?;
            decoder.decode_with_u8_array(error.as_bytes()).ok()
        }
    }
}
