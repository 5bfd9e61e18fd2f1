//! Listens, serves, and ends in good order.
