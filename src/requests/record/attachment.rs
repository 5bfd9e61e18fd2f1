//! The files of a comment: what they are, a small picture of images, and the way to have them. Their bytes ask for the
//! session like everything else, so a plain link would not do: they are fetched and handed over as a `blob:` address.

use super::picture::{is_picture, picture};
use crate::api::{ApiError, Client};
use crate::text::{Language, Text};
use crate::view::view;
use balcao_contract::file::extension;
use balcao_contract::wire::Attachment;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;
use wasm_bindgen::JsCast;
use web_sys::{HtmlAnchorElement, Url};

/// How long a downloaded file's address lives: the browser reads it after the click has returned, Safari late.
const HANDOVER: Duration = Duration::from_secs(60);

/// So many files of a comment are seen; what is beyond is folded.
const SEEN: usize = 4;

/// How far a file is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Getting {
    Idle,
    Busy,
    Failed(ApiError),
}

/// The list of files; nothing where there are none.
pub fn attachments(files: Vec<Attachment>) -> Option<AnyView> {
    if files.is_empty() {
        return None;
    }
    let language = Language::here();
    let list = move |files: Vec<Attachment>| {
        let files: Vec<AnyView> = files.into_iter().map(one).collect();
        view! { <ul class="attachments" role="list" aria-label=language.t(Text::RequestAttachments)>{files}</ul> }
            .into_any()
    };
    let mut files = files;
    // A fold for one file would take as much room as the file.
    let more = if files.len() > SEEN + 1 { files.split_off(SEEN) } else { Vec::new() };
    let count = more.len() as u64;
    let label = move || language.plural(Text::RequestMoreFilesOne, Text::RequestMoreFilesOther, count);
    let folded = (count > 0).then(|| {
        view! { <details class="attachments-more"><summary>{label}</summary>{list(more)}</details> }.into_any()
    });
    Some(view! { {list(files)} {folded} }.into_any())
}

fn one(file: Attachment) -> AnyView {
    if file.deleted {
        return removed(&file);
    }
    let picture = is_picture(&file).then(|| picture(&file));
    view! {
        <li class="attachment">
            {picture}
            <div class="attachment-about">{about(file)}</div>
        </li>
    }
    .into_any()
}

fn removed(file: &Attachment) -> AnyView {
    view! {
        <li class="attachment">
            <div class="attachment-about">
                <s dir="auto">{file.file_name.clone()}</s>
                <span class="attachment-kind">{Language::here().t(Text::RequestFileDeleted)}</span>
            </div>
        </li>
    }
    .into_any()
}

/// Name, kind and size; the name is the button.
fn about(file: Attachment) -> AnyView {
    let language = Language::here();
    let client = Client::here();
    let getting = RwSignal::new_local(Getting::Idle);
    let (size, kind) = (file.size, extension(&file.file_name).unwrap_or_default().to_ascii_uppercase());
    let (name, shown, address) = (file.file_name.clone(), file.file_name.clone(), file.content_url);
    let get = move |_| {
        // A second click while the first is on its way would only fetch it twice.
        if getting.get_untracked() != Getting::Busy {
            getting.set(Getting::Busy);
            let (name, address) = (name.clone(), address.clone());
            spawn_local(async move {
                let outcome = client.blob(&address).await.and_then(|blob| hand_over(&blob, &name));
                getting.try_set(outcome.map_or_else(Getting::Failed, |()| Getting::Idle));
            });
        }
    };
    let label_name = shown.clone();
    let label = move || language.text_with(Text::RequestDownload, &[("name", &label_name)]);
    let details = move || match getting.get() {
        Getting::Busy => language.text(Text::RequestDownloading),
        _ if kind.is_empty() => language.format_bytes(size),
        _ => format!("{kind} · {}", language.format_bytes(size)),
    };
    let failure = move || match getting.get() {
        Getting::Failed(error) => {
            let sentence = move || format!("{} {}", language.text(Text::RequestFileFailed), error.sentence(language));
            Some(view! { <span class="attachment-failure" role="alert">{sentence}</span> }.into_any())
        }
        _ => None,
    };
    let again = move || {
        let text =
            if matches!(getting.get(), Getting::Failed(_)) { Text::CommonRetry } else { Text::RequestDownloadShort };
        language.text(text)
    };
    view! {
        <span class="attachment-name" dir="auto">{shown}</span>
        <span class="attachment-kind">{details}</span>
        {failure}
        <button
            type="button"
            class="button button-small"
            aria-label=label
            aria-disabled=move || (getting.get() == Getting::Busy).to_string()
            on:click=get
        >
            {again}
        </button>
    }
    .into_any()
}

/// Has the browser save the bytes under that name.
pub fn hand_over(blob: &web_sys::Blob, name: &str) -> Result<(), ApiError> {
    // Nothing of the browser that can fail here has to do with the file: another try may well do.
    let failed = || ApiError::Unexpected(0);
    let address = Url::create_object_url_with_blob(blob).map_err(|_| failed())?;
    let document = web_sys::window().and_then(|window| window.document()).ok_or_else(failed)?;
    let link: HtmlAnchorElement =
        document.create_element("a").ok().and_then(|link| link.dyn_into().ok()).ok_or_else(failed)?;
    link.set_href(&address);
    link.set_download(name);
    link.click();
    set_timeout(move || drop(Url::revoke_object_url(&address)), HANDOVER);
    Ok(())
}
