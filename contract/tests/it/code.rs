use balcao_contract::panel::{Scenario, normalise_code};

#[test]
fn a_code_is_read_as_people_type_it() {
    let cases = [
        ("123456", Some("123456")),
        (" 123 456 ", Some("123456")),
        ("123-456", Some("123456")),
        ("123\u{2013}456", Some("123456")),
        ("１２３４５６", Some("123456")),
        ("\u{200b}123456", Some("123456")),
        ("000000", Some("000000")),
        ("12345", None),
        ("1234567", None),
        ("12345a", None),
        ("", None),
        ("١٢٣٤٥٦", None),
    ];
    for (typed, expected) in cases {
        assert_eq!(normalise_code(typed).as_deref(), expected, "{typed:?}");
    }
}

#[test]
fn the_scenario_chooses_the_problem_type() {
    let pairs = Scenario::ALL.map(|scenario| (scenario.name(), scenario.problem_type()));
    assert_eq!(pairs, [("doubt", "question"), ("unexpected", "incident"), ("setup", "task")]);
    for scenario in Scenario::ALL {
        assert_eq!(Scenario::from_name(scenario.name()), Some(scenario));
    }
}
