//! Messages that are part of a page: banners, skeletons, emptiness.

use crate::text::{Language, Text};
use crate::view::view;
use leptos::prelude::*;

/// What a banner is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BannerKind {
    /// Good to know.
    Info,
    /// Something needs care.
    Warning,
    /// Something failed.
    Error,
}

/// A message above what it is about. Errors interrupt a screen reader, the others wait.
#[component]
pub fn Banner(
    /// What it is about.
    kind: BannerKind,
    /// What it says.
    children: Children,
) -> impl IntoView {
    let (class, role) = match kind {
        BannerKind::Info => ("banner banner-info", "status"),
        BannerKind::Warning => ("banner banner-warning", "status"),
        BannerKind::Error => ("banner banner-error", "alert"),
    };
    view! { <div class=class role=role>{children()}</div> }.into_any()
}

/// Gray lines where text will be. Pictures only: say "Loading…" beside them.
#[component]
pub fn Skeleton(
    /// How many lines.
    #[prop(default = 3)]
    lines: usize,
) -> impl IntoView {
    let lines: Vec<AnyView> =
        (0..lines).map(|_| view! { <div class="skeleton skeleton-text"></div> }.into_any()).collect();
    view! { <div class="skeletons" aria-hidden="true">{lines}</div> }.into_any()
}

/// A whole page that is on its way: the same picture that the page's own HTML shows before the panel has started.
#[component]
pub fn PageSkeleton() -> impl IntoView {
    let language = Language::here();
    view! {
        <div class="start-skeleton">
            <p class="visually-hidden" role="status">{language.t(Text::CommonLoading)}</p>
            <div aria-hidden="true">
                <div class="skeleton start-skeleton-title"></div>
                <div class="skeleton start-skeleton-line"></div>
                <div class="skeleton start-skeleton-line"></div>
                <div class="skeleton start-skeleton-line"></div>
            </div>
        </div>
    }
    .into_any()
}

/// Nothing here yet, why, and what to do.
#[component]
pub fn EmptyState(
    /// What there is none of.
    title: Signal<String>,
    /// What to do.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="empty">
            <h2>{move || title.get()}</h2>
            {children()}
        </div>
    }
    .into_any()
}
