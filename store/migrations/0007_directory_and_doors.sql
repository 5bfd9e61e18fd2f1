-- Who may do what in which store, how people came in, what operators changed. Moments are Unix milliseconds, UTC.

ALTER TABLE accounts ADD COLUMN disabled_at INTEGER;
-- An additional account (a white label, a quality environment) belongs to a main one; NULL for a main account.
ALTER TABLE accounts ADD COLUMN main_account_id INTEGER REFERENCES accounts (id);
-- The sponsor, also called Master Admin. A column holds one, so an account never has two; the triggers below keep it
-- from being none again, and from being somebody who is no member.
ALTER TABLE accounts ADD COLUMN sponsor_id INTEGER REFERENCES users (id);

ALTER TABLE users ADD COLUMN disabled_at INTEGER;
-- The License Manager's resource `open-support-ticket`, as the host said it last or an operator gave it. It counts in
-- Brazil alone.
ALTER TABLE memberships ADD COLUMN support_resource INTEGER NOT NULL DEFAULT 0 CHECK (support_resource IN (0, 1));
-- Who is a member by now was let in by the host's token, which left it to the host.
UPDATE memberships SET support_resource = 1;

CREATE INDEX accounts_by_sponsor ON accounts (sponsor_id) WHERE sponsor_id IS NOT NULL;
CREATE INDEX accounts_by_main ON accounts (main_account_id) WHERE main_account_id IS NOT NULL;

CREATE TRIGGER sponsor_is_a_member BEFORE UPDATE OF sponsor_id ON accounts
WHEN NEW.sponsor_id IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM memberships m WHERE m.user_id = NEW.sponsor_id AND m.account_id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'the sponsor must be a member of the account');
END;

CREATE TRIGGER sponsor_stays BEFORE UPDATE OF sponsor_id ON accounts
WHEN OLD.sponsor_id IS NOT NULL AND NEW.sponsor_id IS NULL
BEGIN
    SELECT RAISE(ABORT, 'an account keeps a sponsor: name another one');
END;

CREATE TRIGGER sponsor_keeps_membership BEFORE DELETE ON memberships
WHEN EXISTS (SELECT 1 FROM accounts a WHERE a.id = OLD.account_id AND a.sponsor_id = OLD.user_id)
BEGIN
    SELECT RAISE(ABORT, 'the sponsor stays a member of the account');
END;

CREATE TRIGGER new_account_has_no_sponsor_yet BEFORE INSERT ON accounts
WHEN NEW.sponsor_id IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'a new account has no members, and so no sponsor yet');
END;

-- A browser that is signed in on the support site: its cookie's hash. The panel's sessions are made from it.
CREATE TABLE sign_ins (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    token_hash   BLOB    NOT NULL UNIQUE,
    user_id      INTEGER NOT NULL REFERENCES users (id),
    door         TEXT    NOT NULL CHECK (door IN ('email', 'google', 'password')),
    user_agent   TEXT    NOT NULL DEFAULT '',
    created_at   INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    ends_at      INTEGER NOT NULL
) STRICT;

CREATE INDEX sign_ins_by_user ON sign_ins (user_id);
CREATE INDEX sign_ins_by_end ON sign_ins (ends_at);

-- What somebody may do is worked out on every call: it is no longer part of the session. Everybody signs in again once.
DROP TABLE sessions;
CREATE TABLE sessions (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    token_hash   BLOB    NOT NULL UNIQUE,
    user_id      INTEGER NOT NULL REFERENCES users (id),
    account_id   INTEGER NOT NULL REFERENCES accounts (id),
    door         TEXT    NOT NULL CHECK (door IN ('host', 'vtex_id', 'email', 'google', 'password')),
    -- The support site's sign-in that it comes from; it ends with it.
    sign_in_id   INTEGER REFERENCES sign_ins (id) ON DELETE CASCADE,
    user_agent   TEXT    NOT NULL DEFAULT '',
    created_at   INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    ends_at      INTEGER NOT NULL
) STRICT;

CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE INDEX sessions_by_end ON sessions (ends_at);
CREATE INDEX sessions_by_sign_in ON sessions (sign_in_id) WHERE sign_in_id IS NOT NULL;

-- What operators did, and what the host changed about a sponsor. Never deleted by the program.
CREATE TABLE audit_entries (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    at         INTEGER NOT NULL,
    -- `operator:<system user>`, `host`, `user:<id>`.
    actor      TEXT    NOT NULL,
    action     TEXT    NOT NULL,
    -- `account:<name>`, `user:<id>`: no addresses.
    subject    TEXT    NOT NULL,
    -- JSON.
    data       TEXT    NOT NULL DEFAULT '{}'
) STRICT;

CREATE INDEX audit_entries_by_subject ON audit_entries (subject, id);

-- Tokens of agents and integrations, for `Authorization: Basic <email>/token:<token>`. Only the hash is kept.
CREATE TABLE api_tokens (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    token_hash   BLOB    NOT NULL UNIQUE,
    user_id      INTEGER NOT NULL REFERENCES users (id),
    -- What it is for, in the operator's words.
    description  TEXT    NOT NULL,
    created_at   INTEGER NOT NULL,
    last_used_at INTEGER,
    expires_at   INTEGER,
    revoked_at   INTEGER
) STRICT;

CREATE INDEX api_tokens_by_user ON api_tokens (user_id);
