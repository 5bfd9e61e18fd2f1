//! What is kept on this device, and how to be rid of it.

use super::address::Place;
use super::engine::Engine;
use super::steps::title_of;
use crate::text::{Language, Text};
use crate::ui::{Banner, BannerKind, Button, ButtonKind, ConfirmDialog};
use crate::view::{memo, view};
use balcao_contract::time::Timestamp;
use leptos::prelude::*;

/// Discarding begins the form anew; the page that holds the engine knows how.
#[derive(Clone, Copy)]
pub struct BeginAnew(pub Callback<()>);

/// Above the pages: that nothing can be kept, or that something else was and never sent.
#[component]
pub fn Kept(engine: Engine) -> impl IntoView {
    let language = Language::here();
    let unkept = memo(move || engine.is_unkept());
    let asks = RwSignal::new(false);
    let warning = move || {
        unkept.get().then(|| {
            view! { <Banner kind=BannerKind::Warning><p>{language.t(Text::DraftUnkept)}</p></Banner> }
        })
    };
    let other = move || {
        let other = engine.others.with(|others| others.first().cloned())?;
        let moment = Timestamp::from_unix_milliseconds(other.updated_at)?;
        let said = move || {
            let title = engine.form.with(|form| title_of(form, &other.answers));
            language.text_with(Text::DraftOther, &[("moment", &language.format_date_time(moment)), ("title", &title)])
        };
        let go_on = move |()| {
            let id = engine.others.with_untracked(|others| others.first().map(|other| other.id.clone()));
            let start = engine.address().to(Place::Start);
            engine.navigation.replace(&super::address::Address { draft: id, ..start });
        };
        Some(view! {
            <Banner kind=BannerKind::Info>
                <p>{said}</p>
                <div class="actions">
                    <Button
                        label=Signal::derive(language.t(Text::DraftGoOn))
                        kind=ButtonKind::Quiet
                        on_click=Callback::new(go_on)
                    />
                    <Button
                        label=Signal::derive(language.t(Text::DraftDiscard))
                        kind=ButtonKind::Quiet
                        on_click=Callback::new(move |()| asks.set(true))
                    />
                </div>
            </Banner>
        })
    };
    let discard = Callback::new(move |()| engine.discard_other());
    view! {
        {warning}
        {other}
        <div role="status">{move || engine.rest().map(|rest| (rest.other_tabs)(engine))}</div>
        <Discard asks discard />
    }
    .into_any()
}

/// Below the pages: where what was typed is, and *Discard*.
#[component]
pub fn Foot(engine: Engine) -> impl IntoView {
    let language = Language::here();
    let asks = RwSignal::new(false);
    let any = memo(move || {
        engine.answers.track();
        engine.uploads.count() > 0 || !engine.snapshot().is_empty()
    });
    let kept = move || (!engine.is_unkept()).then(|| view! { <span>{language.t(Text::DraftKept)}</span> });
    let foot = move || {
        any.get().then(|| {
            view! {
                <div class="form-foot">
                    {kept}
                    <Button
                        label=Signal::derive(language.t(Text::DraftDiscard))
                        kind=ButtonKind::Quiet
                        on_click=Callback::new(move |()| asks.set(true))
                    />
                </div>
            }
        })
    };
    let begin_anew = use_context::<BeginAnew>();
    let discard = Callback::new(move |()| {
        engine.forget();
        let start = engine.address().to(Place::Start);
        engine.navigation.replace(&super::address::Address { draft: None, ..start });
        if let Some(BeginAnew(begin_anew)) = begin_anew {
            begin_anew.run(());
        }
    });
    view! {
        {foot}
        <Discard asks discard />
    }
    .into_any()
}

/// "Discard what you typed?"
#[component]
fn Discard(asks: RwSignal<bool>, discard: Callback<()>) -> impl IntoView {
    let language = Language::here();
    view! {
        <ConfirmDialog
            open=asks
            title=Signal::derive(language.t(Text::DraftDiscardTitle))
            text=Signal::derive(language.t(Text::DraftDiscardText))
            confirm=Signal::derive(language.t(Text::DraftDiscard))
            cancel=Signal::derive(language.t(Text::CommonCancel))
            on_confirm=discard
        />
    }
    .into_any()
}
