//! All answers before sending, each step with a way to change it.

use super::address::Place;
use super::discard::Foot;
use super::engine::Engine;
use super::heading::Heading;
use super::rest::REST;
use super::send_panel::SendPanel;
use super::steps::{previous_step, shown_steps};
use super::values::answer_in_words;
use crate::evidence::FileSummary;
use crate::location::address;
use crate::session::Session;
use crate::text::{Language, Text};
use crate::ui::data_table;
use crate::view::{each, memo, view};
use balcao_contract::entries::rows;
use balcao_contract::form::{Field, FieldKind};
use balcao_contract::visibility::visible_fields_of_step;
use leptos::prelude::*;

/// The review.
#[component]
pub fn ReviewPage(engine: Engine) -> impl IntoView {
    let language = Language::here();
    engine.begin_rest(REST);
    engine.send_when_ready();
    let title = Signal::derive(language.t(Text::FormReview));
    let steps = memo(move || {
        engine.form.with(|form| {
            engine
                .answers
                .with(|answers| shown_steps(form, answers).into_iter().map(|step| step.key.clone()).collect::<Vec<_>>())
        })
    });
    // Here only what belongs to no field is shown: a field's problem leads to its step.
    let no_keys = Memo::new(|_| Vec::new());
    view! {
        <div class="form-review">
            {move || engine.rest().map(|rest| (rest.summary)(engine, no_keys))}
            <Heading engine step=None title />
            <p class="form-hint">{language.t(Text::FormReviewHint)}</p>
            {who()}
            {each(move || steps.get(), move |key| view! { <Section engine key /> }.into_any())}
            <div role="status">{move || engine.rest().map(|rest| (rest.priority)(engine))}</div>
            <div class="form-actions">
                <SendPanel engine />
                {back(engine)}
            </div>
        </div>
        <Foot engine />
    }
    .into_any()
}

/// Who asks, and for which store: it is sent along, and not asked.
fn who() -> AnyView {
    let (language, session) = (Language::here(), Session::here());
    view! {
        <dl class="review-who">
            <div>
                <dt>{language.t(Text::StartName)}</dt>
                <dd dir="auto">{move || session.who().map(|who| who.user.name)}</dd>
            </div>
            <div>
                <dt>{language.t(Text::StartAccount)}</dt>
                <dd>{move || session.who().map(|who| who.account.name)}</dd>
            </div>
        </dl>
    }
    .into_any()
}

fn back(engine: Engine) -> AnyView {
    let language = Language::here();
    let link = move || {
        let last = engine.form.with(|form| engine.answers.with(|answers| previous_step(form, answers, None)))?;
        let route = engine.address().to(Place::Step(last)).route();
        Some(view! { <a href=address(&route) class="button button-quiet">{language.t(Text::FormBack)}</a> })
    };
    link.into_any()
}

/// The answers of one step.
#[component]
fn Section(engine: Engine, key: String) -> impl IntoView {
    let language = Language::here();
    let route = engine.address().to(Place::Step(key.clone())).on_the_way_to_review().route();
    let step = memo(move || engine.form.with(|form| form.step(&key).cloned()));
    let title = move || step.with(|step| step.as_ref().map(|step| step.title.clone()).unwrap_or_default());
    let fields = memo(move || {
        step.with(|step| {
            let Some(step) = step else { return Vec::new() };
            engine.form.with(|form| {
                engine.answers.with(|answers| {
                    let shown = visible_fields_of_step(form, step, answers);
                    let asked = shown.into_iter().filter(|shown| shown.field.kind != FieldKind::Note);
                    asked.map(|shown| shown.field.clone()).collect::<Vec<Field>>()
                })
            })
        })
    });
    let line = move |field: Field| {
        let value = match field.kind {
            FieldKind::Evidence => view! { <FileSummary uploads=engine.uploads /> }.into_any(),
            FieldKind::Table => table(engine, language, field.clone()),
            _ => answer(engine, language, field.clone()),
        };
        view! {
            <dt>{field.title}</dt>
            <dd>{value}</dd>
        }
        .into_any()
    };
    view! {
        <section class="review-section">
            <div class="review-head">
                <h2>{title}</h2>
                <a href=address(&route)>
                    {language.t(Text::FormChange)} <span class="visually-hidden">" " {title}</span>
                </a>
            </div>
            <dl class="review-answers">{move || fields.get().into_iter().map(line).collect_view()}</dl>
        </section>
    }
    .into_any()
}

fn table(engine: Engine, language: Language, field: Field) -> AnyView {
    let written = Memo::new({
        let key = field.key.clone();
        move |_| engine.answers.with(|answers| answers.text(key.as_str()).to_owned())
    });
    let view = move || match written.with(|written| rows(&field.columns, written).unwrap_or_default()) {
        rows if rows.is_empty() => nothing(language),
        rows => data_table(&field, rows),
    };
    view.into_any()
}

fn nothing(language: Language) -> AnyView {
    view! { <span class="review-none">{language.text(Text::FormNotAnswered)}</span> }.into_any()
}

fn answer(engine: Engine, language: Language, field: Field) -> AnyView {
    let words =
        move || engine.answers.with(|answers| answer_in_words(language, &field, answers.get(field.key.as_str())));
    let view = move || match words() {
        Some(words) => view! { <span class="review-answer" dir="auto">{words}</span> }.into_any(),
        None => nothing(language),
    };
    view.into_any()
}
