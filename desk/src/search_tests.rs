use super::*;
use proptest::prelude::*;

fn word(text: &str) -> Word {
    Word { text: text.to_owned(), prefix: false }
}

fn typing(text: &str) -> Word {
    Word { text: text.to_owned(), prefix: true }
}

fn at(text: &str) -> Option<DateTime<Utc>> {
    Some(DateTime::parse_from_rfc3339(text).unwrap().to_utc())
}

fn expression(query: &str) -> Option<WordsExpression> {
    parse(query).words_expression()
}

fn with(words: &[&str]) -> Option<WordsExpression> {
    Some(WordsExpression::Match { with: words.iter().copied().map(str::to_owned).collect(), without: Vec::new() })
}

#[test]
fn words_and_phrases() {
    assert_eq!(parse("checkout error").words, [word("checkout"), typing("error")]);
    assert_eq!(parse("checkout error ").words, [word("checkout"), word("error")]);
    assert_eq!(parse("\"checkout error\" pix").words, [word("checkout error"), typing("pix")]);
    assert_eq!(parse("\"never closed").words, [word("never closed")]);
    assert_eq!(parse("não-entregue").words, [typing("não-entregue")]);
    assert_eq!(parse("pix -boleto ").without, [word("boleto")]);
    assert_eq!(parse("  \t\n "), Query::default());
}

#[test]
fn numbers() {
    assert_eq!(parse("#123").number, Some(123));
    assert_eq!(parse("#123").words, []);
    assert_eq!(parse("#123 status:open").number, Some(123));
    assert_eq!((parse("123").number_or_word, parse("123").words), (Some(123), vec![typing("123")]));
    assert_eq!(parse("123 status:open status:new").number_or_word, Some(123));
    assert_eq!(parse("order 123").number_or_word, None);
    assert_eq!(parse("\"123\"").number_or_word, None);
    assert_eq!(parse("99999999999999999999999").number_or_word, Some(u64::MAX));
    assert_eq!(parse("#99999999999999999999999").number, Some(u64::MAX));
    assert_eq!(parse("#abc").words, [typing("#abc")]);
}

#[test]
fn statuses() {
    use Status::{Closed, Hold, New, Open, Pending, Solved};
    let wanted = |query| parse(query).wanted_statuses();
    assert_eq!(wanted("pix"), None);
    assert_eq!(wanted("status:open"), Some(vec![Open]));
    assert_eq!(wanted("status:new status:open status:hold"), Some(vec![New, Open, Hold]));
    assert_eq!(wanted("status:solved,closed"), Some(vec![Solved, Closed]));
    assert_eq!(wanted("status<solved"), Some(vec![New, Open, Pending, Hold]));
    assert_eq!(wanted("status>=solved"), Some(vec![Solved, Closed]));
    assert_eq!(wanted("-status:closed"), Some(vec![New, Open, Pending, Hold, Solved]));
    assert_eq!(wanted("status<new"), Some(vec![]));
    // Not a status: words.
    assert_eq!((wanted("status:500"), parse("status:500").words), (None, vec![typing("status:500")]));
}

#[test]
fn spans_of_time() {
    let created = |query: &str| parse(query).created;
    let day = at("2026-01-01T00:00:00Z");
    let next = at("2026-01-02T00:00:00Z");
    let rows = [
        ("created>=2026-01-01", day, None),
        ("created>2026-01-01", next, None),
        ("created<2026-01-01", None, day),
        ("created<=2026-01-01", None, next),
        ("created:2026-01-01", day, next),
        ("created=2026-01-01", day, next),
        ("created_at>=2026-01-01T00:00:00Z", day, None),
        ("created>=2025-12-01 created>=2026-01-01", day, None),
        ("created<2026-01-01 created<2026-02-01", None, day),
        ("created>=2026-01-01T03:00:00+03:00", day, None),
    ];
    for (query, from, before) in rows {
        assert_eq!(created(query), Range { from, before }, "{query}");
        assert_eq!(parse(query).words, [], "{query}");
    }
    assert_eq!(parse("updated>=2026-01-01").updated.from, day);
    for nonsense in ["created>=2026-13-01", "created:yesterday", "created>='; DROP TABLE requests"] {
        assert_eq!(created(nonsense), Range::default(), "{nonsense}");
        assert!(!parse(nonsense).words.is_empty(), "{nonsense}");
    }
}

#[test]
fn order_and_people() {
    let query = parse("order_by:updated_at sort:desc requester:me organization_id=7 type:ticket");
    assert_eq!((query.order_by, query.descending), (Some(OrderBy::UpdatedAt), Some(true)));
    assert_eq!(
        (query.requesters.as_slice(), query.organizations.as_slice()),
        (&["me".to_owned()][..], &["7".to_owned()][..])
    );
    assert!(query.words.is_empty());
    assert_eq!(parse("requester:\"Ana Souza\"").requesters, ["Ana Souza"]);
    // A column that does not exist is no order, and no SQL either.
    let query = parse("order_by:password sort:random");
    assert_eq!((query.order_by, query.descending, query.words.len()), (None, None, 2));
}

#[test]
fn what_no_key_knows_is_looked_for() {
    assert_eq!(parse("http://acme.example/a?b=c").words, [typing("http://acme.example/a?b=c")]);
    assert_eq!(parse("error:timeout").words, [typing("error:timeout")]);
    assert_eq!(parse("a>b").words, [typing("a>b")]);
    assert_eq!(parse(":").words, [typing(":")]);
}

#[test]
fn every_word_is_quoted_for_the_index() {
    assert_eq!(expression(""), None);
    assert_eq!(expression("pix"), with(&["\"pix\"*"]));
    assert_eq!(expression("pix checkout "), with(&["\"pix\"", "\"checkout\""]));
    assert_eq!(expression("OR NOT NEAR( "), with(&["\"OR\"", "\"NOT\"", "\"NEAR(\""]));
    assert_eq!(expression("scope:a1u1 "), with(&["\"scope:a1u1\""]));
    assert_eq!(expression("!!! ***"), Some(WordsExpression::Nothing));
    assert_eq!(expression("pix !!! "), with(&["\"pix\""]));
    assert_eq!(
        expression("-boleto "),
        Some(WordsExpression::Match { with: Vec::new(), without: vec!["\"boleto\"".to_owned()] })
    );
    assert_eq!(expression("pix\0\"x\" "), with(&["\"pix\"", "\"x\""]));
}

proptest! {
    #[test]
    fn nothing_typed_is_an_error_or_leaves_its_quotes(query in any::<String>()) {
        let parsed = parse(&query);
        if let Some(WordsExpression::Match { with, without }) = parsed.words_expression() {
            for expression in with.into_iter().chain(without) {
                prop_assert_eq!(expression.matches('"').count() % 2, 0);
                prop_assert!(!expression.chars().any(char::is_control));
                // Outside its quotes nothing but the star.
                let outside: String = expression.split('"').step_by(2).collect();
                prop_assert_eq!(outside.replace('*', ""), "");
            }
        }
        prop_assert!(parsed.words.len() <= MAX_WORDS && parsed.without.len() <= MAX_WORDS);
    }

    #[test]
    fn spaces_around_a_query_mean_nothing_but_the_end_of_a_word(query in "[a-z0-9:# ]{0,40}") {
        let padded = parse(&format!("  {query} "));
        let plain = parse(&format!("{query} "));
        prop_assert_eq!(padded, plain);
    }
}
