-- Groups of agents. A ticket with a group is seen by its members and by administrators; one without is seen by all
-- agents. Moments are Unix milliseconds, UTC.

CREATE TABLE agent_groups (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT    NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE group_memberships (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id    INTEGER NOT NULL REFERENCES users (id),
    group_id   INTEGER NOT NULL REFERENCES agent_groups (id),
    created_at INTEGER NOT NULL,
    UNIQUE (user_id, group_id)
) STRICT;

CREATE INDEX group_memberships_by_group ON group_memberships (group_id);

ALTER TABLE requests ADD COLUMN group_id INTEGER REFERENCES agent_groups (id);
CREATE INDEX requests_by_group ON requests (group_id, updated_at, id) WHERE group_id IS NOT NULL;
