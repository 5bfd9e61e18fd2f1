use super::*;

const OLDEST: Order = Order { by_update: false, descending: false };

fn read(query: &str) -> Result<Paging, ApiError> {
    Paging::read(&Params::new("/api/v2/requests", query), OLDEST, Depth::List)
}

fn window(query: &str) -> (u32, u32) {
    let window = read(query).unwrap().window();
    (window.limit, window.offset)
}

#[test]
fn offsets() {
    let rows = [
        ("", (100, 0)),
        ("page=1&per_page=20", (20, 0)),
        ("page=3&per_page=20", (20, 40)),
        ("per_page=1000", (100, 0)),
        ("page=100", (100, 9_900)),
        ("page=500&per_page=20", (20, 9_980)),
    ];
    for (query, expected) in rows {
        assert_eq!(window(query), expected, "{query}");
    }
}

#[test]
fn what_cannot_be_read_is_named() {
    let rows = [
        ("page=0", "page"),
        ("page=x", "page"),
        ("page=101", "page"),
        ("page=501&per_page=20", "page"),
        ("page=4294967295", "page"),
        ("per_page=0", "per_page"),
        ("per_page=-1", "per_page"),
        ("page[size]=20&per_page=null", "per_page"),
        ("page[size]=20&page=0", "page"),
        ("page[size]=0", "page[size]"),
        ("page[size]=x", "page[size]"),
        ("page[after]=%%%", "page[after]"),
        ("page[before]=bm90", "page[before]"),
        ("page[after]=YQ&page[before]=YQ", "page[before]"),
        ("sort_by=password", "sort_by"),
        ("sort_by=updated_at;drop", "sort_by"),
        ("sort_order=sideways", "sort_order"),
        ("sort=-password", "sort"),
    ];
    for (query, name) in rows {
        assert!(matches!(read(query), Err(ApiError::InvalidParameter(found)) if found == name), "{query}");
    }
}

#[test]
fn no_page_is_offered_that_would_be_refused() {
    let rows = [
        ((1, 20, Depth::List, 20), None),
        ((1, 20, Depth::List, 21), Some(2)),
        ((99, 100, Depth::List, 50_000), Some(100)),
        ((100, 100, Depth::List, 50_000), None),
        ((9, 100, Depth::Search, 50_000), Some(10)),
        ((10, 100, Depth::Search, 50_000), None),
        ((333, 3, Depth::Search, 50_000), Some(334)),
        ((334, 3, Depth::Search, 50_000), None),
    ];
    for ((page, per_page, depth, count), expected) in rows {
        assert_eq!(next_page(page, per_page, depth, count), expected, "{page} of {per_page}, {depth:?}");
        let next = Paging::read(&Params::new("/", &format!("page={}&per_page={per_page}", page + 1)), OLDEST, depth);
        assert_eq!(next.is_ok(), u64::from(page * per_page) < depth.end(), "{page} of {per_page}, {depth:?}");
    }
}

#[test]
fn a_search_ends_at_a_thousand() {
    let read = |query| Paging::read(&Params::new("/", query), OLDEST, Depth::Search);
    assert!(read("page=10").is_ok() && read("page=50&per_page=20").is_ok());
    for query in ["page=11", "page=51&per_page=20", "page=1001&per_page=1"] {
        assert_eq!(read(query).unwrap_err().status(), StatusCode::UNPROCESSABLE_ENTITY, "{query}");
    }
}

#[test]
fn orders() {
    let order = |query| {
        let order = read(query).unwrap().order();
        (order.by_update, order.descending)
    };
    assert_eq!(order(""), (false, false));
    assert_eq!(order("sort_by=updated_at"), (true, false));
    assert_eq!(order("sort_by=updated_at&sort_order=desc"), (true, true));
    assert_eq!(order("sort_order=desc"), (false, true));
    assert_eq!(order("sort=-updated_at"), (true, true));
    assert_eq!(order("sort=created_at"), (false, false));
    assert_eq!(order("page[size]=2&sort=-updated_at"), (true, true));
}

#[test]
fn a_cursor_is_for_its_own_order() {
    let order = Order { by_update: true, descending: true };
    let cursor = write_cursor(order, (1_700_000_000_000, 42));
    assert_eq!(read_cursor(&cursor, order), Some((1_700_000_000_000, 42)));
    assert_eq!(read_cursor(&cursor, OLDEST), None);
    let query = format!("page[size]=2&sort=-updated_at&page[after]={cursor}");
    assert_eq!(read(&query).unwrap().window().after, Some((1_700_000_000_000, 42)));
    // Backwards reads the other way round.
    let query = format!("page[size]=2&sort=-updated_at&page[before]={cursor}");
    assert!(!read(&query).unwrap().order().descending);
}

#[test]
fn one_more_than_shown_tells_whether_there_is_more() {
    let page = |query: &str, items: Vec<i64>| read(query).unwrap().page(items, |item| (*item, *item));
    let found = page("page[size]=2", vec![1, 2, 3]);
    assert_eq!((found.items.as_slice(), found.more), (&[1, 2][..], true));
    let found = page("page[size]=2", vec![1, 2]);
    assert_eq!((found.items.as_slice(), found.more), (&[1, 2][..], false));
    let cursor = write_cursor(OLDEST, (5, 5));
    let found = page(&format!("page[size]=2&page[before]={cursor}"), vec![4, 3, 2]);
    assert_eq!((found.items.as_slice(), found.more), (&[3, 4][..], true));
}
