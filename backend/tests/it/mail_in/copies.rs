//! Replies of people in copy.

use super::{Mail, Office};
use balcao_mail::inbox::Outcome;
use serde_json::json;

const BRUNO: &str = "bruno@store.example";

fn of_bruno(to: &str, id: &str) -> Mail {
    Mail::new(to).with("From", "Bruno <bruno@store.example>").with("Message-ID", &format!("<{id}@mail.store.example>"))
}

#[tokio::test]
async fn a_reply_of_somebody_in_copy_is_their_comment_and_opens_it_again() {
    let office = Office::open().await;
    let bruno = office.desk.sign_in("bruno", "store").await;
    let path = format!("/api/v2/requests/{}", office.request);
    let change = |action: &str| json!({ "request": { "email_ccs": [{ "user_email": BRUNO, "action": action }] } });
    let to = office.address(office.request, bruno.user);

    // Not yet in copy: his address alone opens nothing.
    let outcome = office.take_in(&of_bruno(&to, "1").saying("Too early")).await;
    assert!(matches!(outcome, Outcome::Quarantined(held) if held.name() == "gone"), "{outcome:?}");
    office.ana.put(&path, &change("put")).await;
    office.desk.set(office.request, "solved", None).await;
    let outcome = office.take_in(&of_bruno(&to, "2").saying("It is back")).await;
    assert_eq!(outcome, Outcome::Joined(office.request.try_into().unwrap()));
    assert_eq!(office.status(office.request).await, "open");
    let comments = office.comments_answer(office.request).await.json["comments"].clone();
    let last = comments.as_array().unwrap().last().unwrap().clone();
    assert_eq!((&last["body"], &last["author_id"]), (&json!("It is back"), &json!(bruno.user)));

    // Somebody else who got hold of his address, and nobody who vouches for him: as for everybody.
    let outcome = office.take_in(&Mail::new(&to).with("Message-ID", "<3@mail.store.example>").saying("x")).await;
    assert!(matches!(outcome, Outcome::Quarantined(held) if held.name() == "other_sender"), "{outcome:?}");
    let unvouched = of_bruno(&to, "4").without("Authentication-Results").saying("x");
    let outcome = office.take_in(&unvouched).await;
    assert!(matches!(outcome, Outcome::Quarantined(held) if held.name() == "not_authenticated"), "{outcome:?}");

    // Taken out again he learns nothing, not even that it is closed by now.
    office.ana.put(&path, &change("delete")).await;
    office.desk.set(office.request, "closed", None).await;
    let outcome = office.take_in(&of_bruno(&to, "5").saying("And now?")).await;
    assert!(matches!(outcome, Outcome::Quarantined(held) if held.name() == "gone"), "{outcome:?}");
    assert_eq!(office.mails("reply_closed").await, 0);
    assert_eq!(office.comments(office.request).await.len(), 2);
}
