//! The data: the shapes of the API, as they are everywhere else, and the answers with their labels.

use super::Head;
use super::thread::{CommentWithFiles, Document};
use crate::http::zendesk::shapes;
use crate::http::{ApiError, App};
use crate::identity::SignedIn;
use serde::Serialize;
use serde_json::{Value, json};
use std::sync::Arc;

pub(super) struct Data {
    app: App,
    signed_in: SignedIn,
    head: Arc<Head>,
    is_first: bool,
}

impl Data {
    pub fn new(app: App, signed_in: SignedIn, head: Arc<Head>) -> Self {
        Self { app, signed_in, head, is_first: true }
    }
}

impl Document for Data {
    fn begin(&mut self) -> Result<Vec<u8>, ApiError> {
        let answers = self.head.answers.iter();
        let answers: Vec<Value> = answers.map(|line| json!({ "label": line.label, "value": line.value })).collect();
        Ok(format!("{{\n  \"answers\": {},\n  \"comments\": [", indented(&answers, 1)?).into_bytes())
    }

    fn comment(&mut self, (row, files): &CommentWithFiles) -> Result<Vec<u8>, ApiError> {
        let comma = if std::mem::take(&mut self.is_first) { "" } else { "," };
        let comment = json!(shapes::comment(&self.app, row.clone(), files.clone(), false));
        Ok(format!("{comma}\n    {}", indented(&comment, 2)?).into_bytes())
    }

    fn end(&mut self) -> Result<Vec<u8>, ApiError> {
        let request = json!(shapes::request(&self.app, &self.signed_in, self.head.request.clone()));
        let users: Vec<Value> = self.head.people.iter().cloned().map(|person| json!(shapes::user(person))).collect();
        let end = if self.is_first { "]" } else { "\n  ]" };
        let (request, users) = (indented(&request, 1)?, indented(&users, 1)?);
        Ok(format!("{end},\n  \"request\": {request},\n  \"users\": {users}\n}}").into_bytes())
    }
}

/// Many lines, as a part of something that is so many steps further in. A text has no line breaks in JSON.
fn indented(value: &impl Serialize, steps: usize) -> Result<String, ApiError> {
    let written = serde_json::to_string_pretty(value).map_err(ApiError::internal)?;
    Ok(written.replace('\n', &format!("\n{}", "  ".repeat(steps))))
}
