-- The support site's doors: browsers on their way in, passwords, second factors, and what was tried too often. Moments
-- are Unix milliseconds, UTC. Tokens, codes and what failures are counted by are kept as hashes; what must be read again
-- is sealed with a key that lies outside the database.

-- The store that somebody chose last on the support site.
ALTER TABLE users ADD COLUMN last_account_id INTEGER REFERENCES accounts (id);

-- A browser on its way in: its cookie's hash, and how far it has come.
CREATE TABLE sign_in_flows (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    token_hash      BLOB    NOT NULL UNIQUE,
    -- NULL where nobody has the address: such a flow looks like any other and leads nowhere.
    user_id         INTEGER REFERENCES users (id),
    email           TEXT    NOT NULL,
    return_to       TEXT    NOT NULL,
    -- Sealed JSON.
    step            BLOB    NOT NULL,
    -- The code that was sent, as far as it is kept (see 0004).
    nonce           BLOB,
    code_hash       BLOB,
    code_expires_at INTEGER,
    tries           INTEGER NOT NULL DEFAULT 0,
    created_at      INTEGER NOT NULL,
    expires_at      INTEGER NOT NULL
) STRICT;

CREATE INDEX sign_in_flows_by_end ON sign_in_flows (expires_at);

-- How often something was tried in vain, by the keyed hash of who tried what from where.
CREATE TABLE sign_in_tallies (
    key     BLOB    PRIMARY KEY,
    count   INTEGER NOT NULL,
    last_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sign_in_tallies_by_time ON sign_in_tallies (last_at);

-- Messages with codes or links, by the keyed hash of to whom and asked for from where.
CREATE TABLE sign_in_messages (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    key     BLOB    NOT NULL,
    sent_at INTEGER NOT NULL
) STRICT;

CREATE INDEX sign_in_messages_by_key ON sign_in_messages (key, sent_at);
CREATE INDEX sign_in_messages_by_time ON sign_in_messages (sent_at);

-- Whoever is in here has a second factor, too: both are written together.
CREATE TABLE passwords (
    user_id    INTEGER PRIMARY KEY REFERENCES users (id),
    -- Argon2id, with its parameters.
    hash       TEXT    NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT;

CREATE TABLE second_factors (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id    INTEGER NOT NULL REFERENCES users (id),
    kind       TEXT    NOT NULL CHECK (kind IN ('app', 'phone')),
    -- Sealed: the app's secret, or the phone's number.
    secret     BLOB    NOT NULL,
    -- The time step of the app's code that was used last: no code works twice.
    last_step  INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    UNIQUE (user_id, kind)
) STRICT;

CREATE TABLE recovery_codes (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id   INTEGER NOT NULL REFERENCES users (id),
    code_hash BLOB    NOT NULL,
    used_at   INTEGER,
    UNIQUE (user_id, code_hash)
) STRICT;

-- Links for setting a password.
CREATE TABLE password_links (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    token_hash BLOB    NOT NULL UNIQUE,
    user_id    INTEGER NOT NULL REFERENCES users (id),
    expires_at INTEGER NOT NULL
) STRICT;

CREATE INDEX password_links_by_user ON password_links (user_id);
CREATE INDEX password_links_by_end ON password_links (expires_at);

-- Who somebody is at an identity provider, once they came in by it.
CREATE TABLE outer_identities (
    issuer     TEXT    NOT NULL,
    subject    TEXT    NOT NULL,
    user_id    INTEGER NOT NULL REFERENCES users (id),
    created_at INTEGER NOT NULL,
    PRIMARY KEY (issuer, subject)
) STRICT, WITHOUT ROWID;

CREATE INDEX outer_identities_by_user ON outer_identities (user_id);
