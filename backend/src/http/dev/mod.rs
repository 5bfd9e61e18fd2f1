//! Sample pages for development: a host around the panel, and the mailbox.
//! In production none of its routes exists.
