//! Reading: a connection of the pool, or one that sees a single moment.

use super::{Connection, Store, StoreError};
use std::ops::{Deref, DerefMut};

/// A connection that reads; each statement sees what was committed before it began. Goes back when it is dropped.
#[derive(Debug)]
pub struct Read(Connection);

impl Deref for Read {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.0
    }
}

impl DerefMut for Read {
    fn deref_mut(&mut self) -> &mut Connection {
        &mut self.0
    }
}

/// A connection whose statements all see what was committed before the first of them.
#[derive(Debug)]
pub struct ReadTransaction(Connection);

impl Deref for ReadTransaction {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.0
    }
}

impl DerefMut for ReadTransaction {
    fn deref_mut(&mut self) -> &mut Connection {
        &mut self.0
    }
}

impl Store {
    /// A connection that reads.
    ///
    /// # Errors
    /// [`StoreError::Busy`] where none is free within [`super::StoreOptions::busy_timeout`].
    pub async fn read(&self) -> Result<Read, StoreError> {
        Ok(Read(Connection::pooled(self.reader.acquire().await?)))
    }

    /// A connection that reads one moment.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub async fn read_one_moment(&self) -> Result<ReadTransaction, StoreError> {
        Ok(ReadTransaction(Connection::transaction(self.reader.begin().await?)))
    }
}
