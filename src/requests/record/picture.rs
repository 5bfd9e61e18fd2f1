//! A small picture of an attached image, fetched once it comes into view.

use super::seen::when_seen;
use crate::api::Client;
use balcao_contract::wire::Attachment;
use leptos::html::Div;
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::Url;

/// The largest image that is fetched without being asked for, in bytes: the backend has no smaller pictures to offer.
const LIMIT: u64 = 5 * 1024 * 1024;

/// The images that every browser draws and that cannot carry a script.
const TYPES: [&str; 6] = ["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/bmp"];

/// Whether a file is shown as a picture. `content_type` is the backend's own finding, not what the sender claimed.
#[must_use]
pub fn is_picture(file: &Attachment) -> bool {
    let kind = file.content_type.split(';').next().unwrap_or_default().trim();
    file.size <= LIMIT && TYPES.contains(&kind)
}

/// The picture; an empty frame until it is there, and where it does not come: the file's own button says why.
pub fn picture(file: &Attachment) -> AnyView {
    let client = Client::here();
    let frame = NodeRef::<Div>::new();
    let address = RwSignal::new(None::<String>);
    let source = file.content_url.clone();
    let fetch = move || {
        let source = source.clone();
        spawn_local(async move {
            let Ok(blob) = client.blob(&source).await else { return };
            let Ok(made) = Url::create_object_url_with_blob(&blob) else { return };
            // The page was left while the bytes came: nobody else would ever let them go.
            if let Some(unwanted) = address.try_set(Some(made)).flatten() {
                let _ = Url::revoke_object_url(&unwanted);
            }
        });
    };
    when_seen(frame, fetch);
    on_cleanup(move || {
        if let Some(made) = address.try_get_untracked().flatten() {
            let _ = Url::revoke_object_url(&made);
        }
    });
    let size = (file.width, file.height);
    // Decoration: name and button stand beside it, and a screen reader would hear the name twice.
    let image = move || {
        let (width, height) = size;
        address.get().map(|address| view! { <img src=address alt="" width=width height=height /> }.into_any())
    };
    view! { <div class="attachment-picture" node_ref=frame>{image}</div> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn file(content_type: &str, size: u64) -> Attachment {
        serde_json::from_value(json!({
            "id": 1, "url": "", "file_name": "a", "content_url": "", "mapped_content_url": "",
            "content_type": content_type, "size": size, "width": null, "height": null, "inline": false,
            "deleted": false, "malware_access_override": false, "malware_scan_result": "not_scanned", "thumbnails": []
        }))
        .unwrap()
    }

    #[test]
    fn only_small_harmless_images_are_shown() {
        let shown = ["image/png", "image/jpeg", "image/webp", "image/png; charset=binary"];
        let not = ["image/svg+xml", "text/html", "application/pdf", "", "image/tiff", "image/pngx"];
        assert!(shown.iter().all(|kind| is_picture(&file(kind, LIMIT))));
        assert!(!not.iter().any(|kind| is_picture(&file(kind, 1))));
        assert!(!is_picture(&file("image/png", LIMIT + 1)));
    }
}
