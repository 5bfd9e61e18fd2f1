use crate::form_fixture::{answers, text};
use balcao_contract::answers::{AnswerValue, Answers};
use balcao_contract::priority::{Priority, PriorityRule, priority};
use balcao_contract::support::{FirstResponses, Region, ResponseUnit};

#[test]
fn the_technical_matrix_is_the_published_one() {
    use Priority::{High, Low, Normal, Urgent};
    let matrix = [
        ("admin", "auxiliary", Low),
        ("admin", "important", Normal),
        ("admin", "critical", High),
        ("buyers", "auxiliary", Normal),
        ("buyers", "important", High),
        ("buyers", "critical", Urgent),
        ("all", "auxiliary", Normal),
        ("all", "important", High),
        ("all", "critical", Urgent),
    ];
    for (users, impact, expected) in matrix {
        for (kind, expected) in [("incident", expected), ("question", Low), ("task", Low)] {
            let given =
                answers(&[("problem_type", text(kind)), ("affected_users", text(users)), ("impact", text(impact))]);
            assert_eq!(priority(PriorityRule::Technical, &given), Some(expected), "{kind}, {users}, {impact}");
        }
    }
}

#[test]
fn nothing_is_promised_before_the_answers_are_there() {
    let cases: [&[(&str, AnswerValue)]; 6] = [
        &[],
        &[("problem_type", text("incident"))],
        &[("problem_type", text("incident")), ("affected_users", text("all"))],
        &[("problem_type", text("incident")), ("impact", text("critical"))],
        &[("problem_type", text("other")), ("affected_users", text("all")), ("impact", text("critical"))],
        &[("problem_type", text("incident")), ("affected_users", text("nobody")), ("impact", text("critical"))],
    ];
    for given in cases {
        assert_eq!(priority(PriorityRule::Technical, &answers(given)), None, "{given:?}");
    }
}

#[test]
fn the_other_forms_depend_on_no_answer() {
    assert_eq!(priority(PriorityRule::Financial, &Answers::default()), Some(Priority::Low));
    assert_eq!(priority(PriorityRule::Commercial, &Answers::default()), Some(Priority::Normal));
}

#[test]
fn brazil_promises_working_hours_by_priority() {
    let promises = FirstResponses::default_of(Region::Brazil);
    for (of, hours) in [(Priority::Urgent, 1), (Priority::High, 8), (Priority::Normal, 16), (Priority::Low, 24)] {
        let promise = promises.of(of);
        assert_eq!((promise.min, promise.max, promise.unit), (hours, hours, ResponseUnit::WorkingHours), "{of}");
    }
}

#[test]
fn every_region_promises_more_for_what_is_more_urgent() {
    let minutes = |promise: balcao_contract::support::FirstResponse| match promise.unit {
        ResponseUnit::Minutes => promise.max,
        ResponseUnit::Hours | ResponseUnit::WorkingHours => promise.max * 60,
    };
    for region in Region::ALL {
        let promises = FirstResponses::default_of(region);
        let times: Vec<u32> = Priority::ALL.iter().rev().map(|of| minutes(promises.of(*of))).collect();
        assert!(times.is_sorted(), "{region:?}: {times:?}");
        assert_eq!(Region::from_name(region.name()), Some(region));
    }
}
