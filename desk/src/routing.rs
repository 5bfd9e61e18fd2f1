//! Which group a new ticket gets: rows of conditions, the first that fits. Pure; the operator writes them
//! (`tickets.groups`), and they are looked through at start.

use crate::forms::Forms;
use balcao_contract::answers::Answers;
use balcao_contract::form::Form;
use balcao_contract::locale::Locale;
use balcao_contract::support::Region;

/// What a ticket has to be for a row to fit.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Condition {
    /// Opened with the form of this key.
    Form(String),
    /// Of an account of this region.
    Region(Region),
    /// With this option chosen in the field of that key.
    Answer { field: String, option: String },
}

/// A row: all of the conditions, and the group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    conditions: Vec<Condition>,
    group: String,
}

impl Route {
    /// Reads `form:technical region:brazil -> Engineering`; without a condition it fits every ticket.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (conditions, group) = text.split_once("->")?;
        let group = group.trim();
        let condition = |word: &str| {
            let (key, value) = word.split_once(':').filter(|(key, value)| !key.is_empty() && !value.is_empty())?;
            Some(match key {
                "form" => Condition::Form(value.to_owned()),
                "region" => Condition::Region(Region::from_name(value)?),
                _ => Condition::Answer { field: key.to_owned(), option: value.to_owned() },
            })
        };
        let conditions = conditions.split_whitespace().map(condition).collect::<Option<_>>()?;
        (!group.is_empty()).then(|| Self { conditions, group: group.to_owned() })
    }

    fn fits(&self, form: Option<&str>, answers: &Answers, region: Region) -> bool {
        self.conditions.iter().all(|condition| match condition {
            Condition::Form(key) => form == Some(key.as_str()),
            Condition::Region(wanted) => *wanted == region,
            Condition::Answer { field, option } => answers.text(field) == option,
        })
    }
}

/// The rows, in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Routing(Vec<Route>);

impl From<Vec<Route>> for Routing {
    fn from(rows: Vec<Route>) -> Self {
        Self(rows)
    }
}

impl Routing {
    /// The group's name of a new ticket.
    #[must_use]
    pub fn group(&self, form: Option<&str>, answers: &Answers, region: Region) -> Option<&str> {
        self.0.iter().find(|row| row.fits(form, answers, region)).map(|row| row.group.as_str())
    }

    /// Whether a row leads to that group.
    #[must_use]
    pub fn names(&self, group: &str) -> bool {
        self.0.iter().any(|row| row.group == group)
    }

    /// What stands in a row and is not there: a form, a field, an option, a group.
    #[must_use]
    pub fn faults(&self, forms: &Forms, groups: &[String]) -> Vec<String> {
        let all = forms.all(Locale::En);
        let mut faults = Vec::new();
        for row in &self.0 {
            if !groups.contains(&row.group) {
                faults.push(format!("there is no group `{0}`; `group add '{0}'` makes it", row.group));
            }
            for condition in &row.conditions {
                let known = match condition {
                    Condition::Region(_) => true,
                    Condition::Form(key) => all.iter().any(|form| form.key == *key),
                    Condition::Answer { field, option } => all.iter().any(|form| has_option(form, field, option)),
                };
                if !known {
                    faults.push(format!("no form has what `{}` asks for", written(condition)));
                }
            }
        }
        faults
    }
}

fn has_option(form: &Form, field: &str, option: &str) -> bool {
    form.field(field).is_some_and(|field| field.option_name(option).is_some())
}

fn written(condition: &Condition) -> String {
    match condition {
        Condition::Form(key) => format!("form:{key}"),
        Condition::Region(region) => format!("region:{}", region.name()),
        Condition::Answer { field, option } => format!("{field}:{option}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use balcao_contract::file::FileLimits;

    fn routing(rows: &[&str]) -> Routing {
        Routing::from(rows.iter().map(|row| Route::parse(row).unwrap()).collect::<Vec<_>>())
    }

    #[test]
    fn the_first_row_that_fits_names_the_group() {
        let rows = [
            "form:financial region:brazil -> Cobranca",
            "form:financial -> Finance",
            "problem_type:question -> Advice",
        ];
        let rows = routing(&rows);
        let question: Answers = serde_json::from_value(serde_json::json!({ "problem_type": "question" })).unwrap();
        let none = Answers::default();
        for (form, answers, region, expected) in [
            (Some("financial"), &none, Region::Brazil, Some("Cobranca")),
            (Some("financial"), &none, Region::Emea, Some("Finance")),
            (Some("technical"), &question, Region::Emea, Some("Advice")),
            (Some("technical"), &none, Region::Brazil, None),
            (None, &none, Region::Brazil, None),
        ] {
            assert_eq!(rows.group(form, answers, region), expected, "{form:?} {region:?}");
        }
        let rows = routing(&[
            "form:financial request_subject:payment_receipt region:brazil -> Cobranca",
            "request_subject:payment_receipt -> Payments",
            "region:united_states -> Americas",
            "form:financial region:brazil -> Financeiro",
        ]);
        let receipt: Answers =
            serde_json::from_value(serde_json::json!({ "request_subject": "payment_receipt" })).unwrap();
        let other: Answers = serde_json::from_value(serde_json::json!({ "request_subject": "vtex_partner" })).unwrap();
        for (answers, region, expected) in [
            (&receipt, Region::Brazil, Some("Cobranca")),
            (&receipt, Region::LatinAmerica, Some("Payments")),
            (&receipt, Region::UnitedStates, Some("Payments")),
            (&other, Region::UnitedStates, Some("Americas")),
            (&other, Region::Brazil, Some("Financeiro")),
            (&other, Region::AsiaPacific, None),
        ] {
            assert_eq!(rows.group(Some("financial"), answers, region), expected, "{region:?}");
        }
        assert_eq!(routing(&["-> All"]).group(None, &none, Region::Emea), Some("All"));
    }

    #[test]
    fn rows_that_name_what_is_not_there_are_told() {
        for broken in ["form:technical", "technical -> X", "region:mars -> X", "form: -> X", "form:technical -> "] {
            assert_eq!(Route::parse(broken), None, "{broken}");
        }
        let forms = Forms::embedded(&FileLimits::default()).unwrap();
        let rows = routing(&["form:technical -> A", "form:tecnical -> A", "problem_type:quest -> B"]);
        let faults = rows.faults(&forms, &["A".to_owned()]);
        assert_eq!(faults.len(), 3, "{faults:?}");
        for (fault, part) in faults.iter().zip(["form:tecnical", "no group `B`", "problem_type:quest"]) {
            assert!(fault.contains(part), "{fault}");
        }
    }
}
