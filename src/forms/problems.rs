//! What is wrong with the answers, as it is shown: found by the rule here, or said by the backend.

use balcao_contract::form::{FieldKey, FieldKind, Form};
use balcao_contract::validation::{AnswerError, AnswerErrorKind};
use balcao_contract::wire::ErrorBody;

/// The backend's name for a token that it does not know (any more).
const INVALID_UPLOAD: &str = "InvalidUpload";

/// What is wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// Found by the contract's rule; put into words when shown, so that it follows the language.
    Rule(AnswerErrorKind),
    /// The backend's sentence.
    Said(String),
}

/// The problems that are shown now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Problems {
    /// By field, in the form's order.
    pub fields: Vec<(FieldKey, Problem)>,
    /// The backend's sentences about nothing that the form has.
    pub others: Vec<String>,
}

impl Problems {
    /// The problems that the rule has found.
    #[must_use]
    pub fn found(faults: Vec<AnswerError>) -> Self {
        let fields = faults.into_iter().map(|fault| (fault.key, Problem::Rule(fault.kind))).collect();
        Self { fields, others: Vec::new() }
    }

    /// The problems that the backend names. A body without details gives its own description.
    #[must_use]
    pub fn said(form: &Form, body: &ErrorBody) -> Self {
        let mut problems = Self::default();
        let mut entries: Vec<(&str, &str)> = Vec::new();
        for (key, errors) in &body.details {
            for error in errors {
                let key = if form.field(&error.field_key).is_some() { &error.field_key } else { key };
                entries.push((key, &error.description));
            }
        }
        for field in &form.fields {
            // One a field is enough to begin with; the others show themselves after it is mended.
            if let Some((_, sentence)) = entries.iter().find(|(key, _)| is_about(form, field.kind, &field.key, key)) {
                problems.fields.push((field.key.clone(), Problem::Said((*sentence).to_owned())));
            }
        }
        let known = |key: &str| form.fields.iter().any(|field| is_about(form, field.kind, &field.key, key));
        problems.others = entries.iter().filter(|(key, _)| !known(key)).map(|(_, said)| (*said).to_owned()).collect();
        if problems.is_empty() {
            problems.others.extend(body.description.clone());
        }
        problems
    }

    /// Nothing is wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.others.is_empty()
    }

    /// What is wrong with a field.
    #[must_use]
    pub fn of(&self, key: &str) -> Option<&Problem> {
        self.fields.iter().find(|(known, _)| known.as_str() == key).map(|(_, problem)| problem)
    }

    /// Looks again at a field whose problem is shown: `fault` is what the rule says now. A problem that was mended goes
    /// away, and so does what the backend said about an answer that has been changed since. A field that showed
    /// nothing keeps quiet: nobody is told off while still typing.
    pub fn look_again(&mut self, key: &str, fault: Option<AnswerErrorKind>, changed: bool) {
        let Some(index) = self.fields.iter().position(|(known, _)| known.as_str() == key) else { return };
        match (fault, &mut self.fields[index].1) {
            (Some(fault), problem) => *problem = Problem::Rule(fault),
            (None, Problem::Said(_)) if !changed => {}
            (None, _) => {
                self.fields.remove(index);
            }
        }
    }
}

/// The backend speaks of the description as `comment` or `description`, and of files as `uploads`: Zendesk's words.
fn is_about(form: &Form, kind: FieldKind, field: &FieldKey, key: &str) -> bool {
    if form.field(key).is_some() {
        return field.as_str() == key;
    }
    match kind {
        FieldKind::Description => matches!(key, "comment" | "body" | "description"),
        FieldKind::Subject => key == "subject",
        FieldKind::Evidence => matches!(key, "uploads" | "comment.uploads" | "evidence"),
        _ => false,
    }
}

/// The backend refuses only because of uploads: they have expired, and can be sent again.
#[must_use]
pub fn only_uploads_are_invalid(body: &ErrorBody) -> bool {
    let mut errors = body.details.values().flatten().peekable();
    errors.peek().is_some() && errors.all(|error| error.error == INVALID_UPLOAD)
}
