//! Whatever people and the clock do, in whichever order: the survey follows a model of a few lines.

use super::*;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

#[derive(Debug, Clone, Copy)]
enum Deed {
    Solve,
    Reopen,
    Rate(bool),
    Answer(usize),
    Pass(u32),
    Close,
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        2 => Just(Deed::Solve),
        2 => Just(Deed::Reopen),
        2 => any::<bool>().prop_map(Deed::Rate),
        3 => (0_usize..4).prop_map(Deed::Answer),
        3 => (1_u32..70).prop_map(Deed::Pass),
        1 => Just(Deed::Close),
    ]
}

/// What the survey should be.
#[derive(Debug, Default)]
struct Model {
    status: &'static str,
    solved_at: Option<DateTime<Utc>>,
    score: Option<&'static str>,
    earlier: usize,
}

const STEPS: [&str; 4] = ["very_satisfied", "satisfied", "dissatisfied", "very_dissatisfied"];

#[test]
fn no_order_of_deeds_leaves_the_rules() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut runner = TestRunner::new(Config { cases: 24, failure_persistence: None, ..Config::default() });
    let (app, ana) = runtime.block_on(async {
        let app = open().await;
        let ana = ana(&app).await;
        (app, ana)
    });
    let checked = runner.run(&prop::collection::vec(deed(), 1..14), |deeds| {
        runtime.block_on(live(&app, &ana, &deeds));
        Ok(())
    });
    checked.unwrap();
}

async fn live(app: &TestApp, ana: &Client, deeds: &[Deed]) {
    app.clock.set(at("2026-11-23T15:00:00Z"));
    let request = solved(app, ana, "Whatever").await;
    let mut model = Model { status: "solved", solved_at: Some(app.app.clock.now()), ..Model::default() };
    for deed in deeds {
        act(app, ana, request, &mut model, *deed).await;
        let survey = ana.get(&format!("/api/panel/surveys/{request}")).await.json()["survey"].clone();
        assert_eq!(survey["status"], model.status, "{deeds:?}");
        assert_eq!(survey["answer"]["score"].as_str(), model.score, "{deeds:?}");
        assert_eq!(survey["earlier"].as_array().unwrap().len(), model.earlier, "{deeds:?}");
        assert_eq!(survey["takes_answers"], takes(app, &model), "{deeds:?}");
        let expected = match (model.solved_at, model.score) {
            (None, _) => None,
            (_, Some(_)) => Some("reviewed"),
            (_, None) => Some(if takes(app, &model) { "pending" } else { "expired" }),
        };
        assert_eq!(survey["state"].as_str(), expected, "{deeds:?}");
        // The list knows the same as the one, in the database's words.
        for state in ["pending", "reviewed", "expired"] {
            let path = format!("/api/panel/surveys?state={state}&query=%23{request}");
            let page = ana.get(&path).await.json();
            let found = page["surveys"].as_array().unwrap().len();
            assert_eq!(found, usize::from(expected == Some(state)), "{state}: {deeds:?}");
            assert_eq!(page["counts"][state], found, "{state}: {deeds:?}");
        }
    }
}

fn takes(app: &TestApp, model: &Model) -> bool {
    let calendar = app.app.config.calendars.of(balcao_contract::support::Region::LatinAmerica);
    let now = app.app.clock.now();
    let in_time = |solved_at: DateTime<Utc>| calendar.closes_at(solved_at).is_some_and(|end| now < end);
    model.status == "solved" && model.solved_at.is_some_and(in_time)
}

async fn act(app: &TestApp, ana: &Client, request: u64, model: &mut Model, deed: Deed) {
    let path = format!("/api/v2/requests/{request}");
    let taken = takes(app, model);
    match deed {
        Deed::Solve => {
            ana.put(&path, &json!({ "request": { "solved": true } })).await;
            if model.status == "open" {
                (model.status, model.solved_at) = ("solved", Some(app.app.clock.now()));
            }
        }
        Deed::Reopen => {
            let answer = ana.put(&path, &json!({ "request": { "comment": { "body": "Again" } } })).await;
            // Once its time is up it is closed, also before that is written down.
            let is_over = model.status == "closed" || (model.status == "solved" && !taken);
            assert_eq!(answer.status.is_success(), !is_over, "{}", answer.text());
            if model.status == "solved" && !is_over {
                model.earlier += usize::from(model.score.take().is_some());
                (model.status, model.solved_at) = ("open", None);
            }
        }
        Deed::Rate(good) => {
            let name = if good { "good" } else { "bad" };
            let answer = ana.post(&rating_of(request), &score(name)).await;
            assert_eq!(answer.status.is_success(), taken, "{}", answer.text());
            if taken {
                model.score = Some(name);
            }
        }
        Deed::Answer(step) => {
            let body = json!({ "answer": { "satisfaction": STEPS[step], "reason_code": 5 } });
            let answer = ana.put(&format!("/api/panel/surveys/{request}"), &body).await;
            assert_eq!(answer.status.is_success(), taken, "{}", answer.text());
            if taken {
                model.score = Some(if step < 2 { "good" } else { "bad" });
            }
        }
        Deed::Pass(hours) => app.wait(chrono::TimeDelta::hours(i64::from(hours))),
        Deed::Close => {
            let due = model.status == "solved" && !taken;
            let closed = tick(app).await.closed;
            // Requests of the tries before may fall due as well.
            assert!(closed >= u64::from(due));
            if due {
                model.status = "closed";
            }
        }
    }
}
