-- Who saw which ticket, and how; never what stands in it. One row for each reader, way and hour, with the first and the
-- last time: a list that is asked for every few seconds adds nothing but a count. No foreign key: what was seen stays told
-- whatever becomes of the ticket. Moments are Unix milliseconds, UTC; an hour is so many hours after the epoch.

CREATE TABLE ticket_readers (
    request_id INTEGER NOT NULL,
    hour       INTEGER NOT NULL,
    -- `user:<id>`, `operator:<system user>`.
    reader     TEXT    NOT NULL,
    way        TEXT    NOT NULL,
    first_at   INTEGER NOT NULL,
    last_at    INTEGER NOT NULL,
    times      INTEGER NOT NULL,
    PRIMARY KEY (request_id, hour, reader, way)
) STRICT, WITHOUT ROWID;

CREATE INDEX ticket_readers_by_hour ON ticket_readers (hour);
