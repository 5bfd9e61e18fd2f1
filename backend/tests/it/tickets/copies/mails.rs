//! What people in copy are written, and that they are written nothing once they are gone.

use super::{BRUNO, CARLA, Office, ccs, change, copies, office, says};
use crate::directory::done;
use axum::http::{Method, StatusCode};
use balcao_backend::jobs::Letters;
use balcao_runtime::clock::Clock as _;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

impl Office {
    /// The letters that are due, as address, kind and text; each is told once.
    async fn letters(&self) -> Vec<(String, String, String)> {
        let app = &self.desk.app;
        let last: i64 = sqlx::query_scalar("SELECT coalesce(max(id), 0) FROM outbox")
            .fetch_one(&mut *app.store.read().await.unwrap())
            .await
            .unwrap();
        let letters =
            Letters::new(app.store.clone(), app.config.clone(), app.outbox.clone(), app.reply_addresses.clone());
        letters.run_due(self.desk.clock.now(), &CancellationToken::new()).await.unwrap();
        sqlx::query_as("SELECT to_address, kind, text_body FROM outbox WHERE id > ? ORDER BY id")
            .bind(last)
            .fetch_all(&mut *app.store.read().await.unwrap())
            .await
            .unwrap()
    }

    async fn readers(&self) -> Vec<String> {
        self.letters().await.into_iter().map(|(to, ..)| to).collect()
    }
}

#[tokio::test]
async fn whoever_leaves_the_store_or_is_switched_off_sees_and_gets_nothing() {
    let office = office().await;
    let Office { desk, ana, bruno, carla, .. } = &office;
    let id = office.request(&[BRUNO, CARLA]).await;
    let path = format!("/api/v2/requests/{id}");
    let file = ana.send(Method::POST, "/api/v2/uploads?filename=a.txt", &[], "x").await;
    assert_eq!(bruno.get(&path).await.status, StatusCode::OK);
    done(&desk._test, &format!("member remove acme {BRUNO}")).await;
    done(&desk._test, &format!("user disable {CARLA}")).await;
    assert_eq!(copies(ana, id).await, json!([]));
    let reply = json!({ "request": { "comment": { "body": "Well?", "uploads": [file.json["upload"]["token"]] } } });
    assert_eq!(ana.put(&path, &reply).await.status, StatusCode::OK);
    assert_eq!(office.readers().await, [""; 0]);
    // Bruno, in another store of his, is a stranger.
    let elsewhere = desk.sign_in("bruno", "third").await;
    assert_ne!(elsewhere.user, bruno.user);
    assert_eq!(elsewhere.get(&path).await.error(), (404, "RecordNotFound"));
    for gone in [bruno, carla] {
        assert_eq!(gone.get(&path).await.status, StatusCode::UNAUTHORIZED);
    }
    // The next change forgets them: whoever comes back is not in copy by that alone.
    let dora = desk.sign_in("dora", "acme").await;
    ana.put(&path, &change(ccs(&["dora@acme.example"]))).await;
    assert_eq!(copies(&dora, id).await, json!([dora.user]));
    assert_eq!(desk.count("request_copies").await, 1);
}

#[tokio::test]
async fn everybody_gets_a_mail_of_their_own_but_whoever_wrote() {
    let office = office().await;
    let Office { desk, ana, bruno, carla, .. } = &office;
    let mut write = desk.app.store.begin().await.unwrap();
    sqlx::query("UPDATE users SET locale = 'pt' WHERE id = ?")
        .bind(carla.user as i64)
        .execute(&mut *write)
        .await
        .unwrap();
    write.commit().await.unwrap();
    let id = office.request(&[BRUNO, CARLA]).await;
    let path = format!("/api/v2/requests/{id}");
    assert_eq!(office.letters().await, [], "the confirmation is the requester's alone");
    let marina = crate::agents::administrator(&desk._test, "marina@support.example", "Marina").await;
    let agent = async |change: Value| {
        let answer = marina.put(&format!("/api/v2/tickets/{id}"), &json!({ "ticket": change })).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    };

    agent(json!({ "comment": { "body": "Which browser?" } })).await;
    let letters = office.letters().await;
    let to: Vec<(&str, &str)> = letters.iter().map(|(to, kind, _)| (to.as_str(), kind.as_str())).collect();
    assert_eq!(to, [("ana@acme.example", "reply"), (BRUNO, "reply"), (CARLA, "reply")]);
    let [own, english, portuguese] = [0, 1, 2].map(|place: usize| &letters[place].2);
    assert!(own.contains("your request") && !own.contains("in copy"), "{own}");
    assert!(english.contains("You are in copy of this request") && english.contains("Which browser?"), "{english}");
    assert!(portuguese.contains("Você está em cópia nesta solicitação"), "{portuguese}");

    bruno.put(&path, &says("Firefox, says Bruno")).await;
    assert_eq!(office.readers().await, ["ana@acme.example", CARLA]);
    ana.put(&path, &says("And here as well")).await;
    assert_eq!(office.readers().await, [BRUNO, CARLA]);
    agent(json!({ "comment": { "body": "Between us", "public": false } })).await;
    assert_eq!(office.readers().await, [""; 0]);
    agent(json!({ "comment": { "body": "Mended" }, "status": "solved" })).await;
    let letters = office.letters().await;
    assert_eq!(letters.iter().filter(|(.., text)| text.contains("/survey/")).count(), 1, "{letters:#?}");
    assert_eq!(letters.iter().map(|(_, kind, _)| kind.as_str()).collect::<Vec<_>>(), ["solved"; 3]);

    // Each answers at an address of their own.
    let addresses: Vec<(String, String)> =
        sqlx::query_as("SELECT to_address, headers FROM outbox WHERE kind = 'solved'")
            .fetch_all(&mut *desk.app.store.read().await.unwrap())
            .await
            .unwrap();
    for ((to, headers), person) in addresses.iter().zip([ana, bruno, carla]) {
        let (request, user) = (id.try_into().unwrap(), person.user.try_into().unwrap());
        let own = desk.app.reply_addresses.of(request, user).unwrap();
        assert!(headers.contains(&own), "{to}: {headers}");
    }
}

#[tokio::test]
async fn an_erased_person_is_in_copy_of_nothing_and_is_told_of_what_they_were() {
    let office = office().await;
    let Office { desk, ana, bruno, .. } = &office;
    let id = office.request(&[BRUNO, CARLA]).await;
    let folder = desk._test.folder.path().join("for-bruno");
    done(&desk._test, &format!("user export {BRUNO} --to {}", folder.display())).await;
    let told: Value = serde_json::from_str(&std::fs::read_to_string(folder.join("copies.json")).unwrap()).unwrap();
    assert_eq!((&told[0]["ticket"], &told[0]["by_you"]), (&json!(id), &json!(false)), "{told}");
    done(&desk._test, &format!("user erase {BRUNO} --yes")).await;
    assert_eq!(copies(ana, id).await.as_array().map(Vec::len), Some(1));
    let left: i64 = sqlx::query_scalar("SELECT count(*) FROM request_copies WHERE user_id = ?")
        .bind(bruno.user as i64)
        .fetch_one(&mut *desk.app.store.read().await.unwrap())
        .await
        .unwrap();
    assert_eq!(left, 0);
}
