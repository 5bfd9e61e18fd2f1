use super::Office;
use axum::body::Body;
use axum::http::{Method, StatusCode};

/// The sample mailbox of development answers by a true mail.
#[tokio::test]
async fn a_reply_from_the_sample_mailbox_becomes_a_comment() {
    let office = Office::open().await;
    let folder = &office.desk.app.config.mail.mailbox_dir;
    std::fs::create_dir_all(folder).unwrap();
    let mail = format!(
        "From: Store support <support@desk.example>\r\nTo: Ana <ana@store.example>\r\nReply-To: {}\r\nSubject: =?utf-8?q?Sua_solicita=C3=A7=C3=A3o?=\r\n\
         Message-ID: <x@desk.example>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nFunciona agora?\r\n",
        office.reply_address()
    );
    std::fs::write(folder.join("a.eml"), mail).unwrap();
    let page = office.ana.get("/dev/mailbox/a.eml").await;
    assert!(
        page.text.contains("action=\"/dev/mailbox/a.eml/reply\"") && page.text.contains("<textarea"),
        "{}",
        page.text
    );
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let body = Body::from("text=Ainda+n%C3%A3o.%0D%0ADesde+ontem.");
    let answer = office.ana.send(Method::POST, "/dev/mailbox/a.eml/reply", &form, body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert!(answer.text.contains(&format!("request #{}", office.request)), "{}", answer.text);
    assert_eq!(office.comments(office.request).await.last().unwrap(), "Ainda não.\nDesde ontem.");
}
