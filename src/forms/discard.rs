//! What is kept on this device, and how to be rid of it.

use super::address::Place;
use super::engine::Engine;
use crate::text::{Language, Text};
use crate::ui::{Banner, BannerKind, Button, ButtonKind, ConfirmDialog};
use balcao_contract::time::Timestamp;
use leptos::prelude::*;

/// Discarding begins the form anew; the page that holds the engine knows how.
#[derive(Clone, Copy)]
pub struct BeginAnew(pub Callback<()>);

/// Above the pages: that nothing can be kept, or that something was.
#[component]
pub fn Kept(engine: Engine) -> impl IntoView {
    let language = Language::here();
    let unkept = Memo::new(move |_| engine.is_unkept());
    let asks = RwSignal::new(false);
    let warning = move || {
        unkept.get().then(|| {
            view! { <Banner kind=BannerKind::Warning><p>{language.t(Text::DraftUnkept)}</p></Banner> }
        })
    };
    let came_back = move || {
        let moment = Timestamp::from_unix_milliseconds(engine.came_back.get()?)?;
        let said = move || language.text_with(Text::DraftCameBack, &[("moment", &language.format_date_time(moment))]);
        Some(view! {
            <Banner kind=BannerKind::Info>
                <p>{said}</p>
                <div class="actions">
                    <Button
                        label=Signal::derive(language.t(Text::DraftGoOn))
                        kind=ButtonKind::Quiet
                        on_click=Callback::new(move |()| engine.came_back.set(None))
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
    view! {
        {warning}
        {came_back}
        <Discard engine asks />
    }
    .into_any()
}

/// Below the pages: where what was typed is, and *Discard*.
#[component]
pub fn Foot(engine: Engine) -> impl IntoView {
    let language = Language::here();
    let asks = RwSignal::new(false);
    let any = Memo::new(move |_| {
        let answered = engine.answers.with(|answers| answers.iter().any(|(_, answer)| !answer.is_blank()));
        answered || engine.uploads.count() > 0
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
    view! {
        {foot}
        <Discard engine asks />
    }
    .into_any()
}

/// "Discard what you typed?"
#[component]
fn Discard(engine: Engine, asks: RwSignal<bool>) -> impl IntoView {
    let language = Language::here();
    let begin_anew = use_context::<BeginAnew>();
    let discard = move |()| {
        engine.forget();
        let start = engine.address().to(Place::Start);
        engine.navigation.replace(&super::address::Address { draft: None, ..start });
        if let Some(BeginAnew(begin_anew)) = begin_anew {
            begin_anew.run(());
        }
    };
    view! {
        <ConfirmDialog
            open=asks
            title=Signal::derive(language.t(Text::DraftDiscardTitle))
            text=Signal::derive(language.t(Text::DraftDiscardText))
            confirm=Signal::derive(language.t(Text::DraftDiscard))
            cancel=Signal::derive(language.t(Text::CommonCancel))
            on_confirm=Callback::new(discard)
        />
    }
    .into_any()
}
