use crate::form_fixture::{answers, choice, condition, field, form, id, text};
use balcao_contract::answers::{AnswerValue, Answers};
use balcao_contract::form::{FieldKey, FieldKind, Form};
use balcao_contract::visibility::{answers_that_count, visible_fields, visible_fields_of_step};
use proptest::prelude::*;

fn shown(form: &Form, given: &Answers) -> Vec<(String, bool)> {
    visible_fields(form, given).into_iter().map(|shown| (shown.field.key.to_string(), shown.required)).collect()
}

fn keys(form: &Form, given: &Answers) -> Vec<String> {
    shown(form, given).into_iter().map(|(key, _)| key).collect()
}

/// kind → details (required for a), details → more; agree (a checkbox) → reason when unticked.
fn branching() -> Form {
    form(
        vec![
            choice(1, "kind", FieldKind::Tagger, true, &["a", "b", "c"]),
            field(2, "details", FieldKind::Text, false),
            field(3, "more", FieldKind::Text, false),
            field(4, "agree", FieldKind::Checkbox, false),
            field(5, "reason", FieldKind::Text, false),
        ],
        vec![
            condition(1, Some(text("a")), &[(2, true)]),
            condition(1, Some(text("b")), &[(2, false)]),
            condition(2, Some(text("yes")), &[(3, true)]),
            condition(4, None, &[(5, true)]),
        ],
    )
}

#[test]
fn a_field_without_a_condition_is_always_shown() {
    let plain = form(vec![field(1, "name", FieldKind::Text, true)], Vec::new());
    assert_eq!(shown(&plain, &Answers::default()), [("name".to_owned(), true)]);
}

/// Answers that are given, and the keys of the fields that are shown then.
type Case<'a> = (&'a [(&'a str, AnswerValue)], &'a [&'a str]);

#[test]
fn children_follow_their_parents() {
    let cases: [Case<'_>; 9] = [
        (&[], &["kind", "agree", "reason"]),
        (&[("kind", text("a"))], &["kind", "details", "agree", "reason"]),
        (&[("kind", text("b"))], &["kind", "details", "agree", "reason"]),
        (&[("kind", text("c"))], &["kind", "agree", "reason"]),
        (&[("kind", text("a")), ("details", text("yes"))], &["kind", "details", "more", "agree", "reason"]),
        (&[("kind", text("a")), ("details", text("no"))], &["kind", "details", "agree", "reason"]),
        // The grandchild goes with its parent, although its own condition still matches.
        (&[("kind", text("c")), ("details", text("yes"))], &["kind", "agree", "reason"]),
        (&[("agree", AnswerValue::Flag(true))], &["kind", "agree"]),
        (&[("agree", AnswerValue::Flag(false))], &["kind", "agree", "reason"]),
    ];
    for (given, expected) in cases {
        assert_eq!(keys(&branching(), &answers(given)), expected, "{given:?}");
    }
}

#[test]
fn any_matching_condition_can_make_a_child_required() {
    let required = |kind: &str| {
        shown(&branching(), &answers(&[("kind", text(kind))]))
            .into_iter()
            .find(|(key, _)| key == "details")
            .map(|(_, r)| r)
    };
    assert_eq!(required("a"), Some(true));
    assert_eq!(required("b"), Some(false));
    assert_eq!(required("c"), None);
}

#[test]
fn a_hidden_condition_requires_nothing() {
    // Two parents; only the matching one counts.
    let two = form(
        vec![
            field(1, "x", FieldKind::Text, false),
            field(2, "y", FieldKind::Text, false),
            field(3, "child", FieldKind::Text, false),
        ],
        vec![condition(1, Some(text("1")), &[(3, true)]), condition(2, Some(text("1")), &[(3, false)])],
    );
    assert_eq!(shown(&two, &answers(&[("y", text("1"))]))[2], ("child".to_owned(), false));
    assert_eq!(shown(&two, &answers(&[("x", text("1")), ("y", text("1"))]))[2], ("child".to_owned(), true));
}

#[test]
fn several_options_match_one_of_them() {
    let many = form(
        vec![choice(1, "tags", FieldKind::Multiselect, false, &["a", "b"]), field(2, "child", FieldKind::Text, false)],
        vec![condition(1, Some(text("b")), &[(2, false)])],
    );
    let with = |tags: &[&str]| {
        let tags = AnswerValue::Many(tags.iter().map(|tag| (*tag).to_owned()).collect());
        keys(&many, &answers(&[("tags", tags)]))
    };
    assert_eq!(with(&["a"]), ["tags"]);
    assert_eq!(with(&["a", "b"]), ["tags", "child"]);
    assert_eq!(with(&[]), ["tags"]);
}

#[test]
fn a_missing_parent_matches_nothing() {
    let orphan = form(vec![field(2, "child", FieldKind::Text, false)], vec![condition(9, None, &[(2, false)])]);
    assert!(keys(&orphan, &Answers::default()).is_empty());
}

#[test]
fn conditions_in_a_circle_end_and_show_nothing() {
    let circle = form(
        vec![field(1, "a", FieldKind::Text, false), field(2, "b", FieldKind::Text, false)],
        vec![condition(1, Some(text("1")), &[(2, false)]), condition(2, Some(text("1")), &[(1, false)])],
    );
    assert!(keys(&circle, &answers(&[("a", text("1")), ("b", text("1"))])).is_empty());
    let own = form(vec![field(1, "a", FieldKind::Text, false)], vec![condition(1, Some(text("1")), &[(1, false)])]);
    assert!(keys(&own, &answers(&[("a", text("1"))])).is_empty());
}

#[test]
fn a_step_shows_its_own_fields_in_its_own_order() {
    let mut turned = branching();
    turned.steps[0].field_ids = vec![id(4), id(1)];
    let step = turned.steps[0].clone();
    let keys: Vec<&str> = visible_fields_of_step(&turned, &step, &Answers::default())
        .iter()
        .map(|shown| shown.field.key.as_str())
        .collect();
    assert_eq!(keys, ["agree", "kind"]);
}

#[test]
fn only_answers_of_shown_fields_count() {
    let given = answers(&[("kind", text("c")), ("details", text("yes")), ("more", text("m")), ("reason", text("  "))]);
    let counted = answers_that_count(&branching(), &given);
    assert_eq!(counted, answers(&[("kind", text("c"))]));
}

fn any_answers() -> impl Strategy<Value = Answers> {
    let value = prop_oneof![
        Just(text("a")),
        Just(text("b")),
        Just(text("yes")),
        Just(text("")),
        any::<bool>().prop_map(AnswerValue::Flag),
    ];
    let key = prop_oneof![Just("kind"), Just("details"), Just("more"), Just("agree"), Just("reason"), Just("unknown")];
    prop::collection::btree_map(key, value, 0..6)
        .prop_map(|map| map.into_iter().map(|(key, value)| (FieldKey::new(key), value)).collect())
}

proptest! {
    /// Dropping what does not count changes neither what is shown nor what counts.
    #[test]
    fn what_counts_is_settled_at_once(given in any_answers()) {
        let form = branching();
        let once = answers_that_count(&form, &given);
        prop_assert_eq!(shown(&form, &once), shown(&form, &given));
        prop_assert_eq!(&answers_that_count(&form, &once), &once);
    }
}
