//! People in copy of a request: who may be, who says so, and what they reach.

mod lists;
mod mails;

use super::{Answer, Desk, Person, text, whole};
use crate::directory::done;
use axum::http::{Method, StatusCode};
use balcao_contract::limits::MOST_COPIES;
use serde_json::{Value, json};

/// Ana asks; Bruno and Carla are of her store, Eve is of another.
struct Office {
    desk: Desk,
    ana: Person,
    bruno: Person,
    carla: Person,
    eve: Person,
}

async fn office() -> Office {
    let desk = Desk::open().await;
    let [ana, bruno, carla] =
        [desk.sign_in("ana", "acme").await, desk.sign_in("bruno", "acme").await, desk.sign_in("carla", "acme").await];
    let eve = desk.sign_in("eve", "other").await;
    Office { desk, ana, bruno, carla, eve }
}

impl Office {
    /// A request of Ana's with these addresses in copy.
    async fn request(&self, addresses: &[&str]) -> u64 {
        let answer = self.open(&ccs(addresses)).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
        answer.json["request"]["id"].as_u64().unwrap()
    }

    async fn open(&self, email_ccs: &Value) -> Answer {
        let mut body = whole("Orders stop");
        body["request"]["email_ccs"] = email_ccs.clone();
        self.ana.post("/api/v2/requests", &body).await
    }
}

fn ccs(addresses: &[&str]) -> Value {
    addresses.iter().map(|address| json!({ "user_email": address, "action": "put" })).collect()
}

fn change(email_ccs: Value) -> Value {
    json!({ "request": { "email_ccs": email_ccs } })
}

fn says(body: &str) -> Value {
    json!({ "request": { "comment": { "body": body } } })
}

async fn copies(person: &Person, request: u64) -> Value {
    let shown = person.get(&format!("/api/v2/requests/{request}")).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);
    assert_eq!(shown.json["request"]["email_cc_ids"], shown.json["request"]["collaborator_ids"]);
    shown.json["request"]["email_cc_ids"].clone()
}

const BRUNO: &str = "bruno@acme.example";
const CARLA: &str = "carla@acme.example";

#[tokio::test]
async fn people_are_put_in_copy_as_a_request_is_opened_in_any_of_zendesks_spellings() {
    let Office { desk: _desk, ana, bruno, carla, .. } = &office().await;
    let without = ana.open("Alone").await;
    assert_eq!(copies(ana, without).await, json!([]));
    for (key, value) in [
        ("email_ccs", json!([{ "user_id": bruno.user }, { "user_email": "CARLA@acme.example", "user_name": "C" }])),
        ("collaborators", json!([bruno.user, { "name": "Carla", "email": CARLA }])),
        ("collaborators", json!([BRUNO, CARLA])),
    ] {
        let mut body = whole("Together");
        body["request"][key] = value;
        let opened = ana.post("/api/v2/requests", &body).await;
        assert_eq!(opened.status, StatusCode::CREATED, "{}", opened.text);
        assert_eq!(opened.json["request"]["email_cc_ids"], json!([bruno.user, carla.user]), "{key}");
        assert_eq!(opened.json["request"]["collaborator_ids"], json!([bruno.user, carla.user]), "{key}");
        assert!(opened.header("x-zendesk-api-warn").is_none(), "{:?}", opened.headers);
    }
    // The same twice is one person.
    let id = ana.open("Twice").await;
    let path = format!("/api/v2/requests/{id}");
    let twice = json!({ "request": { "additional_collaborators": [BRUNO, bruno.user], "email_ccs": ccs(&[BRUNO]) } });
    assert_eq!(ana.put(&path, &twice).await.json["request"]["email_cc_ids"], json!([bruno.user]));
    let again = ana.put(&path, &change(ccs(&[BRUNO]))).await;
    assert_eq!(again.json["request"]["email_cc_ids"], json!([bruno.user]));
    // Out, one by address and one who is not there at all.
    let out = json!([{ "user_email": BRUNO, "action": "delete" }, { "user_id": carla.user, "action": "delete" }]);
    assert_eq!(ana.put(&path, &change(out)).await.json["request"]["email_cc_ids"], json!([]));
    let people = ana.get(&format!("/api/v2/requests/{id}?include=users")).await;
    assert_eq!(people.json["users"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn only_active_people_of_the_store_can_be_in_copy_and_nothing_is_said_of_others() {
    let office = office().await;
    let Office { desk, ana, bruno, eve, .. } = &office;
    done(&desk._test, &format!("user disable {CARLA}")).await;
    let before = desk.count("users").await;
    let refused = async |who: Value| {
        let answer = office.open(&json!([who])).await;
        assert_eq!(answer.faults(), [("email_ccs".to_owned(), "InvalidValue".to_owned())], "{}", answer.text);
        text(&answer.json["details"]["base"][0]["description"])
    };
    // Known elsewhere, switched off, known to nobody: the same sentence, but for what was typed.
    let mut sentences = Vec::new();
    for address in ["eve@other.example", CARLA, "nobody@nowhere.example"] {
        sentences.push(refused(json!({ "user_email": address })).await.replace(address, "?"));
    }
    for id in [eve.user, 999_999] {
        sentences.push(refused(json!({ "user_id": id })).await.replace(&id.to_string(), "?"));
    }
    sentences.dedup();
    assert_eq!(
        sentences,
        ["People in copy: ? is not an active user of this store. Only users of the store can be in copy"]
    );
    let requester = refused(json!({ "user_email": "ana@acme.example" })).await;
    assert_eq!(requester, "People in copy: ana@acme.example opened this request and already gets every reply");
    assert_eq!((desk.count("users").await, desk.count("requests").await), (before, 0), "nobody and nothing is made");

    let mut body = whole("Olá");
    body["request"]["collaborators"] = json!(["eve@other.example"]);
    let in_portuguese =
        ana.send(Method::POST, "/api/v2/requests", &[("accept-language", "pt-BR")], body.to_string()).await;
    assert!(in_portuguese.text.contains("não é um usuário ativo desta loja"), "{}", in_portuguese.text);
    assert_eq!(in_portuguese.faults()[0].0, "collaborators");
    let mistyped = office.open(&json!([{ "user_email": "bruno@" }])).await;
    assert!(mistyped.text.contains("this is not an email address"), "{}", mistyped.text);
    let id = office.request(&[BRUNO]).await;
    let both = ana.put(&format!("/api/v2/requests/{id}"), &change(ccs(&["eve@other.example", "x@y.example"]))).await;
    assert_eq!(both.json["details"]["base"].as_array().unwrap().len(), 2, "{}", both.text);
    assert_eq!(copies(ana, id).await, json!([bruno.user]));
}

#[tokio::test]
async fn a_request_has_at_most_ten_people_in_copy() {
    let office = office().await;
    let mut addresses = Vec::new();
    for number in 0..=MOST_COPIES {
        office.desk.sign_in(&format!("p{number}"), "acme").await;
        addresses.push(format!("p{number}@acme.example"));
    }
    let addresses: Vec<&str> = addresses.iter().map(String::as_str).collect();
    let refused = office.open(&ccs(&addresses)).await;
    assert!(refused.text.contains("at most 10 entries; there are 11"), "{}", refused.text);
    let id = office.request(&addresses[1..]).await;
    let path = format!("/api/v2/requests/{id}");
    let one_more = office.ana.put(&path, &change(ccs(&addresses[..1]))).await;
    assert_eq!(one_more.faults()[0].0, "email_ccs");
    // One for another is within the limit.
    let swap = json!([{ "user_email": addresses[1], "action": "delete" }, { "user_email": addresses[0] }]);
    let swapped = office.ana.put(&path, &change(swap)).await;
    assert_eq!(swapped.json["request"]["email_cc_ids"].as_array().map(Vec::len), Some(MOST_COPIES), "{}", swapped.text);
}

#[tokio::test]
async fn whoever_is_in_copy_reads_and_answers_and_decides_nothing() {
    let office = office().await;
    let Office { desk, ana, bruno, carla, eve } = &office;
    let upload = ana.send(Method::POST, "/api/v2/uploads?filename=a.txt", &[], "what happened").await;
    let mut body = whole("Orders stop");
    body["request"]["comment"]["uploads"] = json!([upload.json["upload"]["token"]]);
    body["request"]["email_ccs"] = ccs(&[BRUNO]);
    let id = ana.post("/api/v2/requests", &body).await.json["request"]["id"].as_u64().unwrap();
    let marina = desk.agent("marina").await;
    desk.set(id, "open", Some(marina)).await;
    let path = format!("/api/v2/requests/{id}");
    let file = text(&upload.json["upload"]["attachment"]["content_url"]);
    let file = &file[file.find("/api/").unwrap()..];

    let shown = bruno.get(&format!("{path}?include=users")).await;
    assert_eq!(shown.json["request"]["can_be_solved_by_me"], false);
    let names: Vec<&Value> = shown.json["users"].as_array().unwrap().iter().map(|user| &user["name"]).collect();
    assert_eq!(names, ["ana", "bruno", "marina"]);
    assert_eq!(bruno.get(&format!("/api/v2/users/{}", ana.user)).await.json["user"]["name"], "ana");
    assert_eq!(ana.get(&format!("/api/v2/users/{}", bruno.user)).await.json["user"]["name"], "bruno");
    assert_eq!(bruno.get(file).await.text, "what happened");
    let thread = bruno.get(&format!("{path}/comments")).await;
    assert_eq!(thread.json["count"], 1);
    assert_eq!(bruno.get(&format!("/api/panel/requests/{id}/download?format=html")).await.status, StatusCode::OK);
    assert_eq!(bruno.get(&format!("/api/panel/requests/{id}/form")).await.status, StatusCode::OK);
    for somebody in [carla, eve] {
        assert_eq!(somebody.get(&path).await.error(), (404, "RecordNotFound"));
        assert_eq!(somebody.get(file).await.error(), (404, "RecordNotFound"));
        assert_eq!(somebody.put(&path, &says("x")).await.error(), (404, "RecordNotFound"));
    }

    // Neither solved, nor taken back, nor rated, and who else is in copy is not theirs to say.
    let solved = bruno.put(&path, &json!({ "request": { "solved": true } })).await;
    assert_eq!((solved.status, &solved.json["request"]["status"]), (StatusCode::OK, &json!("open")));
    let withdrawn = bruno.post(&format!("/api/panel/requests/{id}/withdraw"), &json!({})).await;
    assert_eq!(withdrawn.status, StatusCode::CONFLICT);
    for body in [change(ccs(&[CARLA])), change(json!([{ "user_id": bruno.user, "action": "delete" }]))] {
        let refused = bruno.put(&path, &body).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.text);
        assert!(refused.text.contains("You are in copy of this request"), "{}", refused.text);
    }
    desk.set(id, "solved", Some(marina)).await;
    let rating = json!({ "satisfaction_rating": { "score": "good" } });
    let rated = bruno.post(&format!("/api/v2/tickets/{id}/satisfaction_rating"), &rating).await;
    assert_eq!(rated.status, StatusCode::NOT_FOUND, "{}", rated.text);
    assert_eq!(bruno.get(&format!("/api/panel/surveys/{id}")).await.status, StatusCode::NOT_FOUND);

    // A word of theirs opens it again, with a file.
    let upload = bruno.send(Method::POST, "/api/v2/uploads?filename=b.txt", &[], "more of it").await;
    let token = &upload.json["upload"]["token"];
    let answer =
        bruno.put(&path, &json!({ "request": { "comment": { "body": "It is back.", "uploads": [token] } } })).await;
    assert_eq!((answer.status, &answer.json["request"]["status"]), (StatusCode::OK, &json!("open")), "{}", answer.text);
    let last = ana.get(&format!("{path}/comments")).await.json["comments"][1].clone();
    assert_eq!((&last["author_id"], last["attachments"].as_array().map(Vec::len)), (&json!(bruno.user), Some(1)));

    // A colleague who sees it because the store shares its requests puts others in copy; nobody does once it is closed.
    done(&desk._test, "account share acme on").await;
    let changed = carla.put(&path, &change(ccs(&[CARLA]))).await;
    assert_eq!(changed.json["request"]["email_cc_ids"], json!([bruno.user, carla.user]), "{}", changed.text);
    desk.set(id, "closed", Some(marina)).await;
    let late = ana.put(&path, &change(json!([{ "user_id": carla.user, "action": "delete" }]))).await;
    assert_eq!(late.error().1, "RequestClosed", "{}", late.text);
}

#[tokio::test]
async fn two_who_add_at_once_both_do_and_the_last_place_is_given_once() {
    let office = office().await;
    let Office { desk, ana, bruno, carla, .. } = &office;
    done(&desk._test, "account share acme on").await;
    let id = office.request(&[]).await;
    let path = format!("/api/v2/requests/{id}");
    let (dora, edu) = (desk.sign_in("dora", "acme").await, desk.sign_in("edu", "acme").await);
    let (to_one, to_other) = (change(ccs(&["dora@acme.example"])), change(ccs(&["edu@acme.example"])));
    let (one, other) = tokio::join!(ana.put(&path, &to_one), bruno.put(&path, &to_other));
    assert_eq!((one.status, other.status), (StatusCode::OK, StatusCode::OK), "{} {}", one.text, other.text);
    let mut there: Vec<u64> = serde_json::from_value(copies(carla, id).await).unwrap();
    there.sort_unstable();
    assert_eq!(there, [dora.user, edu.user]);

    let mut more = Vec::new();
    for number in 0..MOST_COPIES - 3 {
        desk.sign_in(&format!("p{number}"), "acme").await;
        more.push(json!({ "user_email": format!("p{number}@acme.example") }));
    }
    ana.put(&path, &change(json!(more))).await;
    let (to_one, to_other) = (change(ccs(&[BRUNO])), change(ccs(&[CARLA])));
    let (one, other) = tokio::join!(ana.put(&path, &to_one), carla.put(&path, &to_other));
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 422], "{} {}", one.text, other.text);
    assert_eq!(copies(ana, id).await.as_array().map(Vec::len), Some(MOST_COPIES));
}
