//! What the history shows in each of its states, in a real document.

use super::state::{History, Listing};
use super::{result_line, results};
use crate::api::ApiError;
use crate::requests::query::ListQuery;
use crate::requests::sample;
use crate::session::Session;
use crate::shown::{Shown, show};
use crate::view::view;
use balcao_contract::id::AccountId;
use balcao_contract::panel::{Capability, MissingCapability, MissingReason, StatusCounts};
use leptos::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

async fn list(address: &'static str, listing: Option<(&'static str, u64, u64)>, failed: bool) -> Shown {
    show(move || {
        let history = History::sample(address);
        history.arrive(listing.map(listing_of), failed.then_some(ApiError::Network));
        view! { {result_line(history)} {results(history)} }.into_any()
    })
    .await
}

fn listing_of((asked, rows, count): (&str, u64, u64)) -> Listing {
    let requests = (1..=rows).map(|id| sample::request(id, "pending")).collect();
    Listing { query: ListQuery::deserialize(asked), requests, count, people: None }
}

#[wasm_bindgen_test]
async fn before_anything_arrives_there_is_a_shape_that_no_screen_reader_hears() {
    let shown = list("", None, false).await;
    assert_eq!(shown.count(".history-results [aria-hidden=true]"), 1);
    assert_eq!(shown.count("table"), 0);
}

#[wasm_bindgen_test]
async fn requests_are_rows_of_a_table_that_lead_to_them() {
    let shown = list("", Some(("", 3, 3)), false).await;
    assert_eq!(shown.count("tbody tr"), 3);
    assert_eq!(shown.count("thead th[scope=col]"), 7);
    assert_eq!(shown.count("th[scope=row] a[href='/panel/requests/2']"), 1);
    assert_eq!(shown.count("th[aria-sort=descending]"), 1);
    assert_eq!(shown.count(".history-pager"), 0);
    assert!(shown.text().contains("3 requests"), "{}", shown.text());
    assert!(shown.text().contains("#2"));
}

#[wasm_bindgen_test]
async fn two_requests_about_the_same_are_told_apart_and_what_waits_for_the_reader_stands_out() {
    let shown = show(|| {
        let history = History::sample("");
        let mut listing = listing_of(("", 2, 2));
        let financial = &mut listing.requests[0];
        financial.ticket_form_id = 1002.try_into().ok();
        financial.description = "Subject 1\n\nProduct: Commerce\nReason: Other".to_owned();
        let technical = &mut listing.requests[1];
        technical.ticket_form_id = 1001.try_into().ok();
        technical.description = "It fails.".to_owned();
        technical.status = balcao_contract::status::Status::Open;
        history.arrive(Some(listing), None);
        results(history)
    })
    .await;
    assert_eq!(shown.find("tr[data-request='1'] .history-kind").inner_text(), "Financial");
    assert_eq!(shown.find("tr[data-request='1'] .history-beginning").inner_text(), "Product: Commerce");
    assert_eq!(shown.find("tr[data-request='2'] .history-kind").inner_text(), "Technical");
    assert_eq!(shown.count("tr[data-request='2'] .history-beginning"), 0);
    assert_eq!(shown.count("tr[data-standing=pending]"), 1);
    // How long ago, and exactly when.
    assert_eq!(shown.count("tr[data-request='1'] time .moment-exact"), 2);
    assert!(shown.find("tr[data-request='1'] .moment-exact").text_content().unwrap_or_default().contains("2026"));
}

#[wasm_bindgen_test]
async fn more_than_a_page_has_a_pager_that_keeps_the_filter() {
    let shown = list("status=pending&page=2", Some(("status=pending&page=2", 20, 45)), false).await;
    assert_eq!(shown.count(".history-pager a[aria-current=page]"), 1);
    assert_eq!(shown.count(".history-pager a[href='/panel/requests?status=pending&page=3']"), 2);
    assert_eq!(shown.count(".history-pager a[rel=prev][href='/panel/requests?status=pending']"), 1);
    assert!(shown.text().contains("21–40 of 45"), "{}", shown.text());
}

#[wasm_bindgen_test]
async fn the_first_time_is_explained_and_leads_to_copilot() {
    let shown = list("", Some(("", 0, 0)), false).await;
    assert_eq!(shown.count("a[href='/panel/copilot']"), 1);
    assert!(shown.text().contains("No requests yet"), "{}", shown.text());
}

#[wasm_bindgen_test]
async fn no_match_says_what_was_looked_for_and_how_to_go_on() {
    let address = "status=open&query=<b>pix</b>";
    let shown = list(address, Some((address, 0, 0)), false).await;
    assert!(shown.text().contains("No request with the status “Open” matches “<b>pix</b>”."), "{}", shown.text());
    assert_eq!(shown.count(".history-results b"), 0);
    assert_eq!(shown.count(".history-results a[href='/panel/requests?status=open']"), 1);
    assert_eq!(shown.count(".history-results a[href='/panel/requests?query=%3Cb%3Epix%3C%2Fb%3E']"), 1);
    assert_eq!(shown.count(".history-results a[href='/panel/requests']"), 1);
}

#[wasm_bindgen_test]
async fn a_number_that_is_not_found_is_named_and_the_filter_does_not_count() {
    let address = "status=open&query=%2399";
    let shown = list(address, Some((address, 0, 0)), false).await;
    assert!(shown.text().contains("#99"), "{}", shown.text());
    assert!(shown.text().contains("When you search by number, every status is searched."), "{}", shown.text());
}

#[wasm_bindgen_test]
async fn whose_requests_is_asked_only_where_the_store_shares_them() {
    for (address, shared, links, banners) in
        [("", false, 0, 0), ("of=store", false, 0, 1), ("", true, 2, 0), ("of=store", true, 2, 0)]
    {
        let shown = show(move || {
            let account = AccountId::try_from(1).ok().filter(|_| shared);
            let missing = MissingCapability {
                capability: Capability::AnswerAccountRequests,
                reason: MissingReason::NotShared,
                sponsor: None,
            };
            provide_context(Session::sample("Ana", &["acmestore"], vec![missing]));
            super::whose::whose(History::sample_in(address, account))
        })
        .await;
        assert_eq!((shown.count("nav a"), shown.count(".banner")), (links, banners), "{address} {shared}");
        if links > 0 {
            let current = if address.is_empty() { "mine" } else { "store" };
            assert_eq!(shown.count(&format!("a[data-whose={current}][aria-current=page]")), 1);
            assert_eq!(shown.count("a[aria-current]"), 1);
            assert_eq!(shown.count("a[data-whose=store][href='/panel/requests?of=store']"), 1);
        } else if banners > 0 {
            assert!(shown.text().contains("everybody in acmestore"), "{}", shown.text());
        }
    }
}

#[wasm_bindgen_test]
async fn in_a_whole_store_each_request_says_who_opened_it() {
    let shown = show(|| {
        provide_context(Session::sample("Ana", &["acmestore"], Vec::new()));
        let history = History::sample_in("of=store", AccountId::try_from(1).ok());
        let mut listing = listing_of(("of=store", 2, 2));
        listing.requests[1].requester_id = 2.try_into().unwrap();
        listing.people = Some(vec![sample::person(1, false), sample::person(2, false)]);
        history.arrive(Some(listing), None);
        results(history)
    })
    .await;
    assert_eq!(shown.count("thead th[scope=col]"), 8);
    assert_eq!(shown.find("tr[data-request='1'] .history-requester").inner_text(), "You");
    assert_eq!(shown.find("tr[data-request='2'] .history-requester").inner_text(), "Person 2");
}

#[wasm_bindgen_test]
async fn a_failure_says_why_and_can_be_tried_again() {
    let asked = RwSignal::new(0_u32);
    let shown = show(move || {
        let history = History::sample("");
        history.arrive(None, Some(ApiError::Network));
        Effect::new(move || asked.set(history.times_asked()));
        view! { {result_line(history)} {results(history)} }.into_any()
    })
    .await;
    assert_eq!(shown.count("[role=alert]"), 1);
    shown.click(".banner button");
    leptos::task::tick().await;
    assert_eq!(asked.get_untracked(), 1);
    assert!(!shown.text().contains("0 requests"), "a failure is no empty list");
}

#[wasm_bindgen_test]
async fn a_list_that_could_not_be_refreshed_stays() {
    let shown = list("", Some(("", 3, 3)), true).await;
    assert_eq!(shown.count("tbody tr"), 3);
    assert_eq!(shown.count("[role=alert]"), 1);
}

#[wasm_bindgen_test]
async fn another_filters_list_does_not_stand_for_the_one_that_failed() {
    let shown = list("status=solved", Some(("", 3, 3)), true).await;
    assert_eq!(shown.count("tbody tr"), 0);
    assert_eq!(shown.count("[role=alert]"), 1);
}

#[wasm_bindgen_test]
async fn what_one_is_in_copy_of_is_offered_only_where_there_is_any() {
    for (in_copy, address, links) in [(false, "", 0), (true, "", 2), (false, "of=copied", 2)] {
        let shown = show(move || {
            let history = History::sample(address);
            history.counts.set(Some(StatusCounts { in_copy, ..StatusCounts::default() }));
            super::whose::whose(history)
        })
        .await;
        assert_eq!(shown.count("a"), links, "{in_copy} {address}");
        let copied = shown.count("a[data-whose=copied][href='/panel/requests?of=copied']");
        assert_eq!(copied, links / 2, "{in_copy} {address}");
    }
}

#[wasm_bindgen_test]
async fn the_filters_are_links_with_their_counts() {
    let shown = show(|| {
        let history = History::sample("status=pending&query=x&page=3");
        history.counts.set(Some(StatusCounts { open: 1, pending: 2, solved: 3, closed: 4, in_copy: false }));
        super::filters::filters(history)
    })
    .await;
    assert_eq!(shown.count("a"), 5);
    assert_eq!(shown.count("a[aria-current=page]"), 1);
    assert_eq!(shown.count("a[data-status=pending][aria-current=page]"), 1);
    assert_eq!(shown.count("a[data-status=solved][href='/panel/requests?status=solved&query=x']"), 1);
    let texts: String = shown.text().split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(texts, "All 10 Open 1 Awaiting your reply 2 Solved 3 Closed 4");
}
