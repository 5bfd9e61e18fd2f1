//! Bodies of writes, read as the contract describes them; and the keys in them that nobody reads.

use crate::http::{ApiError, App, Message, Notes};
use balcao_contract::id::UserId;
use balcao_contract::wire::CommentBody;
use balcao_desk::comment::{GivenComment, html_bytes};
use balcao_runtime::work::Who;
use serde::de::DeserializeOwned;
use serde_ignored::Path;
use serde_json::Value;

/// At most so many ignored keys are named.
const MAX_NAMED: usize = 20;

/// Keys that are not read: of what the body is about, and of a comment in it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::http) struct IgnoredKeys {
    pub keys: Vec<String>,
    within: Vec<(String, String)>,
}

impl IgnoredKeys {
    /// Takes out those of a comment, as they are named.
    pub fn take_comment(&mut self, key: &str) -> Vec<String> {
        let within = std::mem::take(&mut self.within);
        within.into_iter().filter(|(parent, _)| parent == key).map(|(_, key)| format!("comment.{key}")).collect()
    }
}

/// Reads a body whose matter stands under `name`. One without it says nothing: its missing fields are named, as with an
/// empty form. What stands beside it is named at once.
pub(in crate::http) fn read<T: DeserializeOwned>(
    body: Value,
    name: &str,
    notes: &Notes,
) -> Result<(T, IgnoredKeys), ApiError> {
    let wrong = || ApiError::InvalidJson(Message::WrongJson { path: name.to_owned() });
    // What serde derives would take a list of its fields as well.
    if !body.is_object() {
        return Err(wrong());
    }
    let mut beside = Vec::new();
    let mut ignored = IgnoredKeys::default();
    let read = serde_ignored::deserialize(body, |path| match path {
        Path::Map { parent: Path::Root, key } => beside.push(key),
        Path::Map { parent: Path::Map { parent: Path::Root, .. }, key } => ignored.keys.push(key),
        Path::Map { parent: Path::Map { parent: Path::Map { parent: Path::Root, .. }, key: parent }, key } => {
            ignored.within.push((parent.clone(), key));
        }
        _ => {}
    });
    let read = read.map_err(|_: serde_json::Error| wrong())?;
    name_ignored(notes, &beside);
    Ok((read, ignored))
}

/// A comment with its text: HTML is read where long work is done.
pub(super) async fn comment(app: &App, user: UserId, comment: CommentBody) -> Result<GivenComment, ApiError> {
    let html = html_bytes(&comment);
    Ok(app.work.run(Who::Person(user), html, move || GivenComment::read(comment)).await?)
}

/// Names ignored keys in `X-Zendesk-API-Warn`, in Zendesk's words.
pub(in crate::http) fn name_ignored(notes: &Notes, keys: &[String]) {
    if keys.is_empty() {
        return;
    }
    let fit = |key: &String| -> String {
        key.chars().filter(|c| c.is_ascii_alphanumeric() || "._-".contains(*c)).take(60).collect()
    };
    let named: Vec<String> = keys.iter().take(MAX_NAMED).map(|key| format!("\"{}\"", fit(key))).collect();
    notes.warn(format!("Removed restricted keys [{}] from parameters according to whitelist", named.join(", ")));
}

#[cfg(test)]
mod tests {
    use super::super::writes::read_new_request;
    use super::*;
    use balcao_contract::answers::AnswerValue;
    use balcao_contract::id::FormId;
    use balcao_contract::limits::MOST_FIELDS;
    use balcao_contract::wire::{self, NewRequest, NewRequestEnvelope};
    use balcao_desk::{Given, GivenField};
    use serde_json::json;

    fn read_new(body: Value) -> (NewRequest, Vec<String>) {
        let notes = Notes::default();
        let body = read_new_request(body, &notes).unwrap();
        (body, notes.warnings())
    }

    fn text(value: &str) -> Given {
        Given::Value(AnswerValue::from(value))
    }

    #[test]
    fn a_comment_has_three_spellings() {
        let says = |comment: Value| {
            let (body, _) = read_new(json!({ "request": { "comment": comment } }));
            GivenComment::read(body.comment).text
        };
        assert_eq!(says(json!({ "body": "a" })), text("a"));
        assert_eq!(says(json!({ "value": "a" })), text("a"));
        assert_eq!(says(json!({ "html_body": "<p>a</p><script>b</script>" })), text("a"));
        assert_eq!(says(json!({ "body": " ", "html_body": "<b>a</b>" })), text("a"));
        assert_eq!(says(json!("a")), text("a"));
        assert_eq!(says(json!(7)), Given::Value(AnswerValue::Number(7)));
        assert_eq!(says(json!({ "body": { "x": 1 } })), Given::Unreadable);
        for nothing in [json!({}), json!(null), json!(false), json!([]), json!({ "body": false })] {
            assert_eq!(says(nothing.clone()), Given::Nothing, "{nothing}");
        }
    }

    #[test]
    fn tampering_is_ignored_and_named() {
        let (_, warnings) = read_new(json!({ "request": {
            "subject": "a", "status": "solved", "organization_id": 9, "requester_id": 9, "assignee_id": 9,
            "collaborator_ids": [9], "comment": { "body": "b", "public": false, "author_id": 1 }, "x\r\ny": 1,
            "email_ccs": [{ "user_name": "a" }], "custom_fields": [{ "id": 7, "x": 1 }],
        }, "ticket": {} }));
        let all = "\"comment.author_id\", \"comment.public\", \"assignee_id\", \"collaborator_ids\", \
                   \"organization_id\", \"requester_id\", \"status\", \"xy\"";
        let warning = |keys: &str| format!("Removed restricted keys [{keys}] from parameters according to whitelist");
        assert_eq!(warnings, [warning("\"ticket\""), warning(all)]);
    }

    #[test]
    fn a_priority_counts_only_without_a_form() {
        let (body, warnings) = read_new(json!({ "request": { "priority": "high", "type": "task" } }));
        assert_eq!((body.priority, body.kind), (Some(text("high")), Some(text("task"))));
        assert!(warnings.is_empty());
        let (body, warnings) =
            read_new(json!({ "request": { "priority": null, "ticket_form_id": 1001, "fields": [] } }));
        assert_eq!(body.ticket_form_id, wire::Given::Value(FormId::try_from(1001).unwrap()));
        assert!(warnings[0].contains("[\"priority\"]"), "{warnings:?}");
        let (_, warnings) = read_new(json!({ "request": { "custom_fields": [], "fields": null } }));
        assert!(warnings[0].contains("[\"fields\"]"), "{warnings:?}");
    }

    /// A missing comment was once taken for one with unreadable uploads.
    #[test]
    fn no_comment_has_no_uploads() {
        let uploads = |request: Value| read_new(json!({ "request": request })).0.comment.uploads;
        assert_eq!(uploads(json!({})), wire::Given::Nothing);
        assert_eq!(uploads(json!({ "comment": { "uploads": "x" } })), wire::Given::Value(vec!["x".to_owned()]));
        for wrong in [json!({}), json!(["x", 1]), json!(1)] {
            assert_eq!(uploads(json!({ "comment": { "uploads": wrong } })), wire::Given::Unreadable, "{wrong}");
        }
    }

    #[test]
    fn ids_are_numbers_or_their_text() {
        let form = |value: Value| read_new(json!({ "request": { "ticket_form_id": value } })).0.ticket_form_id;
        let id = wire::Given::Value(FormId::try_from(7).unwrap());
        assert_eq!((form(json!(7)), form(json!("7")), form(json!(null))), (id, id, wire::Given::Nothing));
        for wrong in [json!(0), json!(-1), json!(1.5), json!("x"), json!([7]), json!(9_007_199_254_740_992_u64)] {
            assert_eq!(form(wrong.clone()), wire::Given::Unreadable, "{wrong}");
        }
    }

    #[test]
    fn what_is_no_request_is_no_body() {
        for body in [json!([]), json!("x"), json!(null), json!({ "request": "x" }), json!({ "request": [1] })] {
            let refused = read::<NewRequestEnvelope>(body, "request", &Notes::default());
            assert!(matches!(refused, Err(ApiError::InvalidJson(_))));
        }
        assert!(read::<NewRequestEnvelope>(json!({}), "request", &Notes::default()).is_ok());
    }

    #[test]
    fn fields_that_are_none_have_no_name() {
        let fields = |value: Value| {
            let (body, _) = read_new(json!({ "request": { "custom_fields": value } }));
            body.custom_fields.value().unwrap().0
        };
        let unnamed = GivenField::Unreadable("custom_fields".to_owned());
        assert_eq!(fields(json!({ "1": "x" })), [(unnamed.clone(), Given::Unreadable)]);
        assert_eq!(fields(json!([{ "value": "x" }])), [(unnamed.clone(), text("x"))]);
        assert_eq!(fields(json!([null])), [(unnamed, Given::Unreadable)]);
        assert_eq!(fields(json!(["x"])), [(GivenField::Unreadable("x".to_owned()), Given::Unreadable)]);
        assert_eq!(fields(json!([{ "id": "7", "value": null }])).len(), 1);
        let many: Vec<Value> = (0..=MOST_FIELDS).map(|id| json!({ "id": id, "value": "x" })).collect();
        assert_eq!(fields(json!(many)), [(GivenField::TooMany(MOST_FIELDS + 1), Given::Unreadable)]);
        assert_eq!(fields(json!(many[1..])).len(), MOST_FIELDS);
    }
}
