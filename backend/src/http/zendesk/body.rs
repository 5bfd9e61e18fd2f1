//! Bodies of writes, read leniently: what has a wrong type is a fault of its field (422), not of the whole body.

use super::copies_body::{GivenCopies, copies_of};
use crate::desk::{Given, GivenField, Submission, html_to_text};
use crate::http::{ApiError, Message, Notes};
use balcao_contract::answers::AnswerValue;
use balcao_contract::id::{FormId, RequestId};
use balcao_contract::limits::MOST_FIELDS;
use balcao_contract::text;
use balcao_contract::time::Timestamp;
use chrono::DateTime;
use serde_json::{Map, Value};
use std::str::FromStr;

/// At most so many ignored keys are named.
const MAX_NAMED: usize = 20;

/// A reference to something by its id: not there, right, or no id at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reference<T> {
    Absent,
    Id(T),
    Unreadable,
}

/// A comment as it came.
#[derive(Debug)]
pub(super) struct GivenComment {
    pub text: Given,
    /// `None` where it is no list of tokens.
    pub uploads: Option<Vec<String>>,
}

/// `POST /requests` as it came.
#[derive(Debug)]
pub(super) struct NewBody {
    pub submission: Submission,
    pub form: Reference<FormId>,
    pub followup_source: Reference<RequestId>,
    pub copies: GivenCopies,
    /// `None` where it is no list of tokens.
    pub uploads: Option<Vec<String>>,
}

/// `PUT /requests/{id}` as it came.
#[derive(Debug)]
pub(super) struct UpdateBody {
    pub comment: Option<GivenComment>,
    /// `None` where it is neither true nor false.
    pub solved: Option<bool>,
    pub copies: GivenCopies,
    /// Zendesk's `safe_update`: only if nothing changed since.
    pub unchanged_since: Reference<Timestamp>,
}

/// Reads a new request, noting what is ignored.
pub(super) fn new_request(body: Value, notes: &Notes) -> Result<NewBody, ApiError> {
    let mut request = object(body, "request", notes)?;
    let mut ignored = Vec::new();
    let comment = comment_of(request.remove("comment").unwrap_or(Value::Null), &mut ignored);
    let fields = match request.remove("custom_fields") {
        None | Some(Value::Null) => request.remove("fields"),
        given => given,
    };
    let form = reference(request.remove("ticket_form_id"));
    let followup_source = reference(request.remove("via_followup_source_id"));
    let mut submission = Submission {
        subject: given(request.remove("subject")),
        description: comment.text,
        fields: fields_of(fields),
        ..Submission::default()
    };
    if form == Reference::Absent {
        submission.priority = given(request.remove("priority"));
        submission.kind = given(request.remove("type"));
    }
    let copies = copies_of(&mut request, &["collaborators"], &[]);
    ignored.extend(request.into_iter().map(|(key, _)| key));
    name_ignored(notes, &ignored);
    Ok(NewBody { submission, form, followup_source, copies, uploads: comment.uploads })
}

/// Reads a change of a request, noting what is ignored.
pub(super) fn update(body: Value, notes: &Notes) -> Result<UpdateBody, ApiError> {
    let mut request = object(body, "request", notes)?;
    let mut ignored = Vec::new();
    let comment = match request.remove("comment") {
        None | Some(Value::Null) => None,
        Some(comment) => Some(comment_of(comment, &mut ignored)),
    };
    let solved = match request.remove("solved") {
        None | Some(Value::Null) => Some(false),
        Some(Value::Bool(solved)) => Some(solved),
        Some(_) => None,
    };
    let unchanged_since = unchanged_since(&mut request);
    let copies = copies_of(&mut request, &["additional_collaborators"], &[]);
    ignored.extend(request.into_iter().map(|(key, _)| key));
    name_ignored(notes, &ignored);
    Ok(UpdateBody { comment, solved, copies, unchanged_since })
}

/// What a body holds under its name. One without it says nothing: its missing fields are named, as with an empty form.
pub(super) fn object(body: Value, name: &str, notes: &Notes) -> Result<Map<String, Value>, ApiError> {
    let wrong = || ApiError::InvalidJson(Message::WrongJson { path: name.to_owned() });
    let Value::Object(mut body) = body else { return Err(wrong()) };
    let request = match body.remove(name) {
        Some(Value::Object(request)) => request,
        None | Some(Value::Null) => Map::new(),
        Some(_) => return Err(wrong()),
    };
    name_ignored(notes, &body.into_iter().map(|(key, _)| key).collect::<Vec<_>>());
    Ok(request)
}

/// Zendesk's `safe_update` and `updated_stamp`.
pub(super) fn unchanged_since(object: &mut Map<String, Value>) -> Reference<Timestamp> {
    let stamp = object.remove("updated_stamp");
    match object.remove("safe_update") {
        Some(Value::Bool(true)) => match stamp.as_ref().and_then(Value::as_str).map(DateTime::parse_from_rfc3339) {
            Some(Ok(moment)) => Reference::Id(Timestamp(moment.to_utc())),
            _ => Reference::Unreadable,
        },
        _ => Reference::Absent,
    }
}

/// How much HTML a body holds: the one thing in it that takes work to read.
pub(super) fn html_bytes(body: &Value, name: &str) -> usize {
    let html = body.get(name).and_then(|object| object.get("comment")).and_then(|comment| comment.get("html_body"));
    html.and_then(Value::as_str).map_or(0, str::len)
}

/// `body`, its alias `value`, or the text of `html_body`; a bare string is the body.
pub(super) fn comment_of(comment: Value, ignored: &mut Vec<String>) -> GivenComment {
    let mut comment = match comment {
        Value::Object(comment) => comment,
        Value::Null => return GivenComment { text: Given::Nothing, uploads: Some(Vec::new()) },
        other => return GivenComment { text: given(Some(other)), uploads: Some(Vec::new()) },
    };
    let body = given(comment.remove("body"));
    let value = given(comment.remove("value"));
    let html = match given(comment.remove("html_body")) {
        Given::Value(AnswerValue::Text(html)) => Given::Value(AnswerValue::Text(html_to_text(&html))),
        other => other,
    };
    let says = |given: &Given| match given {
        Given::Nothing => false,
        Given::Value(value) => !value.is_blank(),
        Given::Unreadable => true,
    };
    let text = [body, value, html].into_iter().find(says).unwrap_or_default();
    let uploads = match comment.remove("uploads") {
        None | Some(Value::Null) => Some(Vec::new()),
        Some(Value::String(token)) => Some(vec![token]),
        Some(Value::Array(tokens)) => {
            tokens.into_iter().map(|token| token.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>()
        }
        Some(_) => None,
    };
    ignored.extend(comment.into_iter().map(|(key, _)| format!("comment.{key}")));
    GivenComment { text, uploads }
}

/// `[{"id": 1, "value": "x"}]`. Anything else in it is a fault of a field that has no name.
pub(super) fn fields_of(fields: Option<Value>) -> Vec<(GivenField, Given)> {
    let entries = match fields {
        None | Some(Value::Null) => return Vec::new(),
        Some(Value::Array(entries)) if entries.len() > MOST_FIELDS => {
            return vec![(GivenField::TooMany(entries.len()), Given::Unreadable)];
        }
        Some(Value::Array(entries)) => entries,
        Some(_) => return vec![(GivenField::Unreadable("custom_fields".to_owned()), Given::Unreadable)],
    };
    entries
        .into_iter()
        .map(|entry| match entry {
            Value::Object(mut entry) => {
                let id = entry.remove("id");
                let field = match reference(id.clone()) {
                    Reference::Id(id) => GivenField::Id(id),
                    _ => GivenField::Unreadable(shown(id.as_ref())),
                };
                (field, given(entry.remove("value")))
            }
            other => (GivenField::Unreadable(shown(Some(&other))), Given::Unreadable),
        })
        .collect()
}

/// A name for what has none, short and on one line.
fn shown(id: Option<&Value>) -> String {
    let written = match id {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    let line: String = text::single_line(&written).chars().take(40).collect();
    if text::is_blank(&line) { "custom_fields".to_owned() } else { line }
}

pub(super) fn given(value: Option<Value>) -> Given {
    match value {
        None | Some(Value::Null) => Given::Nothing,
        Some(value) => serde_json::from_value(value).map_or(Given::Unreadable, Given::Value),
    }
}

/// An id as a number or, as some clients write it, as text.
pub(super) fn reference<T: TryFrom<u64> + FromStr>(value: Option<Value>) -> Reference<T> {
    let id = match value {
        None | Some(Value::Null) => return Reference::Absent,
        Some(Value::String(text)) => text.trim().parse().ok(),
        Some(Value::Number(number)) => number.as_u64().and_then(|number| T::try_from(number).ok()),
        Some(_) => None,
    };
    id.map_or(Reference::Unreadable, Reference::Id)
}

/// Names ignored keys in `X-Zendesk-API-Warn`, in Zendesk's words.
pub(super) fn name_ignored(notes: &Notes, keys: &[String]) {
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
    use super::*;
    use serde_json::json;

    fn read(body: Value) -> (NewBody, Vec<String>) {
        let notes = Notes::default();
        let body = new_request(body, &notes).unwrap();
        (body, notes.warnings())
    }

    fn text(value: &str) -> Given {
        Given::Value(AnswerValue::from(value))
    }

    #[test]
    fn a_comment_has_three_spellings() {
        let says = |comment: Value| read(json!({ "request": { "comment": comment } })).0.submission.description;
        assert_eq!(says(json!({ "body": "a" })), text("a"));
        assert_eq!(says(json!({ "value": "a" })), text("a"));
        assert_eq!(says(json!({ "html_body": "<p>a</p><script>b</script>" })), text("a"));
        assert_eq!(says(json!({ "body": " ", "html_body": "<b>a</b>" })), text("a"));
        assert_eq!(says(json!("a")), text("a"));
        assert_eq!(says(json!({ "body": { "x": 1 } })), Given::Unreadable);
        assert_eq!(says(json!({})), Given::Nothing);
        assert_eq!(says(json!(null)), Given::Nothing);
    }

    #[test]
    fn tampering_is_ignored_and_named() {
        let (_, warnings) = read(json!({ "request": {
            "subject": "a", "status": "solved", "organization_id": 9, "requester_id": 9, "assignee_id": 9,
            "collaborator_ids": [9], "comment": { "body": "b", "public": false }, "x\r\ny": 1,
        }, "ticket": {} }));
        let warnings = warnings.join(" ");
        for key in [
            "status",
            "organization_id",
            "requester_id",
            "assignee_id",
            "collaborator_ids",
            "comment.public",
            "xy",
            "ticket",
        ] {
            assert!(warnings.contains(&format!("\"{key}\"")), "{key}: {warnings}");
        }
        assert!(!warnings.chars().any(char::is_control));
    }

    #[test]
    fn a_priority_counts_only_without_a_form() {
        let (body, warnings) = read(json!({ "request": { "priority": "high", "type": "task" } }));
        assert_eq!((body.submission.priority, body.submission.kind), (text("high"), text("task")));
        assert!(warnings.is_empty());
        let (body, warnings) = read(json!({ "request": { "priority": "high", "ticket_form_id": 1001 } }));
        assert_eq!(
            (body.submission.priority, body.form),
            (Given::Nothing, Reference::Id(FormId::try_from(1001).unwrap()))
        );
        assert!(warnings[0].contains("\"priority\""));
    }

    /// A missing comment was once taken for one with unreadable uploads.
    #[test]
    fn no_comment_has_no_uploads() {
        assert_eq!(read(json!({ "request": {} })).0.uploads, Some(Vec::new()));
        assert_eq!(read(json!({ "request": { "comment": { "uploads": {} } } })).0.uploads, None);
    }

    #[test]
    fn ids_are_numbers_or_their_text() {
        let form = |value: Value| read(json!({ "request": { "ticket_form_id": value } })).0.form;
        let id = Reference::Id(FormId::try_from(7).unwrap());
        assert_eq!((form(json!(7)), form(json!("7")), form(json!(null))), (id, id, Reference::Absent));
        for wrong in [json!(0), json!(-1), json!(1.5), json!("x"), json!([7]), json!(9_007_199_254_740_992_u64)] {
            assert_eq!(form(wrong.clone()), Reference::Unreadable, "{wrong}");
        }
    }

    #[test]
    fn what_is_no_request_is_no_body() {
        for body in [json!([]), json!("x"), json!(null), json!({ "request": "x" }), json!({ "request": [1] })] {
            assert!(matches!(new_request(body, &Notes::default()), Err(ApiError::InvalidJson(_))));
        }
        assert!(new_request(json!({}), &Notes::default()).is_ok());
    }

    #[test]
    fn fields_that_are_none_have_no_name() {
        let fields = |value: Value| read(json!({ "request": { "custom_fields": value } })).0.submission.fields;
        let unnamed = GivenField::Unreadable("custom_fields".to_owned());
        assert_eq!(fields(json!({ "1": "x" })), [(unnamed.clone(), Given::Unreadable)]);
        assert_eq!(fields(json!([{ "value": "x" }])), [(unnamed, text("x"))]);
        assert_eq!(fields(json!(["x"])), [(GivenField::Unreadable("x".to_owned()), Given::Unreadable)]);
        assert_eq!(fields(json!([{ "id": "7", "value": null }])).len(), 1);
        let many: Vec<Value> = (0..=MOST_FIELDS).map(|id| json!({ "id": id, "value": "x" })).collect();
        assert_eq!(fields(json!(many)), [(GivenField::TooMany(MOST_FIELDS + 1), Given::Unreadable)]);
        assert_eq!(fields(json!(many[1..])).len(), MOST_FIELDS);
    }
}
