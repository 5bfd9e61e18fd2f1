-- Mail that came in: what was taken, so that it is never taken twice, and what an operator has to look at.
-- Moments are Unix milliseconds, UTC.

-- Written in the transaction of what the message led to, or not at all.
CREATE TABLE mail_taken (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    -- SHA-256 over what its writer's client made (identifier, sender, date, subject, content) and the request it is for:
    -- the same for every copy, whichever way it comes.
    key        BLOB    NOT NULL UNIQUE,
    outcome    TEXT    NOT NULL CHECK (outcome IN ('joined', 'automatic', 'quarantined', 'returned')),
    -- Why, where it did not become a comment.
    reason     TEXT,
    request_id INTEGER REFERENCES requests (id),
    taken_at   INTEGER NOT NULL
) STRICT;

CREATE INDEX mail_taken_by_request ON mail_taken (request_id) WHERE request_id IS NOT NULL;
CREATE INDEX mail_taken_by_age ON mail_taken (taken_at);

CREATE TABLE mail_quarantine (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    taken_id   INTEGER NOT NULL UNIQUE REFERENCES mail_taken (id),
    reason     TEXT    NOT NULL,
    -- What its reply address names, where that is a true one.
    request_id INTEGER REFERENCES requests (id),
    user_id    INTEGER REFERENCES users (id),
    sender     TEXT    NOT NULL,
    subject    TEXT    NOT NULL,
    -- In bytes, as it came; `raw` holds only its beginning where `whole` is 0.
    size       INTEGER NOT NULL,
    whole      INTEGER NOT NULL CHECK (whole IN (0, 1)),
    taken_at   INTEGER NOT NULL,
    raw        BLOB    NOT NULL
) STRICT;

CREATE INDEX mail_quarantine_by_request ON mail_quarantine (request_id) WHERE request_id IS NOT NULL;
CREATE INDEX mail_quarantine_by_user ON mail_quarantine (user_id) WHERE user_id IS NOT NULL;

-- How far a watched mailbox was read. Its messages' numbers count only together with its validity (RFC 9051, 2.3.1.1).
CREATE TABLE mail_places (
    mailbox      TEXT    PRIMARY KEY,
    uid_validity INTEGER NOT NULL,
    last_uid     INTEGER NOT NULL
) STRICT;
