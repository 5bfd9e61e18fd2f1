//! A second factor that is lost, recovery codes and all: an operator takes it away, and its owner sets up another.

use super::password::{PASSWORD, app_code, enrolled, set_password, with_password};
use super::*;
use crate::directory::{done, json_of, refused};

#[tokio::test]
async fn a_lost_second_factor_goes_with_password_and_sessions_and_is_set_up_anew() {
    let app = app().await;
    let mut ana = Browser::new(&app);
    let (secret, codes) = enrolled(&app, &mut ana, ANA).await;
    let session = panel_session(&mut ana).await;
    // Half-way in on another device.
    let mut half_way = Browser::new(&app);
    assert_leads_to(&with_password(&mut half_way, ANA, PASSWORD).await, "/support/second-factor");

    let said = done(&app, &format!("user reset-second-factor {ANA}")).await;
    assert!(said.contains("signed out everywhere"), "{said}");
    assert_eq!(session.get("/api/panel/session").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(ana.open_panel(&json!({})).await.status, StatusCode::UNAUTHORIZED);
    // Neither the password nor what was half done opens anything, nor do the old codes.
    let code = app_code(&secret, &app, 0);
    for fields in [[("way", "app"), ("code", code.as_str())], [("way", "recovery"), ("code", codes[0].as_str())]] {
        let answer = half_way.post("/support/second-factor", &fields).await;
        assert_ne!(answer.header("location"), "/panel/new", "{fields:?}");
    }
    assert_eq!(half_way.open_panel(&json!({})).await.status, StatusCode::UNAUTHORIZED);
    let again = with_password(&mut Browser::new(&app), ANA, PASSWORD).await;
    assert_ne!(again.header("location"), "/support/second-factor", "a password alone is nothing");

    // By mail, as the first time: password and second factor together.
    let mut anew = Browser::new(&app);
    set_password(&app, &mut anew, ANA, "quite another sentence").await;
    assert!(anew.get("/support/enrol").await.text().contains("/support/enrol/app"));

    let audit = json_of(&app, "audit list --json").await;
    assert_eq!(
        (&audit[0]["action"], &audit[0]["actor"]),
        (&json!("user.reset_second_factor"), &json!("operator:marina"))
    );
    assert!(audit[0]["subject"].as_str().unwrap().starts_with("user:"));
}

#[tokio::test]
async fn who_has_none_is_left_as_they_are() {
    let app = app().await;
    let mut ana = Browser::new(&app);
    sign_in(&app, &mut ana, ANA).await;
    let said = refused(&app, &format!("user reset-second-factor {ANA}")).await;
    assert!(said.contains("has no second factor"), "{said}");
    assert_eq!(ana.open_panel(&json!({})).await.status, StatusCode::CREATED, "still signed in");
    assert!(refused(&app, "user reset-second-factor nobody@x.example").await.contains("nobody has the address"));
    assert_eq!(json_of(&app, "audit list --json").await, json!([]));
}
