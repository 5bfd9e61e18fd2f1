-- The words of a request, a row for each comment: a reply adds its own words and reads nobody else's again. A row's
-- number is the request's, shifted by 13 bits, and the comment's place in it from 0; the first row holds the title as
-- well. Words of one search may stand in different rows of a request.

-- How much a request holds, so that nobody counts it anew at each reply.
CREATE TABLE request_sizes (
    request_id       INTEGER PRIMARY KEY REFERENCES requests (id) ON DELETE CASCADE,
    first_comment_id INTEGER NOT NULL,
    comments         INTEGER NOT NULL,
    -- Of all comments, notes included.
    text_bytes       INTEGER NOT NULL
) STRICT;

CREATE TRIGGER comment_measured AFTER INSERT ON comments
BEGIN
    INSERT INTO request_sizes (request_id, first_comment_id, comments, text_bytes)
    VALUES (NEW.request_id, NEW.id, 1, octet_length(NEW.body))
    ON CONFLICT (request_id) DO UPDATE SET comments = comments + 1, text_bytes = text_bytes + excluded.text_bytes;
END;

INSERT INTO request_sizes (request_id, first_comment_id, comments, text_bytes)
SELECT c.request_id,
    (SELECT f.id FROM comments f WHERE f.request_id = c.request_id ORDER BY f.created_at, f.id LIMIT 1),
    count(*), sum(octet_length(c.body))
FROM comments c GROUP BY c.request_id;

DROP TABLE request_words;

CREATE VIRTUAL TABLE request_words USING fts5 (
    scope, subject, body, notes,
    content = '', contentless_delete = 1,
    tokenize = 'unicode61 remove_diacritics 2',
    prefix = '2 3 4'
);

-- The index of the comments gives them in this order: nothing is sorted.
INSERT INTO request_words (rowid, scope, subject, body, notes)
SELECT (c.request_id << 13) | c.place, 'a' || r.account_id || 'u' || r.requester_id || ' a' || r.account_id,
    CASE c.place WHEN 0 THEN r.subject END, CASE c.public WHEN 1 THEN c.body END, CASE c.public WHEN 0 THEN c.body END
FROM (
    SELECT request_id, public, body, row_number() OVER (PARTITION BY request_id ORDER BY created_at, id) - 1 AS place
    FROM comments
) c CROSS JOIN requests r ON r.id = c.request_id
WHERE c.place < 8191;

-- A thread from before there was a limit may have more: what is beyond shares the last row.
INSERT INTO request_words (rowid, scope, body, notes)
SELECT (r.id << 13) | 8191, 'a' || r.account_id || 'u' || r.requester_id || ' a' || r.account_id,
    group_concat(c.body, char(10)) FILTER (WHERE c.public = 1), group_concat(c.body, char(10)) FILTER (WHERE c.public = 0)
FROM (SELECT request_id FROM request_sizes WHERE comments > 8191) s
    JOIN requests r ON r.id = s.request_id
    JOIN (
        SELECT request_id, public, body, row_number() OVER (PARTITION BY request_id ORDER BY created_at, id) - 1 AS place
        FROM comments WHERE request_id IN (SELECT request_id FROM request_sizes WHERE comments > 8191)
    ) c ON c.request_id = r.id
WHERE c.place >= 8191
GROUP BY r.id;
