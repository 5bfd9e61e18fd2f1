//! From a definition to the contract's form: in one language, and as one account is asked it. What is not for an account
//! is not in its form at all, so that nobody has to check it a second time.

use super::definition::{DayLimit, Only, Prefill, Prefix, RawColumn, RawCondition, RawField, RawForm};
use balcao_contract::answers::{AnswerValue, Answers};
use balcao_contract::file::FileLimits;
use balcao_contract::form::{ChildField, Column, Condition, Field, FieldOption, Form, Step};
use balcao_contract::locale::Locale;
use balcao_contract::support::Region;
use balcao_contract::validation::fault_of_value;
use chrono::{DateTime, TimeDelta, Utc};

/// Whom a form is for, and when.
#[derive(Debug, Clone, Copy)]
pub struct Audience<'a> {
    /// Where the account's support sits.
    pub region: Region,
    /// The account belongs to no other one.
    pub is_main_account: bool,
    /// The account's name.
    pub account_name: &'a str,
    /// The requester's first and last name; may be empty.
    pub name: &'a str,
    /// Where their mails go.
    pub email: &'a str,
    /// Now.
    pub now: DateTime<Utc>,
}

impl Audience<'_> {
    fn is_meant(&self, only: Option<&Only>) -> bool {
        only.is_none_or(|only| {
            only.regions.as_ref().is_none_or(|regions| regions.contains(&self.region))
                && only.main_account.is_none_or(|main| main == self.is_main_account)
        })
    }

    fn prefix(&self, prefix: Option<Prefix>) -> Option<String> {
        match prefix? {
            Prefix::MainAccount => self.is_main_account.then(|| self.account_name.to_ascii_lowercase()),
        }
    }

    fn prefill(&self, prefill: Option<Prefill>) -> Option<String> {
        let known = match prefill? {
            Prefill::Name => self.name,
            Prefill::Email => self.email,
            Prefill::Account => self.account_name,
            // See `recall`.
            Prefill::LastTime => return None,
        };
        (!known.is_empty()).then(|| known.to_owned())
    }

    /// Today at one end of the region. A region has several time zones, and nobody is to be refused their own today.
    fn day(&self, limit: Option<DayLimit>, hours: impl Fn((i64, i64)) -> i64) -> Option<String> {
        match limit? {
            DayLimit::Today => {
                let there = self.now + TimeDelta::hours(hours(zones(self.region)));
                Some(there.format("%Y-%m-%d").to_string())
            }
        }
    }
}

/// The hours before and after UTC between which a region lives, west to east.
const fn zones(region: Region) -> (i64, i64) {
    match region {
        Region::Brazil => (-5, -2),
        Region::LatinAmerica => (-8, -2),
        Region::UnitedStates => (-10, -4),
        Region::Emea => (-1, 5),
        Region::AsiaPacific => (4, 14),
    }
}

/// The form in one language, with everything in it, or as an audience is asked it. The definition has been checked: what
/// does not exist is left out here.
pub(super) fn build(raw: &RawForm, locale: Locale, limits: &FileLimits, audience: Option<&Audience<'_>>) -> Form {
    let conditions = conditions_of(raw, audience);
    let asked = |key: &str| raw.field(key).filter(|field| is_asked(raw, field, &conditions, audience));
    let id_of = |key: &String| asked(key).map(|field| field.id);
    let steps = raw.steps.iter().map(|step| Step {
        key: step.key.clone(),
        title: step.title.get(locale).to_owned(),
        hint: step.hint.as_ref().map(|hint| hint.get(locale).to_owned()),
        field_ids: step.fields.iter().filter_map(id_of).collect(),
    });
    let fields = raw.steps.iter().flat_map(|step| &step.fields).filter_map(|key| asked(key));
    Form {
        id: raw.id,
        key: raw.key.clone(),
        name: raw.name.get(locale).to_owned(),
        capability: raw.capability,
        subject_from: raw.subject_from.clone(),
        steps: steps.filter(|step| !step.field_ids.is_empty()).collect(),
        fields: fields.map(|field| build_field(field, locale, audience)).collect(),
        end_user_conditions: conditions
            .iter()
            .filter_map(|condition| {
                Some(Condition {
                    parent_field_id: id_of(&condition.parent)?,
                    value: condition.value.clone(),
                    child_fields: condition
                        .children
                        .iter()
                        .filter_map(|child| Some(ChildField { id: id_of(&child.field)?, is_required: child.required }))
                        .collect(),
                })
            })
            .filter(|condition| !condition.child_fields.is_empty())
            .collect(),
        submit_label: raw.submit_label.get(locale).to_owned(),
        priority_rule: raw.priority_rule,
        file_limits: limits.clone(),
    }
}

fn is_meant(only: Option<&Only>, audience: Option<&Audience<'_>>) -> bool {
    audience.is_none_or(|audience| audience.is_meant(only))
}

/// The conditions that can come true: they are meant for the audience, and so is the question, with the option that
/// they wait for.
fn conditions_of<'a>(raw: &'a RawForm, audience: Option<&Audience<'_>>) -> Vec<&'a RawCondition> {
    let can_come_true = |condition: &&RawCondition| {
        let Some(parent) = raw.field(&condition.parent) else { return false };
        let offered = |value: &str| {
            let option = parent.options.iter().find(|option| option.value == value);
            option.is_none_or(|option| is_meant(option.only.as_ref(), audience))
        };
        is_meant(condition.only.as_ref(), audience)
            && is_meant(parent.only.as_ref(), audience)
            && !matches!(&condition.value, Some(AnswerValue::Text(value)) if !offered(value))
    };
    let mut conditions: Vec<&RawCondition> = raw.conditions.iter().filter(can_come_true).collect();
    // A condition whose question itself waits for one that cannot come true goes with it.
    loop {
        let before = conditions.clone();
        conditions.retain(|condition| {
            raw.field(&condition.parent).is_some_and(|parent| is_asked(raw, parent, &before, audience))
        });
        if conditions.len() == before.len() {
            return conditions;
        }
    }
}

/// A field is asked of those whom it is meant for; one that waits for conditions, where any of them can come true.
fn is_asked(raw: &RawForm, field: &RawField, conditions: &[&RawCondition], audience: Option<&Audience<'_>>) -> bool {
    let names = |condition: &RawCondition| condition.children.iter().any(|child| child.field == field.key.as_str());
    is_meant(field.only.as_ref(), audience)
        && (!raw.conditions.iter().any(names) || conditions.iter().any(|condition| names(condition)))
}

pub(super) fn build_field(raw: &RawField, locale: Locale, audience: Option<&Audience<'_>>) -> Field {
    let offered = raw.options.iter().filter(|option| is_meant(option.only.as_ref(), audience));
    let options = offered.zip(0..).map(|(option, position)| FieldOption {
        id: option.id,
        name: option.name.get(locale).to_owned(),
        value: option.value.clone(),
        position,
        default: option.default,
    });
    Field {
        id: raw.id,
        key: raw.key.clone(),
        kind: raw.kind,
        title: raw.title.get(locale).to_owned(),
        description: raw.hint.as_ref().map(|hint| hint.get(locale).to_owned()).unwrap_or_default(),
        required: raw.required,
        folded: raw.folded,
        max_length: raw.max_length,
        format: raw.format,
        prefix: audience.and_then(|audience| audience.prefix(raw.prefix)),
        prefill: audience.and_then(|audience| audience.prefill(raw.prefill)),
        earliest: audience.and_then(|audience| audience.day(raw.earliest, |(west, _)| west)),
        latest: audience.and_then(|audience| audience.day(raw.latest, |(_, east)| east)),
        columns: raw.columns.iter().map(|column| build_column(column, locale, audience)).collect(),
        max_rows: raw.max_rows,
        sensitive: raw.sensitive,
        options: options.collect(),
    }
}

/// Puts what somebody answered last time into the fields that begin with it, as far as it can still be answered.
pub(super) fn recall(raw: &RawForm, form: &mut Form, last: &Answers) {
    let recalled = |key: &str| raw.field(key).is_some_and(|field| field.prefill == Some(Prefill::LastTime));
    for field in form.fields.iter_mut().filter(|field| recalled(field.key.as_str())) {
        let answer =
            last.get(field.key.as_str()).filter(|answer| !answer.is_blank() && fault_of_value(field, answer).is_none());
        field.prefill = answer.and_then(AnswerValue::as_text).map(str::to_owned);
    }
}

fn build_column(raw: &RawColumn, locale: Locale, audience: Option<&Audience<'_>>) -> Column {
    Column {
        key: raw.key.clone(),
        title: raw.title.get(locale).to_owned(),
        format: raw.format,
        prefix: audience.and_then(|audience| audience.prefix(raw.prefix)),
        required: raw.required,
        unique: raw.unique,
    }
}
