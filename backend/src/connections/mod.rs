//! Connections: how many there may be, who gives a slot up for whom, and how slowly an answer may be read. Leaves what is
//! said on them to `http`, and the accepting to `server`.

mod capacity;
mod held;
mod pace;
mod share;
mod slots;

pub use capacity::{Capacity, TooFew, open_files};
pub use held::GuardedBody;
pub use pace::{Pace, Paced};
pub use share::{AtOnce, Share};
pub use slots::{Admission, Slot, Slots, Working};

use std::net::IpAddr;

/// What counts as one network address: whoever has one IPv6 address usually has its whole /64.
#[must_use]
pub fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6((address.to_bits() & !u128::from(u64::MAX)).into()),
        address => address,
    }
}
