//! Who wrote a comment, as the reader sees it.

use balcao_contract::id::UserId;
use balcao_contract::wire::User;

/// The author of a comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Author {
    /// The reader.
    You,
    /// Somebody of the support team; without a name where none is told.
    Support(Option<String>),
    /// Somebody else of the account.
    Colleague(String),
}

impl Author {
    /// Who it is, among the side-loaded people. Somebody who is not among them can only be of the support team: a
    /// requester is always told.
    #[must_use]
    pub fn of(author: UserId, reader: UserId, people: &[User]) -> Self {
        if author == reader {
            return Self::You;
        }
        match people.iter().find(|person| person.id == author) {
            Some(person) if !person.agent => Self::Colleague(person.name.clone()),
            Some(person) => Self::Support(Some(person.name.clone()).filter(|name| !name.trim().is_empty())),
            None => Self::Support(None),
        }
    }

    /// Written from the requester's side.
    #[must_use]
    pub const fn is_requester(&self) -> bool {
        !matches!(self, Self::Support(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u64) -> UserId {
        UserId::try_from(number).unwrap()
    }

    #[test]
    fn the_author_is_told_from_the_people_around() {
        let person = |number, name: &str, agent| User { id: id(number), name: name.to_owned(), agent };
        let people =
            [person(1, "Ana", false), person(2, "Bruno", true), person(3, "Célia", false), person(4, " ", true)];
        let cases = [
            (1, Author::You, true),
            (2, Author::Support(Some("Bruno".into())), false),
            (3, Author::Colleague("Célia".into()), true),
            (4, Author::Support(None), false),
            (5, Author::Support(None), false),
        ];
        for (number, author, requester) in cases {
            assert_eq!(Author::of(id(number), id(1), &people), author);
            assert_eq!(author.is_requester(), requester);
        }
    }
}
