-- Agents find tickets by their notes, too. Requesters' searches name the columns that they may look into.

DROP TABLE request_words;

CREATE VIRTUAL TABLE request_words USING fts5 (
    scope, subject, body, notes,
    content = '', contentless_delete = 1,
    tokenize = 'unicode61 remove_diacritics 2',
    prefix = '2 3 4'
);

INSERT INTO request_words (rowid, scope, subject, body, notes)
SELECT r.id, 'a' || r.account_id || 'u' || r.requester_id || ' a' || r.account_id, r.subject,
    (SELECT group_concat(c.body, char(10)) FROM comments c WHERE c.request_id = r.id AND c.public = 1),
    (SELECT group_concat(c.body, char(10)) FROM comments c WHERE c.request_id = r.id AND c.public = 0)
FROM requests r;
