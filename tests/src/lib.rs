//! The harness: starts the real backend and a real browser for each journey.
