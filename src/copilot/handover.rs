//! *Create ticket*: what was said here becomes a draft of the form, and the form opens with it.

use super::talk::Talk;
use crate::api::{ApiError, Client};
use crate::draft::{Draft, Owner, Purpose, Store, StoreError};
use crate::text::{Language, Text};
use balcao_contract::answers::AnswerValue;
use balcao_contract::form::FieldKey;
use balcao_contract::panel::Handover;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The form that a handover opens.
const FORM: &str = "technical";

/// Why the form did not open.
#[derive(Clone)]
enum Refusal {
    Api(ApiError),
    Storage,
}

impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        Self::Api(error)
    }
}

impl From<StoreError> for Refusal {
    fn from(_: StoreError) -> Self {
        Self::Storage
    }
}

/// The draft that a handover begins.
fn draft_of(handover: &Handover, conversation: &str, owner: Owner, now: i64) -> Draft {
    let mut draft = Draft::begin(owner, Purpose::Form(FORM.to_owned()), now);
    let mut answer = |key: &str, text: &str| draft.answers.set(FieldKey::new(key), AnswerValue::from(text));
    answer("subject", &handover.subject);
    answer("description", &handover.description);
    answer("problem_type", handover.scenario.problem_type());
    draft.conversation_id = Some(conversation.to_owned());
    draft
}

/// The last word of the conversation.
#[component]
pub fn CreateTicket(talk: Talk, owner: Owner) -> impl IntoView {
    let language = Language::here();
    let client = Client::here();
    let open_form = super::page::form_opener();
    let busy = RwSignal::new(false);
    let refusal = RwSignal::new(None::<Refusal>);
    let create = move |_| {
        let Some(id) = talk.id() else { return };
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        refusal.set(None);
        let open_form = open_form.clone();
        spawn_local(async move {
            let outcome: Result<(), Refusal> = async {
                let handover = client.handover(&id).await?;
                let draft = draft_of(&handover, &id, owner, js_sys::Date::now() as i64);
                Store::open().await?.put(&draft).done().await?;
                // The way back to Copilot begins a new conversation: this one has become a request.
                talk.start_over();
                open_form(FORM, draft.id.as_str());
                Ok(())
            }
            .await;
            if let Err(why) = outcome {
                refusal.try_set(Some(why));
            }
            busy.try_set(false);
        });
    };
    let said = move || {
        refusal.get().map(|refusal| match refusal {
            Refusal::Api(error) => error.sentence(language),
            Refusal::Storage => language.text(Text::CopilotDraftFailed),
        })
    };
    view! {
        <section class="copilot-card">
            <h2 id="copilot-step" tabindex="-1">{language.t(Text::CopilotPerson)}</h2>
            <p role="status">{language.t(Text::CopilotVerified)}</p>
            <p class="field-error" role="alert">{said}</p>
            <div class="copilot-actions">
                <button
                    type="button"
                    class="button button-primary"
                    aria-busy=move || busy.get().to_string()
                    on:click=create
                >
                    {language.t(Text::CopilotCreateTicket)}
                </button>
                <button type="button" class="button" on:click=move |_| talk.wants_person.set(false)>
                    {language.t(Text::CopilotCodeBack)}
                </button>
            </div>
        </section>
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
        let draft = draft_of(&handover, "c1", owner, 7);
        assert_eq!(draft.answers.text("subject"), "Checkout is blank");
        assert_eq!(draft.answers.text("description"), "Buyers see nothing.");
        assert_eq!(draft.answers.text("problem_type"), "incident");
        assert_eq!(draft.conversation_id.as_deref(), Some("c1"));
        assert_eq!(draft.step, None);
    }

    #[wasm_bindgen_test]
    fn who_asked_nothing_gets_an_empty_form() {
        let owner = Owner { account: AccountId::try_from(1).unwrap(), user: UserId::try_from(2).unwrap() };
        let handover = Handover { subject: String::new(), description: String::new(), scenario: Scenario::Setup };
        let draft = draft_of(&handover, "c1", owner, 7);
        assert_eq!(draft.answers.get("subject"), None);
        assert_eq!(draft.answers.text("problem_type"), "task");
    }
}
