//! Zendesk's shapes that only this side writes, and the descriptions of lists for `/api/openapi.json`. What the panel
//! reads as well is the contract's.

mod forms;
mod groups;
mod help_center;
mod lists;
mod people;
mod ratings;
mod tickets;
mod webhooks;

pub use forms::{
    CustomStatus, CustomStatusList, TicketField, TicketFieldEnvelope, TicketFieldList, TicketFieldOption, TicketForm,
    TicketFormEnvelope, TicketFormList,
};
pub use groups::{Group, GroupEnvelope, GroupList, GroupMembership, GroupMembershipList};
pub use help_center::{FoundArticleShape, FoundArticlesPage, Vote, VoteEnvelope};
pub use lists::{
    CommentCursorPage, CommentEnvelope, CommentList, CursorLinks, CursorMeta, PageParams, RequestCursorPage,
    RequestList, ShownRequest, SortParams,
};
pub use people::{
    AnonymousUser, KnownUser, Me, MeEnvelope, Membership, MembershipList, Organization, OrganizationEnvelope,
    OrganizationList, OtherUser, OwnUser, UserEnvelope, UserList, WholeUser, WholeUserList,
};
pub use ratings::{
    RatingParams, SatisfactionRating, SatisfactionRatingCursorPage, SatisfactionRatingEnvelope, SatisfactionRatingList,
    SatisfactionRatingPage, SatisfactionReason, SatisfactionReasonEnvelope, SatisfactionReasonList, TicketRating,
};
pub use tickets::{
    Audit, AuditEnvelope, AuditList, SearchCount, SearchResults, TagList, Ticket, TicketComment, TicketCommentList,
    TicketCount, TicketCountEnvelope, TicketEnvelope, TicketExport, TicketList, TicketTimeExport, TicketWithAudit,
};
pub use webhooks::{
    Invocation, InvocationList, SigningSecret, SigningSecretEnvelope, Webhook, WebhookEnvelope, WebhookList,
};
