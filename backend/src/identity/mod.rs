//! Who is asking, and what they may do: doors, sessions, capabilities.
//! What an endpoint does with it is the endpoint's; the one-time code belongs to Copilot's handover.

mod agent;
pub mod capabilities;
pub mod code;
mod door;
mod doors;
mod error;
mod jwt;
mod seen;
mod session;
mod signed_in;
pub mod site;
pub mod user_agent;
mod vtex_id;

pub use agent::Agent;
pub use door::{Door, DoorError, HostIdentity, Proof};
pub use doors::{AdminDoors, DoorsError};
pub use error::IdentityError;
pub use jwt::{JwtDoor, KeyError};
pub use seen::{LastUse, Used, spawn_seen};
pub use session::{Arrival, NewSession, SessionToken, Sessions};
pub use signed_in::{NotAllowed, SignedIn};

use balcao_config::Config;
use balcao_mail::Outbox;
use balcao_runtime::clock::Clock;
use balcao_store::Store;
use std::sync::Arc;

/// What sign-ins and sessions work with.
#[derive(Clone)]
pub struct Identity {
    /// The database.
    pub store: Store,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// What the operator decided.
    pub config: Arc<Config>,
    /// The key of one-time codes.
    pub code_key: Arc<code::CodeKey>,
    /// The doors of the support site.
    pub site: Arc<site::Site>,
    /// When sessions and tokens were last used.
    pub seen: LastUse,
    /// Calls the worker that sends mail.
    pub outbox: Outbox,
}
