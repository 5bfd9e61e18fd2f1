-- How much every person and every store keep in files, waiting and attached: asked for before each upload, so it is not
-- counted each time. What is doomed no longer counts.

CREATE TABLE file_totals (
    kind     TEXT    NOT NULL CHECK (kind IN ('user', 'account')),
    owner_id INTEGER NOT NULL,
    files    INTEGER NOT NULL,
    -- What is still being written counts with the most it may become.
    bytes    INTEGER NOT NULL,
    PRIMARY KEY (kind, owner_id)
) STRICT, WITHOUT ROWID;

-- Triggers, so that whoever writes cannot forget it.
CREATE TRIGGER file_counted AFTER INSERT ON files WHEN NEW.state <> 'doomed'
BEGIN
    INSERT INTO file_totals (kind, owner_id, files, bytes)
    SELECT 'user', NEW.user_id, 1, NEW.size WHERE true UNION ALL SELECT 'account', NEW.account_id, 1, NEW.size WHERE true
    ON CONFLICT (kind, owner_id) DO UPDATE SET files = files + 1, bytes = bytes + excluded.bytes;
END;

CREATE TRIGGER file_recounted AFTER UPDATE OF state, size, user_id, account_id ON files
WHEN OLD.state <> NEW.state OR OLD.size <> NEW.size OR OLD.user_id <> NEW.user_id OR OLD.account_id <> NEW.account_id
BEGIN
    UPDATE file_totals SET files = files - 1, bytes = bytes - OLD.size
    WHERE OLD.state <> 'doomed' AND ((kind = 'user' AND owner_id = OLD.user_id) OR (kind = 'account' AND owner_id = OLD.account_id));
    INSERT INTO file_totals (kind, owner_id, files, bytes)
    SELECT 'user', NEW.user_id, 1, NEW.size WHERE NEW.state <> 'doomed'
    UNION ALL SELECT 'account', NEW.account_id, 1, NEW.size WHERE NEW.state <> 'doomed'
    ON CONFLICT (kind, owner_id) DO UPDATE SET files = files + 1, bytes = bytes + excluded.bytes;
END;

CREATE TRIGGER file_uncounted AFTER DELETE ON files WHEN OLD.state <> 'doomed'
BEGIN
    UPDATE file_totals SET files = files - 1, bytes = bytes - OLD.size
    WHERE ((kind = 'user' AND owner_id = OLD.user_id) OR (kind = 'account' AND owner_id = OLD.account_id));
END;

INSERT INTO file_totals (kind, owner_id, files, bytes)
SELECT 'user', user_id, count(*), sum(size) FROM files WHERE state <> 'doomed' GROUP BY user_id
UNION ALL
SELECT 'account', account_id, count(*), sum(size) FROM files WHERE state <> 'doomed' GROUP BY account_id;

-- Written by a command beside the server. What a server was writing when it ended is given back when the next one starts;
-- what a command writes may still be going on then.
ALTER TABLE files ADD COLUMN by_command INTEGER NOT NULL DEFAULT 0 CHECK (by_command IN (0, 1));
CREATE INDEX files_writing ON files (id) WHERE state = 'writing';
