//! The list: `/survey`. Three tabs, a search, and the requests. Its whole state is the address.

use super::query::{ListQuery, SEARCH_LIMIT};
use super::rows;
use super::words;
use crate::api::{Client, Load, LoadState};
use crate::listing::{self, Screen, encoded, failure, screen, steps};
use crate::location::{Location, Step, address};
use crate::text::{Language, Text};
use crate::ui::{EmptyState, PageTitle, Skeleton};
use crate::view::{effect, memo, view};
use balcao_contract::panel::SurveyPage;
use balcao_contract::survey::SurveyState;
use leptos::prelude::*;

/// A page that has arrived, and what it answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrived {
    /// What was asked.
    pub query: ListQuery,
    /// What came.
    pub page: SurveyPage,
}

/// The list, given to its parts.
#[derive(Clone, Copy)]
struct List {
    query: Memo<ListQuery>,
    load: Load<Arrived>,
    arrived: RwSignal<Option<Arrived>, LocalStorage>,
    go: StoredValue<Go, LocalStorage>,
}

type Go = std::rc::Rc<dyn Fn(&ListQuery)>;

impl List {
    fn begin() -> Self {
        let client = Client::here();
        let location = Location::here();
        // As another page is opened the address changes before this one is gone: what it says then is not of this list.
        let query = Memo::new(move |shown: Option<&ListQuery>| {
            let is_here = location.path().trim_end_matches('/').ends_with("/survey");
            match shown {
                Some(shown) if !is_here => shown.clone(),
                _ => ListQuery::read(|name| location.parameter(name)),
            }
        });
        let load = Load::new(client, move || {
            let query = query.get();
            async move {
                let page = client.surveys(&query.api_path(encoded)).await?;
                Ok(Arrived { query, page })
            }
        });
        let arrived = RwSignal::new_local(None);
        effect(move || {
            if let Some(page) = load.ready() {
                arrived.set(Some(page));
            }
        });
        let go: Go = std::rc::Rc::new(move |query: &ListQuery| {
            location.go(&query.route(encoded), Step::Within);
        });
        Self { query, load, arrived, go: StoredValue::new_local(go) }
    }

    fn is_outdated(self) -> bool {
        let query = self.query.read();
        self.arrived.with(|arrived| arrived.as_ref().is_none_or(|arrived| arrived.query != *query))
    }

    fn screen(self) -> Screen {
        let failed = self.load.with(|state| matches!(state, LoadState::Failed(_)));
        let query = self.query.read();
        let arrived = self.arrived.with(|arrived| {
            arrived.as_ref().map(|arrived| (arrived.query == *query, !arrived.page.surveys.is_empty()))
        });
        screen(arrived, !query.search.is_empty(), failed)
    }

    fn search_for(self, typed: &str) {
        let present = self.query.get_untracked();
        let wanted = present.with_search(typed);
        if wanted == present {
            self.load.reload();
        } else {
            self.go.with_value(|go| go(&wanted));
        }
    }
}

/// The solved requests that the user opened for this store, by what became of their survey.
#[component]
pub fn SurveyListPage() -> impl IntoView {
    let language = Language::here();
    let list = List::begin();
    view! {
        <section class="survey-list-page">
            <PageTitle title=language.signal(Text::SurveyTitle) />
            <p class="survey-intro">{language.t(Text::SurveyIntro)}</p>
            {tabs(list)}
            {search(list)}
            {line(list)}
            {results(list)}
        </section>
    }
    .into_any()
}

fn tabs(list: List) -> AnyView {
    let language = Language::here();
    let links: Vec<AnyView> = SurveyState::ALL.into_iter().map(|state| tab(list, state)).collect();
    view! {
        <nav class="history-filters" aria-label=language.t(Text::SurveyStates)>
            <ul role="list">{links}</ul>
        </nav>
    }
    .into_any()
}

fn tab(list: List, state: SurveyState) -> AnyView {
    let language = Language::here();
    let count = move || list.arrived.with(|arrived| arrived.as_ref().map(|arrived| arrived.page.counts.of(state)));
    view! {
        <li>
            <a
                class="history-filter"
                data-state=state.name()
                href=move || address(&list.query.read().with_state(state).route(encoded))
                aria-current=move || (list.query.read().state == state).then_some("page")
            >
                <span>{language.t(words::state(state))}</span>
                {move || count().map(|count| view! {
                    " " <span class="history-filter-count">{language.format_number(count)}</span>
                }.into_any())}
            </a>
        </li>
    }
    .into_any()
}

fn search(list: List) -> AnyView {
    let asked = memo(move || list.query.read().search.clone());
    let search = Callback::new(move |typed: String| list.search_for(&typed));
    let field = listing::search("survey-search", Text::SurveySearchLabel, SEARCH_LIMIT, asked, search);
    view! { <div class="history-tools">{field}</div> }.into_any()
}

/// How many there are, and that something is on its way; heard as it changes.
fn line(list: List) -> AnyView {
    let language = Language::here();
    let said = move || {
        if list.load.is_busy() && list.is_outdated() {
            return language.text(Text::SurveyLoading);
        }
        match list.arrived.with(|arrived| arrived.as_ref().map(|arrived| arrived.page.count)) {
            _ if list.screen() == Screen::Failed => String::new(),
            None => String::new(),
            Some(0) => language.text(Text::SurveyCountZero),
            Some(count) => language.plural(Text::SurveyCountOne, Text::SurveyCountOther, count),
        }
    };
    view! { <div class="history-line"><p role="status">{said}</p></div> }.into_any()
}

fn results(list: List) -> AnyView {
    let dimmed = move || list.load.is_busy() && list.is_outdated();
    let screen = memo(move || list.screen());
    let stale = memo(move || list.load.error().is_some() && !list.is_outdated());
    view! {
        <div class="history-results" class:is-dimmed=dimmed aria-busy=move || dimmed().to_string()>
            {move || stale.get().then(|| failure(Some(Text::SurveyStale), list.load))}
            {move || match screen.get() {
                Screen::Skeleton => view! { <Skeleton lines=6 /> }.into_any(),
                Screen::Rows => rows_of(list),
                Screen::Empty => empty(list),
                Screen::NoMatch => no_match(list),
                Screen::Failed => failure(Some(Text::SurveyFailed), list.load),
            }}
        </div>
    }
    .into_any()
}

fn rows_of(list: List) -> AnyView {
    let page = move || list.arrived.with(|arrived| arrived.as_ref().map(|arrived| arrived.page.surveys.clone()));
    let pages = move || {
        let (query, count) =
            list.arrived.with(|arrived| arrived.as_ref().map(|arrived| (arrived.query.clone(), arrived.page.count)))?;
        steps(query.page, ListQuery::pages(count), &|page| query.with_page(page).route(encoded))
    };
    view! {
        <ul class="survey-rows" role="list">
            {move || page().unwrap_or_default().into_iter().map(rows::row).collect::<Vec<_>>()}
        </ul>
        {pages}
    }
    .into_any()
}

fn empty(list: List) -> AnyView {
    let language = Language::here();
    let (title, text) = match list.query.read_untracked().state {
        SurveyState::Pending => (Text::SurveyEmptyPendingTitle, Text::SurveyEmptyPendingText),
        SurveyState::Reviewed => (Text::SurveyEmptyReviewedTitle, Text::SurveyEmptyReviewedText),
        SurveyState::Expired => (Text::SurveyEmptyExpiredTitle, Text::SurveyEmptyExpiredText),
    };
    view! {
        <EmptyState title=language.signal(title)>
            <p>{language.t(text)}</p>
            <p><a href=address("/requests")>{language.t(Text::FrameToRequests)}</a></p>
        </EmptyState>
    }
    .into_any()
}

fn no_match(list: List) -> AnyView {
    let language = Language::here();
    let sentence = move || language.text_with(Text::SurveyNone, &[("query", &list.query.read().search)]);
    let found_elsewhere = list.arrived.with_untracked(|arrived| {
        let counts = arrived.as_ref().map(|arrived| arrived.page.counts).unwrap_or_default();
        SurveyState::ALL.into_iter().any(|state| counts.of(state) > 0)
    });
    view! {
        <EmptyState title=language.signal(Text::SurveyNoneTitle)>
            <p dir="auto">{sentence}</p>
            {found_elsewhere.then(|| view! { <p>{language.t(Text::SurveyNoneElsewhere)}</p> }.into_any())}
            <p>
                <a href=move || address(&list.query.read().with_search("").route(encoded))>
                    {language.t(Text::HistorySearchClear)}
                </a>
            </p>
        </EmptyState>
    }
    .into_any()
}
