//! `agent …`

use super::Desk;
use serde_json::{Value, json};

#[tokio::test]
async fn an_agent_lists_shows_replies_and_solves() {
    let desk = Desk::open().await;
    let (first, second) = (desk.office.request("Orders stop").await, desk.office.request("Prices differ").await);
    let listed = desk.types("agent list").await.done();
    let rows: Vec<&str> = listed.lines().collect();
    assert_eq!(rows.len(), 3, "{listed}");
    assert!(rows[0].starts_with("TICKET  STATUS") && rows[0].ends_with("SUBJECT"), "{listed}");
    assert!(listed.contains("Orders stop") && listed.contains("nobody"), "{listed}");

    let said = desk.types(&format!("agent reply {first} --as marina@support.example --body 'Which **orders**?'")).await;
    assert_eq!(said.done(), format!("#{first}, now open: replied, and the requester is told by mail\n"));
    let line = format!("agent reply {first} --as Marina@Support.example --status pending");
    assert_eq!(desk.with_input(&line, b"From when on?\r\nAll day?\n").await.code, Some(0));
    desk.types(&format!("agent reply {first} --as rafael@support.example --note --body 'ask the carrier'"))
        .await
        .done();
    let expected = ["Which **orders**?", "From when on?\nAll day?", "ask the carrier"];
    assert_eq!(desk.comments(first).await[1..], expected);
    assert_eq!(desk.office.seen_by_ana(first).await["status"], "pending");

    let shown = desk.types(&format!("agent show {first}")).await.done();
    for part in ["Orders stop", "pending", "Marina Prado (agent)", "    Which **orders**?\n", ", a note among agents\n"]
    {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let line = format!("agent solve {first} --as marina@support.example --body Done.");
    assert_eq!(desk.types(&line).await.done(), format!("#{first}, now solved: the requester is told by mail\n"));
    let before = desk.comments(first).await.len();
    let again = desk.types(&format!("agent solve {first} --as marina@support.example")).await.done();
    assert_eq!(again, format!("#{first}, now solved: it was so already, and nobody is told again\n"));
    assert_eq!(desk.comments(first).await.len(), before);

    let solved: Value =
        serde_json::from_str(&desk.types("agent list --status solved,closed --json").await.done()).unwrap();
    assert_eq!((solved.as_array().unwrap().len(), &solved[0]["id"]), (1, &json!(first)));
    let of_marina = desk.types("agent list --assignee none --account acmestore").await.done();
    assert!(of_marina.contains(&second.to_string()) && of_marina.lines().count() == 2, "{of_marina}");
    assert_eq!(desk.types("agent list --status closed").await.done(), "no tickets\n");
}

#[tokio::test]
async fn what_cannot_be_done_is_refused_in_a_sentence_with_a_way_on() {
    let desk = Desk::open().await;
    let (open, closed) = (desk.office.request("Open").await, desk.office.request("Closed").await);
    desk.sql(&format!("UPDATE requests SET status = 'closed' WHERE id = {closed}")).await;
    let too_long = "x".repeat(70_000);
    let marina = "--as marina@support.example";
    for (line, input, expected) in [
        ("agent show 4711".to_owned(), "", "there is no ticket 4711; `agent list`"),
        (format!("agent reply 4711 {marina}"), "Lost?", "there is no ticket 4711"),
        (format!("agent reply {closed} {marina}"), "Lost?", "it goes on in a follow-up"),
        (format!("agent solve {closed} {marina}"), "", "it goes on in a follow-up"),
        (format!("agent reply {open}"), "Who?", "say who answers with --as: "),
        (format!("agent reply {open} --as ana@acmestore.example"), "I?", "`user agent ana@acmestore.example on`"),
        (format!("agent reply {open} {marina}"), " \n\t\n", "the reply is empty"),
        (format!("agent reply {open} {marina} --body ' '"), "not this", "the reply is empty"),
        (format!("agent reply {open} {marina} --body -"), "", "the reply is empty"),
        (format!("agent reply {open} {marina}"), &too_long, "longer than 65535 characters"),
        (format!("agent reply {open} {marina} --body x --status closed"), "", "closed by the clock alone"),
        ("agent list --account nowhere".to_owned(), "", "there is no account nowhere; `account list`"),
        ("agent list --assignee nobody@x.example".to_owned(), "", "nobody has the address"),
    ] {
        let said = desk.with_input(&line, input.as_bytes()).await.refused();
        assert!(said.contains(expected), "{line}: {said}");
    }
    let said = desk.with_input(&format!("agent reply {open} {marina}"), b"caf\xe9").await.refused();
    assert!(said.contains("no UTF-8 text"), "{said}");
    for line in ["agent show abc", "agent show", "agent list --status sideways", "agent list --limit 0", "agent dance"]
    {
        let said = desk.types(line).await;
        assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{line}");
        assert!(said.err.contains("Usage") || said.err.contains("--help"), "{line}: {}", said.err);
    }
    assert_eq!(desk.comments(open).await.len(), 1, "nothing was written");
}

/// A stranger's text once could have cleared the agent's screen, or written to it what was never there.
#[tokio::test]
async fn a_requests_text_does_nothing_to_the_terminal() {
    let desk = Desk::open().await;
    let id = desk.office.request("Harmless").await;
    // The API takes such signs away; what is in the database from elsewhere is not trusted either.
    let bad = "char(27) || '[2J' || char(155) || '2Jcod' || char(8238) || 'exe' || char(7) || char(13) || 'pay'";
    desk.sql(&format!("UPDATE requests SET subject = {bad}")).await;
    desk.sql(&format!("UPDATE comments SET body = {bad}")).await;
    desk.sql(&format!("UPDATE users SET name = {bad} WHERE email LIKE 'ana@%'")).await;
    for line in [
        "agent list",
        "agent list --json",
        &format!("agent show {id}"),
        &format!("agent show {id} --json"),
        "user list",
    ] {
        let said = desk.types(line).await.done();
        let bad = said.chars().find(|sign| (sign.is_control() && *sign != '\n') || *sign == '\u{202e}');
        assert_eq!(bad, None, "{line}: {said:?}");
        assert!(said.contains("pay"), "{line}: {said}");
    }
}

#[tokio::test]
async fn a_list_that_is_cut_says_so_beside_it() {
    let desk = Desk::open().await;
    for subject in ["One", "Two", "Three"] {
        desk.office.request(subject).await;
    }
    let cut = desk.types("agent list --limit 2").await;
    assert_eq!((cut.code, cut.out.lines().count()), (Some(0), 3), "{}", cut.out);
    assert_eq!(cut.err, "there are more than these 2; --limit shows more\n");
    assert_eq!(desk.types("agent list --limit 3").await.done().lines().count(), 4);
}
