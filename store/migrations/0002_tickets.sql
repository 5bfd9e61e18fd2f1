-- Requests, their comments and events, the words they are found by, and answers kept for repeated writes.
-- Moments are Unix milliseconds, UTC.

CREATE TABLE requests (
    id                 INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id         INTEGER NOT NULL REFERENCES accounts (id),
    requester_id       INTEGER NOT NULL REFERENCES users (id),
    assignee_id        INTEGER REFERENCES users (id),
    status             TEXT    NOT NULL CHECK (status IN ('new', 'open', 'pending', 'hold', 'solved', 'closed')),
    priority           TEXT    CHECK (priority IN ('low', 'normal', 'high', 'urgent')),
    kind               TEXT    CHECK (kind IN ('question', 'incident', 'problem', 'task')),
    channel            TEXT    NOT NULL,
    form_id            INTEGER,
    followup_source_id INTEGER REFERENCES requests (id),
    -- Counts changes: whoever decided on an older one is told so (409).
    version            INTEGER NOT NULL DEFAULT 1,
    created_at         INTEGER NOT NULL,
    updated_at         INTEGER NOT NULL,
    solved_at          INTEGER,
    subject            TEXT    NOT NULL,
    -- JSON: answers by field key.
    answers            TEXT    NOT NULL DEFAULT '{}',
    -- The first comment's text, which never changes: a list shows it without reading comments.
    description        TEXT    NOT NULL
) STRICT;

-- A list is one requester's: these give any page of it, in either order, with or without a status, without sorting.
CREATE INDEX requests_by_update ON requests (account_id, requester_id, updated_at, id);
CREATE INDEX requests_by_status_and_update ON requests (account_id, requester_id, status, updated_at, id);
CREATE INDEX requests_by_creation ON requests (account_id, requester_id, created_at, id);
CREATE INDEX requests_by_status_and_creation ON requests (account_id, requester_id, status, created_at, id);
-- Foreign keys, for their own sake.
CREATE INDEX requests_by_assignee ON requests (assignee_id, requester_id) WHERE assignee_id IS NOT NULL;
CREATE INDEX requests_by_followup_source ON requests (followup_source_id) WHERE followup_source_id IS NOT NULL;

-- How many requests a requester has in each status: read on every list, so it is not counted each time.
CREATE TABLE request_counts (
    account_id   INTEGER NOT NULL,
    requester_id INTEGER NOT NULL,
    status       TEXT    NOT NULL,
    count        INTEGER NOT NULL,
    PRIMARY KEY (account_id, requester_id, status)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER request_counted AFTER INSERT ON requests
BEGIN
    INSERT INTO request_counts (account_id, requester_id, status, count)
    VALUES (NEW.account_id, NEW.requester_id, NEW.status, 1)
    ON CONFLICT (account_id, requester_id, status) DO UPDATE SET count = count + 1;
END;

CREATE TRIGGER request_recounted AFTER UPDATE OF status ON requests WHEN OLD.status <> NEW.status
BEGIN
    UPDATE request_counts SET count = count - 1
    WHERE account_id = OLD.account_id AND requester_id = OLD.requester_id AND status = OLD.status;
    INSERT INTO request_counts (account_id, requester_id, status, count)
    VALUES (NEW.account_id, NEW.requester_id, NEW.status, 1)
    ON CONFLICT (account_id, requester_id, status) DO UPDATE SET count = count + 1;
END;

CREATE TRIGGER request_uncounted AFTER DELETE ON requests
BEGIN
    UPDATE request_counts SET count = count - 1
    WHERE account_id = OLD.account_id AND requester_id = OLD.requester_id AND status = OLD.status;
END;

CREATE TABLE comments (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    request_id INTEGER NOT NULL REFERENCES requests (id),
    author_id  INTEGER NOT NULL REFERENCES users (id),
    public     INTEGER NOT NULL DEFAULT 1 CHECK (public IN (0, 1)),
    channel    TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    body       TEXT    NOT NULL
) STRICT;

CREATE INDEX comments_by_request ON comments (request_id, created_at, id);
CREATE INDEX comments_by_author ON comments (author_id, request_id);

-- What happened, once each, in order: mail and live updates are fed from here.
CREATE TABLE events (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    request_id INTEGER NOT NULL REFERENCES requests (id),
    actor_id   INTEGER REFERENCES users (id),
    kind       TEXT    NOT NULL,
    -- JSON.
    data       TEXT    NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX events_by_request ON events (request_id, id);

-- The words of a request, under its own id. `scope` holds one word made of account and requester, so that a search
-- never leaves one's own requests, not even inside the index. The texts themselves are not stored again.
CREATE VIRTUAL TABLE request_words USING fts5 (
    scope, subject, body,
    content = '', contentless_delete = 1,
    tokenize = 'unicode61 remove_diacritics 2',
    prefix = '2 3 4'
);

-- Answers to writes with an `Idempotency-Key`, to be given again to the same write.
CREATE TABLE idempotency_keys (
    user_id     INTEGER NOT NULL REFERENCES users (id),
    account_id  INTEGER NOT NULL REFERENCES accounts (id),
    key         TEXT    NOT NULL,
    -- SHA-256 over method, path and body.
    fingerprint BLOB    NOT NULL,
    status      INTEGER NOT NULL,
    location    TEXT,
    body        BLOB    NOT NULL,
    created_at  INTEGER NOT NULL,
    PRIMARY KEY (user_id, account_id, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
