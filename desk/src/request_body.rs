//! From what a requester sends to what is to be done: every fault of a body at once, each with its field.

use super::commands::{DeskError, Opening, Reply};
use super::comment::{GivenComment, checked, uploads};
use super::copies;
use super::routing::Routing;
use super::submission::{GivenField, InvalidField, Submission, accept, accept_without_form};
use crate::forms::{Audience, Forms};
use balcao_contract::form::Form;
use balcao_contract::locale::Locale;
use balcao_contract::panel::Capability;
use balcao_contract::time::Timestamp;
use balcao_contract::validation::AnswerErrorKind;
use balcao_contract::wire::{FieldAnswers, Given, NewRequest, RequestUpdate};

/// Who opens a request, and what there is to open.
#[derive(Clone, Copy)]
pub struct Opener<'a> {
    /// The forms.
    pub forms: &'a Forms,
    /// Which group answers what.
    pub routing: &'a Routing,
    /// For whom the forms are tailored.
    pub audience: Audience<'a>,
    /// What they may do.
    pub capabilities: &'a [Capability],
    /// The language that the request is opened in.
    pub locale: Locale,
    /// Somebody else speaks for them, in a language of their own: the request keeps theirs.
    pub by_another: bool,
}

/// What a body asks to open, checked against its form as this account is asked it. Who may not open it learns nothing
/// else about it. Given back with the form, which words what is refused later.
///
/// # Errors
/// [`DeskError::NotAllowed`], or [`DeskError::Invalid`] with every fault.
pub fn opening(opener: &Opener<'_>, body: NewRequest, comment: GivenComment) -> Result<(Opening, Form), DeskError> {
    let Opener { forms, audience, locale, .. } = *opener;
    let default = forms.default_form(locale).ok_or(DeskError::NotFound)?;
    let tailored = |id| forms.tailored_by_id(id, locale, audience);
    let names_none = body.ticket_form_id.is_nothing();
    let named = body.ticket_form_id.value().and_then(tailored);
    let is_named = named.is_some();
    let form = named.or_else(|| tailored(default.id)).ok_or(DeskError::NotFound)?;
    if !opener.capabilities.contains(&form.capability) {
        return Err(DeskError::NotAllowed(form.capability));
    }
    let mut faults = Vec::new();
    let uploads = uploads(comment.uploads, &mut faults);
    let submission = Submission {
        subject: body.subject,
        description: comment.text,
        fields: fields(body.custom_fields, body.fields),
        files: uploads.len(),
        locale,
        priority: body.priority.filter(|_| names_none).unwrap_or_default(),
        kind: body.kind.filter(|_| names_none).unwrap_or_default(),
    };
    let accepted = if is_named {
        accept(&form, submission)
    } else if names_none {
        accept_without_form(&form, submission)
    } else {
        faults.push(InvalidField::base("ticket_form_id", AnswerErrorKind::UnknownOption));
        // The form is not known, so its rule is not either; title and text are needed in any case.
        accept_without_form(&form, Submission { fields: Vec::new(), ..submission })
    };
    let accepted = accepted.map_err(|found| faults.extend(found)).ok();
    let copies =
        copies::change_of(Vec::new(), vec![("collaborators", body.collaborators)], body.email_ccs, &mut faults);
    let followup_source = readable("via_followup_source_id", body.via_followup_source_id, &mut faults);
    match accepted {
        Some(accepted) if faults.is_empty() => {
            let group = opener.routing.group(Some(&form.key), &accepted.answers, audience.region);
            let group = group.map(str::to_owned);
            let locale = (!opener.by_another).then_some(locale);
            Ok((Opening { accepted, locale, form: Some(form.id), followup_source, uploads, group, copies }, form))
        }
        _ => Err(DeskError::Invalid { faults, form: Some(Box::new(form)) }),
    }
}

/// Keys of a new request that are known and do not count, because of what else it says.
#[must_use]
pub fn keys_without_effect(body: &NewRequest) -> Vec<&'static str> {
    let names_form = !body.ticket_form_id.is_nothing();
    let all = [
        ("fields", body.fields.is_some() && !body.custom_fields.is_nothing()),
        ("priority", body.priority.is_some() && names_form),
        ("type", body.kind.is_some() && names_form),
    ];
    all.into_iter().filter(|(_, is_idle)| *is_idle).map(|(key, _)| key).collect()
}

/// What a body asks to change.
///
/// # Errors
/// [`DeskError::Invalid`] with every fault.
pub fn reply(body: RequestUpdate, comment: Option<GivenComment>) -> Result<Reply, DeskError> {
    let mut faults = Vec::new();
    let comment = comment.and_then(|comment| checked(comment, &mut faults));
    let solve = readable("solved", body.solved, &mut faults).unwrap_or_default();
    let adding = vec![("additional_collaborators", body.additional_collaborators)];
    let copies = copies::change_of(Vec::new(), adding, body.email_ccs, &mut faults);
    let unchanged_since = unchanged_since(body.safe_update, body.updated_stamp, &mut faults);
    let reply = Reply { comment, solve, copies, unchanged_since };
    if faults.is_empty() { Ok(reply) } else { Err(DeskError::Invalid { faults, form: None }) }
}

/// The answers under the one key, or under the other where there is nothing under the first.
pub(super) fn fields(
    custom_fields: Given<FieldAnswers>,
    fields: Option<Given<FieldAnswers>>,
) -> Vec<(GivenField, super::Given)> {
    let given = if custom_fields.is_nothing() { fields.unwrap_or_default() } else { custom_fields };
    given.value().unwrap_or_default().0
}

/// A value, or the fault that it is of another type.
pub(super) fn readable<T>(key: &str, given: Given<T>, faults: &mut Vec<InvalidField>) -> Option<T> {
    if matches!(given, Given::Unreadable) {
        faults.push(InvalidField::base(key, AnswerErrorKind::WrongType));
    }
    given.value()
}

/// Zendesk's `safe_update`: only if nothing changed since `updated_stamp`.
pub(super) fn unchanged_since(
    safe_update: Given<bool>,
    updated_stamp: Given<Timestamp>,
    faults: &mut Vec<InvalidField>,
) -> Option<Timestamp> {
    if safe_update != Given::Value(true) {
        return None;
    }
    let stamp = updated_stamp.value();
    if stamp.is_none() {
        faults.push(InvalidField::base("updated_stamp", AnswerErrorKind::WrongType));
    }
    stamp
}
