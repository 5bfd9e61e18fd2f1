//! The table of who may call what, driven by the API's own description: an endpoint that is not in it fails the test.
//! A record of somebody else answers just as one that does not exist.

use crate::api_tokens::{basic, token_of_ana};
use crate::common::{ACCOUNT, Answer, Client, TestApp};
use crate::directory::done;
use crate::tickets::whole;
use axum::body::Body;
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

const ANA: &str = "ana@acmestore.example";
const COLLEAGUE: &str = "bruno@acmestore.example";

/// What an endpoint gives to whom.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Rule {
    /// Anybody, signed in or not.
    Open,
    /// Whoever is signed in, about themselves or what everybody may know: no record of anybody is named.
    Own,
    /// A record of one person's, named in the address.
    Record,
    /// The account that one works in, named in the address: a colleague's is one's own.
    Account,
    /// API tokens of agents: everybody else learns nothing, not even what there is.
    Agents,
    /// API tokens of administrators, and of no other agents.
    Administrators,
}

/// Open to whoever proves in the body who they are.
const PROVES: [&str; 2] = ["post /api/panel/session", "post /api/panel/glance"];

fn rule(endpoint: &str) -> Option<Rule> {
    let path = endpoint.split_once(' ')?.1;
    Some(match endpoint {
        "post /api/panel/session"
        | "post /api/panel/glance"
        | "get /api/v2/users/me"
        | "get /api/v2/help_center/articles/search"
        | "get /api/panel/articles"
        | "get /api/panel/articles/{slug}" => Rule::Open,
        "get /api/v2/satisfaction_ratings"
        | "get /api/v2/satisfaction_ratings/received"
        | "get /api/v2/satisfaction_reasons"
        | "get /api/v2/satisfaction_reasons/{id}" => Rule::Agents,
        "get /api/v2/organizations/{id}" | "get /api/v2/organizations/{id}/requests" => Rule::Account,
        "get /api/panel/session"
        | "delete /api/panel/session"
        | "put /api/panel/session/person"
        | "get /api/panel/sign_ins"
        | "delete /api/panel/sign_ins"
        | "post /api/panel/conversations"
        | "get /api/panel/events"
        | "get /api/panel/forms/{key}"
        | "get /api/panel/channels"
        | "get /api/panel/home"
        | "get /api/panel/requests/counts"
        | "get /api/panel/surveys"
        | "get /api/panel/unread"
        | "get /api/v2/custom_statuses"
        | "post /api/v2/help_center/articles/{id}/up"
        | "post /api/v2/help_center/articles/{id}/down"
        | "get /api/v2/organization_memberships"
        | "get /api/v2/requests"
        | "post /api/v2/requests"
        | "get /api/v2/requests/ccd"
        | "get /api/v2/requests/open"
        | "get /api/v2/requests/search"
        | "get /api/v2/requests/solved"
        | "get /api/v2/ticket_fields"
        | "get /api/v2/ticket_fields/{id}"
        | "get /api/v2/ticket_forms"
        | "get /api/v2/ticket_forms/show_many"
        | "get /api/v2/ticket_forms/{id}"
        | "post /api/v2/uploads"
        | "get /api/v2/users/show_many" => Rule::Own,
        // `s7` is a sign-in of the support site.
        "delete /api/panel/sign_ins/{id}"
        | "get /api/v2/attachments/{id}"
        | "get /api/v2/attachments/{id}/content/{file_name}"
        | "get /api/v2/satisfaction_ratings/{id}"
        | "post /api/v2/tickets/{id}/satisfaction_rating"
        | "delete /api/v2/uploads/{token}" => Rule::Record,
        "get /api/v2/incremental/tickets" | "get /api/v2/incremental/tickets/cursor" => Rule::Administrators,
        "get /api/v2/organizations"
        | "get /api/v2/organizations/{id}/tickets"
        | "get /api/v2/search"
        | "get /api/v2/search/count"
        | "get /api/v2/users"
        | "get /api/v2/users/search"
        | "get /api/v2/users/{id}/tickets/assigned"
        | "get /api/v2/users/{id}/groups"
        | "get /api/v2/users/{id}/group_memberships"
        | "get /api/v2/users/{id}/tickets/requested" => Rule::Agents,
        _ if path.starts_with("/api/v2/webhooks") => Rule::Administrators,
        _ if path.starts_with("/api/v2/tickets") || path.starts_with("/api/v2/group") => Rule::Agents,
        _ if path.starts_with("/api/panel/conversations/{id}") => Rule::Record,
        _ if path.starts_with("/api/panel/requests/{id}") => Rule::Record,
        _ if path.starts_with("/api/panel/surveys/{id}") => Rule::Record,
        _ if path.starts_with("/api/v2/requests/{id}") => Rule::Record,
        _ if path.starts_with("/api/v2/users/{id}") => Rule::Record,
        _ => return None,
    })
}

/// Everything Ana has that an address can name.
struct Things {
    request: u64,
    comment: u64,
    rating: u64,
    attachment: u64,
    upload: String,
    conversation: String,
    user: u64,
    account: u64,
}

impl Things {
    async fn of(app: &TestApp, ana: &Client) -> Self {
        let upload = async |name: &str| {
            let path = format!("/api/v2/uploads?filename={name}");
            let answer = ana.send(Method::POST, &path, &[], Body::from("what happened")).await.json();
            answer["upload"].clone()
        };
        let (joined, waiting) = (upload("a.txt").await, upload("b.txt").await);
        let mut body = whole("Orders do not move on");
        body["request"]["comment"]["uploads"] = json!([joined["token"]]);
        let opened = ana.post("/api/v2/requests", &body).await;
        assert_eq!(opened.status, StatusCode::CREATED, "{}", opened.text());
        let request = opened.json()["request"]["id"].as_u64().unwrap();
        let comments = ana.get(&format!("/api/v2/requests/{request}/comments")).await.json();
        let conversation = ana
            .post("/api/panel/conversations", &json!({ "conversation": { "locale": "en", "scenario": "doubt" } }))
            .await;
        let session = ana.get("/api/panel/session").await.json()["session"].clone();
        // Solved, it has a survey.
        crate::survey::run(app, &format!("UPDATE requests SET status = 'solved', solved_at = 1 WHERE id = {request}"))
            .await;
        let rating: i64 = sqlx::query_scalar("SELECT id FROM surveys")
            .fetch_one(&mut *app.app.store.read().await.unwrap())
            .await
            .unwrap();
        Self {
            request,
            rating: rating as u64,
            comment: comments["comments"][0]["id"].as_u64().unwrap(),
            attachment: joined["attachment"]["id"].as_u64().unwrap(),
            upload: waiting["token"].as_str().unwrap().to_owned(),
            conversation: conversation.json()["conversation"]["id"].as_str().unwrap().to_owned(),
            user: session["user"]["id"].as_u64().unwrap(),
            account: session["account"]["id"].as_u64().unwrap(),
        }
    }

    /// The endpoint's address with Ana's things in it.
    fn address(&self, path: &str) -> String {
        let id = match path {
            _ if path.contains("conversations") => self.conversation.clone(),
            _ if path.contains("attachments") => self.attachment.to_string(),
            _ if path.contains("organizations") => self.account.to_string(),
            _ if path.contains("/users/") => self.user.to_string(),
            _ if path.contains("/groups/{id}") => "1".to_owned(),
            _ if path.contains("satisfaction_ratings") => self.rating.to_string(),
            _ if path.contains("ticket_forms") => "1001".to_owned(),
            _ if path.contains("ticket_fields") => "1103".to_owned(),
            _ if path.contains("sign_ins") => "s1".to_owned(),
            _ => self.request.to_string(),
        };
        filled(path, &id, &self.comment.to_string(), &self.upload)
    }
}

/// The same with what nobody has.
fn address_of_nothing(path: &str) -> String {
    let id = if path.contains("conversations") { "0".repeat(32) } else { "999999".to_owned() };
    filled(path, &id, "999999", &"x".repeat(43))
}

fn filled(path: &str, id: &str, comment: &str, upload: &str) -> String {
    let path =
        path.replace("{id}", id).replace("{comment}", comment).replace("{audit}", "1").replace("{token}", upload);
    path.replace("{file_name}", "a.txt").replace("{key}", "technical").replace("{number}", "1").replace("{slug}", "x")
}

async fn call(client: &Client, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
    let method: Method = method.to_uppercase().parse().unwrap();
    let path = if path == "/api/v2/uploads" { "/api/v2/uploads?filename=c.txt" } else { path };
    let mut all = vec![("content-type", "application/json")];
    all.extend_from_slice(headers);
    client.send(method, path, &all, Body::from("{}")).await
}

async fn endpoints(app: &TestApp) -> Vec<(String, String)> {
    let description = app.nobody().get("/api/openapi.json").await.json();
    let mut all = Vec::new();
    for (path, methods) in description["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            all.push((method.clone(), path.clone()));
        }
    }
    assert!(all.len() > 40);
    all
}

fn seen(answer: &Answer) -> (StatusCode, Value) {
    (answer.status, serde_json::from_slice(&answer.bytes).unwrap_or(Value::Null))
}

#[tokio::test]
async fn every_endpoint_is_for_whom_the_table_says() {
    let app = TestApp::with(|config| {
        config.limits.requests_per_minute = 0;
        config.limits.address_requests_per_minute = 0;
        config.limits.sign_ins_per_minute = 0;
    });
    let app = app.await;
    let token = basic(ANA, &token_of_ana(&app, "").await);
    let administrator = crate::api_tokens::token_of_administrator(&app).await;
    let agent = crate::api_tokens::token_of_agent(&app, "rafael@support.example").await;
    let things = Things::of(&app, &app.sign_in(ANA, ACCOUNT).await).await;
    let disabled = app.sign_in("gone@acmestore.example", ACCOUNT).await;
    done(&app, "user disable gone@acmestore.example").await;
    // Ana herself, in another store of hers, is a stranger there too.
    let strangers = [("other account", "eva@other.example", "other"), ("Ana elsewhere", ANA, "other")];
    for (method, path) in endpoints(&app).await {
        let endpoint = format!("{method} {path}");
        let rule = rule(&endpoint).unwrap_or_else(|| panic!("{endpoint} is not in the table: say whose it is"));
        let (own, nothing) = (things.address(&path), address_of_nothing(&path));

        for (who, client) in [("signed out", app.nobody()), ("disabled", disabled.clone())] {
            let answer = call(&client, &method, &own, &[]).await;
            if rule != Rule::Open || PROVES.contains(&endpoint.as_str()) {
                assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{endpoint}: {who}: {}", answer.text());
            } else if who == "signed out" {
                assert_ne!(answer.status, StatusCode::UNAUTHORIZED, "{endpoint}: {who}");
            }
        }

        let mut others = vec![];
        for (who, email, account) in strangers {
            // Ana's own id is hers in every store, and so are files that wait for a comment of hers elsewhere: no.
            if !(email == ANA && path.starts_with("/api/v2/users/")) {
                others.push((who, app.sign_in(email, account).await));
            }
        }
        if matches!(rule, Rule::Agents | Rule::Administrators) {
            for (who, client) in others.drain(..).chain([("owner", app.sign_in(ANA, ACCOUNT).await)]) {
                let answer = call(&client, &method, &own, &[]).await;
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{endpoint}: {who}: {}", answer.text());
                assert_eq!(seen(&answer), seen(&call(&client, &method, &nothing, &[]).await), "{endpoint}: {who}");
            }
            let by_token = call(&app.nobody(), &method, &own, &[("authorization", &token)]).await;
            assert_eq!(by_token.status, StatusCode::FORBIDDEN, "{endpoint}: a requester's token");
            let mut let_in = vec![("administrator", &administrator)];
            if rule == Rule::Agents {
                let_in.push(("agent", &agent));
            } else {
                let by_agent = call(&app.nobody(), &method, &own, &[("authorization", &agent)]).await;
                assert_eq!(by_agent.status, StatusCode::FORBIDDEN, "{endpoint}: agent: {}", by_agent.text());
            }
            for (who, token) in let_in {
                let answer = call(&app.nobody(), &method, &own, &[("authorization", token)]).await;
                // A webhook's secret is refused to everybody, once the webhook is found: here there is none.
                let refused = [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN];
                assert!(!refused.contains(&answer.status), "{endpoint}: {who}: {}", answer.text());
                assert!(!answer.status.is_server_error(), "{endpoint}: {who}: {}", answer.text());
            }
            continue;
        }
        if rule == Rule::Record {
            others.push(("colleague", app.sign_in(COLLEAGUE, ACCOUNT).await));
        }
        if matches!(rule, Rule::Record | Rule::Account) {
            for (who, client) in others {
                let (theirs, none) =
                    (call(&client, &method, &own, &[]).await, call(&client, &method, &nothing, &[]).await);
                // Whether a clock runs is `null` where there is no such request, too: no record, no refusal.
                let says_nothing = path.ends_with("/clock") && theirs.json() == json!({ "clock": null });
                assert!(says_nothing || theirs.status.is_client_error(), "{endpoint}: {who}: {}", theirs.text());
                assert_eq!(seen(&theirs), seen(&none), "{endpoint}: {who} learns that it exists");
            }
        }

        let by_token = call(&app.nobody(), &method, &own, &[("authorization", &token)]).await;
        if path.starts_with("/api/v2/") {
            let refused = [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN];
            assert!(!refused.contains(&by_token.status), "{endpoint}: token: {}", by_token.text());
        } else if rule != Rule::Open {
            assert_eq!(by_token.status, StatusCode::UNAUTHORIZED, "{endpoint}: token");
        }

        if method == "delete" {
            delete_as_the_owner(&app, &endpoint, &path).await;
        } else {
            let answer = call(&app.sign_in(ANA, ACCOUNT).await, &method, &own, &[]).await;
            let refused = match rule {
                Rule::Record | Rule::Account => vec![StatusCode::UNAUTHORIZED, StatusCode::NOT_FOUND],
                _ => vec![StatusCode::UNAUTHORIZED],
            };
            let waits_for_something = path.ends_with("/clock") || path.ends_with("/feedback");
            let signs_in = PROVES.contains(&endpoint.as_str());
            assert!(
                waits_for_something || signs_in || !refused.contains(&answer.status),
                "{endpoint}: its owner: {} {}",
                answer.status,
                answer.text()
            );
            assert!(!answer.status.is_server_error(), "{endpoint}: {}", answer.text());
        }
    }
}

/// Takes away something of one's own; once it is gone it is gone.
async fn delete_as_the_owner(app: &TestApp, endpoint: &str, path: &str) {
    let ana = app.sign_in(ANA, ACCOUNT).await;
    let things = Things::of(app, &ana).await;
    let place = ana.get("/api/panel/sign_ins").await.json()["sign_ins"][0]["id"].as_str().unwrap().to_owned();
    let own = if path.contains("sign_ins") { filled(path, &place, "", "") } else { things.address(path) };
    let first = call(&ana, "delete", &own, &[]).await;
    assert_eq!(first.status, StatusCode::NO_CONTENT, "{endpoint}: its owner: {}", first.text());
    // A session that was ended is nobody's any more.
    let second = call(&ana, "delete", &own, &[]).await;
    assert!(
        [StatusCode::UNAUTHORIZED, StatusCode::NOT_FOUND].contains(&second.status),
        "{endpoint}: {}",
        second.text()
    );
}

/// What is the requester's alone, whoever else sees the request: what waits for a comment, a conversation, a sign-in, and
/// what they say of the answer.
fn stays_own(path: &str) -> bool {
    let own = ["/conversations/", "/uploads/", "/sign_ins/", "satisfaction_rating", "/survey"];
    own.iter().any(|part| path.contains(part)) || path == "/api/v2/users/{id}/requests"
}

fn of_a_request(path: &str) -> bool {
    path.contains("/requests/{id}") || path.contains("/attachments/{id}")
}

/// Somebody in copy: what belongs to the request is theirs to read and to answer, and as if it were not there once they
/// are taken out. What they may change of it is in `tickets::copies`.
#[tokio::test]
async fn what_belongs_to_a_request_is_for_whoever_is_in_copy_of_it() {
    let app = TestApp::with(|config| {
        config.limits.requests_per_minute = 0;
        config.limits.address_requests_per_minute = 0;
        config.limits.sign_ins_per_minute = 0;
    });
    let app = app.await;
    let ana = app.sign_in(ANA, ACCOUNT).await;
    let copied = app.sign_in(COLLEAGUE, ACCOUNT).await;
    let others = [app.sign_in("carla@acmestore.example", ACCOUNT).await, app.sign_in(COLLEAGUE, "other").await];
    let things = Things::of(&app, &ana).await;
    // Its time is up by now, so that nothing about it can be changed by any other way.
    let put =
        "INSERT INTO request_copies SELECT r.id, u.id, r.requester_id, 1 FROM requests r, users u WHERE u.email = ";
    let put = format!("{put}'{COLLEAGUE}'");
    for (is_in_copy, statement) in [(true, put.as_str()), (false, "DELETE FROM request_copies")] {
        crate::survey::run(&app, statement).await;
        for (method, path) in endpoints(&app).await {
            if rule(&format!("{method} {path}")) != Some(Rule::Record) {
                continue;
            }
            let (own, nothing) = (things.address(&path), address_of_nothing(&path));
            let theirs = call(&copied, &method, &own, &[]).await;
            let none = call(&copied, &method, &nothing, &[]).await;
            if is_in_copy && of_a_request(&path) && !stays_own(&path) {
                assert_ne!(theirs.status, StatusCode::NOT_FOUND, "{method} {path}: {}", theirs.text());
            } else if !is_in_copy || stays_own(&path) {
                assert_eq!(seen(&theirs), seen(&none), "{method} {path}: learns that it exists");
            }
            for other in others.iter().filter(|_| of_a_request(&path)) {
                let (theirs, none) = (call(other, &method, &own, &[]).await, call(other, &method, &nothing, &[]).await);
                assert_eq!(seen(&theirs), seen(&none), "{method} {path}: who is not in copy");
            }
        }
    }
}

/// The same records once the account shares its requests: a colleague reads them, and still nobody else does.
#[tokio::test]
async fn what_belongs_to_a_request_is_the_colleagues_too_where_the_account_shares_it() {
    let app = TestApp::with(|config| {
        config.limits.requests_per_minute = 0;
        config.limits.address_requests_per_minute = 0;
        config.limits.sign_ins_per_minute = 0;
    });
    let app = app.await;
    let things = Things::of(&app, &app.sign_in(ANA, ACCOUNT).await).await;
    let colleague = app.sign_in(COLLEAGUE, ACCOUNT).await;
    let elsewhere = app.sign_in(ANA, "other").await;
    for shares in [true, false] {
        done(&app, &format!("account share acmestore {}", if shares { "on" } else { "off" })).await;
        for (method, path) in endpoints(&app).await {
            let (own, nothing) = (things.address(&path), address_of_nothing(&path));
            if rule(&format!("{method} {path}")) != Some(Rule::Record) {
                continue;
            }
            let theirs = call(&colleague, &method, &own, &[]).await;
            let none = call(&colleague, &method, &nothing, &[]).await;
            if shares && of_a_request(&path) && !stays_own(&path) {
                assert_ne!(theirs.status, StatusCode::NOT_FOUND, "{method} {path}: {}", theirs.text());
            } else if !shares || stays_own(&path) {
                assert_eq!(seen(&theirs), seen(&none), "{method} {path}: learns that it exists");
            }
            let stranger = call(&elsewhere, &method, &own, &[]).await;
            if of_a_request(&path) {
                let none = call(&elsewhere, &method, &nothing, &[]).await;
                assert_eq!(seen(&stranger), seen(&none), "{method} {path}: another store");
            }
            assert_eq!(call(&app.nobody(), &method, &own, &[]).await.status, StatusCode::UNAUTHORIZED);
        }
    }
}

/// Every answer to every kind of caller is one that the description names: a status, and one shape of a person.
#[tokio::test]
async fn the_description_names_every_answer_to_every_caller() {
    let app = TestApp::with(|config| {
        config.limits.requests_per_minute = 0;
        config.limits.address_requests_per_minute = 0;
        config.limits.sign_ins_per_minute = 0;
    });
    let app = app.await;
    let description = app.nobody().get("/api/openapi.json").await.json();
    let tokens = [
        ("a requester's token", basic(ANA, &token_of_ana(&app, "").await)),
        ("an administrator", crate::api_tokens::token_of_administrator(&app).await),
        ("an agent", crate::api_tokens::token_of_agent(&app, "rafael@support.example").await),
    ];
    let things = Things::of(&app, &app.sign_in(ANA, ACCOUNT).await).await;
    let mut persons = 0;
    for (method, path) in endpoints(&app).await {
        let documented = &description["paths"][&path][&method]["responses"];
        let seen_here = |who: &str, answer: &Answer| {
            let status = answer.status.as_str();
            assert!(documented.get(status).is_some(), "{method} {path}: {who} gets {status}: {}", answer.text());
        };
        for address in [things.address(&path), address_of_nothing(&path)] {
            seen_here("nobody", &call(&app.nobody(), &method, &address, &[]).await);
            for (who, token) in tokens.iter().filter(|_| path.starts_with("/api/v2/")) {
                let answer = call(&app.nobody(), &method, &address, &[("authorization", token)]).await;
                seen_here(who, &answer);
                if answer.status == StatusCode::OK && path.starts_with("/api/v2/users/") && method == "get" {
                    let body = answer.json();
                    let list = body["users"].as_array().cloned().unwrap_or_default();
                    for person in list.iter().chain(body.get("user")) {
                        let name = if path.ends_with("/me") { "Me" } else { "KnownUser" };
                        let fitting = fitting(&description, name, person);
                        assert_eq!(fitting.len(), 1, "{method} {path}: {who}: {person} is {fitting:?}");
                        persons += 1;
                    }
                }
            }
            // Whoever ends their session here is not asked again.
            if method != "delete" {
                seen_here("its owner", &call(&app.sign_in(ANA, ACCOUNT).await, &method, &address, &[]).await);
            }
        }
    }
    assert!(persons >= 6, "{persons}");
}

/// The alternatives of a description that an object fits by its keys.
fn fitting(description: &Value, name: &str, object: &Value) -> Vec<String> {
    let schema = |reference: &Value| {
        let name = reference["$ref"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        (description["components"]["schemas"][&name].clone(), name)
    };
    let keys: Vec<&String> = object.as_object().unwrap().keys().collect();
    let fits = |schema: &Value| {
        let all_required =
            schema["required"].as_array().unwrap().iter().all(|key| object.get(key.as_str().unwrap()).is_some());
        let open = schema["additionalProperties"] != json!(false);
        all_required && (open || keys.iter().all(|key| schema["properties"].get(key).is_some()))
    };
    let alternatives = description["components"]["schemas"][name]["oneOf"].as_array().unwrap().iter().map(schema);
    alternatives.filter(|(schema, _)| fits(schema)).map(|(_, name)| name).collect()
}

/// A ticket that belongs to a group: for agents of other groups it is not there, whichever endpoint they ask. Members,
/// administrators and its requester have it as ever.
#[tokio::test]
async fn a_groups_ticket_is_not_there_for_agents_of_other_groups() {
    let app = TestApp::with(|config| {
        config.limits.requests_per_minute = 0;
        config.limits.address_requests_per_minute = 0;
        config.limits.sign_ins_per_minute = 0;
    });
    let app = app.await;
    let administrator = crate::api_tokens::token_of_administrator(&app).await;
    let member = crate::api_tokens::token_of_agent(&app, "fiona@support.example").await;
    let other = crate::api_tokens::token_of_agent(&app, "edgar@support.example").await;
    for (group, email) in [("Finance", "fiona@support.example"), ("Engineering", "edgar@support.example")] {
        done(&app, &format!("group add {group}")).await;
        done(&app, &format!("group join {group} {email}")).await;
    }
    let ana = app.sign_in(ANA, ACCOUNT).await;
    let things = Things::of(&app, &ana).await;
    let request = things.request;
    crate::survey::run(&app, &format!("UPDATE requests SET group_id = 1 WHERE id = {request}")).await;
    let by = async |token: &str, method: &str, path: &str| {
        call(&app.nobody(), method, path, &[("authorization", token)]).await
    };

    let of_a_ticket = |path: &str| {
        let parts = ["/tickets/{id}", "/attachments/{id}", "/satisfaction_ratings/{id}"];
        // The requester rates; agents are answered as anybody else who did not ask.
        parts.iter().any(|part| path.contains(part)) && !path.ends_with("/satisfaction_rating")
    };
    let mut looked_at = 0;
    for (method, path) in endpoints(&app).await.into_iter().filter(|(_, path)| of_a_ticket(path)) {
        let (own, nothing) = (things.address(&path), address_of_nothing(&path));
        let (theirs, none) = (by(&other, &method, &own).await, by(&other, &method, &nothing).await);
        assert_eq!(seen(&theirs), seen(&none), "{method} {path}: an agent of another group learns that it exists");
        assert!(theirs.status.is_client_error(), "{method} {path}: {}", theirs.text());
        for (who, token) in [("a member", &member), ("an administrator", &administrator)] {
            let answer = by(token, &method, &own).await;
            assert_ne!(answer.status, StatusCode::NOT_FOUND, "{method} {path}: {who}: {}", answer.text());
        }
        looked_at += 1;
    }
    assert!(looked_at >= 11, "{looked_at}");

    let (user, account) = (things.user, things.account);
    let users = format!("/api/v2/users/{user}/tickets/requested");
    for (path, list) in [
        ("/api/v2/tickets", "tickets"),
        (&format!("/api/v2/tickets/show_many?ids={request}"), "tickets"),
        (&users, "tickets"),
        (&format!("/api/v2/organizations/{account}/tickets"), "tickets"),
        ("/api/v2/search?query=type:ticket", "results"),
        (&format!("/api/v2/search?query={request}"), "results"),
        ("/api/v2/search?query=move", "results"),
        ("/api/v2/search?query=group:Finance", "results"),
        ("/api/v2/satisfaction_ratings", "satisfaction_ratings"),
        ("/api/v2/satisfaction_ratings/received?score=offered", "satisfaction_ratings"),
    ] {
        for (who, token, expected) in
            [("other", &other, 0), ("member", &member, 1), ("administrator", &administrator, 1)]
        {
            let answer = by(token, "get", path).await.json();
            let found = answer[list].as_array().unwrap_or_else(|| panic!("{path}: {answer}")).len();
            // What is not given yet is received by nobody.
            let expected = if path.contains("received") { 0 } else { expected };
            assert_eq!(found, expected, "{path}: {who}: {answer}");
            if answer.get("count").is_some() {
                assert_eq!(answer["count"], expected, "{path}: {who} counts it");
            }
        }
    }
    for (path, count) in
        [("/api/v2/tickets/count", "/count/value"), ("/api/v2/search/count?query=type:ticket", "/count")]
    {
        for (token, expected) in [(&other, 0), (&member, 1), (&administrator, 1)] {
            assert_eq!(by(token, "get", path).await.json().pointer(count), Some(&json!(expected)), "{path}");
        }
    }
    for path in ["/api/v2/incremental/tickets?start_time=1", "/api/v2/incremental/tickets/cursor?start_time=1"] {
        assert_eq!(by(&other, "get", path).await.status, StatusCode::FORBIDDEN, "{path}");
        assert_eq!(by(&administrator, "get", path).await.json()["tickets"].as_array().unwrap().len(), 1, "{path}");
    }
    assert_eq!(ana.get(&format!("/api/v2/requests/{request}")).await.status, StatusCode::OK, "its requester");
}

/// What each capability opens, at the API itself: the panel hides nothing that the backend would do.
#[tokio::test]
async fn without_its_capability_nobody_opens_a_request_of_that_kind() {
    let app = TestApp::new().await;
    done(&app, "account add acmestore --region brazil").await;
    for name in ["ana", "bruno", "carla"] {
        done(&app, &format!("user add {name}@acmestore.example --name {name} --account acmestore")).await;
    }
    done(&app, "account sponsor acmestore ana@acmestore.example").await;
    done(&app, "member grant acmestore bruno@acmestore.example on").await;
    let sign_in = async |name: &str| {
        let mut claims = app.claims(&format!("{name}@acmestore.example"), ACCOUNT);
        claims["region"] = json!("brazil");
        let token = crate::common::sign(&claims, crate::common::HOST_KEY, jsonwebtoken::Algorithm::HS256);
        let answer = app.nobody().post("/api/panel/session", &json!({ "token": token })).await;
        let session = answer.json()["session"].clone();
        Client {
            bearer: session["token"].as_str().map(str::to_owned),
            csrf: session["csrf_token"].as_str().map(str::to_owned),
            ..app.nobody()
        }
    };
    let forms = sign_in("ana").await.get("/api/v2/ticket_forms").await.json();
    for (name, technical, commercial) in [("ana", true, true), ("bruno", true, false), ("carla", false, false)] {
        let client = sign_in(name).await;
        let opened = client.post("/api/v2/requests", &whole("x")).await;
        let expected = if technical { StatusCode::CREATED } else { StatusCode::FORBIDDEN };
        assert_eq!(opened.status, expected, "{name}: technical: {}", opened.text());
        for form in forms["ticket_forms"].as_array().unwrap() {
            let (id, key) = (&form["id"], form["name"].as_str().unwrap_or_default());
            // With nothing filled in: whoever may is told what is missing, whoever may not is told that.
            let answer = client.post("/api/v2/requests", &json!({ "request": { "ticket_form_id": id } })).await;
            let may = match id.as_u64() {
                Some(1001) => technical,
                _ if key.to_lowercase().contains("commercial") => commercial,
                _ => true,
            };
            let expected = if may { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::FORBIDDEN };
            assert_eq!(answer.status, expected, "{name}: {key}: {}", answer.text());
        }
    }
}
