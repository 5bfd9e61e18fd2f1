use crate::form_fixture::{answers, choice, condition, field, form, text};
use balcao_contract::answers::{AnswerValue, Answers};
use balcao_contract::form::{Field, FieldKind, Form};
use balcao_contract::format::Format;
use balcao_contract::validation::{AnswerErrorKind, fault_of_files, shown_evidence, validate, validate_step};
use proptest::prelude::*;

fn everything() -> Form {
    form(
        vec![
            field(1, "subject", FieldKind::Subject, true),
            field(2, "description", FieldKind::Description, true),
            field(3, "agency", FieldKind::Text, false),
            choice(4, "impact", FieldKind::Tagger, true, &["low", "high"]),
            choice(5, "tags", FieldKind::Multiselect, false, &["a", "b"]),
            field(6, "agree", FieldKind::Checkbox, false),
            field(7, "amount", FieldKind::Integer, false),
            field(8, "day", FieldKind::Date, false),
            field(9, "evidence", FieldKind::Evidence, false),
        ],
        Vec::new(),
    )
}

fn complete() -> Answers {
    answers(&[("subject", text("Title")), ("description", text("Text")), ("impact", text("low"))])
}

fn faults(form: &Form, given: &Answers) -> Vec<(String, AnswerErrorKind)> {
    validate(form, given).into_iter().map(|fault| (fault.key.to_string(), fault.kind)).collect()
}

/// The fault of one field, all others being right.
fn fault_of(key: &str, value: AnswerValue) -> Option<AnswerErrorKind> {
    let mut given = complete();
    given.remove(key);
    let given: Answers = given
        .iter()
        .map(|(k, v)| (k.clone(), v.clone()))
        .chain([(balcao_contract::form::FieldKey::new(key), value)])
        .collect();
    let found = faults(&everything(), &given);
    assert!(found.len() <= 1, "{found:?}");
    found.into_iter().next().map(|(at, kind)| {
        assert_eq!(at, key);
        kind
    })
}

#[test]
fn complete_answers_have_no_fault() {
    assert_eq!(faults(&everything(), &complete()), []);
}

#[test]
fn an_empty_form_names_each_required_field_once_in_its_order() {
    let expected = ["subject", "description", "impact"].map(|key| (key.to_owned(), AnswerErrorKind::Blank));
    assert_eq!(faults(&everything(), &Answers::default()), expected);
}

#[test]
fn each_kind_refuses_what_it_cannot_be() {
    let many = |keys: &[&str]| AnswerValue::Many(keys.iter().map(|key| (*key).to_owned()).collect());
    let too_long = |max: u32, actual: u32| Some(AnswerErrorKind::TooLong { max, actual });
    let cases: Vec<(&str, AnswerValue, Option<AnswerErrorKind>)> = vec![
        ("subject", text(""), Some(AnswerErrorKind::Blank)),
        ("subject", text("   \t\n"), Some(AnswerErrorKind::Blank)),
        ("subject", text("\u{200b}\u{202e}\u{feff}"), Some(AnswerErrorKind::Blank)),
        ("subject", text(&"x".repeat(150)), None),
        ("subject", text(&"x".repeat(151)), too_long(150, 151)),
        ("subject", text(&"x".repeat(10_000)), too_long(150, 10_000)),
        // A character is a Unicode scalar value, not a byte.
        ("subject", text(&"😀".repeat(150)), None),
        ("subject", text("מה קרה כאן"), None),
        ("subject", AnswerValue::Number(7), Some(AnswerErrorKind::WrongType)),
        ("subject", AnswerValue::Flag(true), Some(AnswerErrorKind::WrongType)),
        ("subject", many(&["a"]), Some(AnswerErrorKind::WrongType)),
        ("description", text(&"x".repeat(65_535)), None),
        ("description", text(&"x".repeat(65_536)), too_long(65_535, 65_536)),
        ("agency", text(""), None),
        ("agency", text(&"x".repeat(256)), too_long(255, 256)),
        ("impact", text("low"), None),
        ("impact", text("LOW"), Some(AnswerErrorKind::UnknownOption)),
        ("impact", text("medium"), Some(AnswerErrorKind::UnknownOption)),
        ("impact", many(&["low"]), Some(AnswerErrorKind::WrongType)),
        ("tags", many(&["a", "b"]), None),
        ("tags", many(&[]), None),
        ("tags", many(&["a", "c"]), Some(AnswerErrorKind::UnknownOption)),
        ("tags", text("a"), Some(AnswerErrorKind::WrongType)),
        ("agree", AnswerValue::Flag(true), None),
        ("agree", text("yes"), Some(AnswerErrorKind::WrongType)),
        ("amount", AnswerValue::Number(-3), None),
        ("amount", text(" 42 "), None),
        ("amount", text("4.2"), Some(AnswerErrorKind::WrongType)),
        ("amount", text("99999999999999999999"), Some(AnswerErrorKind::WrongType)),
        ("day", text("2028-02-29"), None),
        ("day", text("2026-02-29"), Some(AnswerErrorKind::NotADate)),
        ("day", text("29/02/2028"), Some(AnswerErrorKind::NotADate)),
        ("day", text("2026-13-01"), Some(AnswerErrorKind::NotADate)),
        ("day", text("2026-+1-01"), Some(AnswerErrorKind::NotADate)),
        ("day", text("2026-01-01-01"), Some(AnswerErrorKind::NotADate)),
        ("day", text("2026-01"), Some(AnswerErrorKind::NotADate)),
        ("day", text("02026-01-01"), Some(AnswerErrorKind::NotADate)),
        ("day", text("2026--1-01"), Some(AnswerErrorKind::NotADate)),
        ("day", text("２０２６-01-01"), Some(AnswerErrorKind::NotADate)),
        ("day", text("2026-01-99999999999999999999"), Some(AnswerErrorKind::NotADate)),
        ("day", AnswerValue::Number(20_280_229), Some(AnswerErrorKind::WrongType)),
        ("evidence", text("a.png"), Some(AnswerErrorKind::UnknownField)),
        ("nobody_asked", text("x"), Some(AnswerErrorKind::UnknownField)),
    ];
    for (key, value, expected) in cases {
        let named = format!("{key}: {value:?}");
        assert_eq!(fault_of(key, value), expected, "{named:.120}");
    }
}

#[test]
fn a_field_can_set_its_own_limit() {
    let short = form(vec![Field { max_length: Some(3), ..field(1, "code", FieldKind::Text, false) }], Vec::new());
    assert_eq!(faults(&short, &answers(&[("code", text("abc"))])), []);
    let found = faults(&short, &answers(&[("code", text("abcd"))]));
    assert_eq!(found, [("code".to_owned(), AnswerErrorKind::TooLong { max: 3, actual: 4 })]);
}

#[test]
fn days_and_months_have_a_first_and_a_last() {
    let limits = |kind, format| Field {
        format,
        earliest: Some("2026-02-28".to_owned()),
        latest: Some("2026-11-21".to_owned()),
        ..field(1, "when", kind, true)
    };
    let early = |earliest: &str| Some(AnswerErrorKind::TooEarly { earliest: earliest.to_owned() });
    let late = |latest: &str| Some(AnswerErrorKind::TooLate { latest: latest.to_owned() });
    let day = limits(FieldKind::Date, None);
    let month = limits(FieldKind::Text, Some(Format::Month));
    let cases = [
        (&day, "2026-02-27", early("2026-02-28")),
        (&day, "2026-02-28", None),
        (&day, "2026-11-21", None),
        (&day, "2026-11-22", late("2026-11-21")),
        (&day, "2026-02-30", Some(AnswerErrorKind::NotADate)),
        (&month, "2026-01", early("2026-02")),
        (&month, "2/2026", None),
        (&month, "2026-11", None),
        (&month, "12/2026", late("2026-11")),
    ];
    for (field, written, expected) in cases {
        let found = validate(&form(vec![field.clone()], Vec::new()), &answers(&[("when", text(written))])).pop();
        assert_eq!(found.map(|fault| fault.kind), expected, "{written}");
    }
}

#[test]
fn the_evidence_that_is_shown_says_whether_files_are_needed() {
    let whole = form(
        vec![
            choice(1, "kind", FieldKind::Tagger, true, &["a", "b"]),
            field(2, "receipts", FieldKind::Evidence, false),
            field(3, "pictures", FieldKind::Evidence, false),
            field(4, "note", FieldKind::Note, false),
        ],
        vec![condition(1, Some(text("a")), &[(2, true)]), condition(1, Some(text("b")), &[(3, false)])],
    );
    let fault = |kind: &str, files| {
        fault_of_files(&whole, &answers(&[("kind", text(kind))]), files).map(|fault| fault.key.to_string())
    };
    assert_eq!(fault("a", 0).as_deref(), Some("receipts"));
    assert_eq!(fault("a", 1), None);
    assert_eq!(fault("b", 0), None);
    let shown = shown_evidence(&whole, &answers(&[("kind", text("b"))])).map(|shown| shown.field.key.to_string());
    assert_eq!(shown.as_deref(), Some("pictures"));
    // A note is read, not answered.
    let found = faults(&whole, &answers(&[("kind", text("a")), ("note", text("x"))]));
    assert_eq!(found, [("note".to_owned(), AnswerErrorKind::UnknownField)]);
}

#[test]
fn a_step_is_checked_by_itself() {
    let whole = everything();
    let found = |index: usize| validate_step(&whole, &whole.steps[index], &Answers::default()).len();
    assert_eq!(found(0), 3);
    assert_eq!(found(1), 0);
}

#[test]
fn a_required_child_is_asked_only_while_it_is_shown() {
    let conditional = form(
        vec![choice(1, "kind", FieldKind::Tagger, true, &["a", "b"]), field(2, "child", FieldKind::Text, false)],
        vec![condition(1, Some(text("a")), &[(2, true)])],
    );
    assert_eq!(faults(&conditional, &answers(&[("kind", text("a"))])), [("child".to_owned(), AnswerErrorKind::Blank)]);
    assert_eq!(faults(&conditional, &answers(&[("kind", text("b"))])), []);
    // What was typed before it went away is no fault: it simply does not count.
    assert_eq!(faults(&conditional, &answers(&[("kind", text("b")), ("child", text("typed"))])), []);
}

#[test]
fn wire_names_are_zendesks() {
    let names = [
        (AnswerErrorKind::Blank, "BlankValue"),
        (AnswerErrorKind::TooLong { max: 1, actual: 2 }, "ValueTooLong"),
        (AnswerErrorKind::UnknownOption, "InvalidValue"),
        (AnswerErrorKind::WrongType, "InvalidValue"),
        (AnswerErrorKind::NotADate, "InvalidValue"),
        (AnswerErrorKind::UnknownField, "UnknownField"),
    ];
    for (kind, name) in names {
        assert_eq!(kind.wire_name(), name);
    }
}

proptest! {
    /// Whatever is given, each field is named at most once, and steps together find what the form finds.
    #[test]
    fn one_fault_a_field(values in prop::collection::vec((0usize..9, "\\PC{0,200}"), 0..9)) {
        let whole = everything();
        let given: Answers = values.into_iter().filter_map(|(index, value)| {
            let key = whole.fields.get(index)?.key.clone();
            (whole.fields[index].kind != FieldKind::Evidence).then_some((key, AnswerValue::Text(value)))
        }).collect();
        let found = faults(&whole, &given);
        let mut keys: Vec<_> = found.iter().map(|(key, _)| key).collect();
        keys.sort();
        keys.dedup();
        prop_assert_eq!(keys.len(), found.len());
        let by_step: usize = whole.steps.iter().map(|step| validate_step(&whole, step, &given).len()).sum();
        prop_assert_eq!(by_step, found.len());
    }
}
