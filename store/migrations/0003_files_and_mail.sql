-- Files before and after they belong to a comment, and the mail that waits to be sent.
-- Moments are Unix milliseconds, UTC.

-- A token groups the files of one comment to be. Only its hash is kept.
CREATE TABLE uploads (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    token_hash  BLOB    NOT NULL UNIQUE,
    user_id     INTEGER NOT NULL REFERENCES users (id),
    account_id  INTEGER NOT NULL REFERENCES accounts (id),
    created_at  INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL,
    attached_at INTEGER
) STRICT;

CREATE INDEX uploads_by_end ON uploads (expires_at);

-- A row is written before the first byte is, and goes after the last one went: no crash leaves a file that nobody
-- knows of. 'writing' counts against its owner's quota with the most it may become; 'doomed' waits for the sweeper.
CREATE TABLE files (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    object_key TEXT    NOT NULL UNIQUE,
    state      TEXT    NOT NULL CHECK (state IN ('writing', 'ready', 'doomed')),
    user_id    INTEGER NOT NULL REFERENCES users (id),
    account_id INTEGER NOT NULL REFERENCES accounts (id),
    upload_id  INTEGER REFERENCES uploads (id),
    comment_id INTEGER REFERENCES comments (id),
    file_name  TEXT    NOT NULL,
    media_type TEXT    NOT NULL DEFAULT 'application/octet-stream',
    size       INTEGER NOT NULL,
    sha256     BLOB,
    width      INTEGER,
    height     INTEGER,
    created_at INTEGER NOT NULL,
    lapses_at  INTEGER CHECK (lapses_at IS NOT NULL OR comment_id IS NOT NULL)
) STRICT;

CREATE INDEX files_by_upload ON files (upload_id) WHERE upload_id IS NOT NULL;
CREATE INDEX files_by_comment ON files (comment_id) WHERE comment_id IS NOT NULL;
CREATE INDEX files_waiting ON files (user_id) WHERE comment_id IS NULL;
CREATE INDEX files_lapsing ON files (lapses_at) WHERE comment_id IS NULL;
CREATE INDEX files_doomed ON files (id) WHERE state = 'doomed';

-- What an Idempotency-Key of an upload led to. The token is worked out again from the key and the salt, so that it
-- stands nowhere in clear.
CREATE TABLE upload_keys (
    user_id     INTEGER NOT NULL REFERENCES users (id),
    key_hash    BLOB    NOT NULL,
    fingerprint BLOB    NOT NULL,
    file_id     INTEGER NOT NULL REFERENCES files (id) ON DELETE CASCADE,
    salt        BLOB    NOT NULL,
    created_at  INTEGER NOT NULL,
    PRIMARY KEY (user_id, key_hash)
) STRICT, WITHOUT ROWID;

CREATE INDEX upload_keys_by_file ON upload_keys (file_id);

-- Mail to be sent. A row is due again when its lease or its pause is over; what was sent keeps its row without its
-- text, so that the same dedupe_key is never sent twice.
CREATE TABLE outbox (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    dedupe_key  TEXT    NOT NULL UNIQUE,
    kind        TEXT    NOT NULL,
    message_id  TEXT    NOT NULL UNIQUE,
    to_address  TEXT    NOT NULL,
    to_name     TEXT    NOT NULL,
    locale      TEXT    NOT NULL,
    subject     TEXT    NOT NULL,
    text_body   TEXT    NOT NULL,
    html_body   TEXT    NOT NULL,
    headers     TEXT    NOT NULL DEFAULT '[]',
    state       TEXT    NOT NULL CHECK (state IN ('waiting', 'sent', 'late', 'dead')),
    attempts    INTEGER NOT NULL DEFAULT 0,
    created_at  INTEGER NOT NULL,
    due_at      INTEGER NOT NULL,
    useful_until INTEGER,
    settled_at  INTEGER,
    last_fault  TEXT
) STRICT;

CREATE INDEX outbox_due ON outbox (due_at, id) WHERE state = 'waiting';
CREATE INDEX outbox_dead ON outbox (id) WHERE state = 'dead';
CREATE INDEX outbox_settled ON outbox (settled_at) WHERE settled_at IS NOT NULL;
