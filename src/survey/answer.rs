//! The form: the scale, the reason where it is low, a comment.

use super::reopen::reopen;
use super::words;
use super::writing::{Fault, Refusal, Writing};
use crate::text::{Language, Text};
use crate::ui::{Banner, BannerKind, Button, ButtonKind, Choice, Field, FieldIds, RadioGroup, TextArea, focus_id};
use crate::view::{memo, view};
use balcao_contract::panel::Survey;
use balcao_contract::survey::{LowReason, MAX_COMMENT, Satisfaction};
use leptos::prelude::*;

/// The form for one survey. `is_change` where there is an answer already; `cancel` leaves it as it was.
pub fn form(survey: Survey, writing: Writing, was_kept: bool, cancel: Option<Callback<()>>) -> AnyView {
    let language = Language::here();
    let is_change = cancel.is_some();
    let scale = FieldIds::new("satisfaction");
    let first_fault = (scale.input.clone(), FieldIds::new("survey-comment").input);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if !writing.send(&survey) {
            let no_step = writing.faults.with_untracked(|faults| faults.contains(&Fault::NoStep));
            focus_id(if no_step { &first_fault.0 } else { &first_fault.1 });
        }
    };
    let low = memo(move || writing.step.get().is_some_and(Satisfaction::asks_for_a_reason));
    let is_unsolved = memo(move || low.get() && writing.reason.get() == Some(LowReason::NotSolved));
    let way_back = move || {
        let reopened = Callback::new(move |()| writing.discard());
        is_unsolved.get().then(|| reopen(writing.id, writing.comment.into(), reopened))
    };
    let label = Signal::derive(move || {
        language.text(match (writing.busy.get(), is_change) {
            (true, _) => Text::RequestReplySending,
            (false, true) => Text::SurveySendChange,
            (false, false) => Text::SurveySend,
        })
    });
    view! {
        <form class="survey-form" novalidate on:submit=submit>
            {was_kept.then(|| view! { <p class="survey-kept" role="status">{language.t(Text::SurveyKept)}</p> }.into_any())}
            {steps(writing, scale)}
            {move || low.get().then(|| reasons(writing))}
            {comment(writing)}
            {way_back}
            {outcome(writing)}
            <div class="actions">
                <Button label=label kind=ButtonKind::Primary busy=writing.busy />
                {cancel.map(|cancel| view! {
                    <Button label=language.signal(Text::SurveyCancel) kind=ButtonKind::Quiet on_click=cancel />
                }.into_any())}
            </div>
        </form>
    }
    .into_any()
}

/// The labelled scale. Native radio buttons: the arrow keys go along it.
fn steps(writing: Writing, ids: FieldIds) -> AnyView {
    let language = Language::here();
    let choices = Signal::derive(move || {
        let choice =
            |step: Satisfaction| Choice { value: step.name().to_owned(), label: language.text(words::step(step)) };
        Satisfaction::ALL.into_iter().map(choice).collect::<Vec<_>>()
    });
    let value = Signal::derive(move || writing.step.get().map(Satisfaction::name).unwrap_or_default().to_owned());
    let choose = Callback::new(move |name: String| {
        writing.step.set(Satisfaction::from_name(&name));
        writing.changed();
    });
    let error = Signal::derive(move || {
        let is_missing = writing.faults.with(|faults| faults.contains(&Fault::NoStep));
        is_missing.then(|| language.text(Text::SurveyQuestionBlank))
    });
    view! {
        <div class="survey-scale">
            <Field
                ids=ids.clone()
                label=language.signal(Text::SurveyQuestion)
                hint=Signal::stored(String::new())
                error=error
                optional=Signal::stored(false)
                group=true
            >
                <RadioGroup ids=ids choices=choices value=value on_input=choose />
            </Field>
        </div>
    }
    .into_any()
}

fn reasons(writing: Writing) -> AnyView {
    let language = Language::here();
    let ids = FieldIds::new("survey-reason");
    let choices = Signal::derive(move || {
        let choice = |reason: LowReason| Choice {
            value: reason.code().to_string(),
            label: language.text(words::reason(reason)),
        };
        LowReason::ALL.into_iter().map(choice).collect::<Vec<_>>()
    });
    let value =
        Signal::derive(move || writing.reason.get().map(|reason| reason.code().to_string()).unwrap_or_default());
    let choose = Callback::new(move |code: String| {
        let reason = code.parse::<u16>().ok().and_then(|code| LowReason::try_from(code).ok());
        writing.reason.set(reason);
        writing.changed();
    });
    view! {
        <Field
            ids=ids.clone()
            label=language.signal(Text::SurveyReason)
            hint=Signal::stored(String::new())
            error=Signal::stored(None)
            optional=Signal::stored(true)
            group=true
        >
            <RadioGroup ids=ids choices=choices value=value on_input=choose />
        </Field>
    }
    .into_any()
}

fn comment(writing: Writing) -> AnyView {
    let language = Language::here();
    let ids = FieldIds::new("survey-comment");
    let error = Signal::derive(move || {
        let length = writing.faults.with(|faults| {
            faults.iter().find_map(|fault| match fault {
                Fault::LongComment(length) => Some(*length),
                Fault::NoStep => None,
            })
        })?;
        let [actual, max] = [length, MAX_COMMENT].map(|number| language.format_number(number.into()));
        Some(language.text_with(Text::SurveyCommentTooLong, &[("actual", &actual), ("max", &max)]))
    });
    let write = Callback::new(move |written: String| {
        writing.comment.set(written);
        writing.changed();
    });
    view! {
        <Field
            ids=ids.clone()
            label=language.signal(Text::SurveyComment)
            hint=language.signal(Text::SurveyCommentHint)
            error=error
            optional=Signal::stored(true)
        >
            <TextArea
                ids=ids
                value=writing.comment.into()
                on_input=write
                invalid=Signal::derive(move || error.with(Option::is_some))
                rows=4
                max_length=Some(MAX_COMMENT)
            />
        </Field>
    }
    .into_any()
}

/// Why it did not go, beside the button that tries again.
fn outcome(writing: Writing) -> AnyView {
    let language = Language::here();
    (move || {
        let sentence = match writing.refused.get()? {
            // The page shows what has become of the survey.
            Refusal::Expired => return None,
            Refusal::Changed => language.text(Text::SurveyConflict),
            Refusal::NotSent(error) => {
                format!("{} {}", language.text(Text::SurveyOtherError), error.sentence(language))
            }
        };
        Some(view! { <Banner kind=BannerKind::Error><p>{sentence}</p></Banner> }.into_any())
    })
    .into_any()
}
