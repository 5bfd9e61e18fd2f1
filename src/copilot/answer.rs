//! A question, what the help center says to it, and "Did this help?"

use super::talk::Talk;
use crate::text::{Language, Text};
use crate::ui::RichText;
use crate::view::{memo, view};
use balcao_contract::panel::{NewQuestion, Passage, Turn};
use leptos::prelude::*;

/// One turn of the conversation.
#[component]
pub fn TurnView(talk: Talk, turn: Turn) -> impl IntoView {
    let language = Language::here();
    let number = turn.number;
    let nothing = turn.answer.passages.is_empty();
    let passages: Vec<_> = turn.answer.passages.into_iter().map(|passage| view! { <PassageView passage /> }).collect();
    let answer = if nothing {
        view! { <p>{language.t(Text::CopilotNoAnswer)}</p> }.into_any()
    } else {
        view! {
            <h3>{language.t(Text::CopilotAnswer)}</h3>
            {passages}
            <Helped talk number />
        }
        .into_any()
    };
    view! {
        <li class="copilot-turn" id=turn_id(number) tabindex="-1">
            <QuestionView question=turn.question />
            <div class="copilot-answer">{answer}</div>
        </li>
    }
    .into_any()
}

/// The element of a turn.
pub fn turn_id(number: u32) -> String {
    format!("turn-{number}")
}

#[component]
fn QuestionView(question: NewQuestion) -> impl IntoView {
    let language = Language::here();
    let more = [(Text::CopilotProblem, question.problem), (Text::CopilotTried, question.tried)]
        .into_iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(label, text)| {
            view! {
                <p class="copilot-label">{language.t(label)}</p>
                <p class="copilot-words" dir="auto">{text}</p>
            }
        })
        .collect::<Vec<_>>();
    view! {
        <div class="copilot-asked">
            <h2 class="copilot-label">{language.t(Text::CopilotYouAsked)}</h2>
            <p class="copilot-words" dir="auto">{question.text}</p>
            {more}
        </div>
    }
    .into_any()
}

#[component]
fn PassageView(passage: Passage) -> impl IntoView {
    let language = Language::here();
    let Passage { slug, title, heading, content, locale } = passage;
    let address = format!("/panel/articles/{slug}");
    let heading = (!heading.is_empty()).then(|| view! { <p class="copilot-label">{heading}</p> });
    view! {
        <article class="copilot-passage" lang=locale.tag()>
            <h4>{title.clone()}</h4>
            {heading}
            <RichText blocks=content />
            <p class="copilot-source">
                <a href=address>
                    {language.t(Text::CopilotSource)}
                    <span class="visually-hidden">": " {title}</span>
                </a>
            </p>
        </article>
    }
    .into_any()
}

#[component]
fn Helped(talk: Talk, number: u32) -> impl IntoView {
    let language = Language::here();
    let helped = memo(move || {
        talk.conversation.with(|known| {
            let turn = known.as_ref()?.turns.iter().find(|turn| turn.number == number)?;
            turn.helped
        })
    });
    let rate = move |yes: bool| move |_| talk.rate(number, yes);
    view! {
        // Always there, so that a screen reader hears the thanks.
        <div class="copilot-helped" role="status">
            {move || match helped.get() {
                None => {
                    view! {
                        <span id=format!("helped-{number}")>{language.t(Text::CopilotHelped)}</span>
                        <button
                            type="button"
                            class="button button-small"
                            aria-describedby=format!("helped-{number}")
                            on:click=rate(true)
                        >
                            {language.t(Text::CopilotHelpedYes)}
                        </button>
                        <button
                            type="button"
                            class="button button-small"
                            aria-describedby=format!("helped-{number}")
                            on:click=rate(false)
                        >
                            {language.t(Text::CopilotHelpedNo)}
                        </button>
                    }
                        .into_any()
                }
                Some(true) => view! { <p>{language.t(Text::CopilotHelpedThanks)}</p> }.into_any(),
                Some(false) => view! { <p>{language.t(Text::CopilotHelpedSorry)}</p> }.into_any(),
            }}
        </div>
    }
    .into_any()
}
