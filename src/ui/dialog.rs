//! A question that has to be answered first.

use super::{Button, ButtonKind, focus_element};
use crate::view::{effect, view};
use leptos::html;
use leptos::prelude::*;

/// A modal question with two answers. The browser keeps the focus inside, Escape says no, and the focus goes back to
/// what opened it.
#[component]
pub fn ConfirmDialog(
    /// Shown while true.
    open: RwSignal<bool>,
    /// The question.
    title: Signal<String>,
    /// What a yes means.
    text: Signal<String>,
    /// The yes.
    confirm: Signal<String>,
    /// The no.
    cancel: Signal<String>,
    /// What a yes does.
    on_confirm: Callback<()>,
    /// What else is asked, above the answers.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let opener = StoredValue::new_local(None::<web_sys::Element>);
    effect(move || {
        let Some(element) = dialog.get() else { return };
        if open.get() && !element.open() {
            opener.set_value(document().active_element());
            // Throws only where it is already open.
            element.show_modal().ok();
        } else if !open.get() && element.open() {
            element.close();
        }
    });
    let closed = move |_| {
        open.set(false);
        if let Some(opener) = opener.try_update_value(Option::take).flatten() {
            focus_element(&opener);
        }
    };
    let yes = move || {
        open.set(false);
        on_confirm.run(());
    };
    view! {
        <dialog class="dialog" node_ref=dialog aria-label=move || title.get() on:close=closed>
            <h2>{move || title.get()}</h2>
            <p>{move || text.get()}</p>
            {children.map(|children| children())}
            <div class="actions">
                <Button label=cancel on_click=Callback::new(move |()| open.set(false)) />
                <Button label=confirm kind=ButtonKind::Primary on_click=Callback::new(move |()| yes()) />
            </div>
        </dialog>
    }
    .into_any()
}
