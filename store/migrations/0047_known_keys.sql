-- With which keys, that lie in files outside the database, its rows were signed and sealed. What is kept tells a key from
-- others and says nothing about it. Moments are Unix milliseconds, UTC.
CREATE TABLE known_keys (
    name   TEXT    NOT NULL,
    key_id BLOB    NOT NULL,
    since  INTEGER NOT NULL,
    PRIMARY KEY (name, key_id)
) STRICT, WITHOUT ROWID;

-- Which key made it; NULL is the oldest that is still valid.
ALTER TABLE recovery_codes ADD COLUMN key_id BLOB;
