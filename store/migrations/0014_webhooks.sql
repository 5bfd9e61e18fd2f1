-- Addresses that are told what happens to tickets, and each message to them. Moments are Unix milliseconds, UTC.

CREATE TABLE webhooks (
    -- 128 random bits: it stands in addresses.
    id           TEXT    PRIMARY KEY,
    name         TEXT    NOT NULL,
    endpoint     TEXT    NOT NULL,
    -- JSON: names of event types.
    subscriptions TEXT   NOT NULL,
    -- Sealed with a key that lies outside the database.
    secret       BLOB    NOT NULL,
    active       INTEGER NOT NULL CHECK (active IN (0, 1)),
    -- Failed attempts in a row; after too many it rests until then.
    failures     INTEGER NOT NULL DEFAULT 0,
    rests_until  INTEGER NOT NULL DEFAULT 0,
    -- It is told of what happened after this event.
    after_event  INTEGER NOT NULL,
    created_by   INTEGER NOT NULL REFERENCES users (id),
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL
) STRICT;

-- A message keeps its id and its body through every attempt. What arrived keeps its row without the body for a while.
CREATE TABLE webhook_messages (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    message_id  TEXT    NOT NULL UNIQUE,
    webhook_id  TEXT    NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    event_id    INTEGER NOT NULL,
    event_type  TEXT    NOT NULL,
    body        TEXT    NOT NULL,
    state       TEXT    NOT NULL CHECK (state IN ('waiting', 'delivered', 'dead')),
    attempts    INTEGER NOT NULL DEFAULT 0,
    due_at      INTEGER NOT NULL,
    last_fault  TEXT,
    created_at  INTEGER NOT NULL,
    settled_at  INTEGER,
    -- An event is told of once, however often it is read.
    UNIQUE (webhook_id, event_id)
) STRICT;

CREATE INDEX webhook_messages_due ON webhook_messages (due_at, id) WHERE state = 'waiting';
CREATE INDEX webhook_messages_settled ON webhook_messages (settled_at) WHERE settled_at IS NOT NULL;

-- Nothing that happened before there were webhooks is read for them.
INSERT INTO event_readers (name, read_until) SELECT 'webhooks', coalesce(max(id), 0) FROM events;
