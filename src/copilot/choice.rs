//! The first screen: in which language, and what it is about.

use super::talk::Talk;
use crate::text::{Language, Text};
use crate::view::view;
use balcao_contract::locale::Locale;
use balcao_contract::panel::Scenario;
use leptos::prelude::*;

/// *Ask a question*: how it begins, in the host's language where no other one is chosen.
#[component]
pub fn Beginning(talk: Talk) -> impl IntoView {
    let language = Language::here();
    view! {
        <section class="copilot-card">
            <h2 id="copilot-step" tabindex="-1">{language.t(Text::CopilotStart)}</h2>
            <p>{language.t(Text::CopilotIntro)}</p>
            {language_choice(talk)}
            <h3 id="copilot-scenario">{language.t(Text::CopilotScenario)}</h3>
            {scenarios(talk, "copilot-scenario")}
        </section>
    }
    .into_any()
}

/// The same question to somebody who wants a person and has asked nothing: the answer preselects the form's problem type.
#[component]
pub fn ScenarioForAPerson(talk: Talk) -> impl IntoView {
    let language = Language::here();
    view! {
        <section class="copilot-card">
            <h2 id="copilot-step" tabindex="-1">{language.t(Text::CopilotPersonScenario)}</h2>
            {scenarios(talk, "copilot-step")}
        </section>
    }
    .into_any()
}

/// *Select a language*: of the answers, of this page, and of the ticket that may come of it.
fn language_choice(talk: Talk) -> AnyView {
    let language = Language::here();
    let options = Locale::ALL.map(|locale| {
        let is_chosen = move || language.locale() == locale;
        view! {
            <option value=locale.tag() lang=locale.tag() prop:selected=is_chosen>
                {locale.native_name()}
            </option>
        }
    });
    let choose = move |event| {
        if let Some(locale) = Locale::from_tag(&event_target_value(&event)) {
            language.choose(locale);
            talk.locale.set(Some(locale));
        }
    };
    view! {
        <div class="field">
            <label for="copilot-language">{language.t(Text::CopilotLanguage)}</label>
            <select id="copilot-language" class="input" on:change=choose>
                {options.into_iter().collect::<Vec<_>>()}
            </select>
        </div>
    }
    .into_any()
}

fn scenarios(talk: Talk, labelled_by: &'static str) -> AnyView {
    let language = Language::here();
    let options = Scenario::ALL.map(|scenario| {
        view! {
            <li>
                <button type="button" class="choice" on:click=move |_| talk.begin(language, scenario)>
                    {language.t(words(scenario))}
                </button>
            </li>
        }
    });
    view! {
        <ul class="choices" aria-labelledby=labelled_by aria-busy=move || talk.busy.get().to_string()>
            {options.into_iter().collect::<Vec<_>>()}
        </ul>
    }
    .into_any()
}

/// What a scenario is called.
fn words(scenario: Scenario) -> Text {
    match scenario {
        Scenario::Doubt => Text::CopilotScenarioDoubt,
        Scenario::Unexpected => Text::CopilotScenarioUnexpected,
        Scenario::Setup => Text::CopilotScenarioSetup,
    }
}
