//! What the pages show, in a real document.

use super::page::{Arrived, kinds, rows};
use super::query::HelpQuery;
use crate::shown::{Shown, show};
use balcao_contract::panel::ArticleList;
use leptos::prelude::*;
use serde_json::json;
use wasm_bindgen_test::wasm_bindgen_test;

fn list() -> ArticleList {
    serde_json::from_value(json!({
        "articles": [
            { "slug": "freight", "locale": "pt", "title": "Frete <b>errado</b>", "kind": "known_issue",
              "updated_at": "2026-11-30T12:00:00Z", "issue_status": "Corrigido",
              "excerpt": [{ "type": "text", "text": "O " }, { "type": "strong", "content": [{ "type": "text", "text": "frete" }] }] },
            { "slug": "pix", "locale": "pt", "title": "Pix", "kind": "guide", "excerpt": [] },
        ],
        "count": 41,
        "kinds": [{ "kind": "guide", "count": 40 }, { "kind": "known_issue", "count": 1 }],
    }))
    .unwrap()
}

fn query() -> HelpQuery {
    HelpQuery { kind: None, search: "frete".to_owned(), page: 2 }
}

async fn shown() -> Shown {
    show(move || {
        let query = Memo::new(|_| query());
        let list = list();
        let tabs = kinds(&list.kinds, query);
        let rows = rows(&Arrived { query: query.get_untracked(), list });
        view! { {tabs} {rows} }.into_any()
    })
    .await
}

#[wasm_bindgen_test]
async fn an_article_says_what_it_is_and_what_was_searched_for_stands_out() {
    let shown = shown().await;
    let first = shown.find(".help-article");
    assert_eq!(first.get_attribute("lang").as_deref(), Some("pt-BR"));
    let text = first.inner_text();
    assert!(
        text.contains("Frete <b>errado</b>") && text.contains("Corrigido") && text.contains("Known issues"),
        "{text}"
    );
    assert_eq!(shown.find(".help-article strong").inner_text(), "frete");
    assert_eq!(shown.find(".help-article a").get_attribute("href").as_deref(), Some("/panel/articles/freight"));
}

#[wasm_bindgen_test]
async fn tabs_and_steps_keep_the_search() {
    let shown = shown().await;
    assert_eq!(shown.count(".history-filter"), 3);
    assert_eq!(shown.count(".history-filter[aria-current=page]"), 1);
    assert_eq!(shown.find("a[rel=next]").get_attribute("href").as_deref(), Some("/panel/help?query=frete&page=3"));
    assert_eq!(shown.find("a[rel=prev]").get_attribute("href").as_deref(), Some("/panel/help?query=frete"));
    assert!(shown.text().contains("41"), "all articles of all kinds: {}", shown.text());
}
