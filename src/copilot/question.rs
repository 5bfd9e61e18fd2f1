//! Writing a question: the objective, and for a better answer what does not work and what was tried.

use super::talk::Talk;
use crate::text::{Language, Text};
use crate::ui::focus_id;
use crate::view::{memo, view};
use balcao_contract::panel::NewQuestion;
use balcao_contract::text::{is_blank, length};
use leptos::prelude::*;

/// What is wrong with one of the three texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    Blank,
    TooLong(usize),
}

/// Only the objective has to be there; none may be longer than the backend takes.
fn fault(text: &str, required: bool) -> Option<Fault> {
    let actual = length(text);
    if actual > NewQuestion::MAX_LENGTH as usize {
        Some(Fault::TooLong(actual))
    } else {
        (required && is_blank(text)).then_some(Fault::Blank)
    }
}

fn is_ready(question: &NewQuestion) -> bool {
    let NewQuestion { text, problem, tried } = question;
    fault(text, true).is_none() && fault(problem, false).is_none() && fault(tried, false).is_none()
}

/// The three texts, and *Ask*.
#[component]
pub fn QuestionForm(talk: Talk) -> impl IntoView {
    let language = Language::here();
    let shown = RwSignal::new(false);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if talk.question.with_untracked(is_ready) {
            shown.set(false);
            talk.ask();
        } else {
            shown.set(true);
            focus_first_fault(&talk.question.get_untracked());
        }
    };
    let details_open =
        talk.question.with_untracked(|question| !question.problem.is_empty() || !question.tried.is_empty());
    let label = move || {
        let another = talk.conversation.with(|known| known.as_ref().is_some_and(|known| !known.turns.is_empty()));
        language.text(if another { Text::CopilotAskAnother } else { Text::CopilotQuestion })
    };
    let ask = move || language.text(if talk.busy.get() { Text::CopilotAsking } else { Text::CopilotAsk });
    view! {
        <form class="copilot-question" novalidate on:submit=submit>
            <QuestionText talk part=Part::Text label=Signal::derive(label) hint=Text::CopilotQuestionHint shown />
            <details open=details_open>
                <summary>{language.t(Text::CopilotMore)}</summary>
                <QuestionText
                    talk
                    part=Part::Problem
                    label=Signal::derive(language.t(Text::CopilotProblem))
                    hint=Text::CopilotProblemHint
                    shown
                />
                <QuestionText
                    talk
                    part=Part::Tried
                    label=Signal::derive(language.t(Text::CopilotTried))
                    hint=Text::CopilotTriedHint
                    shown
                />
            </details>
            <button type="submit" class="button button-primary" aria-busy=move || talk.busy.get().to_string()>
                {ask}
            </button>
        </form>
    }
    .into_any()
}

/// Which of the three texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Text,
    Problem,
    Tried,
}

impl Part {
    /// The element's id; hint and error add to it.
    const fn id(self) -> &'static str {
        match self {
            Self::Text => "question-text",
            Self::Problem => "question-problem",
            Self::Tried => "question-tried",
        }
    }

    fn of(self, question: &NewQuestion) -> &String {
        match self {
            Self::Text => &question.text,
            Self::Problem => &question.problem,
            Self::Tried => &question.tried,
        }
    }

    fn of_mut(self, question: &mut NewQuestion) -> &mut String {
        match self {
            Self::Text => &mut question.text,
            Self::Problem => &mut question.problem,
            Self::Tried => &mut question.tried,
        }
    }

    fn fault(self, question: &NewQuestion) -> Option<Fault> {
        fault(self.of(question), self == Self::Text)
    }
}

fn focus_first_fault(question: &NewQuestion) {
    let first = [Part::Text, Part::Problem, Part::Tried].into_iter().find(|part| part.fault(question).is_some());
    if let Some(part) = first {
        focus_id(part.id());
    }
}

#[component]
fn QuestionText(talk: Talk, part: Part, label: Signal<String>, hint: Text, shown: RwSignal<bool>) -> impl IntoView {
    let language = Language::here();
    let id = part.id();
    let hint_id = format!("{id}-hint");
    let error_id = format!("{id}-error");
    let described_by = format!("{hint_id} {error_id}");
    let error = memo(move || {
        let fault = shown.get().then(|| talk.question.with(|question| part.fault(question))).flatten()?;
        Some(match fault {
            Fault::Blank => language.text(Text::CopilotWriteQuestion),
            Fault::TooLong(actual) => language.text_with(
                Text::CopilotTooLong,
                &[
                    ("max", &language.format_number(u64::from(NewQuestion::MAX_LENGTH))),
                    ("actual", &language.format_number(actual as u64)),
                ],
            ),
        })
    });
    let input = move |event| talk.question.update(|question| *part.of_mut(question) = event_target_value(&event));
    view! {
        <div class="field" class:field-invalid=move || error.with(Option::is_some)>
            <label for=id>{move || label.get()}</label>
            <p class="field-hint" id=hint_id>{language.t(hint)}</p>
            <p class="field-error" id=error_id>{move || error.get()}</p>
            <textarea
                id=id
                class="input"
                rows=3
                aria-describedby=described_by
                aria-invalid=move || error.with(Option::is_some).to_string()
                prop:value=move || talk.question.with(|question| part.of(question).clone())
                on:input=input
            ></textarea>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_objective_has_to_be_there() {
        let question = |text: &str, problem: &str, tried: &str| NewQuestion {
            text: text.to_owned(),
            problem: problem.to_owned(),
            tried: tried.to_owned(),
        };
        let long = "ç".repeat(NewQuestion::MAX_LENGTH as usize + 1);
        let longest = "ç".repeat(NewQuestion::MAX_LENGTH as usize);
        for (given, ready) in [
            (question("How do I add a seller?", "", ""), true),
            (question("", "It fails", "Everything"), false),
            (question(" \n", "", ""), false),
            (question(&longest, &longest, &longest), true),
            (question(&long, "", ""), false),
            (question("a", &long, ""), false),
            (question("a", "", &long), false),
        ] {
            assert_eq!(is_ready(&given), ready, "{:.40}", given.text);
        }
    }
}
