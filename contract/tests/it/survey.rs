use balcao_contract::status::Status;
use balcao_contract::survey::{self, LowReason, MAX_COMMENT, Satisfaction, Score, SurveyState, takes_answers};
use balcao_contract::time::Timestamp;
use proptest::prelude::*;

fn at(text: &str) -> Timestamp {
    Timestamp(text.parse().unwrap())
}

#[test]
fn answers_are_taken_while_it_is_solved_and_before_the_clock_ends() {
    let expires = Some(at("2026-11-26T15:00:00Z"));
    let rows = [
        (Status::Solved, expires, "2026-11-26T14:59:59Z", true),
        (Status::Solved, expires, "2026-11-26T15:00:00Z", false),
        (Status::Solved, expires, "2026-12-26T15:00:00Z", false),
        (Status::Solved, None, "2036-01-01T00:00:00Z", true),
        (Status::Closed, expires, "2026-11-26T14:00:00Z", false),
        (Status::Closed, None, "2026-11-26T14:00:00Z", false),
        (Status::Open, expires, "2026-11-26T14:00:00Z", false),
        (Status::Pending, None, "2026-11-26T14:00:00Z", false),
        (Status::New, None, "2026-11-26T14:00:00Z", false),
        (Status::Hold, None, "2026-11-26T14:00:00Z", false),
    ];
    for (status, expires_at, now, expected) in rows {
        assert_eq!(takes_answers(status, expires_at, at(now)), expected, "{status} {now}");
    }
}

#[test]
fn what_was_answered_stays_reviewed() {
    let states = [(true, true), (true, false), (false, true), (false, false)].map(|(a, b)| SurveyState::of(a, b));
    assert_eq!(states, [SurveyState::Reviewed, SurveyState::Reviewed, SurveyState::Pending, SurveyState::Expired]);
    for state in SurveyState::ALL {
        assert_eq!(SurveyState::from_name(state.name()), Some(state));
        assert_eq!(serde_json::to_value(state).unwrap(), state.name());
    }
}

#[test]
fn every_step_is_one_of_the_two_scores_and_asks_for_a_reason_where_it_is_low() {
    let good = Satisfaction::ALL.into_iter().filter(|step| step.score() == Score::Good).count();
    assert_eq!((good, Satisfaction::ALL.len() - good), (2, 2));
    for step in Satisfaction::ALL {
        assert_eq!(step.asks_for_a_reason(), step.score() == Score::Bad);
        assert_eq!(Satisfaction::from_name(step.name()), Some(step));
        assert_eq!(Satisfaction::from_number(step.number()), Some(step));
        assert_eq!(serde_json::to_value(step).unwrap(), step.name());
    }
    assert_eq!(Satisfaction::from_number(0), None);
    assert!(Satisfaction::ALL.is_sorted_by_key(|step| std::cmp::Reverse(step.number())));
}

#[test]
fn reasons_are_codes_on_the_wire() {
    for reason in LowReason::ALL {
        assert_eq!(LowReason::try_from(reason.code()), Ok(reason));
        assert_eq!(serde_json::to_value(reason).unwrap(), reason.code());
    }
    for code in [survey::NO_REASON, 1, 4, 9, 99, 101, u16::MAX] {
        assert!(LowReason::try_from(code).is_err(), "{code}");
        assert!(serde_json::from_value::<LowReason>(code.into()).is_err());
    }
}

#[test]
fn a_comment_is_cleaned_and_counted_in_characters() {
    assert_eq!(survey::comment(" \n\u{200b} "), Ok(None));
    assert_eq!(survey::comment(" quick\r\nand kind\u{7} "), Ok(Some("quick\nand kind".to_owned())));
    let longest = "é".repeat(MAX_COMMENT as usize);
    assert_eq!(survey::comment(&longest), Ok(Some(longest.clone())));
    assert_eq!(survey::comment(&format!("{longest}é")), Err(MAX_COMMENT + 1));
}

proptest! {
    #[test]
    fn a_cleaned_comment_is_clean(written in "\\PC{0,80}[\\x00-\\x1f é\u{200b}]{0,5}\\PC{0,20}") {
        if let Ok(Some(kept)) = survey::comment(&written) {
            prop_assert_eq!(survey::comment(&kept), Ok(Some(kept.clone())));
            prop_assert!(!kept.chars().any(|c| c.is_control() && c != '\n' && c != '\t'));
        }
    }
}
