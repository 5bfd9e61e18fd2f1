//! From the desk's refusals to the wire's.

use super::fault_sentences as sentences;
use crate::http::{ApiError, ErrorDetail, Message};
use balcao_contract::answers::Answers;
use balcao_contract::form::Form;
use balcao_contract::limits::MOST_COPIES;
use balcao_contract::locale::Locale;
use balcao_contract::validation::{AnswerErrorKind, shown_evidence};
use balcao_desk::comment::{COMMENT, FILES};
use balcao_desk::conversation::MAX_TURNS;
use balcao_desk::copies::{CopyError, NoCopy};
use balcao_desk::forms::day_or_month;
use balcao_desk::tags::MOST_TAGS;
use balcao_desk::{DeskError, InvalidField, TransitionDenied};

/// What the keys of people in copy are called.
const PEOPLE_IN_COPY: [&str; 3] = ["People in copy", "Pessoas em cópia", "Personas en copia"];

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
        ("email_ccs" | "email_cc_ids", locale) => PEOPLE_IN_COPY[locale as usize],
        ("collaborators" | "additional_collaborators" | "collaborator_ids", locale) => PEOPLE_IN_COPY[locale as usize],
        ("custom_fields", Locale::En) => "Fields",
        ("custom_fields", _) => "Campos",
        ("subject", Locale::En) => "Title",
        ("subject", _) => "Título",
        ("priority", Locale::En) => "Priority",
        ("reason_code", Locale::En) => "Reason",
        ("reason_code", _) => "Motivo",
        ("satisfaction" | "score", Locale::En) => "Score",
        ("satisfaction" | "score", Locale::Pt) => "Avaliação",
        ("satisfaction" | "score", Locale::Es) => "Calificación",
        ("priority", Locale::Pt) => "Prioridade",
        ("priority", Locale::Es) => "Prioridad",
        ("status", Locale::En) => "Status",
        ("status", Locale::Pt) => "Status",
        ("status", Locale::Es) => "Estado",
        ("tags" | "additional_tags" | "remove_tags", Locale::En | Locale::Pt) => "Tags",
        ("tags" | "additional_tags" | "remove_tags", Locale::Es) => "Etiquetas",
        ("type", Locale::En) => "Type",
        ("type", _) => "Tipo",
        ("assignee_id", Locale::En) => "Assignee",
        ("assignee_id", Locale::Pt) => "Atribuído",
        ("assignee_id", Locale::Es) => "Agente asignado",
        ("group_id", Locale::En) => "Group",
        ("group_id", _) => "Grupo",
        ("requester", Locale::En) => "Requester",
        ("requester", Locale::Pt) => "Solicitante",
        ("requester", Locale::Es) => "Solicitante",
        ("problem", Locale::En) => "What does not work",
        ("problem", Locale::Pt) => "O que não funciona",
        ("problem", Locale::Es) => "Qué no funciona",
        ("tried", Locale::En) => "Already tried",
        ("tried", Locale::Pt) => "O que já foi tentado",
        ("tried", Locale::Es) => "Qué ya se intentó",
        ("text", Locale::En) => "Question",
        ("text", Locale::Pt) => "Pergunta",
        ("text", Locale::Es) => "Pregunta",
        ("organization_id", Locale::En) => "Organization",
        ("organization_id", Locale::Pt) => "Organização",
        ("organization_id", Locale::Es) => "Organización",
        _ => key,
    };
    known.to_owned()
}

/// A fault with its sentence.
pub(super) fn field_fault(form: Option<&Form>, key: &str, kind: &AnswerErrorKind, locale: Locale) -> ErrorDetail {
    let field = label(form, key, locale);
    let message = match kind {
        AnswerErrorKind::Blank => Message::CannotBeBlank { field },
        AnswerErrorKind::TooLong { max, .. } => Message::TooLong { field, limit: u64::from(*max) },
        AnswerErrorKind::UnknownField => Message::UnknownField { field },
        AnswerErrorKind::TooEarly { earliest } => Message::TooEarly { field, day: day_or_month(earliest, locale) },
        AnswerErrorKind::TooLate { latest } => Message::TooLate { field, day: day_or_month(latest, locale) },
        AnswerErrorKind::Format(fault) => Message::WrongFormat { field, what: sentences::what(fault, locale) },
        AnswerErrorKind::Entries(faults) => Message::WrongFormat { field, what: sentences::entries(faults, locale) },
        AnswerErrorKind::TooManyEntries { max, actual } => {
            Message::TooManyEntries { field, limit: u64::from(*max), actual: u64::from(*actual) }
        }
        _ => Message::InvalidValue { field },
    };
    ErrorDetail::new(key, kind.wire_name(), message)
}

/// Faults with their sentences. The form says what its own fields are called.
pub(in crate::http) fn invalid(faults: &[InvalidField], form: Option<&Form>, locale: Locale) -> ApiError {
    let worded = |fault: &InvalidField| field_fault(form.filter(|_| !fault.base), &fault.key, &fault.kind, locale);
    ApiError::Invalid(faults.iter().map(worded).collect())
}

/// The key and the label of the files: the evidence that these answers show, where a form asks for any.
fn files_of(form: Option<(&Form, &Answers)>, locale: Locale) -> (String, String) {
    let shown = form.and_then(|(form, answers)| shown_evidence(form, answers));
    match shown {
        Some(shown) => (shown.field.key.as_str().to_owned(), shown.field.title.clone()),
        None => (FILES.to_owned(), label(None, FILES, locale)),
    }
}

/// A step that the life of a request does not have. The first sentence is Zendesk's.
fn barred_fault(barred: TransitionDenied) -> ErrorDetail {
    let (key, error, message) = match barred {
        TransitionDenied::Closed => ("status", "ClosedTicket", Message::TicketClosed),
        TransitionDenied::ClosedByHand => ("status", "InvalidValue", Message::ClosedByHand),
        TransitionDenied::NewAgain => ("status", "InvalidValue", Message::NewAgain),
        TransitionDenied::SolvedByNobody => ("assignee_id", "BlankValue", Message::SolvedByNobody),
        TransitionDenied::Full => (COMMENT, "TicketFull", Message::TicketFull),
    };
    ErrorDetail::new(key, error, message)
}

fn copy_fault(fault: CopyError, locale: Locale) -> ErrorDetail {
    let CopyError { key, why } = fault;
    let field = label(None, key, locale);
    match why {
        NoCopy::Stranger(who) => ErrorDetail::new(key, "InvalidValue", Message::NotOfThisStore { field, who }),
        NoCopy::Requester(who) => ErrorDetail::new(key, "InvalidValue", Message::RequesterInCopy { field, who }),
        NoCopy::TooMany(count) => {
            let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
            let kind = AnswerErrorKind::TooManyEntries { max: number(MOST_COPIES), actual: number(count) };
            field_fault(None, key, &kind, locale)
        }
    }
}

/// A refused command on the wire.
pub(in crate::http) fn refused(error: DeskError, form: Option<(&Form, &Answers)>, locale: Locale) -> ApiError {
    let one = |fault: ErrorDetail| ApiError::Invalid(vec![fault]);
    match error {
        DeskError::NotFound => ApiError::RecordNotFound,
        DeskError::Closed => ApiError::RequestClosed,
        DeskError::Full => ApiError::RequestFull,
        DeskError::Conflict => ApiError::Conflict,
        DeskError::TransitionDenied(barred) => one(barred_fault(barred)),
        DeskError::UnknownAssignee => one(field_fault(None, "assignee_id", &AnswerErrorKind::UnknownOption, locale)),
        DeskError::UnknownGroup => one(field_fault(None, "group_id", &AnswerErrorKind::UnknownOption, locale)),
        DeskError::NoFollowupSource => {
            one(field_fault(None, "via_followup_source_id", &AnswerErrorKind::UnknownOption, locale))
        }
        DeskError::UnknownUpload => {
            let (key, field) = files_of(form, locale);
            one(ErrorDetail::new(key, "InvalidUpload", Message::InvalidUpload { field }))
        }
        DeskError::TooManyFiles { most } => {
            let (key, field) = files_of(form, locale);
            one(ErrorDetail::new(key, "TooManyFiles", Message::TooManyFiles { field, limit: u64::from(most) }))
        }
        DeskError::TooManyTags { count } => {
            let actual = u32::try_from(count).unwrap_or(u32::MAX);
            one(field_fault(None, "tags", &AnswerErrorKind::TooManyEntries { max: MOST_TAGS, actual }, locale))
        }
        DeskError::Copies(faults) => {
            ApiError::Invalid(faults.into_iter().map(|fault| copy_fault(fault, locale)).collect())
        }
        DeskError::CopiesOfOthers => ApiError::Forbidden(Message::CopiesOfOthers),
        DeskError::NotAllowed(_) => ApiError::Forbidden(Message::Forbidden),
        DeskError::Invalid { faults, form } => invalid(&faults, form.as_deref(), locale),
        DeskError::ConversationFull => {
            let message = Message::ConversationFull { limit: MAX_TURNS };
            one(ErrorDetail::new("text", "TooManyQuestions", message))
        }
        DeskError::Store(error) => error.into(),
    }
}
