//! What is wrong with a form, above it: takes the focus, and leads to each field.

use super::{focus_element, focus_id};
use crate::view::{effect, view};
use leptos::html;
use leptos::prelude::*;

/// A fault, and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SummaryEntry {
    /// The id of the element to mend; `None` for what no field is to blame for.
    pub target: Option<String>,
    /// What is wrong.
    pub sentence: String,
}

/// The summary. Each time `shown` grows it takes the focus, so that a second try with the same faults is noticed, too.
#[component]
pub fn ErrorSummary(
    /// Its heading.
    title: Signal<String>,
    /// What is wrong; nothing is drawn for nothing.
    entries: Signal<Vec<SummaryEntry>>,
    /// How often it was asked for.
    shown: Signal<u32>,
) -> impl IntoView {
    let summary = NodeRef::<html::Div>::new();
    effect(move || {
        if shown.get() == 0 {
            return;
        }
        // After the view has been drawn.
        request_animation_frame(move || {
            if let Some(Some(element)) = summary.try_get_untracked() {
                focus_element(&element);
            }
        });
    });
    let list = move || {
        entries
            .get()
            .into_iter()
            .map(|entry| match entry.target {
                Some(target) => {
                    let href = format!("#{target}");
                    let go = move |event: leptos::ev::MouseEvent| {
                        event.prevent_default();
                        focus_id(&target);
                    };
                    view! {
                        <li>
                            <a href=href rel="external" on:click=go>
                                {entry.sentence}
                            </a>
                        </li>
                    }
                    .into_any()
                }
                None => view! { <li>{entry.sentence}</li> }.into_any(),
            })
            .collect::<Vec<_>>()
    };
    move || {
        (shown.get() > 0 && entries.with(|entries| !entries.is_empty())).then(|| {
            view! {
                <div class="error-summary" node_ref=summary tabindex="-1" role="alert" aria-labelledby="error-summary-title">
                    <h2 id="error-summary-title">{move || title.get()}</h2>
                    <ul>{list}</ul>
                </div>
            }
            .into_any()
        })
    }
}
