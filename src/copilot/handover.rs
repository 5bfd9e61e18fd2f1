//! *Create ticket*: what was said here becomes a draft of the form, and the form opens with it.

use super::talk::Talk;
use crate::api::{ApiError, Client};
use crate::draft::{Draft, Owner, Purpose, Store, hand_over};
use crate::session::{CheckAgain, Lacking};
use crate::text::{Language, Text};
use crate::view::view;
use balcao_contract::answers::AnswerValue;
use balcao_contract::form::FieldKey;
use balcao_contract::locale::Locale;
use balcao_contract::panel::{Capability, Handover};
use balcao_contract::wire::error_name;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The form that a handover opens.
const FORM: &str = "technical";

/// The draft that a handover begins.
fn draft_of(handover: &Handover, conversation: &str, locale: Option<Locale>, owner: Owner, now: i64) -> Draft {
    let mut draft = Draft::begin(owner, Purpose::Form(FORM.to_owned()), now);
    let mut answer = |key: &str, text: &str| draft.answers.set(FieldKey::new(key), AnswerValue::from(text));
    answer("subject", &handover.subject);
    answer("description", &handover.description);
    answer("problem_type", handover.scenario.problem_type());
    // Chosen with one click, it is nothing that somebody wrote.
    draft.given.set(FieldKey::new("problem_type"), AnswerValue::from(handover.scenario.problem_type()));
    draft.conversation_id = Some(conversation.to_owned());
    draft.locale = locale;
    draft
}

/// Opens the form at once. What stands in the way is said here: that a code is needed first, on a page of its own.
#[component]
pub fn CreateTicket(talk: Talk, owner: Owner) -> impl IntoView {
    let language = Language::here();
    let client = Client::here();
    let open_form = super::page::form_opener();
    let busy = RwSignal::new(false);
    let refusal = RwSignal::new(None::<ApiError>);
    let create = UnsyncCallback::new(move |()| {
        let Some(id) = talk.id() else { return };
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        refusal.set(None);
        let open_form = open_form.clone();
        spawn_local(async move {
            match client.handover(&id, talk.question.get_untracked()).await {
                Ok(handover) => {
                    let locale = untrack(|| talk.chosen(language));
                    let draft = draft_of(&handover, &id, locale, owner, js_sys::Date::now() as i64);
                    let is_kept = match Store::open().await {
                        Ok(store) => store.put(&draft).done().await.is_ok(),
                        Err(_) => false,
                    };
                    let name = draft.id.clone();
                    // A device that keeps nothing: only this very page can hand it to the form.
                    if !is_kept {
                        hand_over(draft);
                    }
                    // The way back to Copilot begins a new conversation: this one has become a request.
                    talk.start_over();
                    open_form(FORM, name.as_str(), is_kept);
                }
                Err(error) if error.is_named(error_name::CODE_REQUIRED) => {
                    talk.code_required.try_set(true);
                }
                Err(error) => {
                    refusal.try_set(Some(error));
                }
            }
            busy.try_set(false);
        });
    });
    create.run(());
    let said = move || refusal.get().map(|error| error.sentence(language));
    let opening = move || busy.get().then(|| language.text(Text::CopilotOpening));
    let again = move || {
        refusal.with(Option::is_some).then(|| {
            view! {
                <div class="copilot-actions">
                    <button type="button" class="button button-primary" on:click=move |_| create.run(())>
                        {language.t(Text::CopilotCreateTicket)}
                    </button>
                    {back(talk)}
                </div>
            }
        })
    };
    view! {
        <section class="copilot-card">
            <h2 id="copilot-step" tabindex="-1">{language.t(Text::CopilotPerson)}</h2>
            <p role="status">{opening}</p>
            <p class="field-error" role="alert">{said}</p>
            {again}
        </section>
    }
    .into_any()
}

/// Who may not open a ticket, and who can allow it.
#[component]
pub fn NotAllowed(talk: Talk) -> impl IntoView {
    let language = Language::here();
    view! {
        <section class="copilot-card">
            <h2 id="copilot-step" tabindex="-1">{language.t(Text::FormNotAllowedTitle)}</h2>
            <Lacking capability=Capability::OpenTechnicalRequests />
            <div class="copilot-actions">
                <CheckAgain />
                {back(talk)}
            </div>
        </section>
    }
    .into_any()
}

/// *Back to the conversation*.
pub fn back(talk: Talk) -> AnyView {
    let language = Language::here();
    view! {
        <button type="button" class="button" on:click=move |_| talk.back()>
            {language.t(Text::CopilotCodeBack)}
        </button>
    }
    .into_any()
}

// A draft's id comes from the browser's random numbers.
#[cfg(test)]
#[cfg(target_arch = "wasm32")]
mod tests {
    use super::*;
    use balcao_contract::id::{AccountId, UserId};
    use balcao_contract::panel::Scenario;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn the_form_takes_over_what_was_said() {
        let owner = Owner { account: AccountId::try_from(1).unwrap(), user: UserId::try_from(2).unwrap() };
        let handover = Handover {
            subject: "Checkout is blank".to_owned(),
            description: "Buyers see nothing.".to_owned(),
            scenario: Scenario::Unexpected,
        };
        let draft = draft_of(&handover, "c1", Some(Locale::Es), owner, 7);
        assert_eq!(draft.answers.text("subject"), "Checkout is blank");
        assert_eq!(draft.answers.text("description"), "Buyers see nothing.");
        assert_eq!(draft.answers.text("problem_type"), "incident");
        assert_eq!(draft.conversation_id.as_deref(), Some("c1"));
        assert_eq!(draft.locale, Some(Locale::Es));
        assert_eq!(draft.step, None);
    }

    #[wasm_bindgen_test]
    fn who_asked_nothing_gets_an_empty_form() {
        let owner = Owner { account: AccountId::try_from(1).unwrap(), user: UserId::try_from(2).unwrap() };
        let handover = Handover { subject: String::new(), description: String::new(), scenario: Scenario::Setup };
        let draft = draft_of(&handover, "c1", None, owner, 7);
        assert_eq!(draft.answers.get("subject"), None);
        assert_eq!(draft.answers.text("problem_type"), "task");
    }
}
