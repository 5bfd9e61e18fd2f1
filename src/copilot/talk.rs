//! What the page knows of the conversation, and what can be done with it.

use super::kept::{self, Kept};
use crate::api::{ApiError, Client};
use balcao_contract::locale::Locale;
use balcao_contract::panel::{Conversation, NewConversation, NewQuestion, Scenario};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Where the conversation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Nothing has happened yet.
    Start,
    /// Which language?
    Language,
    /// What is it about?
    Scenario,
    /// Questions and answers.
    Conversation,
    /// On the way to a person: the code.
    Code,
    /// The address is proved: the form can be opened.
    Ticket,
}

/// The conversation, shared by the parts of the page.
#[derive(Clone, Copy)]
pub struct Talk {
    client: Client,
    /// Asked for by *Ask a question*.
    started: RwSignal<bool>,
    /// A conversation of before a reload that is not here yet.
    awaited: RwSignal<Option<String>>,
    /// The language of the answers, once chosen.
    pub locale: RwSignal<Option<Locale>>,
    /// The conversation, once begun.
    pub conversation: RwSignal<Option<Conversation>>,
    /// What is being typed.
    pub question: RwSignal<NewQuestion>,
    /// The user wants a person.
    pub wants_person: RwSignal<bool>,
    /// Something is on its way.
    pub busy: RwSignal<bool>,
    /// What went wrong last, until something goes well.
    pub error: RwSignal<Option<ApiError>>,
}

/// Where a conversation stands, from what is known of it.
fn stage(started: bool, language: bool, begun: bool, wants_person: bool, verified: bool) -> Stage {
    match (begun, wants_person) {
        (true, true) if verified => Stage::Ticket,
        (true, true) => Stage::Code,
        (true, false) => Stage::Conversation,
        // A person needs to know what it is about, not in which language the articles are.
        (false, true) => Stage::Scenario,
        (false, false) if !started => Stage::Start,
        (false, false) if !language => Stage::Language,
        (false, false) => Stage::Scenario,
    }
}

impl Talk {
    /// Goes on with what this tab has kept for the user, or begins.
    pub fn new(user: u64, client: Client) -> Self {
        let kept = kept::read(user);
        let talk = Self {
            client,
            started: RwSignal::new(false),
            awaited: RwSignal::new(kept.conversation),
            locale: RwSignal::new(None),
            conversation: RwSignal::new(None),
            question: RwSignal::new(kept.question),
            wants_person: RwSignal::new(false),
            busy: RwSignal::new(false),
            error: RwSignal::new(None),
        };
        talk.fetch_awaited();
        Effect::new(move || {
            let conversation = talk.conversation.with(|known| known.as_ref().map(|known| known.id.clone()));
            // One that could not be fetched is not forgotten: the next try may reach it.
            let conversation = conversation.or_else(|| talk.awaited.get());
            kept::write(user, &Kept { conversation, question: talk.question.get() });
        });
        talk
    }

    /// Fetches the conversation of before a reload; again after a failure.
    pub fn fetch_awaited(self) {
        let Some(id) = self.awaited.get_untracked() else { return };
        self.run(async move {
            match self.client.conversation(&id).await {
                Ok(conversation) => {
                    self.locale.try_set(Some(conversation.locale));
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
        let (begun, verified) = self.conversation.with(|conversation| {
            (conversation.is_some(), conversation.as_ref().is_some_and(|conversation| conversation.verified))
        });
        stage(self.started.get(), self.locale.with(Option::is_some), begun, self.wants_person.get(), verified)
    }

    /// *Ask a question*.
    pub fn start(self) {
        self.started.set(true);
    }

    /// Begins the conversation.
    pub fn begin(self, locale: Locale, scenario: Scenario) {
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

    /// The code was right.
    pub fn verified(self) {
        self.conversation.update(|conversation| {
            if let Some(conversation) = conversation {
                conversation.verified = true;
            }
        });
    }

    /// Forgets this conversation; what is being typed stays.
    pub fn start_over(self) {
        self.conversation.set(None);
        self.awaited.set(None);
        self.wants_person.set(false);
        self.locale.set(None);
        self.started.set(true);
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
        assert_eq!(stage(false, false, false, false, false), Stage::Start);
        assert_eq!(stage(true, false, false, false, false), Stage::Language);
        assert_eq!(stage(true, true, false, false, false), Stage::Scenario);
        assert_eq!(stage(true, true, true, false, false), Stage::Conversation);
    }

    #[test]
    fn a_person_is_one_question_away_from_everywhere() {
        for (started, language) in [(false, false), (true, false), (true, true)] {
            assert_eq!(stage(started, language, false, true, false), Stage::Scenario);
        }
        assert_eq!(stage(true, true, true, true, false), Stage::Code);
        assert_eq!(stage(false, true, true, true, true), Stage::Ticket);
    }

    #[test]
    fn a_proved_address_does_not_end_the_conversation() {
        assert_eq!(stage(true, true, true, false, true), Stage::Conversation);
    }
}
