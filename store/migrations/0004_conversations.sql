-- Conversations with Copilot, the one-time codes that lead from them to a person, and votes on articles.
-- Moments are Unix milliseconds, UTC.

CREATE TABLE conversations (
    -- 128 random bits: it stands in addresses.
    id          TEXT    PRIMARY KEY,
    user_id     INTEGER NOT NULL REFERENCES users (id),
    account_id  INTEGER NOT NULL REFERENCES accounts (id),
    locale      TEXT    NOT NULL CHECK (locale IN ('en', 'pt', 'es')),
    scenario    TEXT    NOT NULL CHECK (scenario IN ('doubt', 'unexpected', 'setup')),
    created_at  INTEGER NOT NULL,
    -- When the address was proved; NULL before.
    verified_at INTEGER
) STRICT;

CREATE INDEX conversations_by_user ON conversations (user_id, account_id);

CREATE TABLE conversation_turns (
    conversation_id TEXT    NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    number          INTEGER NOT NULL CHECK (number > 0),
    -- JSON: the contract's NewQuestion and Answer, as they were asked and given.
    question        TEXT    NOT NULL,
    answer          TEXT    NOT NULL,
    helped          INTEGER CHECK (helped IN (0, 1)),
    created_at      INTEGER NOT NULL,
    PRIMARY KEY (conversation_id, number)
) STRICT;

-- The code itself is not kept. Hash and code follow from the nonce only with the key, which lies outside the database.
CREATE TABLE codes (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation_id TEXT    NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    -- No foreign key: a session may end before its codes are swept away.
    session_id      INTEGER NOT NULL,
    email           TEXT    NOT NULL,
    nonce           BLOB    NOT NULL,
    code_hash       BLOB    NOT NULL,
    tries           INTEGER NOT NULL DEFAULT 0 CHECK (tries BETWEEN 0 AND 5),
    created_at      INTEGER NOT NULL,
    expires_at      INTEGER NOT NULL,
    used_at         INTEGER
) STRICT;

CREATE INDEX codes_by_conversation ON codes (conversation_id, session_id, id);
CREATE INDEX codes_by_end ON codes (expires_at);

-- Every message with a code, for the limit of an address over all sessions and conversations.
CREATE TABLE code_messages (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    email   TEXT    NOT NULL,
    sent_at INTEGER NOT NULL
) STRICT;

CREATE INDEX code_messages_by_email ON code_messages (email, sent_at);
CREATE INDEX code_messages_by_moment ON code_messages (sent_at);

CREATE TABLE article_votes (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id    INTEGER NOT NULL REFERENCES users (id),
    article_id INTEGER NOT NULL,
    value      INTEGER NOT NULL CHECK (value IN (-1, 1)),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    UNIQUE (user_id, article_id)
) STRICT;

CREATE INDEX article_votes_by_article ON article_votes (article_id);
