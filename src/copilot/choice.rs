//! Choosing one of a few: the language, the scenario.

use super::talk::Talk;
use crate::text::{Language, Text};
use balcao_contract::locale::Locale;
use balcao_contract::panel::Scenario;
use leptos::prelude::*;

/// *Select a language*: of the answers, and of this page with them.
#[component]
pub fn LanguageChoice(talk: Talk) -> impl IntoView {
    let language = Language::here();
    let options = Locale::ALL.map(|locale| {
        let choose = move |_| {
            language.choose(locale);
            talk.locale.set(Some(locale));
        };
        view! {
            <li>
                <button type="button" class="choice" lang=locale.tag() on:click=choose>
                    {locale.native_name()}
                </button>
            </li>
        }
    });
    view! {
        <section class="copilot-card">
            <h2 id="copilot-step" tabindex="-1">{language.t(Text::CopilotLanguage)}</h2>
            <ul class="choices">{options.into_iter().collect::<Vec<_>>()}</ul>
        </section>
    }
    .into_any()
}

/// What is it about? The answer preselects the form's problem type.
#[component]
pub fn ScenarioChoice(talk: Talk) -> impl IntoView {
    let language = Language::here();
    let heading = move || {
        let for_a_person = talk.wants_person.get();
        language.text(if for_a_person { Text::CopilotPersonScenario } else { Text::CopilotScenario })
    };
    let options = Scenario::ALL.map(|scenario| {
        let choose = move |_| talk.begin(talk.locale.get_untracked().unwrap_or_else(|| language.locale()), scenario);
        view! {
            <li>
                <button type="button" class="choice" on:click=choose>
                    {language.t(words(scenario))}
                </button>
            </li>
        }
    });
    view! {
        <section class="copilot-card" aria-busy=move || talk.busy.get().to_string()>
            <h2 id="copilot-step" tabindex="-1">{heading}</h2>
            <ul class="choices">{options.into_iter().collect::<Vec<_>>()}</ul>
        </section>
    }
    .into_any()
}

/// What a scenario is called.
pub fn words(scenario: Scenario) -> Text {
    match scenario {
        Scenario::Doubt => Text::CopilotScenarioDoubt,
        Scenario::Unexpected => Text::CopilotScenarioUnexpected,
        Scenario::Setup => Text::CopilotScenarioSetup,
    }
}
