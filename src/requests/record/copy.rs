//! The request's number, and a button that copies it.

use crate::text::{Language, Text};
use crate::view::view;
use balcao_contract::id::RequestId;
use js_sys::{Function, Promise, Reflect};
use leptos::html::Span;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// The number with its button. What came of it is said beside and heard.
pub fn copy_number(id: RequestId) -> AnyView {
    let language = Language::here();
    let number = NodeRef::<Span>::new();
    let said = RwSignal::new(None::<Text>);
    let copy = move |_| {
        said.set(None);
        spawn_local(async move {
            let copied = to_clipboard(&id.to_string()).await || selected(number);
            said.try_set(Some(if copied { Text::RequestCopied } else { Text::RequestNotCopied }));
        });
    };
    let name = move || language.text_with(Text::RequestCopy, &[("number", &id.to_string())]);
    view! {
        <span class="record-number">
            "#"<span node_ref=number>{id.to_string()}</span>
        </span>
        " "
        <button type="button" class="button button-small" aria-label=name on:click=copy>
            {language.t(Text::RequestCopyShort)}
        </button>
        <span class="record-copied" role="status">{move || said.get().map(|text| language.text(text))}</span>
    }
    .into_any()
}

/// Through the clipboard of the page; a host that does not allow its frames to write there makes it fail.
async fn to_clipboard(text: &str) -> bool {
    let written = web_sys::window().and_then(|window| {
        let clipboard = Reflect::get(&window.navigator(), &"clipboard".into()).ok()?;
        let write: Function = Reflect::get(&clipboard, &"writeText".into()).ok()?.dyn_into().ok()?;
        write.call1(&clipboard, &text.into()).ok()?.dyn_into::<Promise>().ok()
    });
    match written {
        Some(written) => JsFuture::from(written).await.is_ok(),
        None => false,
    }
}

/// The old way: the number is selected and the browser told to copy the selection. Where that fails, too, it is at
/// least selected, and Ctrl+C copies it.
fn selected(number: NodeRef<Span>) -> bool {
    let copied = number.try_get_untracked().flatten().and_then(|number| {
        let document = number.owner_document()?;
        let get = |target: &JsValue, name: &str| Reflect::get(target, &name.into()).ok()?.dyn_into::<Function>().ok();
        let selection = get(&document, "getSelection")?.call0(&document).ok()?;
        get(&selection, "selectAllChildren")?.call1(&selection, &number).ok()?;
        get(&document, "execCommand")?.call1(&document, &"copy".into()).ok()?.as_bool()
    });
    copied.unwrap_or(false)
}
