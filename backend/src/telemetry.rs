//! Logs and figures.
