-- What the person who opened a request has read of its answers. A request that nobody has answered has no row.

CREATE TABLE request_reads (
    account_id        INTEGER NOT NULL REFERENCES accounts (id),
    user_id           INTEGER NOT NULL REFERENCES users (id),
    request_id        INTEGER NOT NULL REFERENCES requests (id),
    -- The newest public comment of somebody else.
    answer_comment_id INTEGER NOT NULL,
    -- The newest one that was seen; 0 for none.
    read_comment_id   INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (account_id, user_id, request_id)
) STRICT, WITHOUT ROWID;

-- Foreign keys, for their own sake.
CREATE INDEX request_reads_by_request ON request_reads (request_id);
CREATE INDEX request_reads_by_user ON request_reads (user_id);
-- Counted on every event: only what is unread is in it.
CREATE INDEX request_reads_unread ON request_reads (account_id, user_id, answer_comment_id)
    WHERE answer_comment_id > read_comment_id;

-- Whoever writes a comment, and by whichever way it comes.
CREATE TRIGGER comment_answers AFTER INSERT ON comments WHEN NEW.public = 1
BEGIN
    INSERT INTO request_reads (account_id, user_id, request_id, answer_comment_id)
    SELECT r.account_id, r.requester_id, r.id, NEW.id FROM requests r
    WHERE r.id = NEW.request_id AND r.requester_id <> NEW.author_id
    ON CONFLICT (account_id, user_id, request_id) DO UPDATE SET answer_comment_id = excluded.answer_comment_id;
    -- Whoever writes back has read what came before.
    UPDATE request_reads SET read_comment_id = answer_comment_id
    WHERE request_id = NEW.request_id AND user_id = NEW.author_id;
END;

-- What was there before anybody counted is not news.
INSERT INTO request_reads (account_id, user_id, request_id, answer_comment_id, read_comment_id)
SELECT r.account_id, r.requester_id, r.id, max(c.id), max(c.id)
FROM comments c JOIN requests r ON r.id = c.request_id
WHERE c.public = 1 AND c.author_id <> r.requester_id
GROUP BY r.id;
