-- Who is in copy of a request besides the person who opened it: they read along and answer.

CREATE TABLE request_copies (
    request_id INTEGER NOT NULL REFERENCES requests (id),
    user_id    INTEGER NOT NULL REFERENCES users (id),
    added_by   INTEGER NOT NULL REFERENCES users (id),
    added_at   INTEGER NOT NULL,
    PRIMARY KEY (request_id, user_id)
) STRICT, WITHOUT ROWID;

-- What somebody is in copy of; the other for the foreign key's own sake.
CREATE INDEX request_copies_by_user ON request_copies (user_id, request_id);
CREATE INDEX request_copies_by_adder ON request_copies (added_by);

-- Those of them who count at this moment: whoever has left the request's store, or was switched off, sees and gets
-- nothing, whatever was noted. Everybody asks here and never the table. CROSS JOIN keeps the order of the loops
-- (https://sqlite.org/optoverview.html#crossjoin): the few rows of a request or of a person come first.
CREATE VIEW people_in_copy AS
SELECT k.request_id, k.user_id, r.account_id, k.added_by, k.added_at
FROM request_copies k
    CROSS JOIN requests r ON r.id = k.request_id
    CROSS JOIN memberships m ON m.user_id = k.user_id AND m.account_id = r.account_id
    CROSS JOIN users u ON u.id = k.user_id
WHERE u.disabled_at IS NULL AND r.requester_id <> k.user_id;

-- Unread is kept for them as well (0017_unread.sql).
DROP TRIGGER comment_answers;
CREATE TRIGGER comment_answers AFTER INSERT ON comments WHEN NEW.public = 1
BEGIN
    INSERT INTO request_reads (account_id, user_id, request_id, answer_comment_id)
    SELECT r.account_id, r.requester_id, r.id, NEW.id FROM requests r
    WHERE r.id = NEW.request_id AND r.requester_id <> NEW.author_id
    ON CONFLICT (account_id, user_id, request_id) DO UPDATE SET answer_comment_id = excluded.answer_comment_id;
    INSERT INTO request_reads (account_id, user_id, request_id, answer_comment_id)
    SELECT k.account_id, k.user_id, k.request_id, NEW.id FROM people_in_copy k
    WHERE k.request_id = NEW.request_id AND k.user_id <> NEW.author_id
    ON CONFLICT (account_id, user_id, request_id) DO UPDATE SET answer_comment_id = excluded.answer_comment_id;
    -- Whoever writes back has read what came before.
    UPDATE request_reads SET read_comment_id = answer_comment_id
    WHERE request_id = NEW.request_id AND user_id = NEW.author_id;
END;

-- To whoever is put in copy all that was said so far is news; what they can no longer see is not waiting for them.
CREATE TRIGGER copy_reads AFTER INSERT ON request_copies
BEGIN
    INSERT INTO request_reads (account_id, user_id, request_id, answer_comment_id)
    SELECT r.account_id, NEW.user_id, r.id, c.id FROM requests r JOIN comments c ON c.request_id = r.id
    WHERE r.id = NEW.request_id AND c.public = 1 AND c.author_id <> NEW.user_id
    ORDER BY c.id DESC LIMIT 1
    ON CONFLICT (account_id, user_id, request_id) DO NOTHING;
END;

CREATE TRIGGER copy_read_no_more AFTER DELETE ON request_copies
BEGIN
    DELETE FROM request_reads WHERE request_id = OLD.request_id AND user_id = OLD.user_id;
END;
