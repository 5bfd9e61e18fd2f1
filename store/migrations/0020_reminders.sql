-- Addresses that want no reminders any more. What happens to a request is told all the same.
CREATE TABLE no_reminders (
    address TEXT    PRIMARY KEY,
    since   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
