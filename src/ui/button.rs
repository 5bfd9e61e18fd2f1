//! A button. It is never disabled: a `disabled` button would lose the focus, and screen readers would no longer find it.

use crate::view::view;
use leptos::prelude::*;

/// How much a button asks for attention.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// The one thing to do next.
    Primary,
    /// One of several things.
    #[default]
    Secondary,
    /// Something at the side.
    Quiet,
}

impl ButtonKind {
    const fn class(self) -> &'static str {
        match self {
            Self::Primary => "button button-primary",
            Self::Secondary => "button",
            Self::Quiet => "button button-quiet",
        }
    }
}

/// A button with a label, or with children. Without `on_click` it submits its form. While busy it keeps its place, its
/// focus and its name, and a second click does nothing.
#[component]
pub fn Button(
    /// What it says, where there are no children.
    #[prop(optional, into)]
    label: Signal<String>,
    /// How much it asks for attention.
    #[prop(optional)]
    kind: ButtonKind,
    /// Something is on its way because of it.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// What it does.
    #[prop(optional, into)]
    on_click: Option<Callback<()>>,
    /// What it says.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let role = if on_click.is_some() { "button" } else { "submit" };
    let click = move |event: leptos::ev::MouseEvent| {
        if busy.get_untracked() {
            event.prevent_default();
        } else if let Some(on_click) = on_click {
            on_click.run(());
        }
    };
    view! {
        <button
            type=role
            class=kind.class()
            aria-busy=move || busy.get().then_some("true")
            aria-disabled=move || busy.get().then_some("true")
            on:click=click
        >
            {match children {
                Some(children) => children(),
                None => label.into_any(),
            }}
        </button>
    }
    .into_any()
}
