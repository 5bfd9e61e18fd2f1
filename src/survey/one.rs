//! The survey of one request: `/survey/{id}`. Opening it answers nothing; only the button does.

use super::answer::form;
use super::given::{earlier, given};
use super::reopen::reopen;
use super::writing::{Kept, Refusal, Writing};
use crate::api::{ApiError, Client, Load, LoadState};
use crate::draft::Owner;
use crate::listing::failure;
use crate::location::{Location, address};
use crate::session::Session;
use crate::text::{Language, Text};
use crate::ui::{Banner, BannerKind, Button, EmptyState, Moment, PageTitle, Skeleton, focus_id};
use crate::view::{effect, memo, view};
use balcao_contract::id::RequestId;
use balcao_contract::panel::Survey;
use balcao_contract::survey::{LowReason, SurveyState};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Where the focus goes once an answer has arrived.
const SENT: &str = "survey-sent";
/// And where it goes once a change was given up.
const ANSWER: &str = "survey-answer";

/// The survey of one request of the user's.
#[component]
pub fn SurveyPage() -> impl IntoView {
    let language = Language::here();
    let part = Location::here().part("/survey/");
    let id = memo(move || part.with(|id| id.parse::<RequestId>().ok()));
    // Another number is another page: nothing of the one before may stay.
    let page = move || match id.get() {
        Some(id) => one(id),
        None => view! {
            <PageTitle title=language.signal(Text::SurveyNotFoundTitle) />
            {not_found()}
        }
        .into_any(),
    };
    view! {
        <section class="page page-narrow survey">
            <p class="record-back"><a href=address("/survey")>{language.t(Text::SurveyBack)}</a></p>
            {page}
        </section>
    }
    .into_any()
}

/// The page of one survey, given to its parts.
#[derive(Clone, Copy)]
struct Page {
    id: RequestId,
    load: Load<Survey>,
    survey: RwSignal<Option<Survey>, LocalStorage>,
    kept: RwSignal<Option<Kept>, LocalStorage>,
    /// The form is open, to answer or to change the answer.
    changing: RwSignal<bool>,
    sent: RwSignal<bool>,
}

fn one(id: RequestId) -> AnyView {
    let client = Client::here();
    let load = Load::new(client, move || client.survey(id));
    let page = Page {
        id,
        load,
        survey: RwSignal::new_local(None),
        kept: RwSignal::new_local(None),
        changing: RwSignal::new(false),
        sent: RwSignal::new(false),
    };
    effect(move || {
        if let Some(survey) = load.ready() {
            page.survey.set(Some(survey));
        }
    });
    page.find_draft();
    page_view(page)
}

impl Page {
    fn find_draft(self) {
        let session = Session::here();
        let has_begun = StoredValue::new(false);
        effect(move || {
            let (Some(account), Some(user)) = (session.account_id(), session.user_id()) else { return };
            if has_begun.try_update_value(|begun| std::mem::replace(begun, true)) == Some(false) {
                spawn_local(async move {
                    let found = Kept::find(Owner { account, user }, self.id).await;
                    // What was begun as a change is gone on with.
                    self.changing.try_set(!found.draft.is_empty());
                    self.kept.try_set(Some(found));
                });
            }
        });
    }

    fn answered(self, survey: Survey) {
        self.kept.update(|kept| {
            if let Some(known) = kept.as_mut() {
                known.draft.answers = Default::default();
            }
        });
        self.changing.set(false);
        self.sent.set(true);
        self.survey.set(Some(survey));
        // After the view has been drawn: the form was taken away, and with it the focus's place.
        request_animation_frame(|| focus_id(SENT));
    }
}

fn page_view(page: Page) -> AnyView {
    let language = Language::here();
    let is_missing = memo(move || page.load.error() == Some(ApiError::NotFound));
    let title = move || {
        if is_missing.get() {
            return language.text(Text::SurveyNotFoundTitle);
        }
        let number = format!("#{}", page.id);
        language.text_with(Text::SurveyRateLabel, &[("number", &number)])
    };
    let content = move || {
        if is_missing.get() {
            return not_found();
        }
        match page.survey.get() {
            Some(survey) => shown(page, survey),
            None if page.load.with(|state| matches!(state, LoadState::Failed(_))) => {
                failure(Some(Text::SurveyFailed), page.load)
            }
            None => view! {
                <p class="visually-hidden" role="status">{language.t(Text::CommonLoading)}</p>
                <Skeleton lines=6 />
            }
            .into_any(),
        }
    };
    view! {
        <PageTitle title=Signal::derive(title) />
        {content}
    }
    .into_any()
}

fn not_found() -> AnyView {
    let language = Language::here();
    view! {
        <EmptyState title=language.signal(Text::SurveyNotFoundTitle)>
            <p>{language.t(Text::SurveyNotFoundText)}</p>
            <p><a href=address("/survey")>{language.t(Text::SurveyBack)}</a></p>
        </EmptyState>
    }
    .into_any()
}

fn shown(page: Page, survey: Survey) -> AnyView {
    let language = Language::here();
    let history = survey.earlier.clone();
    let solved = survey.solved_at.map(|moment| {
        view! { <span class="survey-moment">{language.t(Text::SurveySolved)} " " <Moment moment /></span> }.into_any()
    });
    let link = address(&format!("/requests/{}", page.id));
    view! {
        <p class="survey-subject" dir="auto">{survey.subject.clone()}</p>
        <p class="survey-row-facts">{solved} " " <a href=link>{language.t(Text::SurveyRequest)}</a></p>
        {body(page, survey)}
        {earlier(history)}
    }
    .into_any()
}

fn body(page: Page, survey: Survey) -> AnyView {
    let language = Language::here();
    match survey.state {
        None => info(language.signal(Text::SurveyNotSolved)),
        Some(SurveyState::Expired) => expired(page, survey),
        Some(SurveyState::Reviewed) if !survey.takes_answers => {
            view! { {answer_of(&survey, page)} {late_text(page)} {info(language.signal(Text::SurveyFixed))} }.into_any()
        }
        Some(SurveyState::Reviewed) => {
            let survey = StoredValue::new(survey);
            let is_open = memo(move || page.changing.get() && page.kept.with(Option::is_some));
            (move || {
                let survey = survey.get_value();
                if is_open.get() { asked(page, survey) } else { reviewed(page, survey) }
            })
            .into_any()
        }
        Some(SurveyState::Pending) => {
            let again = (!survey.earlier.is_empty()).then(|| info(language.signal(Text::SurveyAgainNote)));
            let survey = StoredValue::new(survey);
            let is_ready = memo(move || page.kept.with(Option::is_some));
            view! {
                {again}
                {move || is_ready.get().then(|| asked(page, survey.get_value()))}
            }
            .into_any()
        }
    }
}

fn info(sentence: Signal<String>) -> AnyView {
    view! { <Banner kind=BannerKind::Info><p>{move || sentence.get()}</p></Banner> }.into_any()
}

/// The form, and until when it is taken.
fn asked(page: Page, survey: Survey) -> AnyView {
    let language = Language::here();
    let Some(kept) = page.kept.get_untracked() else { return ().into_any() };
    let was_kept = !kept.draft.is_empty();
    let on_answered = Callback::new(move |survey: Survey| page.answered(survey));
    let writing = Writing::begin(Client::here(), page.id, kept, survey.answer.as_ref(), on_answered);
    // Over, or solved again: the page has to say what there is now.
    effect(move || {
        if writing.refused.with(|refused| matches!(refused, Some(Refusal::Expired | Refusal::Changed))) {
            untrack(|| page.reread(writing));
        }
    });
    let cancel = survey.answer.is_some().then(|| {
        Callback::new(move |()| {
            writing.discard();
            page.kept.update(|kept| {
                if let Some(known) = kept.as_mut() {
                    known.draft.answers = Default::default();
                }
            });
            page.changing.set(false);
            // The form goes, and with it the button that was pressed.
            request_animation_frame(|| focus_id(ANSWER));
        })
    });
    let until = survey.expires_at.map(|moment| {
        let said = move || language.text_with(Text::SurveyUntil, &[("moment", &language.format_deadline(moment))]);
        view! { <p class="survey-until">{said}</p> }.into_any()
    });
    view! { {until} {form(survey, writing, was_kept, cancel)} }.into_any()
}

impl Page {
    /// Reads the survey again after a refusal; what is written is kept for whatever comes.
    fn reread(self, writing: Writing) {
        self.kept.set(Some(writing.kept()));
        self.load.reload();
    }
}

/// The answer, and that it arrived where it has just done so.
fn answer_of(survey: &Survey, page: Page) -> AnyView {
    let language = Language::here();
    let sent = move || page.sent.get().then(|| language.text(Text::SurveySent));
    let answer = survey.answer.clone().map(given);
    view! {
        <section class="survey-answer" aria-labelledby=ANSWER>
            <p id=SENT class="survey-sent" role="status" tabindex="-1">{sent}</p>
            <h2 id=ANSWER tabindex="-1">{language.t(Text::SurveyYourAnswer)}</h2>
            {answer}
        </section>
    }
    .into_any()
}

fn reviewed(page: Page, survey: Survey) -> AnyView {
    let language = Language::here();
    let change = Callback::new(move |()| {
        page.sent.set(false);
        page.changing.set(true);
        request_animation_frame(|| focus_id("field-satisfaction"));
    });
    let until = survey.expires_at.map(|moment| {
        let said = move || language.text_with(Text::SurveyChangeable, &[("moment", &language.format_deadline(moment))]);
        view! { <p class="survey-until">{said}</p> }.into_any()
    });
    let unsolved = survey.answer.as_ref().filter(|answer| answer.reason_code == Some(LowReason::NotSolved));
    let way_back = unsolved.map(|answer| {
        let words = Signal::stored(answer.comment.clone().unwrap_or_default());
        reopen(page.id, words, Callback::new(|()| ()))
    });
    view! {
        {answer_of(&survey, page)}
        {way_back}
        {until}
        <div class="actions"><Button label=language.signal(Text::SurveyChange) on_click=change /></div>
    }
    .into_any()
}

fn expired(page: Page, survey: Survey) -> AnyView {
    let language = Language::here();
    let number = format!("#{}", survey.id);
    let expires_at = survey.expires_at;
    let sentence = Signal::derive(move || {
        let moment = expires_at.map(|moment| language.format_date_time(moment)).unwrap_or_default();
        language.text_with(Text::SurveyExpiredText, &[("moment", &moment), ("number", &number)])
    });
    view! {
        {late_text(page)}
        {info(sentence)}
        <p><a class="button" href=address(&format!("/requests/{}", survey.id))>{language.t(Text::SurveyRequest)}</a></p>
    }
    .into_any()
}

/// The time ended while somebody wrote: their text is given back, to be taken along.
fn late_text(page: Page) -> AnyView {
    let language = Language::here();
    (move || {
        let written = page.kept.with(|kept| kept.as_ref().map(|kept| kept.comment().to_owned()))?;
        (!written.is_empty()).then(|| {
            view! {
                <section class="survey-late" aria-labelledby="survey-late">
                    <p role="alert">{language.t(Text::SurveyExpiredWhile)}</p>
                    <h2 id="survey-late">{language.t(Text::SurveyKeptText)}</h2>
                    <textarea class="input" readonly rows="4" dir="auto" aria-labelledby="survey-late" prop:value=written></textarea>
                </section>
            }
            .into_any()
        })
    })
    .into_any()
}
