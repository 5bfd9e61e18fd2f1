//! Who is asking, and what they may do: doors, sessions, capabilities.
//! What an endpoint does with it is the endpoint's; the one-time code belongs to Copilot's handover.

mod agent;
mod api_token;
pub mod capabilities;
pub mod code;
mod door;
mod doors;
mod jwt;
pub mod names;
pub(crate) mod secret_file;
mod seen;
mod session;
mod signed_in;
pub mod site;
pub mod user_agent;
mod vtex_id;

pub use agent::{Administrator, Agent, Caller};
pub use door::{Door, DoorError, HostIdentity, Proof};
pub use doors::{AdminDoors, DoorsError};
pub use jwt::{JwtDoor, KeyError};
pub use seen::{Seen, Used, spawn_seen};
pub use session::{Arrival, NewSession, SessionToken, Sessions};
pub use signed_in::{CSRF_HEADER, SignedIn};
