//! What the list's address promises.

use super::*;

fn read(address: &str) -> ListQuery {
    ListQuery::deserialize(address)
}

fn searching(typed: &str) -> ListQuery {
    ListQuery::default().with_search(typed)
}

#[test]
fn an_address_is_read_as_the_list_it_names() {
    let plain = ListQuery::default;
    let cases: &[(&str, ListQuery)] = &[
        ("", plain()),
        ("?", plain()),
        ("status=", plain()),
        ("status=open", ListQuery { status: Some(ShownStatus::Open), ..plain() }),
        ("?status=pending", ListQuery { status: Some(ShownStatus::Pending), ..plain() }),
        ("status=SOLVED", ListQuery { status: Some(ShownStatus::Solved), ..plain() }),
        ("status=closed", ListQuery { status: Some(ShownStatus::Closed), ..plain() }),
        ("status=new", ListQuery { status: Some(ShownStatus::Open), ..plain() }),
        ("status=hold", ListQuery { status: Some(ShownStatus::Open), ..plain() }),
        ("status=all", plain()),
        ("status=nonsense", plain()),
        ("query=checkout", ListQuery { search: "checkout".into(), ..plain() }),
        ("query=checkout+down", ListQuery { search: "checkout down".into(), ..plain() }),
        ("query=%20%20checkout%20%0a%20down%20", ListQuery { search: "checkout down".into(), ..plain() }),
        ("query=%23123", ListQuery { search: "#123".into(), ..plain() }),
        ("query=a%26b%3Dc", ListQuery { search: "a&b=c".into(), ..plain() }),
        ("query=100%", ListQuery { search: "100%".into(), ..plain() }),
        ("query=100%25", ListQuery { search: "100%".into(), ..plain() }),
        ("query=%E2%82%AC", ListQuery { search: "€".into(), ..plain() }),
        ("query=%ff", ListQuery { search: "\u{fffd}".into(), ..plain() }),
        ("query=%E2%80%8B%20", plain()),
        ("sort=created_at", ListQuery { sort: Sort::FirstOpened, ..plain() }),
        ("sort=-created_at", ListQuery { sort: Sort::LastOpened, ..plain() }),
        ("sort=updated_at", ListQuery { sort: Sort::FirstUpdated, ..plain() }),
        ("sort=-updated_at", plain()),
        ("sort=drop+table", plain()),
        ("page=3", ListQuery { page: 3, ..plain() }),
        ("page=0", plain()),
        ("page=-1", plain()),
        ("page=two", plain()),
        ("page=99999", ListQuery { page: 500, ..plain() }),
        ("page=99999999999999999999", plain()),
        ("query=x&page=99999", ListQuery { search: "x".into(), page: 50, ..plain() }),
        ("unknown=1&status=open&=&&", ListQuery { status: Some(ShownStatus::Open), ..plain() }),
        ("status=open&status=closed", ListQuery { status: Some(ShownStatus::Closed), ..plain() }),
        (
            "?status=open&query=caf%C3%A9&sort=-created_at&page=2",
            ListQuery {
                status: Some(ShownStatus::Open),
                search: "café".into(),
                sort: Sort::LastOpened,
                page: 2,
                ..plain()
            },
        ),
        ("kind=financial", ListQuery { kind: Some(Kind::Financial), ..plain() }),
        ("kind=other", plain()),
        ("of=store&page=2", ListQuery { whose: Whose::Store, page: 2, ..plain() }),
        ("of=copied", ListQuery { whose: Whose::Copied, ..plain() }),
        ("of=everything", plain()),
    ];
    for (address, expected) in cases {
        assert_eq!(&read(address), expected, "{address}");
    }
}

#[test]
fn one_list_has_one_address() {
    let cases = [
        ("", ""),
        ("status=&query=&sort=&page=", ""),
        ("sort=-updated_at&page=1", ""),
        ("page=2&status=open", "?status=open&page=2"),
        ("sort=created_at&query=%23+12", "?query=%23+12&sort=created_at"),
        ("query=%20a%20%20b%20", "?query=a+b"),
        ("status=hold", "?status=open"),
        ("page=2&of=store", "?of=store&page=2"),
        ("of=mine", ""),
        ("query=a&kind=technical&status=open", "?status=open&kind=technical&query=a"),
    ];
    for (address, canonical) in cases {
        assert_eq!(read(address).serialize(), canonical, "{address}");
    }
}

#[test]
fn writing_and_reading_an_address_gives_the_same_list() {
    let searches =
        ["", "x", "#123", "a b", "a&b=c#d?e/f", "100% + 5", "çã ñ 日本 🛒", "مرحبا", "\"quoted\" <tag>", "%41"];
    for status in [None, Some(ShownStatus::Open), Some(ShownStatus::Closed)] {
        for sort in Sort::ALL {
            for search in searches {
                for page in [1, 2, 50] {
                    let whose = if page == 2 { Whose::Store } else { Whose::Copied };
                    let kind = (page == 50).then_some(Kind::Commercial);
                    let list = ListQuery { whose, status, kind, search: search.into(), sort, page };
                    assert_eq!(read(&list.serialize()), list);
                    assert!(list.serialize().is_ascii());
                }
            }
        }
    }
}

#[test]
fn a_long_search_is_cut_at_the_limit() {
    let list = searching(&"ã".repeat(SEARCH_LIMIT + 50));
    assert_eq!(list.search.chars().count(), SEARCH_LIMIT);
    assert_eq!(searching(&format!("{} tail", "a".repeat(SEARCH_LIMIT))).search, "a".repeat(SEARCH_LIMIT));
}

#[test]
fn a_change_of_filter_search_or_order_begins_at_the_first_page() {
    let list = read("status=open&query=x&page=4");
    assert_eq!(list.with_status(Some(ShownStatus::Solved)).serialize(), "?status=solved&query=x");
    assert_eq!(list.with_status(None).serialize(), "?query=x");
    assert_eq!(list.with_search("y").serialize(), "?status=open&query=y");
    assert_eq!(list.with_search("  ").serialize(), "?status=open");
    assert_eq!(list.with_sort(Sort::FirstOpened).serialize(), "?status=open&query=x&sort=created_at");
    assert_eq!(list.with_page(5).serialize(), "?status=open&query=x&page=5");
    assert_eq!(list.with_page(0).page, 1);
    assert_eq!(list.route(), "/requests?status=open&query=x&page=4");
}

#[test]
fn a_number_is_told_from_words() {
    let numbers = [
        "123",
        "#123",
        " #123 ",
        "# 123",
        "00123",
        "\u{ff03}123",
        "nº 123",
        "Nº123",
        "N° 123",
        "n.º 123",
        "No. 123",
        "№123",
    ];
    for typed in numbers {
        assert_eq!(number(typed).map(RequestId::get), Some(123), "{typed}");
    }
    let words = [
        "",
        "#",
        "0",
        "#0",
        "-1",
        "1.5",
        "1,234",
        "12 34",
        "123a",
        "a123",
        "##123",
        "order 123",
        "١٢٣",
        "1e3",
        "no",
        "nº",
        "9007199254740992",
        "99999999999999999999999",
        "ação",
        "é1",
    ];
    for typed in words {
        assert_eq!(number(typed), None, "{typed}");
    }
    assert!(number("9007199254740991").is_some());
}

#[test]
fn a_number_is_looked_for_under_every_status() {
    let list = read("status=open&query=%23123");
    assert_eq!(list.effective_status(), None);
    assert!(!list.api_path(None).contains("status"));
    assert_eq!(list.with_search("").effective_status(), Some(ShownStatus::Open), "clearing brings the filter back");
    assert_eq!(read("status=open&query=x").effective_status(), Some(ShownStatus::Open));
}

#[test]
fn the_api_is_asked_in_its_own_words() {
    let cases = [
        ("", "/api/v2/requests?sort_by=updated_at&sort_order=desc&page=1&per_page=20"),
        (
            "status=open&page=2",
            "/api/v2/requests?status=new,open,hold&sort_by=updated_at&sort_order=desc&page=2&per_page=20",
        ),
        (
            "status=pending&sort=created_at",
            "/api/v2/requests?status=pending&sort_by=created_at&sort_order=asc&page=1&per_page=20",
        ),
        ("query=123", "/api/v2/requests/search?query=order_by%3Aupdated_at+sort%3Adesc+123&page=1&per_page=20"),
        (
            "query=nº+123&status=closed",
            "/api/v2/requests/search?query=order_by%3Aupdated_at+sort%3Adesc+%23123&page=1&per_page=20",
        ),
        (
            "query=caf%C3%A9&status=open&sort=-created_at",
            "/api/v2/requests/search?query=order_by%3Acreated_at+sort%3Adesc+caf%C3%A9&status=new,open,hold\
             &page=1&per_page=20",
        ),
    ];
    for (address, path) in cases {
        assert_eq!(read(address).api_path(None), path, "{address}");
    }
}

#[test]
fn the_counts_are_asked_without_the_filter() {
    let cases = [
        ("", "/api/panel/requests/counts"),
        ("status=open", "/api/panel/requests/counts"),
        ("status=open&query=pix+slow", "/api/panel/requests/counts?query=pix+slow"),
        ("query=123", "/api/panel/requests/counts?query=123"),
        ("query=%23+123", "/api/panel/requests/counts?query=%23123"),
    ];
    for (address, path) in cases {
        assert_eq!(read(address).counts_path(None), path, "{address}");
    }
}

#[test]
fn the_whole_store_is_asked_for_only_where_it_shares_its_requests() {
    let shared = AccountId::try_from(7).ok();
    let list = "/api/v2/organizations/7/requests?sort_by=updated_at&sort_order=desc&page=1&per_page=20&include=users";
    let search = "/api/v2/requests/search?query=order_by%3Aupdated_at+sort%3Adesc+pix&page=1&per_page=20\
                  &organization_id=7&include=users";
    let cases = [
        ("of=store", list, "/api/panel/requests/counts?organization_id=7"),
        ("of=store&query=pix", search, "/api/panel/requests/counts?organization_id=7&query=pix"),
    ];
    for (address, path, counts) in cases {
        let (query, own) = (read(address), read(address).of(Whose::Mine));
        assert_eq!((query.api_path(shared).as_str(), query.counts_path(shared).as_str()), (path, counts));
        assert_eq!(query.api_path(None), own.api_path(None), "not shared");
        assert_eq!(query.counts_path(None), own.counts_path(shared), "not shared, and not asked for");
        assert_eq!(own.api_path(shared), own.api_path(None), "not asked for");
    }
    assert_eq!(read("of=store&page=3&status=open").of(Whose::Mine), read("status=open"));
}

#[test]
fn what_one_is_in_copy_of_is_a_list_of_its_own_shared_or_not() {
    let list = "/api/v2/requests/ccd?sort_by=updated_at&sort_order=desc&page=1&per_page=20&include=users";
    let search = "/api/v2/requests/search?query=order_by%3Aupdated_at+sort%3Adesc+pix&page=1&per_page=20\
                  &cc_id=true&include=users";
    for shared in [None, AccountId::try_from(7).ok()] {
        for (address, path, counts) in [
            ("of=copied", list, "/api/panel/requests/counts?cc_id=true"),
            ("of=copied&query=pix", search, "/api/panel/requests/counts?cc_id=true&query=pix"),
        ] {
            let query = read(address);
            assert_eq!((query.api_path(shared).as_str(), query.counts_path(shared).as_str()), (path, counts));
            assert!(query.names_people(shared));
        }
    }
}

#[test]
fn what_is_typed_is_searched_not_obeyed() {
    let cases = [
        ("checkout down", "checkout down"),
        ("status:closed", "\"status:closed\""),
        ("sort:asc pix order_by:created_at", "\"sort:asc\" pix \"order_by:created_at\""),
        ("created>=2026-01-01", "\"created>=2026-01-01\""),
        ("organization_id=7", "\"organization_id=7\""),
        ("-refund", "\"-refund\""),
        ("order #123", "order \"#123\""),
        ("\"payment failed\" pix", "\"payment failed\" pix"),
        ("\u{201c}payment failed\u{201d}", "\"payment failed\""),
        ("\"never closed", "\"never closed\""),
        ("\"\" x", "x"),
        ("https://shop.example", "\"https://shop.example\""),
        ("two-words", "two-words"),
    ];
    for (typed, words) in cases {
        assert_eq!(searching(typed).search_words(), words, "{typed}");
    }
}

#[test]
fn pages_are_counted_as_far_as_they_can_be_asked_for() {
    let list = ListQuery::default();
    let cases = [(0, 1), (1, 1), (20, 1), (21, 2), (40, 2), (41, 3), (10_000, 500), (100_000, 500), (u64::MAX, 500)];
    for (count, pages) in cases {
        assert_eq!(list.pages(count), pages, "{count}");
    }
    assert_eq!(searching("x").pages(100_000), 50);
}

#[test]
fn the_pager_shows_the_ends_and_the_neighbours() {
    let shown = |current, last| {
        let numbers = page_numbers(current, last);
        numbers.iter().map(|page| page.map_or("…".to_owned(), |page| page.to_string())).collect::<Vec<_>>().join(" ")
    };
    let cases = [
        (1, 1, "1"),
        (1, 2, "1 2"),
        (1, 3, "1 2 3"),
        (1, 4, "1 2 3 4"),
        (1, 9, "1 2 … 9"),
        (3, 9, "1 2 3 4 … 9"),
        (4, 9, "1 2 3 4 5 … 9"),
        (5, 9, "1 … 4 5 6 … 9"),
        (6, 9, "1 … 5 6 7 8 9"),
        (9, 9, "1 … 8 9"),
        (4, 7, "1 2 3 4 5 6 7"),
        (250, 500, "1 … 249 250 251 … 500"),
    ];
    for (current, last, expected) in cases {
        assert_eq!(shown(current, last), expected, "{current} of {last}");
    }
}
