//! Whether what was sent becomes a request: the contract's rule over the form, plus what only the wire can get wrong.

use crate::forms::answer_lines;
use balcao_contract::answers::{AnswerValue, Answers};
use balcao_contract::form::{FieldKey, FieldKind, Form};
use balcao_contract::limits::MOST_FIELDS;
use balcao_contract::locale::Locale;
use balcao_contract::normal::normal;
use balcao_contract::priority::{Priority, priority};
use balcao_contract::text;
use balcao_contract::validation::{AnswerErrorKind, fault_of_files, validate};
use balcao_contract::visibility::answers_that_count;
pub use balcao_contract::wire::GivenField;
use std::collections::{HashMap, HashSet};
use std::hash::Hash;

/// The longest title of a request whose form asks none, in characters.
const MAX_SUBJECT: u32 = FieldKind::Subject.default_max_length();

/// A value of a form as it came.
pub type Given = balcao_contract::wire::Given<AnswerValue>;

/// What was sent.
#[derive(Debug, Clone, Default)]
pub struct Submission {
    /// The title.
    pub subject: Given,
    /// The first comment's text.
    pub description: Given,
    /// The answers.
    pub fields: Vec<(GivenField, Given)>,
    /// How many files come with it.
    pub files: usize,
    /// The reader's language, in which a request says what nobody wrote.
    pub locale: Locale,
    /// Read only where no form is named.
    pub priority: Given,
    /// Zendesk's `type`; read only where no form is named.
    pub kind: Given,
}

/// What becomes a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// One clean line.
    pub subject: String,
    /// The first comment's text.
    pub description: String,
    /// The answers that count, without title and description.
    pub answers: Answers,
    /// Worked out from the answers.
    pub priority: Option<Priority>,
    /// `question`, `incident`, `problem` or `task`.
    pub kind: Option<&'static str>,
}

/// A fault and where it stands in `details`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidField {
    /// The field's key.
    pub key: String,
    /// Not a field of the form: stands under `base`.
    pub base: bool,
    /// What is wrong.
    pub kind: AnswerErrorKind,
}

impl InvalidField {
    /// A fault of a field.
    #[must_use]
    pub fn field(key: &str, kind: AnswerErrorKind) -> Self {
        Self { key: key.to_owned(), base: false, kind }
    }

    /// A fault of something that is no field.
    #[must_use]
    pub fn base(key: &str, kind: AnswerErrorKind) -> Self {
        Self { key: key.to_owned(), base: true, kind }
    }
}

/// Checks against a form that was named: the whole rule.
///
/// # Errors
/// Every fault, one a field, in the order of the form.
pub fn accept(form: &Form, submission: Submission) -> Result<Accepted, Vec<InvalidField>> {
    accept_with(form, form, submission, false)
}

/// Checks a request that names no form, as other Zendesk clients send it: a title and a text are enough; what it
/// answers of the default form must still be right.
///
/// # Errors
/// Every fault, one a field.
pub fn accept_without_form(default: &Form, submission: Submission) -> Result<Accepted, Vec<InvalidField>> {
    let mut lenient = default.clone();
    for field in &mut lenient.fields {
        field.required = matches!(field.kind, FieldKind::Subject | FieldKind::Description);
    }
    // Without conditions every field may be answered.
    lenient.end_user_conditions.clear();
    accept_with(default, &lenient, submission, true)
}

/// Answers with some of them changed, as an agent changes them: each must be right by itself. What the form requires,
/// and what it shows under which conditions, binds requesters.
///
/// # Errors
/// Every fault, one a field.
pub fn amend(form: &Form, answers: &Answers, fields: Vec<(GivenField, Given)>) -> Result<Answers, Vec<InvalidField>> {
    let mut lenient = form.clone();
    lenient.end_user_conditions.clear();
    for field in &mut lenient.fields {
        field.required = false;
    }
    let mut faults = Vec::new();
    let mut changed = Answers::default();
    let mut emptied = Vec::new();
    for (field, given) in fields {
        let known = match &field {
            GivenField::Id(id) => form.field_by_id(*id),
            GivenField::Unreadable(_) | GivenField::TooMany(_) => None,
        };
        match (known.filter(|field| field.kind.is_custom()), field) {
            (Some(field), _) if given == Given::Nothing => emptied.push(field.key.clone()),
            (Some(field), _) => take(&mut changed, &mut faults, form, &field.key, given),
            (None, GivenField::Id(id)) => {
                faults.push(InvalidField::base(&id.to_string(), AnswerErrorKind::UnknownField))
            }
            (None, GivenField::Unreadable(id)) => faults.push(InvalidField::base(&id, AnswerErrorKind::UnknownField)),
            (None, GivenField::TooMany(actual)) => faults.push(too_many_fields(actual)),
        }
    }
    for fault in validate(&lenient, &changed) {
        faults.push(InvalidField::field(fault.key.as_str(), fault.kind));
    }
    if !faults.is_empty() {
        return Err(one_each(form, faults));
    }
    let mut amended = answers.clone();
    for key in emptied {
        amended.remove(key.as_str());
    }
    for (key, value) in changed.iter() {
        if value.is_blank() { amended.remove(key.as_str()) } else { amended.set(key.clone(), value.clone()) }
    }
    Ok(amended)
}

fn accept_with(
    form: &Form,
    rule: &Form,
    submission: Submission,
    client_decides: bool,
) -> Result<Accepted, Vec<InvalidField>> {
    let mut faults = Vec::new();
    let mut answers = Answers::default();
    let subject_key = key_of(form, FieldKind::Subject, "subject");
    let description_key = key_of(form, FieldKind::Description, "description");

    take(&mut answers, &mut faults, form, &subject_key, submission.subject);
    take(&mut answers, &mut faults, form, &description_key, submission.description);
    for (field, given) in submission.fields {
        let known = match &field {
            GivenField::Id(id) => form.field_by_id(*id),
            GivenField::Unreadable(_) | GivenField::TooMany(_) => None,
        };
        match (known, &field) {
            // Title, text and files have their own place in a request.
            (Some(field), _) if !field.kind.is_custom() => {
                faults.push(InvalidField::field(field.key.as_str(), AnswerErrorKind::UnknownField));
            }
            (Some(field), _) => take(&mut answers, &mut faults, form, &field.key, given),
            (None, GivenField::Id(id)) => {
                faults.push(InvalidField::base(&id.to_string(), AnswerErrorKind::UnknownField))
            }
            (None, GivenField::Unreadable(id)) => faults.push(InvalidField::base(id, AnswerErrorKind::UnknownField)),
            (None, GivenField::TooMany(actual)) => faults.push(too_many_fields(*actual)),
        }
    }

    // A form without a title still makes a request that needs one: what was given, or the form's name.
    let asks_subject = form.field(subject_key.as_str()).is_some();
    let own_subject = if asks_subject { None } else { Some(answers.text(subject_key.as_str()).to_owned()) };
    if let Some(given) = &own_subject {
        answers.remove(subject_key.as_str());
        let actual = u32::try_from(text::length(given)).unwrap_or(u32::MAX);
        if actual > MAX_SUBJECT {
            faults.push(InvalidField::field("subject", AnswerErrorKind::TooLong { max: MAX_SUBJECT, actual }));
        }
    }

    for fault in validate(rule, &answers).into_iter().chain(fault_of_files(rule, &answers, submission.files)) {
        faults.push(InvalidField::field(fault.key.as_str(), fault.kind));
    }
    let (client_priority, client_kind) = match client_decides {
        true => (
            chosen(&mut faults, "priority", &submission.priority, Priority::from_name),
            chosen(&mut faults, "type", &submission.kind, kind_of_name),
        ),
        false => (None, None),
    };
    if !faults.is_empty() {
        return Err(one_each(form, faults));
    }

    let counted = answers_that_count(rule, &answers);
    let worked_out = if client_decides && counted.get("problem_type").is_none() {
        client_priority
    } else {
        priority(form.priority_rule, &counted).or(client_priority)
    };
    let kind = kind_of_name(counted.text("problem_type")).or(client_kind);
    let subject = match own_subject {
        Some(given) if !text::is_blank(&given) => given,
        Some(_) => form.subject_of(&counted).to_owned(),
        None => counted.text(subject_key.as_str()).to_owned(),
    };
    let description = match counted.text(description_key.as_str()) {
        written if text::is_blank(written) => first_comment(form, &subject, &counted, submission.locale),
        written => written.to_owned(),
    };
    let mut answers = counted;
    answers.remove(subject_key.as_str());
    answers.remove(description_key.as_str());
    Ok(Accepted { subject, description, answers, priority: worked_out, kind })
}

fn key_of(form: &Form, kind: FieldKind, default: &str) -> FieldKey {
    form.fields
        .iter()
        .find(|field| field.kind == kind)
        .map_or_else(|| FieldKey::new(default), |field| field.key.clone())
}

/// Keeps a value as it is stored, or notes that it is none.
fn take(answers: &mut Answers, faults: &mut Vec<InvalidField>, form: &Form, key: &FieldKey, given: Given) {
    match given {
        Given::Nothing => answers.remove(key.as_str()),
        Given::Unreadable => faults.push(InvalidField::field(key.as_str(), AnswerErrorKind::WrongType)),
        Given::Value(value) => {
            let value = match (form.field(key.as_str()), value) {
                (Some(field), value) => normal(field, value),
                // A title that the form does not ask.
                (None, AnswerValue::Text(text)) => AnswerValue::Text(text::single_line(&text)),
                (None, other) => other,
            };
            answers.set(key.clone(), value);
        }
    }
}

/// The thread's beginning where a form leaves its text to the requester and they wrote none: what they answered, so that
/// whoever takes the request reads it there.
fn first_comment(form: &Form, subject: &str, answers: &Answers, locale: Locale) -> String {
    let lines = answer_lines(form, answers, locale);
    let lines: Vec<String> = lines.into_iter().map(|(label, value)| format!("{label}: {value}")).collect();
    let text: String = lines.join("\n").chars().take(FieldKind::Description.default_max_length() as usize).collect();
    if text::is_blank(&text) { subject.to_owned() } else { text }
}

/// A choice that only a client without a form makes.
fn chosen<T>(faults: &mut Vec<InvalidField>, key: &str, given: &Given, read: impl Fn(&str) -> Option<T>) -> Option<T> {
    let read = match given {
        Given::Nothing => return None,
        Given::Value(AnswerValue::Text(name)) => read(name).ok_or(AnswerErrorKind::UnknownOption),
        _ => Err(AnswerErrorKind::WrongType),
    };
    read.map_err(|kind| faults.push(InvalidField::field(key, kind))).ok()
}

/// Zendesk's `type` of that name.
#[must_use]
pub fn kind_of_name(name: &str) -> Option<&'static str> {
    ["question", "incident", "problem", "task"].into_iter().find(|known| *known == name)
}

/// What stands in place of faults of fields where there are more of these than are read.
fn too_many_fields(actual: usize) -> InvalidField {
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    InvalidField::base(
        "custom_fields",
        AnswerErrorKind::TooManyEntries { max: number(MOST_FIELDS), actual: number(actual) },
    )
}

/// One fault a field, the first that was found, in the order of the form; what is no field comes last.
fn one_each(form: &Form, faults: Vec<InvalidField>) -> Vec<InvalidField> {
    let places: HashMap<&str, usize> = form.fields.iter().map(|field| field.key.as_str()).zip(0..).collect();
    let place =
        |fault: &InvalidField| places.get(fault.key.as_str()).copied().filter(|_| !fault.base).unwrap_or(usize::MAX);
    let mut kept = first_of_each(faults, |fault| (fault.base, fault.key.clone()));
    kept.sort_by_cached_key(place);
    kept
}

/// The first of those that have the same key, in their order. What is compared grows with their number alone.
fn first_of_each<T, K: Eq + Hash>(all: Vec<T>, key: impl Fn(&T) -> K) -> Vec<T> {
    let mut known = HashSet::with_capacity(all.len());
    all.into_iter().filter(|one| known.insert(key(one))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;
    use std::hash::Hasher;

    /// A key that counts how often it is compared.
    struct Counted<'a>(u32, &'a Cell<u64>);

    impl PartialEq for Counted<'_> {
        fn eq(&self, other: &Self) -> bool {
            self.1.set(self.1.get() + 1);
            self.0 == other.0
        }
    }

    impl Eq for Counted<'_> {}

    impl Hash for Counted<'_> {
        fn hash<H: Hasher>(&self, state: &mut H) {
            self.0.hash(state);
        }
    }

    /// 140,000 fields in a megabyte once took half a minute of comparing each with each.
    #[test]
    fn finding_what_is_there_twice_compares_no_more_than_there_is() {
        let comparisons = Cell::new(0);
        let all: Vec<u32> = (0..140_000).chain(0..1_000).collect();
        let kept = first_of_each(all, |number| Counted(*number, &comparisons));
        assert_eq!(kept, (0..140_000).collect::<Vec<_>>());
        assert!(comparisons.get() < 141_000, "{}", comparisons.get());
    }
}
