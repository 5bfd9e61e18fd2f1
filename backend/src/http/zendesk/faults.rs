//! From the desk's refusals to the wire's.

use crate::desk::{DeskError, Fault};
use crate::http::{ApiError, FieldFault, Message};
use balcao_contract::form::Form;
use balcao_contract::locale::Locale;
use balcao_contract::validation::FaultKind;

/// Where faults of files stand: the form's field for them.
pub(super) const FILES: &str = "evidence";
/// Where faults of a reply's text stand.
pub(super) const COMMENT: &str = "comment";

/// What a field is called in the reader's language.
pub(super) fn label(form: Option<&Form>, key: &str, locale: Locale) -> String {
    if let Some(field) = form.and_then(|form| form.field(key)) {
        return field.title.clone();
    }
    let known = match (key, locale) {
        (COMMENT, Locale::En) => "Comment",
        (COMMENT, Locale::Pt) => "Comentário",
        (COMMENT, Locale::Es) => "Comentario",
        (FILES, Locale::En) => "Evidence",
        (FILES, Locale::Pt) => "Evidência",
        (FILES, Locale::Es) => "Pruebas",
        ("subject", Locale::En) => "Title",
        ("subject", _) => "Título",
        ("priority", Locale::En) => "Priority",
        ("priority", Locale::Pt) => "Prioridade",
        ("priority", Locale::Es) => "Prioridad",
        _ => key,
    };
    known.to_owned()
}

/// A fault with its sentence.
pub(super) fn field_fault(form: Option<&Form>, key: &str, kind: FaultKind, locale: Locale) -> FieldFault {
    let field = label(form, key, locale);
    let message = match kind {
        FaultKind::Blank => Message::CannotBeBlank { field },
        FaultKind::TooLong { max, .. } => Message::TooLong { field, limit: u64::from(max) },
        FaultKind::UnknownField => Message::UnknownField { field },
        _ => Message::InvalidValue { field },
    };
    FieldFault::new(key, kind.wire_name(), message)
}

/// Faults with their sentences.
pub(super) fn field_faults(form: &Form, faults: &[Fault], locale: Locale) -> Vec<FieldFault> {
    faults.iter().map(|fault| field_fault(Some(form), &fault.key, fault.kind, locale)).collect()
}

/// A refused command on the wire.
pub(super) fn refused(error: DeskError, form: Option<&Form>, locale: Locale) -> ApiError {
    let one = |fault: FieldFault| ApiError::Invalid(vec![fault]);
    match error {
        DeskError::NotFound => ApiError::RecordNotFound,
        DeskError::Closed => ApiError::RequestClosed,
        DeskError::Conflict => ApiError::Conflict,
        DeskError::NoFollowupSource => {
            one(field_fault(form, "via_followup_source_id", FaultKind::UnknownOption, locale))
        }
        DeskError::UnknownUpload => {
            let field = label(form, FILES, locale);
            one(FieldFault::new(FILES, "InvalidUpload", Message::InvalidUpload { field }))
        }
        DeskError::TooManyFiles { most } => {
            let field = label(form, FILES, locale);
            one(FieldFault::new(FILES, "TooManyFiles", Message::TooManyFiles { field, limit: u64::from(most) }))
        }
        DeskError::Store(error) => error.into(),
    }
}
