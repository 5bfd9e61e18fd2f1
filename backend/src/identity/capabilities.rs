//! What a user may do, from what the directory says now (identity.md, "capability"): worked out on every call, so that
//! what is given or taken away counts at once.

use balcao_contract::panel::{Capability, MissingCapability, MissingReason};
use balcao_contract::support::Region;

/// The License Manager's resource that opens technical requests in Brazil (product 104, VTEX Support).
pub const OPEN_SUPPORT_TICKET: &str = "open-support-ticket";

/// How somebody stands in an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountRights {
    /// Where the account's support sits.
    pub region: Region,
    /// The resource [`OPEN_SUPPORT_TICKET`] was given.
    pub support_resource: bool,
    /// They are the account's sponsor.
    pub is_sponsor: bool,
    /// Everybody in the account reads and answers everybody's requests.
    pub shares_requests: bool,
    /// The sponsor's first and last name, where one is known.
    pub sponsor: Option<String>,
}

impl AccountRights {
    /// What they may do.
    #[must_use]
    pub fn capabilities(&self) -> Vec<Capability> {
        let mut capabilities = vec![Capability::AnswerOwnRequests, Capability::OpenFinancialRequests];
        if self.may_open_technical() {
            capabilities.push(Capability::OpenTechnicalRequests);
        }
        if self.is_sponsor {
            capabilities.push(Capability::OpenCommercialRequests);
        }
        if self.shares_requests {
            capabilities.push(Capability::AnswerAccountRequests);
        }
        capabilities
    }

    /// What they may not do that others may, and who can change it.
    #[must_use]
    pub fn missing(&self) -> Vec<MissingCapability> {
        let lacks = [
            (!self.may_open_technical(), Capability::OpenTechnicalRequests, MissingReason::SupportResource),
            (!self.is_sponsor, Capability::OpenCommercialRequests, MissingReason::SponsorOnly),
            (!self.shares_requests, Capability::AnswerAccountRequests, MissingReason::NotShared),
        ];
        let missing = lacks.into_iter().filter(|(lacks, ..)| *lacks);
        missing
            .map(|(_, capability, reason)| MissingCapability { capability, reason, sponsor: self.sponsor.clone() })
            .collect()
    }

    /// In Brazil whom the License Manager lets, and the owner; elsewhere everybody.
    const fn may_open_technical(&self) -> bool {
        !matches!(self.region, Region::Brazil) || self.support_resource || self.is_sponsor
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rights(region: Region, support_resource: bool, is_sponsor: bool) -> AccountRights {
        AccountRights {
            region,
            support_resource,
            is_sponsor,
            shares_requests: false,
            sponsor: Some("Ana Souza".to_owned()),
        }
    }

    #[test]
    fn technical_requests_are_for_everybody_but_in_brazil() {
        for region in Region::ALL {
            for resource in [false, true] {
                for sponsor in [false, true] {
                    let may = rights(region, resource, sponsor).capabilities();
                    let expected = region != Region::Brazil || resource || sponsor;
                    assert_eq!(may.contains(&Capability::OpenTechnicalRequests), expected, "{region:?}");
                    assert_eq!(may.contains(&Capability::OpenCommercialRequests), sponsor);
                    assert!(may.contains(&Capability::OpenFinancialRequests));
                }
            }
        }
    }

    #[test]
    fn what_is_missing_is_exactly_what_is_not_there() {
        for resource in [false, true] {
            for sponsor in [false, true] {
                let rights = rights(Region::Brazil, resource, sponsor);
                let may = rights.capabilities();
                for missing in rights.missing() {
                    assert!(!may.contains(&missing.capability));
                    assert_eq!(missing.sponsor.as_deref(), Some("Ana Souza"));
                }
                assert_eq!(may.len() + rights.missing().len(), 5);
            }
        }
    }

    #[test]
    fn the_accounts_requests_are_everybodys_where_it_shares_them() {
        for shares_requests in [false, true] {
            for sponsor in [false, true] {
                let rights = AccountRights { shares_requests, ..rights(Region::Emea, false, sponsor) };
                let may = rights.capabilities().contains(&Capability::AnswerAccountRequests);
                let lacks = |missing: &MissingCapability| missing.reason == MissingReason::NotShared;
                assert_eq!((may, rights.missing().iter().any(lacks)), (shares_requests, !shares_requests));
            }
        }
    }
}
