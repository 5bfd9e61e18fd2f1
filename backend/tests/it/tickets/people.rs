use super::{Desk, call};
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use serde_json::{Value, json};

#[tokio::test]
async fn one_knows_oneself_and_those_who_answer() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    let bruno = desk.sign_in("bruno", "acme").await;
    let marina = desk.agent("marina").await;
    let me = ana.get("/api/v2/users/me.json").await;
    assert_eq!((&me.json["user"]["id"], &me.json["user"]["authenticity_token"]), (&json!(ana.user), &json!(ana.csrf)));
    let nobody = call(&desk.app, Request::get("/api/v2/users/me").body(Body::empty()).unwrap()).await;
    assert_eq!((nobody.status, &nobody.json["user"]["id"]), (StatusCode::OK, &Value::Null));

    assert_eq!(ana.get(&format!("/api/v2/users/{marina}")).await.error(), (404, "RecordNotFound"));
    let id = ana.open("Help").await;
    desk.set(id, "open", Some(marina)).await;
    let agent = ana.get(&format!("/api/v2/users/{marina}.json")).await;
    assert_eq!((&agent.json["user"]["name"], &agent.json["user"]["agent"]), (&json!("marina"), &json!(true)));
    assert!(agent.json["user"].get("email").is_none());
    assert_eq!(ana.get(&format!("/api/v2/users/{}", bruno.user)).await.error(), (404, "RecordNotFound"));
    let many = ana.get(&format!("/api/v2/users/show_many.json?ids={marina},{},{},x", bruno.user, ana.user)).await;
    let ids: Vec<u64> =
        many.json["users"].as_array().unwrap().iter().map(|user| user["id"].as_u64().unwrap()).collect();
    assert_eq!(ids, [ana.user, marina]);
    assert_eq!(ana.get("/api/v2/users/show_many.json?ids=").await.json["users"], json!([]));
    let shown = ana.get(&format!("/api/v2/requests/{id}?include=users")).await;
    assert_eq!(shown.json["users"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn an_organization_is_the_account() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    let eve = desk.sign_in("eve", "other").await;
    for path in [
        "/api/v2/organization_memberships".to_owned(),
        format!("/api/v2/users/{}/organization_memberships.json", ana.user),
        "/api/v2/users/me/organization_memberships".to_owned(),
    ] {
        let answer = ana.get(&path).await;
        assert_eq!(answer.json["organization_memberships"][0]["organization_id"], ana.account, "{path}");
        assert_eq!(answer.json["organization_memberships"].as_array().unwrap().len(), 1);
    }
    assert_eq!(ana.get(&format!("/api/v2/organizations/{}", ana.account)).await.json["organization"]["name"], "acme");
    for path in [
        format!("/api/v2/organizations/{}", ana.account),
        format!("/api/v2/users/{}/organization_memberships", ana.user),
    ] {
        assert_eq!(eve.get(&path).await.error(), (404, "RecordNotFound"), "{path}");
    }
}

#[tokio::test]
async fn forms_fields_and_statuses_have_zendesks_shapes() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    let forms = ana.get("/api/v2/ticket_forms.json?locale=pt-BR").await;
    let form = &forms.json["ticket_forms"][0];
    assert_eq!(
        (&form["id"], &form["name"], &form["default"]),
        (&json!(1001), &json!("Solicitação técnica"), &json!(true))
    );
    assert_eq!(form["ticket_field_ids"].as_array().unwrap().len(), 8);
    // Who is affected (1105) and how (1106) has to be answered for an incident, and may be for anything else.
    let conditions = form["end_user_conditions"].as_array().unwrap();
    let required: Vec<(&Value, bool)> = conditions
        .iter()
        .map(|condition| (&condition["value"], condition["child_fields"][0]["is_required"] == true))
        .collect();
    let expected =
        [(json!("incident"), true), (json!("question"), false), (json!("task"), false), (json!(null), false)];
    assert_eq!(required, expected.iter().map(|(value, required)| (value, *required)).collect::<Vec<_>>());
    for condition in conditions {
        assert_eq!(condition["parent_field_id"], 1108);
        let children = condition["child_fields"].as_array().unwrap().iter();
        assert_eq!(children.map(|child| &child["id"]).collect::<Vec<_>>(), [&json!(1105), &json!(1106)]);
    }
    assert_eq!(&ana.get("/api/v2/ticket_forms/1001?locale=pt").await.json["ticket_form"], form);
    assert_eq!(ana.get("/api/v2/ticket_forms/9").await.error(), (404, "RecordNotFound"));
    assert_eq!(ana.get("/api/v2/ticket_forms/show_many?ids=9,1001").await.json["count"], 1);

    let fields = ana.get("/api/v2/ticket_fields.json?locale=es").await;
    let fields = fields.json["ticket_fields"].as_array().unwrap();
    assert!(fields.iter().all(|field| field["type"] != "evidence"));
    let impact = fields.iter().find(|field| field["id"] == 1106).unwrap();
    assert_eq!(
        (&impact["type"], &impact["title"], &impact["raw_title"]),
        (&json!("tagger"), &json!("Impacto del problema"), &json!("Problem impact"))
    );
    assert_eq!(impact["custom_field_options"][2]["value"], "critical");
    assert_eq!(&ana.get("/api/v2/ticket_fields/1106?locale=es").await.json["ticket_field"], impact);
    assert_eq!(ana.get("/api/v2/ticket_fields/1109").await.error(), (404, "RecordNotFound"));

    let statuses = ana.send(Method::GET, "/api/v2/custom_statuses", &[("accept-language", "es")], "").await;
    let pending = &statuses.json["custom_statuses"][2];
    assert_eq!(
        (&pending["status_category"], &pending["end_user_label"]),
        (&json!("pending"), &json!("Esperando tu respuesta"))
    );
}

#[tokio::test]
async fn the_panels_form_has_steps() {
    let desk = Desk::open().await;
    let ana = desk.sign_in("ana", "acme").await;
    let form = ana.get("/api/panel/forms/technical?locale=es").await;
    assert_eq!(form.json["form"]["submit_label"], "Crear ticket de soporte");
    assert_eq!(form.json["form"]["steps"].as_array().unwrap().len(), 1);
    assert_eq!(form.json["form"]["file_limits"]["max_files"], 20);
    assert_eq!(ana.get("/api/panel/forms/nothing").await.error(), (404, "RecordNotFound"));
}

#[tokio::test]
async fn the_api_describes_itself() {
    let desk = Desk::open().await;
    let description = call(&desk.app, Request::get("/api/openapi.json").body(Body::empty()).unwrap()).await;
    assert_eq!(description.status, StatusCode::OK);
    assert!(description.json["openapi"].as_str().unwrap().starts_with("3."));
    for path in
        ["/api/v2/requests", "/api/v2/requests/{id}", "/api/v2/requests/{id}/comments", "/api/panel/forms/{key}"]
    {
        assert!(description.json["paths"].get(path).is_some(), "{path}");
    }
    let schemes = &description.json["components"]["securitySchemes"];
    assert_eq!((&schemes["session"]["scheme"], &schemes["csrf"]["name"]), (&json!("bearer"), &json!("X-CSRF-Token")));

    // Names are unique, every refusal has a body, every success that has one says which.
    let mut names = std::collections::BTreeSet::new();
    for (path, item) in description.json["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            assert!(names.insert(operation["operationId"].as_str().unwrap().to_owned()), "{method} {path}");
            for (status, response) in operation["responses"].as_object().unwrap() {
                let empty = ["204", "416"].contains(&status.as_str());
                assert_eq!(response["content"].is_object(), !empty, "{method} {path} {status}");
                assert_ne!(response["description"], "", "{method} {path} {status}");
            }
        }
    }
}
