//! The language of agents' `?query=`: that of requesters (see `search`), and what to look for, who answers, how urgent.

use super::search::{Clause, Comparison, Query, clause, parse_tokens, tokens};
use super::submission::kind_of_name;
use balcao_contract::priority::Priority;

/// What is looked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum What {
    /// Tickets, also where nothing is said.
    #[default]
    Tickets,
    /// People.
    Users,
    /// Accounts.
    Organizations,
    /// Something that there is not here.
    Nothing,
}

/// A query that has been read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AgentQuery {
    /// `type:`.
    pub what: What,
    /// What requesters can ask as well.
    pub query: Query,
    /// `assignee:`, as it was written; `none` is nobody.
    pub assignees: Vec<String>,
    /// `group:`, as it was written; `none` is no group.
    pub groups: Vec<String>,
    /// `priority:`; all where it is not said.
    pub priorities: Option<Vec<Priority>>,
    /// `ticket_type:`.
    pub kinds: Vec<&'static str>,
    /// `tags:`; any of these, all where it is not said.
    pub tags: Vec<String>,
    /// `-tags:`; none of these.
    pub without_tags: Vec<String>,
    /// The words alone, as they were written: for people and accounts.
    pub words: String,
}

/// Reads a query. What this language does not know is looked for as words.
#[must_use]
pub fn parse(text: &str) -> AgentQuery {
    let mut parsed = AgentQuery::default();
    let (mut left, mut words) = (Vec::new(), Vec::new());
    for token in tokens(text) {
        let taken = if token.quoted { None } else { clause(&token.text) };
        match taken {
            Some(clause) if apply(&mut parsed, &clause) => {}
            None => {
                words.push(token.text.clone());
                left.push(token);
            }
            Some(_) => left.push(token),
        }
    }
    parsed.query = parse_tokens(left);
    parsed.words = words.join(" ");
    parsed
}

/// Takes a clause; false where it is none of these.
fn apply(parsed: &mut AgentQuery, (key, comparison, value, negated): &Clause<'_>) -> bool {
    if *negated {
        if key == "tags" && *comparison == Comparison::Is {
            parsed.without_tags.push(value.to_lowercase());
            return true;
        }
        return false;
    }
    match (key.as_str(), comparison) {
        ("type", Comparison::Is) => {
            parsed.what = match *value {
                "ticket" | "request" => What::Tickets,
                "user" => What::Users,
                "organization" => What::Organizations,
                _ => What::Nothing,
            };
        }
        ("assignee", Comparison::Is) => parsed.assignees.push((*value).to_owned()),
        ("group", Comparison::Is) => parsed.groups.push((*value).to_owned()),
        ("ticket_type", Comparison::Is) => match kind_of_name(value) {
            Some(kind) => parsed.kinds.push(kind),
            None => return false,
        },
        ("tags", Comparison::Is) => parsed.tags.push(value.to_lowercase()),
        ("priority", comparison) => {
            let Some(named) = Priority::from_name(value) else { return false };
            let matching = Priority::ALL.into_iter().filter(|known| match comparison {
                Comparison::Is => *known == named,
                Comparison::Less => *known < named,
                Comparison::LessOrIs => *known <= named,
                Comparison::More => *known > named,
                Comparison::MoreOrIs => *known >= named,
            });
            parsed.priorities.get_or_insert_default().extend(matching);
        }
        _ => return false,
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use balcao_contract::status::Status;

    #[test]
    fn agents_ask_for_more_than_requesters() {
        let parsed = parse("type:ticket status<solved assignee:\"Marina Prado\" priority>=high boleto \"two words\"");
        assert_eq!(parsed.what, What::Tickets);
        assert_eq!(parsed.assignees, ["Marina Prado"]);
        assert_eq!(parsed.priorities, Some(vec![Priority::High, Priority::Urgent]));
        assert_eq!(parsed.query.wanted_statuses().unwrap(), Status::ALL[..4]);
        assert_eq!(parsed.query.words.len(), 2);
        assert_eq!(parsed.words, "boleto two words");
    }

    #[test]
    fn what_is_looked_for_may_be_something_else() {
        assert_eq!(parse("type:user marina").what, What::Users);
        assert_eq!(parse("type:organization acme").words, "acme");
        assert_eq!(parse("type:topic x").what, What::Nothing);
        assert_eq!(parse("priority<low").priorities, Some(Vec::new()));
        assert_eq!(parse("ticket_type:problem").kinds, ["problem"]);
        let parsed = parse("tags:VIP tags:sale -tags:spam");
        assert_eq!((parsed.tags, parsed.without_tags), (vec!["vip".into(), "sale".into()], vec!["spam".into()]));
        // Unknown ones are words, as everywhere.
        assert_eq!(parse("priority:asap ticket_type:bug -assignee:x").query.words.len(), 2);
    }
}
