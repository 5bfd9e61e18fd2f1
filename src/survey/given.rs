//! An answer that was given, to be read.

use super::words;
use crate::text::{Language, Text};
use crate::ui::Moment;
use crate::view::view;
use balcao_contract::panel::GivenAnswer;
use leptos::prelude::*;

/// The step, the reason, the comment, and when.
pub fn given(answer: GivenAnswer) -> AnyView {
    let language = Language::here();
    let reason = answer.reason_code.map(|reason| fact(Text::SurveyReason, said(words::reason(reason))));
    let comment = answer.comment.map(|comment| {
        fact(Text::SurveyComment, view! { <p class="survey-comment" dir="auto">{comment}</p> }.into_any())
    });
    let moment = answer.answered_at;
    view! {
        <dl class="survey-given">
            {fact(Text::SurveyQuestion, said(words::answered(answer.satisfaction, answer.score)))}
            {reason}
            {comment}
        </dl>
        <p class="survey-moment">{language.t(Text::SurveyAnswered)} " " <Moment moment /></p>
    }
    .into_any()
}

fn said(text: Text) -> AnyView {
    view! { <strong>{Language::here().t(text)}</strong> }.into_any()
}

fn fact(label: Text, value: AnyView) -> AnyView {
    view! { <div class="fact"><dt>{Language::here().t(label)}</dt><dd>{value}</dd></div> }.into_any()
}

/// What was answered about earlier solvings; nothing where there is none.
pub fn earlier(answers: Vec<GivenAnswer>) -> Option<AnyView> {
    let language = Language::here();
    if answers.is_empty() {
        return None;
    }
    let one = |answer: GivenAnswer| {
        let solved_at = answer.solved_at;
        let heading =
            move || language.text_with(Text::SurveyEarlierOf, &[("moment", &language.format_date_time(solved_at))]);
        view! { <li><h3>{heading}</h3> {given(answer)}</li> }.into_any()
    };
    Some(
        view! {
            <section class="survey-earlier" aria-labelledby="survey-earlier">
                <h2 id="survey-earlier">{language.t(Text::SurveyEarlier)}</h2>
                <ul role="list">{answers.into_iter().map(one).collect::<Vec<_>>()}</ul>
            </section>
        }
        .into_any(),
    )
}
