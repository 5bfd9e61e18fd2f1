//! A small picture of an attached image, fetched once it comes into view; it opens the whole one.

use super::seen::when_seen;
use crate::api::Client;
use crate::text::{Language, Text};
use crate::view::view;
use balcao_contract::wire::Attachment;
use leptos::html::{Dialog, Div};
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
    let language = Language::here();
    let viewer = NodeRef::<Dialog>::new();
    let image = move |address: String, alt: String| {
        let (width, height) = size;
        view! { <img src=address alt=alt width=width height=height /> }.into_any()
    };
    let open = move |_| {
        if let Some(viewer) = viewer.get_untracked() {
            // Throws only where it is already open.
            viewer.show_modal().ok();
        }
    };
    // A click beside the picture is one on the dialog itself: everything else in it closes it as well.
    let close = move |_| {
        if let Some(viewer) = viewer.get_untracked() {
            viewer.close();
        }
    };
    let name = file.file_name.clone();
    let label = {
        let name = name.clone();
        move || language.text_with(Text::RequestView, &[("name", &name)])
    };
    let shown = move || {
        let address = address.get()?;
        let (label, shown, alt) = (label.clone(), name.clone(), name.clone());
        Some(view! {
            <button type="button" class="attachment-open" aria-label=label on:click=open>{image(address.clone(), String::new())}</button>
            <dialog class="viewer" node_ref=viewer aria-label=name.clone() on:click=close>
                <p><bdi>{shown}</bdi> <button type="button" class="button">{language.t(Text::RequestViewClose)}</button></p>
                {image(address, alt)}
            </dialog>
        }.into_any())
    };
    view! { <div class="attachment-picture" node_ref=frame>{shown}</div> }.into_any()
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
