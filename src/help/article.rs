//! An article of the help center: the source of an answer.

use crate::api::{ApiError, Client, Load, LoadState};
use crate::location::{Location, address};
use crate::text::{Language, Text};
use crate::ui::{Banner, BannerKind, Button, PageTitle, RichText, Skeleton};
use crate::view::{memo, view};
use balcao_contract::panel::Article;
use leptos::prelude::*;

/// `/articles/{slug}`.
#[component]
pub fn ArticlePage() -> impl IntoView {
    let language = Language::here();
    let client = Client::here();
    let slug = Location::here().part("/articles/");
    let load = Load::new(client, move || {
        let (slug, locale) = (slug.get(), language.locale());
        async move { client.article(&slug, locale).await }
    });
    let shown = move || match load.state() {
        LoadState::Loading => view! { <Skeleton lines=6 /> }.into_any(),
        LoadState::Ready(article) => view! { <ArticleView article /> }.into_any(),
        LoadState::Failed(ApiError::NotFound) => {
            view! { <PageTitle title=Signal::derive(language.t(Text::ArticleNotFound)) /> }.into_any()
        }
        LoadState::Failed(error) => view! {
            <Banner kind=BannerKind::Error>
                <p>{move || error.sentence(language)}</p>
                <Button on_click=move || load.reload()>{language.t(Text::CommonRetry)}</Button>
            </Banner>
        }
        .into_any(),
    };
    let is_there = memo(move || load.with(|state| matches!(state, LoadState::Ready(_))));
    let unhelpful = move || {
        view! {
            <p class="copilot-unhelpful">
                {language.t(Text::ArticleUnhelpful)} " "
                <a href=address("/copilot")>{language.t(Text::ArticleAsk)}</a>
            </p>
        }
    };
    view! {
        <section class="page-narrow" aria-busy=move || load.is_busy().to_string()>
            <p class="help-ways">
                <a href=address("/copilot")>{language.t(Text::ArticleBack)}</a>
                <a href=address("/help")>{language.t(Text::HelpTitle)}</a>
            </p>
            {shown}
            {move || is_there.get().then(unhelpful)}
        </section>
    }
    .into_any()
}

#[component]
fn ArticleView(article: Article) -> impl IntoView {
    let language = Language::here();
    let Article { locale, title, updated_at, content, .. } = article;
    let foreign = (locale != language.locale()).then(|| {
        let said = move || language.text_with(Text::ArticleOtherLanguage, &[("language", locale.native_name())]);
        view! { <p class="banner banner-info">{said}</p> }
    });
    let updated = updated_at.map(|moment| {
        let said = move || language.text_with(Text::ArticleUpdated, &[("date", &language.format_date(moment))]);
        view! { <p class="field-hint">{said}</p> }
    });
    view! {
        {foreign}
        <article lang=locale.tag()>
            <PageTitle title=Signal::stored(title) />
            {updated}
            <RichText blocks=content />
        </article>
    }
    .into_any()
}
