-- What happened, read by those who listen: mails, live updates, webhooks. Moments are Unix milliseconds, UTC.

-- The first event of the command that it belongs to: what was done at once is read at once, as one audit of Zendesk.
ALTER TABLE events ADD COLUMN audit_id INTEGER REFERENCES events (id);
-- Until now a command wrote its events in one moment.
UPDATE events SET audit_id = (
    SELECT min(e.id) FROM events e
    WHERE e.request_id = events.request_id AND e.created_at = events.created_at AND e.actor_id IS events.actor_id
);

-- How far each listener has read. What it does with an event and this number are one transaction: at least once becomes
-- exactly once where the doing is in the database too.
CREATE TABLE event_readers (
    name       TEXT    PRIMARY KEY,
    read_until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Nobody is written to about what happened before there were such mails.
INSERT INTO event_readers (name, read_until) SELECT 'letters', coalesce(max(id), 0) FROM events;
