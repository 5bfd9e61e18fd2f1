//! Identifiers. On the wire they are plain integers below 2^53, so that JavaScript clients keep them exact.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

/// The first integer that a JavaScript number can no longer tell from its neighbour.
pub const ID_LIMIT: u64 = 1 << 53;

/// Why a text is no identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Not a decimal integer.
    #[error("not a number")]
    NotANumber(#[from] ParseIntError),
    /// Zero, or not below [`ID_LIMIT`].
    #[error("out of range")]
    OutOfRange,
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(try_from = "u64", into = "u64")]
        pub struct $name(u64);

        impl $name {
            /// The number as it stands on the wire.
            #[must_use]
            pub const fn get(self) -> u64 {
                self.0
            }
        }

        impl TryFrom<u64> for $name {
            type Error = IdError;
            fn try_from(value: u64) -> Result<Self, IdError> {
                if value == 0 || value >= ID_LIMIT { Err(IdError::OutOfRange) } else { Ok(Self(value)) }
            }
        }

        impl From<$name> for u64 {
            fn from(id: $name) -> u64 {
                id.0
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::try_from(text.parse::<u64>()?)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(formatter)
            }
        }
    };
}

id!(
    /// A request (the agent calls it a ticket): the number a requester quotes.
    RequestId
);
id!(
    /// A comment on a request.
    CommentId
);
id!(
    /// A file that belongs to a comment or to an upload.
    AttachmentId
);
id!(
    /// A person: requester or agent.
    UserId
);
id!(
    /// A store account; an organization on the wire.
    AccountId
);
id!(
    /// A group of agents.
    GroupId
);
id!(
    /// The membership of a user in an account.
    MembershipId
);
id!(
    /// A form definition.
    FormId
);
id!(
    /// A field of a form.
    FieldId
);
id!(
    /// An option of a field.
    OptionId
);
id!(
    /// A help-center article in one language.
    ArticleId
);
