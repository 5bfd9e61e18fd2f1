-- A store may share its requests: then everybody in it reads and answers everybody's.

ALTER TABLE accounts ADD COLUMN shares_requests INTEGER NOT NULL DEFAULT 0 CHECK (shares_requests IN (0, 1));

-- Any page of a whole store's list, in either order, without sorting. The status comes last: a walk passes over what
-- another filter shows without reading a request, and two indices do what one each status and order would.
CREATE INDEX requests_of_account_by_update ON requests (account_id, updated_at, id, status);
CREATE INDEX requests_of_account_by_creation ON requests (account_id, created_at, id, status);
-- Whether somebody answers in a store.
CREATE INDEX requests_of_account_by_assignee ON requests (assignee_id, account_id) WHERE assignee_id IS NOT NULL;

-- The words' scope gets a second word, the account's alone, so that the search of a whole store never leaves it inside
-- the index either.
INSERT INTO request_words (request_words) VALUES ('delete-all');
INSERT INTO request_words (rowid, scope, subject, body)
SELECT r.id, 'a' || r.account_id || 'u' || r.requester_id || ' a' || r.account_id, r.subject,
    (SELECT group_concat(c.body, char(10)) FROM comments c WHERE c.request_id = r.id AND c.public = 1)
FROM requests r;
