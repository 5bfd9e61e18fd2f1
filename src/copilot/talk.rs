//! What the page knows of the conversation, and what can be done with it.

use super::kept::{self, Kept};
use crate::api::{ApiError, Client};
use crate::session::Session;
use crate::text::Language;
use crate::view::effect;
use balcao_contract::locale::Locale;
use balcao_contract::panel::{Capability, CodeSent, Conversation, NewConversation, NewQuestion, Scenario};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Where the conversation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Nothing has happened yet: in which language, and what is it about?
    Start,
    /// On the way to a person, with nothing asked: what is it about?
    Scenario,
    /// Questions and answers.
    Conversation,
    /// They may not open a ticket.
    NotAllowed,
    /// On the way to a person: the form is being opened.
    Ticket,
    /// The backend wants the address proved first: the code.
    Code,
}

/// A code that went out.
#[derive(Debug, Clone, PartialEq)]
pub struct OnItsWay {
    /// What the backend said; nothing where this page was loaded anew meanwhile.
    pub sent: Option<CodeSent>,
    /// When, in Unix milliseconds of this device.
    pub at: f64,
}

/// The conversation, shared by the parts of the page.
#[derive(Clone, Copy)]
pub struct Talk {
    client: Client,
    session: Session,
    /// A conversation of before a reload that is not here yet.
    awaited: RwSignal<Option<String>>,
    /// The language that was chosen here.
    pub locale: RwSignal<Option<Locale>>,
    /// The conversation, once begun.
    pub conversation: RwSignal<Option<Conversation>>,
    /// What is being typed.
    pub question: RwSignal<NewQuestion>,
    /// The user wants a person.
    pub wants_person: RwSignal<bool>,
    /// The backend asked for a code.
    pub code_required: RwSignal<bool>,
    /// The code that was sent last, as long as it is waited for.
    pub code: RwSignal<Option<OnItsWay>>,
    /// Something is on its way.
    pub busy: RwSignal<bool>,
    /// What went wrong last, until something goes well.
    pub error: RwSignal<Option<ApiError>>,
}

/// Where a conversation stands, from what is known of it.
fn stage(begun: bool, wants_person: bool, may_open: bool, code_required: bool) -> Stage {
    match (wants_person, begun) {
        (false, true) => Stage::Conversation,
        (false, false) => Stage::Start,
        // Before anything is asked of them, be it a code or what it is about.
        (true, _) if !may_open => Stage::NotAllowed,
        (true, false) => Stage::Scenario,
        (true, true) if code_required => Stage::Code,
        (true, true) => Stage::Ticket,
    }
}

impl Talk {
    /// Goes on with what this tab has kept for the user, or begins.
    pub fn new(user: u64, client: Client, session: Session, language: Language) -> Self {
        let kept = kept::read(user);
        let talk = Self {
            client,
            session,
            awaited: RwSignal::new(kept.conversation),
            locale: RwSignal::new(kept.locale),
            conversation: RwSignal::new(None),
            question: RwSignal::new(kept.question),
            wants_person: RwSignal::new(false),
            code_required: RwSignal::new(false),
            code: RwSignal::new(None),
            busy: RwSignal::new(false),
            error: RwSignal::new(None),
        };
        if let Some(locale) = kept.locale {
            language.choose(locale);
        }
        talk.fetch_awaited();
        effect(move || {
            let conversation = talk.conversation.with(|known| known.as_ref().map(|known| known.id.clone()));
            // One that could not be fetched is not forgotten: the next try may reach it.
            let conversation = conversation.or_else(|| talk.awaited.get());
            let locale = talk.chosen(language);
            kept::write(user, &Kept { conversation, locale, question: talk.question.get() });
        });
        talk
    }

    /// The language that was chosen here, unless the host was told another one since; follows both.
    pub fn chosen(self, language: Language) -> Option<Locale> {
        self.locale.get().filter(|chosen| language.wanted().0 == Some(*chosen))
    }

    /// Fetches the conversation of before a reload; again after a failure.
    pub fn fetch_awaited(self) {
        let Some(id) = self.awaited.get_untracked() else { return };
        self.run(async move {
            match self.client.conversation(&id).await {
                Ok(conversation) => {
                    self.conversation.try_set(Some(conversation));
                }
                // The backend has forgotten it: begin anew.
                Err(ApiError::NotFound) => {}
                Err(error) => return Err(error),
            }
            self.awaited.try_set(None);
            Ok(())
        });
    }

    /// A conversation of before a reload is still on its way.
    pub fn is_awaiting(self) -> bool {
        self.awaited.with(Option::is_some)
    }

    /// Where it stands; follows it.
    pub fn stage(self) -> Stage {
        let may_open = self.session.may(Capability::OpenTechnicalRequests);
        let begun = self.conversation.with(Option::is_some);
        stage(begun, self.wants_person.get(), may_open, self.code_required.get())
    }

    /// Begins the conversation.
    pub fn begin(self, language: Language, scenario: Scenario) {
        let locale = untrack(|| language.locale());
        self.run(async move {
            let conversation = self.client.begin_conversation(NewConversation { locale, scenario }).await?;
            self.conversation.try_set(Some(conversation));
            Ok(())
        });
    }

    /// Asks what is typed. The words stay in the input until the answer is there.
    pub fn ask(self) {
        let Some(id) = self.id() else { return };
        let question = self.question.get_untracked();
        self.run(async move {
            let turn = self.client.ask(&id, question).await?;
            self.conversation.try_update(|conversation| {
                if let Some(conversation) = conversation {
                    conversation.turns.push(turn);
                }
            });
            self.question.try_set(NewQuestion::default());
            Ok(())
        });
    }

    /// "Did this help?" It is thanked for at once; that a click is lost is no reason to bother anybody.
    pub fn rate(self, turn: u32, helped: bool) {
        let Some(id) = self.id() else { return };
        self.conversation.update(|conversation| {
            let turns = conversation.iter_mut().flat_map(|conversation| &mut conversation.turns);
            for known in turns.filter(|known| known.number == turn) {
                known.helped = Some(helped);
            }
        });
        spawn_local(async move {
            self.client.rate_answer(&id, turn, helped).await.ok();
        });
    }

    /// Back from the way to a person.
    pub fn back(self) {
        self.wants_person.set(false);
        self.code_required.set(false);
    }

    /// Forgets this conversation, and what was being typed for it. The language stays.
    pub fn start_over(self) {
        self.back();
        self.conversation.set(None);
        self.awaited.set(None);
        self.question.set(NewQuestion::default());
        self.code.set(None);
        self.error.set(None);
    }

    /// The conversation's name.
    pub fn id(self) -> Option<String> {
        self.conversation.with_untracked(|conversation| conversation.as_ref().map(|known| known.id.clone()))
    }

    /// One thing at a time: a second click while something is on its way does nothing.
    fn run(self, work: impl Future<Output = Result<(), ApiError>> + 'static) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.error.set(None);
        spawn_local(async move {
            if let Err(error) = work.await {
                self.error.try_set(Some(error));
            }
            self.busy.try_set(false);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::{Stage, stage};

    #[test]
    fn each_answer_leads_one_step_on() {
        for (begun, wants_person, code_required, expected) in [
            (false, false, false, Stage::Start),
            (true, false, false, Stage::Conversation),
            (false, true, false, Stage::Scenario),
            (true, true, false, Stage::Ticket),
            (true, true, true, Stage::Code),
            (true, false, true, Stage::Conversation),
        ] {
            assert_eq!(stage(begun, wants_person, true, code_required), expected);
        }
    }

    #[test]
    fn who_may_not_open_a_ticket_hears_it_first_and_can_still_ask() {
        for (begun, code_required) in [(false, false), (true, false), (true, true)] {
            assert_eq!(stage(begun, true, false, code_required), Stage::NotAllowed);
        }
        assert_eq!(stage(false, false, false, false), Stage::Start);
        assert_eq!(stage(true, false, false, false), Stage::Conversation);
    }
}
