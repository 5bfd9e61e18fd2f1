//! One survey in the list.

use super::words;
use crate::location::address;
use crate::text::{Language, Text};
use crate::ui::Moment;
use crate::view::view;
use balcao_contract::panel::Survey;
use balcao_contract::survey::{Score, SurveyState};
use balcao_contract::time::Timestamp;
use leptos::prelude::*;

/// A request: its title, which leads to its survey, and what there is to know about the survey.
pub fn row(survey: Survey) -> AnyView {
    let language = Language::here();
    let number = format!("#{}", survey.id);
    let href = address(&format!("/survey/{}", survey.id));
    let solved = survey.solved_at.map(|moment| labelled(Text::SurveySolved, moment));
    let (state, takes_answers) = (survey.state, survey.takes_answers);
    let label = number.clone();
    let rate = (state == Some(SurveyState::Pending)).then(|| {
        view! {
            <a
                class="button"
                href=href.clone()
                aria-label=move || language.text_with(Text::SurveyRateLabel, &[("number", &label)])
            >
                {language.t(Text::SurveyRate)}
            </a>
        }
        .into_any()
    });
    let answer = survey.answer.map(|answer| {
        let class = if answer.score == Score::Good { "tag tag-solved" } else { "tag tag-pending" };
        let said = language.t(words::answered(answer.satisfaction, answer.score));
        view! { <span class=class>{said}</span> }.into_any()
    });
    let until = survey.expires_at.and_then(|moment| match state {
        Some(SurveyState::Pending) => Some(due(moment)),
        Some(SurveyState::Expired) => Some(labelled(Text::SurveyExpiredOn, moment)),
        Some(SurveyState::Reviewed) if takes_answers => Some(changeable(moment)),
        Some(SurveyState::Reviewed) | None => None,
    });
    view! {
        <li class="survey-row" data-request=survey.id.to_string()>
            <div class="survey-row-what">
                <a class="survey-row-subject" href=href dir="auto">{survey.subject}</a>
                <p class="survey-row-facts"><span>{number}</span> {solved}</p>
            </div>
            <div class="survey-row-state">
                {answer}
                {until}
                {rate}
            </div>
        </li>
    }
    .into_any()
}

/// "Answer until Tue 24 Nov, 10:00".
fn due(moment: Timestamp) -> AnyView {
    let language = Language::here();
    let until = view! { <Moment moment deadline=true /> };
    view! { <span class="survey-moment">{language.t(Text::SurveyDue)} " " {until}</span> }.into_any()
}

/// "Solved 24 Nov 2026, 10:00".
pub fn labelled(label: Text, moment: Timestamp) -> AnyView {
    let language = Language::here();
    view! { <span class="survey-moment">{language.t(label)} " " <Moment moment /></span> }.into_any()
}

fn changeable(moment: Timestamp) -> AnyView {
    let language = Language::here();
    let said = move || language.text_with(Text::SurveyChangeable, &[("moment", &language.format_deadline(moment))]);
    view! { <span class="survey-moment">{said}</span> }.into_any()
}
