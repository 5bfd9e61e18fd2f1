//! One step: its questions, and *Continue*.

use super::address::Place;
use super::discard::Foot;
use super::engine::Engine;
use super::fields::FieldView;
use super::fold::Fold;
use super::heading::Heading;
use super::rest::Wish;
use super::steps;
use crate::evidence::PastedNote;
use crate::location::address;
use crate::text::{Language, Text};
use crate::ui::{Banner, BannerKind, Button, ButtonKind};
use crate::view::{each, effect, memo, view};
use balcao_contract::form::FieldKind;
use balcao_contract::visibility::visible_fields_of_step;
use leptos::prelude::*;

/// The step of that key.
#[component]
pub fn StepPage(engine: Engine, key: String) -> impl IntoView {
    let language = Language::here();
    engine.is_at(&key);
    let step = Memo::new({
        let key = key.clone();
        move |_| engine.form.with(|form| form.step(&key).cloned())
    });
    let title = Signal::derive(move || step.with(|step| step.as_ref().map(|s| s.title.clone()).unwrap_or_default()));
    let hint = move || {
        let hint = step.with(|step| step.as_ref().and_then(|step| step.hint.clone()))?;
        Some(view! { <p class="form-hint">{hint}</p> })
    };
    let keys = memo(move || {
        step.with(|step| {
            let Some(step) = step else { return Vec::new() };
            engine.form.with(|form| {
                engine.answers.with(|answers| {
                    let shown = visible_fields_of_step(form, step, answers);
                    shown.iter().map(|shown| shown.field.key.as_str().to_owned()).collect::<Vec<_>>()
                })
            })
        })
    });
    // Before the first look at what is folded: what is known need not be shown.
    engine.prefill(&keys.get_untracked());
    effect(move || keys.with(|keys| engine.prefill(keys)));
    let folded = Memo::new(move |before: Option<&Vec<String>>| {
        step.with(|step| {
            let Some(step) = step else { return Vec::new() };
            engine.form.with(|form| {
                engine.answers.with(|answers| steps::folded(form, step, answers, before.map(Vec::as_slice)))
            })
        })
    });
    let open = memo(move || {
        folded.with(|folded| keys.get().into_iter().filter(|key| !folded.contains(key)).collect::<Vec<_>>())
    });
    let has_files = memo(move || {
        engine.form.with(|form| {
            let is_evidence = |key: &String| form.field(key).is_some_and(|field| field.kind == FieldKind::Evidence);
            keys.with(|keys| keys.iter().any(is_evidence))
        })
    });
    let note = move || (!has_files.get()).then(|| view! { <PastedNote uploads=engine.uploads /> });
    let from_review = memo(move || engine.navigation.address().with(|address| address.from_review));
    let is_missed = memo(move || engine.wish.with(|wish| *wish == Wish::Missed));
    let busy = memo(move || engine.wish.with(|wish| matches!(wish, Wish::GoOn(_))));
    let label = Signal::derive(move || {
        language.text(match (is_missed.get(), from_review.get()) {
            (true, _) => Text::CommonRetry,
            (_, true) => Text::FormBackToReview,
            _ => Text::FormContinue,
        })
    });
    let missed = move || {
        is_missed.get().then(|| {
            view! { <Banner kind=BannerKind::Error><p>{language.t(Text::FrameNotLoaded)}</p></Banner> }
        })
    };
    let go_on = {
        let key = key.clone();
        move |event: leptos::ev::SubmitEvent| {
            event.prevent_default();
            engine.go_on(&key);
        }
    };
    let back = back(engine, key.clone(), from_review);
    view! {
        <form class="form-step" novalidate on:submit=go_on>
            {move || engine.rest().map(|rest| (rest.summary)(engine, keys))}
            <Heading engine step=Some(key) title />
            {hint}
            {each(move || open.get(), move |key| view! { <FieldView engine key /> }.into_any())}
            <Fold engine folded />
            {note}
            <div role="status">{move || engine.rest().map(|rest| (rest.priority)(engine))}</div>
            <div role="alert">{missed}</div>
            <div class="form-actions">
                <Button label kind=ButtonKind::Primary busy />
                {back}
            </div>
        </form>
        <Foot engine />
    }
    .into_any()
}

/// To the step before; not for somebody who only came to change an answer.
fn back(engine: Engine, key: String, from_review: Memo<bool>) -> AnyView {
    let language = Language::here();
    let before = memo(move || {
        engine.form.with(|form| engine.answers.with(|answers| steps::previous_step(form, answers, Some(&key))))
    });
    let link = move || {
        let step = before.get().filter(|_| !from_review.get())?;
        let route = engine.address().to(Place::Step(step)).route();
        Some(view! { <a href=address(&route) class="button button-quiet">{language.t(Text::FormBack)}</a> })
    };
    link.into_any()
}
