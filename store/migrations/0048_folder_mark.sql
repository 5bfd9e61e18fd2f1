-- Which database this is, and how often a server opened and closed it. The data folder holds the same in a file: a database
-- that is older than its folder, or another one, is noticed at start.
CREATE TABLE folder_mark (
    id          INTEGER PRIMARY KEY CHECK (id = 1),
    database_id BLOB    NOT NULL,
    count       INTEGER NOT NULL
) STRICT;

INSERT INTO folder_mark (id, database_id, count) VALUES (1, randomblob(16), 0);
