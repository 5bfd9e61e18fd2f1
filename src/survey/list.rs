//! The list: `/survey`. Three tabs, a search, and the requests. Its whole state is the address.

use super::query::{ListQuery, SEARCH_LIMIT};
use super::rows;
use super::words;
use crate::api::{ApiError, Client, Load, LoadState};
use crate::location::{Location, Step, address};
use crate::text::{Language, Text};
use crate::ui::{Banner, BannerKind, Button, EmptyState, PageTitle, Skeleton};
use crate::view::{effect, memo, view};
use balcao_contract::panel::SurveyPage;
use balcao_contract::survey::SurveyState;
use leptos::ev::SubmitEvent;
use leptos::html::Input;
use leptos::prelude::*;

/// A page that has arrived, and what it answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrived {
    /// What was asked.
    pub query: ListQuery,
    /// What came.
    pub page: SurveyPage,
}

/// What stands under the tabs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    /// Nothing has arrived yet.
    Skeleton,
    /// What was asked for; or, dimmed, what was asked before, while the new is on its way.
    Rows,
    /// The tab is empty.
    Empty,
    /// Nothing matches the search.
    NoMatch,
    /// What was asked for did not arrive.
    Failed,
}

/// The screen for what is asked, what arrived last, and whether the last call failed. A list that could not be refreshed
/// stays; one that answers another question does not stand for the one that failed.
#[must_use]
pub fn screen(query: &ListQuery, arrived: Option<&Arrived>, failed: bool) -> Screen {
    match arrived {
        Some(arrived) if arrived.query == *query && !arrived.page.surveys.is_empty() => Screen::Rows,
        Some(arrived) if arrived.query == *query && query.search.is_empty() => Screen::Empty,
        Some(arrived) if arrived.query == *query => Screen::NoMatch,
        _ if failed => Screen::Failed,
        Some(arrived) if !arrived.page.surveys.is_empty() => Screen::Rows,
        _ => Screen::Skeleton,
    }
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
        self.arrived.with(|arrived| screen(&query, arrived.as_ref(), failed))
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

/// A text as a part of an address.
pub fn encoded(text: &str) -> String {
    js_sys::encode_uri_component(text).into()
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
    let language = Language::here();
    let field = NodeRef::<Input>::new();
    // The box follows the address: Back, a cleared search, a link that was opened.
    let asked = memo(move || list.query.read().search.clone());
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if let Some(field) = field.get_untracked() {
            list.search_for(&field.value());
            field.set_value(&list.query.read_untracked().search);
        }
    };
    let clear = move |_| {
        if let Some(field) = field.get_untracked() {
            field.set_value("");
            // The button goes away: the focus must not go with it.
            let _ = field.focus();
        }
        list.search_for("");
    };
    view! {
        <div class="history-tools">
            <form class="history-search" role="search" on:submit=submit>
                <label for="survey-search">{language.t(Text::SurveySearchLabel)}</label>
                <div class="history-search-row">
                    <input
                        node_ref=field
                        id="survey-search"
                        type="search"
                        name="query"
                        class="input"
                        autocomplete="off"
                        enterkeyhint="search"
                        maxlength=SEARCH_LIMIT.to_string()
                        prop:value=move || asked.get()
                    />
                    <button class="button" type="submit">{language.t(Text::HistorySearchButton)}</button>
                    {move || (!asked.read().is_empty()).then(|| view! {
                        <button class="button button-quiet" type="button" on:click=clear>
                            {language.t(Text::HistorySearchClear)}
                        </button>
                    }.into_any())}
                </div>
            </form>
        </div>
    }
    .into_any()
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
            {move || stale.get().then(|| trouble(list, Text::SurveyStale))}
            {move || match screen.get() {
                Screen::Skeleton => view! { <Skeleton lines=6 /> }.into_any(),
                Screen::Rows => rows_of(list),
                Screen::Empty => empty(list),
                Screen::NoMatch => no_match(list),
                Screen::Failed => trouble(list, Text::SurveyFailed),
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
        Some(rows::pager(&query, ListQuery::pages(count)))
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

fn trouble(list: List, what: Text) -> AnyView {
    let again = Callback::new(move |()| list.load.reload());
    failure(what, Signal::derive_local(move || list.load.error()), list.load, again)
}

/// What failed, why, and *Try again*, where it happened.
pub fn failure<T: 'static>(
    what: Text,
    why: Signal<Option<ApiError>, LocalStorage>,
    load: Load<T>,
    again: Callback<()>,
) -> AnyView {
    let language = Language::here();
    // The reason stays to be read while it is tried again.
    let said = Memo::new(move |before: Option<&String>| match why.get() {
        Some(error) => format!("{}. {}", language.text(what), error.sentence(language)),
        None => before.cloned().unwrap_or_default(),
    });
    view! {
        <Banner kind=BannerKind::Error>
            <p>{move || said.get()}</p>
            <Button
                label=language.signal(Text::CommonRetry)
                busy=Signal::derive(move || load.is_busy())
                on_click=again
            />
        </Banner>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use balcao_contract::panel::SurveyCounts;

    fn query(state: SurveyState, search: &str) -> ListQuery {
        ListQuery { state, search: search.to_owned(), page: 1 }
    }

    fn arrived(query: ListQuery, rows: usize) -> Arrived {
        let survey = serde_json::json!({
            "id": 7, "subject": "x", "status": "solved", "solved_at": null, "expires_at": null, "state": null,
            "takes_answers": false, "answer": null, "earlier": [],
        });
        let survey: balcao_contract::panel::Survey = serde_json::from_value(survey).unwrap();
        let page = SurveyPage {
            surveys: vec![survey; rows],
            count: rows as u64,
            counts: SurveyCounts::default(),
            next_page: None,
            previous_page: None,
        };
        Arrived { query, page }
    }

    #[test]
    fn the_screen_says_what_is_known_and_no_more() {
        use SurveyState::{Pending, Reviewed};
        let here = query(Pending, "");
        let cases = [
            (here.clone(), None, false, Screen::Skeleton),
            (here.clone(), None, true, Screen::Failed),
            (here.clone(), Some(arrived(here.clone(), 2)), false, Screen::Rows),
            (here.clone(), Some(arrived(here.clone(), 2)), true, Screen::Rows),
            (here.clone(), Some(arrived(here.clone(), 0)), false, Screen::Empty),
            (query(Pending, "pix"), Some(arrived(query(Pending, "pix"), 0)), false, Screen::NoMatch),
            (query(Reviewed, ""), Some(arrived(here.clone(), 2)), false, Screen::Rows),
            (query(Reviewed, ""), Some(arrived(here.clone(), 2)), true, Screen::Failed),
            (query(Reviewed, ""), Some(arrived(here, 0)), false, Screen::Skeleton),
        ];
        for (query, arrived, failed, expected) in cases {
            assert_eq!(screen(&query, arrived.as_ref(), failed), expected, "{query:?} {failed}");
        }
    }
}
