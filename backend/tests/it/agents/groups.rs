//! Groups of agents: how a ticket gets one, who sees it by that, and what clients read about them. That it holds for every
//! endpoint is in `table`.

use super::{ANA, MARINA, Office, RAFAEL};
use crate::common::TestApp;
use crate::directory::{done, json_of, refused};
use crate::tickets::whole;
use axum::http::{Method, StatusCode};
use balcao_backend::directory::Office as Terminal;
use balcao_backend::terminal::{self, AgentCommand};
use balcao_desk::routing::{Route, Routing};
use serde_json::{Value, json};

/// Rafael in Finance, nobody in Engineering, Marina an administrator.
async fn with_groups() -> Office {
    let office = Office::open().await;
    for line in ["group add Finance", "group add Engineering", &format!("group join Finance {RAFAEL}")] {
        done(&office.app, line).await;
    }
    office
}

async fn put(client: &crate::common::Client, ticket: u64, change: Value) -> crate::common::Answer {
    client.put(&format!("/api/v2/tickets/{ticket}"), &json!({ "ticket": change })).await
}

#[tokio::test]
async fn a_ticket_that_is_given_to_a_group_is_its_members_alone() {
    let office = with_groups().await;
    let id = office.request("Orders stop").await;
    let path = format!("/api/v2/tickets/{id}");
    let taken = put(&office.rafael, id, json!({ "comment": { "body": "Which orders?" } })).await;
    assert_eq!(taken.json()["ticket"]["assignee_id"], office.id_of(RAFAEL).await);

    // Into a group of which who answered is no member: nobody answers it then, and they do not see it any more.
    let moved = put(&office.rafael, id, json!({ "group_id": 2 })).await;
    assert_eq!(moved.status, StatusCode::OK, "{}", moved.text());
    let ticket = moved.json()["ticket"].clone();
    assert_eq!((&ticket["group_id"], &ticket["assignee_id"]), (&json!(2), &Value::Null));
    let change = json!({ "type": "Change", "field_name": "group_id", "previous_value": null, "value": 2 });
    let events = moved.json()["audit"]["events"].as_array().unwrap().clone();
    assert!(events.iter().any(|event| change.as_object().unwrap().iter().all(|(key, value)| event[key] == *value)));
    assert_eq!(office.rafael.get(&path).await.status, StatusCode::NOT_FOUND);
    for change in [json!({ "status": "solved" }), json!({ "comment": { "body": "x", "public": false } }), json!({})] {
        assert_eq!(put(&office.rafael, id, change.clone()).await.status, StatusCode::NOT_FOUND, "{change}");
    }

    // Whoever joins sees it, whoever leaves does not.
    done(&office.app, &format!("group join Engineering {RAFAEL}")).await;
    assert_eq!(office.rafael.get(&path).await.status, StatusCode::OK);
    done(&office.app, &format!("group leave Engineering {RAFAEL}")).await;
    assert_eq!(office.rafael.get(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(office.marina.get(&path).await.status, StatusCode::OK, "an administrator sees every group's");

    let rafael = office.id_of(RAFAEL).await;
    for (change, fault) in [
        (json!({ "assignee_id": rafael }), "assignee_id InvalidValue"),
        (json!({ "group_id": 99 }), "group_id InvalidValue"),
        (json!({ "group_id": "many" }), "group_id InvalidValue"),
    ] {
        let answer = put(&office.marina, id, change.clone()).await;
        assert_eq!(
            (answer.status, answer.refusal().1),
            (StatusCode::UNPROCESSABLE_ENTITY, vec![fault.to_owned()]),
            "{change}"
        );
    }
    // Without a group it is everybody's again.
    put(&office.marina, id, json!({ "group_id": null, "assignee_id": rafael })).await;
    assert_eq!(office.rafael.get(&path).await.json()["ticket"]["assignee_id"], rafael);
}

#[tokio::test]
async fn an_agent_opens_tickets_for_a_group_and_goes_on_from_what_they_see() {
    let office = with_groups().await;
    let new = |more: Value| {
        let mut ticket =
            json!({ "subject": "By phone", "comment": { "body": "She called" }, "requester": { "email": ANA } });
        ticket.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({ "ticket": ticket })
    };
    let opened = office.rafael.post("/api/v2/tickets", &new(json!({ "group_id": 2 }))).await;
    assert_eq!(opened.status, StatusCode::CREATED, "{}", opened.text());
    let id = opened.json()["ticket"]["id"].as_u64().unwrap();
    assert_eq!(office.rafael.get(&format!("/api/v2/tickets/{id}")).await.status, StatusCode::NOT_FOUND);
    crate::survey::run(&office.app, &format!("UPDATE requests SET status = 'closed' WHERE id = {id}")).await;
    let follow_up = new(json!({ "via_followup_source_id": id }));
    let refused = office.rafael.post("/api/v2/tickets", &follow_up).await;
    assert_eq!(refused.refusal().1, ["via_followup_source_id InvalidValue"]);
    let followed = office.marina.post("/api/v2/tickets", &follow_up).await;
    assert_eq!(followed.json()["ticket"]["group_id"], 2, "{}", followed.text());
    let wrong = office.rafael.post("/api/v2/tickets", &new(json!({ "group_id": 7 }))).await;
    assert_eq!(wrong.refusal().1, ["group_id InvalidValue"]);
}

#[tokio::test]
async fn clients_read_the_groups_who_belongs_to_them_and_search_by_them() {
    let office = with_groups().await;
    let (id, free) = (office.request("Orders stop").await, office.request("Prices differ").await);
    put(&office.marina, id, json!({ "group_id": 1 })).await;
    let rafael = office.id_of(RAFAEL).await;
    let get = async |path: &str| office.rafael.get(path).await.json();
    let all = get("/api/v2/groups.json").await;
    assert_eq!((&all["count"], &all["groups"][0]["name"]), (&json!(2), &json!("Finance")));
    assert_eq!(get("/api/v2/groups/assignable").await["groups"], all["groups"]);
    assert_eq!(get("/api/v2/groups/1").await["group"], all["groups"][0]);
    assert_eq!(office.rafael.get("/api/v2/groups/9").await.status, StatusCode::NOT_FOUND);
    let first = get("/api/v2/groups?page[size]=1").await;
    assert_eq!((&first["groups"][0]["id"], &first["meta"]["has_more"]), (&json!(1), &json!(true)));
    assert_eq!(get("/api/v2/users/me/groups").await["groups"], json!([all["groups"][0]]));
    for path in [
        "/api/v2/group_memberships".to_owned(),
        "/api/v2/groups/1/memberships".to_owned(),
        format!("/api/v2/users/{rafael}/group_memberships"),
    ] {
        let member = &get(&path).await["group_memberships"][0];
        assert_eq!((&member["user_id"], &member["group_id"]), (&json!(rafael), &json!(1)), "{path}");
    }
    let found = async |query: &str| {
        let answer = get(&format!("/api/v2/search?query={query}")).await;
        answer["results"].as_array().unwrap().iter().map(|one| one["id"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(found("group:finance").await, [id]);
    assert_eq!(found("group:1").await, [id]);
    assert_eq!(found("group:none").await, [free]);
    assert!(found("group:Engineering").await.is_empty());
    let shown = get(&format!("/api/v2/tickets/{id}?include=groups")).await;
    assert_eq!(shown["groups"], json!([all["groups"][0]]));
}

#[tokio::test]
async fn operators_see_to_groups_and_no_ticket_is_opened_to_all_by_taking_one_away() {
    let office = with_groups().await;
    let app = &office.app;
    let id = office.request("Orders stop").await;
    put(&office.marina, id, json!({ "group_id": 2 })).await;
    assert!(refused(app, "group add Finance").await.contains("already"));
    assert!(refused(app, &format!("group join Finance {ANA}")).await.contains("user agent"));
    assert!(refused(app, &format!("group join Sales {RAFAEL}")).await.contains("group add 'Sales'"));
    assert!(refused(app, &format!("group leave Finance {MARINA}")).await.contains("does not belong"));
    assert!(refused(app, "group remove Engineering").await.contains("--tickets-to <group>"));
    let listed = json_of(app, "group list --json").await;
    assert_eq!(listed[1], json!({ "name": "Finance", "members": [RAFAEL], "tickets": 0 }));
    done(app, "group remove Engineering --tickets-to Finance").await;
    assert_eq!(office.ticket(id).await["group_id"], 1);
    assert_eq!(office.rafael.get(&format!("/api/v2/tickets/{id}")).await.status, StatusCode::OK);
    let audit = json_of(app, "audit list --json").await;
    assert_eq!((&audit[0]["action"], &audit[0]["subject"]), (&json!("group.remove"), &json!("group:Engineering")));
}

#[tokio::test]
async fn new_tickets_get_their_group_by_the_operators_table() {
    let app = TestApp::new().await;
    app.sign_in(ANA, crate::common::ACCOUNT).await;
    done(&app, "group add Advice").await;
    done(&app, "group add 'South America'").await;
    let rows = ["problem_type:question -> Advice", "form:technical region:latin_america -> South America"];
    let rows: Vec<Route> = rows.iter().map(|row| Route::parse(row).unwrap()).collect();
    let app = app.restarted_with(|config| config.routing = Routing::from(rows)).await;
    let marina = super::administrator(&app, MARINA, "Marina Prado").await;
    let group_of = async |answer: crate::common::Answer, what: &str| {
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
        let id = answer.json()[what]["id"].as_u64().unwrap();
        marina.get(&format!("/api/v2/tickets/{id}")).await.json()["ticket"]["group_id"].clone()
    };
    let ana = app.sign_in(ANA, crate::common::ACCOUNT).await;
    let opened = ana.post("/api/v2/requests", &whole("Orders stop")).await;
    let first = group_of(opened, "request").await;
    let new = json!({ "ticket": { "subject": "By phone", "comment": { "body": "x" }, "requester": { "email": ANA },
        "custom_fields": [{ "id": 1108, "value": "question" }] } });
    let second = group_of(marina.post("/api/v2/tickets", &new).await, "ticket").await;
    assert_eq!((first, second), (json!(2), json!(1)));
    assert!(refused(&app, "group remove Advice").await.contains("tickets.groups"));
}

/// The same subject, from two regions: each goes to its own, whichever form, and agents find it there.
#[tokio::test]
async fn tickets_are_routed_by_subject_and_region_and_found_by_their_group() {
    let app = TestApp::new().await;
    for name in ["Cobranca", "Payments", "Rest"] {
        done(&app, &format!("group add {name}")).await;
    }
    let rows = [
        "request_subject:payment_receipt region:brazil -> Cobranca",
        "request_subject:payment_receipt -> Payments",
        "-> Rest",
    ];
    let rows: Vec<Route> = rows.iter().map(|row| Route::parse(row).unwrap()).collect();
    let app = app.restarted_with(|config| config.routing = Routing::from(rows)).await;
    let marina = super::administrator(&app, MARINA, "Marina Prado").await;
    let mut found = Vec::new();
    for (region, subject) in [("brazil", "payment_receipt"), ("emea", "payment_receipt"), ("brazil", "vtex_partner")] {
        let mut claims = app.claims(&format!("{subject}@{region}.example"), region);
        claims["region"] = json!(region);
        let person = app.sign_in_with(&claims).await;
        let path = "/api/v2/uploads?filename=receipt.txt";
        let upload =
            person.send(Method::POST, path, &[("content-type", "application/binary")], "a receipt".into()).await;
        let comment = json!({ "body": "See the file", "uploads": [upload.json()["upload"]["token"]] });
        let subject = json!([{ "id": 1201, "value": subject }]);
        let opened = json!({ "request": { "ticket_form_id": 1002, "comment": comment, "custom_fields": subject } });
        let answer = person.post("/api/v2/requests", &opened).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
        let id = answer.json()["request"]["id"].as_u64().unwrap();
        let group = marina.get(&format!("/api/v2/tickets/{id}?include=groups")).await.json()["groups"][0].clone();
        found.push((id, group["name"].as_str().unwrap().to_owned()));
    }
    let names: Vec<&str> = found.iter().map(|(_, name)| name.as_str()).collect();
    assert_eq!(names, ["Cobranca", "Payments", "Rest"]);
    for (id, name) in &found {
        let search = marina.get(&format!("/api/v2/search?query=group:{name}")).await.json();
        assert_eq!((&search["count"], &search["results"][0]["id"]), (&json!(1), &json!(id)), "{name}");
        let listed = typed(&app, &["list", "--group", name, "--json"]).await;
        let listed: Value = serde_json::from_str(&listed).unwrap();
        assert_eq!((&listed[0]["id"], &listed[0]["group"]), (&json!(id), &json!(name)), "{listed}");
    }
    assert_eq!(typed(&app, &["list", "--group", "none"]).await, "no tickets\n");
}

#[derive(clap::Parser)]
struct Typed {
    #[command(subcommand)]
    command: AgentCommand,
}

/// What the terminal says to an agent's command.
async fn typed(app: &TestApp, words: &[&str]) -> String {
    let typed = <Typed as clap::Parser>::try_parse_from(["agent"].iter().chain(words)).unwrap();
    let (store, config, now) = (&app.app.store, &app.app.config, app.app.clock.now());
    let mut out = Vec::new();
    let office = Terminal { store, config, now, actor: "operator:marina", out: &mut out, width: None };
    let input = terminal::Input { from: &mut std::io::empty(), typed: false };
    terminal::run(office, input, typed.command).await.unwrap();
    String::from_utf8(out).unwrap()
}

#[tokio::test]
async fn a_table_that_names_what_is_not_there_stops_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = crate::common::settings(folder.path());
    config.routing = Routing::from(vec![Route::parse("form:technical -> Nobody").unwrap()]);
    let clock = std::sync::Arc::new(balcao_runtime::clock::ManualClock::new(crate::common::start_of_tests()));
    let error = balcao_backend::http::App::open(config, clock).await.err().unwrap();
    assert!(
        error.to_string().contains("tickets.groups") && error.to_string().contains("group add 'Nobody'"),
        "{error}"
    );
}
