//! What a page shows of files before their code is here: the place of the field, of the list, and what is said of a file that
//! was pasted.

use super::field::{Field, List};
use super::machine::NotHere;
use super::uploads::Uploads;
use crate::later::later;
use crate::view::{effect_after, memo, view};
use leptos::prelude::*;
use web_sys::DragEvent;

/// What the field is given.
#[derive(Clone, Copy)]
pub struct Given {
    uploads: Uploads,
    id: StoredValue<String>,
    title: Signal<String>,
    optional: Signal<bool>,
    hint: Signal<String>,
    error: Signal<Option<String>>,
}

later!(field(given: Given), files, drawn(given), part);
later!(list(uploads: Uploads), files, view! { <List uploads /> }.into_any(), part);

fn drawn(given: Given) -> AnyView {
    let Given { uploads, id, title, optional, hint, error } = given;
    view! { <Field uploads id=id.get_value() title optional hint error /> }.into_any()
}

/// Files: choose, drop, paste. `id` is the file input's: an error summary leads there.
#[component]
pub fn Evidence(
    /// The files.
    uploads: Uploads,
    /// The id of the input.
    id: String,
    /// What the field is called.
    title: Signal<String>,
    /// It may stay empty.
    #[prop(into, default = Signal::stored(true))]
    optional: Signal<bool>,
    /// A sentence under the title; empty for none.
    #[prop(into, optional)]
    hint: Signal<String>,
    /// What is wrong with the field.
    #[prop(into, optional)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let given = Given { uploads, id: StoredValue::new(id), title, optional, hint, error };
    // Here only until the field is: what it takes itself it keeps from the browser.
    let drop_files = move |event: DragEvent| {
        if !event.default_prevented() && carries_files(&event) {
            event.prevent_default();
            if let Some(files) = event.data_transfer().and_then(|data| data.files()) {
                uploads.add_list(&files);
            }
        }
    };
    view! {
        <div class="evidence-place" on:dragenter=keep_page on:dragover=keep_page on:drop=drop_files>
            {field(given)}
        </div>
    }
    .into_any()
}

/// Without this the browser would open the file in place of the page.
fn keep_page(event: DragEvent) {
    if carries_files(&event) {
        event.prevent_default();
    }
}

pub(super) fn carries_files(event: &DragEvent) -> bool {
    event.data_transfer().is_some_and(|data| data.types().iter().any(|kind| kind == "Files"))
}

/// The files in words, for a review: names, sizes, and what is not there yet.
#[component]
pub fn FileSummary(uploads: Uploads) -> impl IntoView {
    list(uploads)
}

/// A screenshot may be pasted on any page of a form. Where the list of files is not to be seen, this says that it was
/// taken, or why not.
#[component]
pub fn PastedNote(uploads: Uploads) -> impl IntoView {
    let said = RwSignal::new(String::new());
    effect_after(move |is_begun: Option<bool>| {
        let machine = uploads.machine().filter(|_| is_begun != Some(true));
        if let Some(machine) = machine {
            (machine.announce)(uploads, said);
        }
        is_begun == Some(true) || machine.is_some()
    });
    view! {
        <NotHere uploads />
        <Refusals uploads />
        <p class="evidence-note" role="status">{move || said.get()}</p>
    }
    .into_any()
}

/// What was offered and not taken, until something else is chosen.
#[component]
pub fn Refusals(uploads: Uploads) -> impl IntoView {
    let lines = move || uploads.refusals().into_iter().map(|line| view! { <li>{line}</li> }.into_any()).collect_view();
    let any = memo(move || uploads.rejected().with(|rejected| !rejected.is_empty()));
    view! {
        // There from the beginning: a live region that comes together with its text is not read out.
        <div class="evidence-refused" role="alert" hidden=move || !any.get()>
            <ul>{lines}</ul>
        </div>
    }
    .into_any()
}
