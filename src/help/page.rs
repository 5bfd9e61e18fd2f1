//! The list: kinds, a search, articles.

use super::query::HelpQuery;
use crate::api::{Client, Load, LoadState};
use crate::listing::{Screen, encoded, failure, screen, search, steps};
use crate::location::{Location, Step, address};
use crate::text::{Language, Text};
use crate::ui::{EmptyState, PageTitle, RichText, Skeleton};
use crate::view::{effect, memo, view};
use balcao_contract::panel::{ARTICLE_SEARCH_LIMIT, ArticleCount, ArticleKind, ArticleList, ArticleSummary};
use balcao_contract::rich_text::Block;
use leptos::prelude::*;

/// A page that has arrived, and what it answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrived {
    /// What was asked.
    pub query: HelpQuery,
    /// What came.
    pub list: ArticleList,
}

/// `/help`.
#[component]
pub fn HelpPage() -> impl IntoView {
    let (client, language, location) = (Client::here(), Language::here(), Location::here());
    // As another page is opened the address changes before this one is gone: what it says then is not of this list.
    let query = Memo::new(move |shown: Option<&HelpQuery>| {
        let is_here = location.path().trim_end_matches('/').ends_with("/help");
        match shown {
            Some(shown) if !is_here => shown.clone(),
            _ => HelpQuery::read(|name| location.parameter(name)),
        }
    });
    let load = Load::new(client, move || {
        let (query, locale) = (query.get(), language.locale());
        async move {
            let list = client.articles(&query.api_path(locale.code(), encoded)).await?;
            Ok(Arrived { query, list })
        }
    });
    let arrived = RwSignal::new_local(None);
    effect(move || {
        if let Some(page) = load.ready() {
            arrived.set(Some(page));
        }
    });
    let searched = Callback::new(move |typed: String| {
        let present = query.get_untracked();
        let wanted = present.with_search(&typed);
        if wanted == present {
            load.reload();
        } else {
            location.go(&wanted.route(encoded), Step::Within);
        }
    });
    let asked = memo(move || query.read().search.clone());
    let is_outdated =
        memo(move || arrived.with(|arrived| arrived.as_ref().is_none_or(|arrived| arrived.query != query.get())));
    let dimmed = move || load.is_busy() && is_outdated.get();
    let now = memo(move || {
        let failed = load.with(|state| matches!(state, LoadState::Failed(_)));
        let seen = arrived.with(|arrived| {
            arrived.as_ref().map(|arrived| (arrived.query == query.get(), !arrived.list.articles.is_empty()))
        });
        screen(seen, !query.read().search.is_empty(), failed)
    });
    let shown = move || match now.get() {
        Screen::Skeleton => view! { <Skeleton lines=8 /> }.into_any(),
        Screen::Rows => (move || arrived.get().map(|arrived| rows(&arrived))).into_any(),
        Screen::Empty => nothing(Text::HelpEmpty, query),
        Screen::NoMatch => nothing(Text::HelpNone, query),
        Screen::Failed => failure(Some(Text::HelpFailed), load),
    };
    view! {
        <section class="help">
            <PageTitle title=language.signal(Text::HelpTitle) />
            <div class="history-tools">
                {search("help-search", Text::HelpSearchLabel, ARTICLE_SEARCH_LIMIT, asked, searched)}
            </div>
            {move || arrived.get().map(|arrived| kinds(&arrived.list.kinds, query))}
            <div class="history-line">
                <p role="status">{move || said(load.is_busy() && is_outdated.get(), now.get(), arrived)}</p>
            </div>
            <div class="history-results" class:is-dimmed=dimmed aria-busy=move || dimmed().to_string()>{shown}</div>
        </section>
    }
    .into_any()
}

/// How many there are, or that something is on its way.
fn said(is_busy: bool, now: Screen, arrived: RwSignal<Option<Arrived>, LocalStorage>) -> String {
    let language = Language::here();
    if is_busy {
        return language.text(Text::CommonLoading);
    }
    match (now, arrived.with(|arrived| arrived.as_ref().map(|arrived| arrived.list.count))) {
        (Screen::Rows, Some(count)) => language.plural(Text::HelpCountOne, Text::HelpCountOther, count),
        _ => String::new(),
    }
}

/// A tab for each kind that there is; none where all are of one.
pub fn kinds(counts: &[ArticleCount], query: Memo<HelpQuery>) -> Option<AnyView> {
    if counts.len() < 2 {
        return None;
    }
    let language = Language::here();
    let tab = |kind: Option<ArticleKind>, count: u64| {
        let name = kind.map_or(Text::HelpKindAll, name);
        view! {
            <li>
                <a
                    class="history-filter"
                    href=move || address(&query.read().with_kind(kind).route(encoded))
                    aria-current=move || (query.read().kind == kind).then_some("page")
                >
                    <span>{language.t(name)}</span>
                    " "
                    <span class="history-filter-count">{language.format_number(count)}</span>
                </a>
            </li>
        }
        .into_any()
    };
    let mut tabs = vec![tab(None, counts.iter().map(|kind| kind.count).sum())];
    tabs.extend(counts.iter().map(|kind| tab(Some(kind.kind), kind.count)));
    Some(
        view! {
            <nav class="history-filters" aria-label=language.t(Text::HelpKinds)>
                <ul role="list">{tabs}</ul>
            </nav>
        }
        .into_any(),
    )
}

const fn name(kind: ArticleKind) -> Text {
    match kind {
        ArticleKind::Guide => Text::HelpKindGuide,
        ArticleKind::Faq => Text::HelpKindFaq,
        ArticleKind::Troubleshooting => Text::HelpKindTroubleshooting,
        ArticleKind::KnownIssue => Text::HelpKindKnownIssue,
        ArticleKind::Announcement => Text::HelpKindAnnouncement,
    }
}

/// The articles, and the way to the other pages.
pub fn rows(arrived: &Arrived) -> AnyView {
    let Arrived { query, list } = arrived;
    let articles: Vec<AnyView> = list.articles.iter().cloned().map(row).collect();
    let pager = steps(query.page, HelpQuery::pages(list.count), &|page| query.with_page(page).route(encoded));
    view! {
        <ul class="help-articles" role="list">{articles}</ul>
        {pager}
    }
    .into_any()
}

fn row(article: ArticleSummary) -> AnyView {
    let language = Language::here();
    let ArticleSummary { slug, locale, title, kind, updated_at, issue_status, excerpt } = article;
    let status = issue_status.map(|status| view! { <span class="tag tag-pending">{status}</span> }.into_any());
    let when = updated_at.map(|moment| view! { <span>{move || language.format_date(moment)}</span> }.into_any());
    let excerpt = (!excerpt.is_empty()).then(|| {
        let blocks = vec![Block::Paragraph { content: excerpt }];
        view! { <div class="help-excerpt"><RichText blocks=blocks /></div> }.into_any()
    });
    view! {
        <li class="help-article" lang=locale.tag()>
            <a class="help-article-title" href=address(&format!("/articles/{slug}")) dir="auto">{title}</a>
            {excerpt}
            <p class="help-article-facts" lang=move || language.locale().tag()>
                {status}
                <span>{language.t(name(kind))}</span>
                {when}
            </p>
        </li>
    }
    .into_any()
}

/// Nothing to show, and what else can be done.
fn nothing(text: Text, query: Memo<HelpQuery>) -> AnyView {
    let language = Language::here();
    let searched = query.read_untracked().search.clone();
    let ask = match searched.is_empty() {
        true => address("/copilot"),
        false => address(&format!("/copilot?question={}", encoded(&searched))),
    };
    let said = move || language.text_with(text, &[("query", &searched)]);
    view! {
        <EmptyState title=language.signal(Text::HelpNoneTitle)>
            <p dir="auto">{said}</p>
            <p>
                <a href=ask>{language.t(Text::ArticleAsk)}</a>
            </p>
            <p>
                <a href=address("/new")>{language.t(Text::HelpNewRequest)}</a>
            </p>
        </EmptyState>
    }
    .into_any()
}
