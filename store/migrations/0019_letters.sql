-- Mails of a request's life. Moments are Unix milliseconds, UTC.

-- Mails about one request follow one another in the reader's mail program.
ALTER TABLE outbox ADD COLUMN request_id INTEGER REFERENCES requests (id);
CREATE INDEX outbox_by_request ON outbox (request_id, to_address, id) WHERE request_id IS NOT NULL;
-- Written by a person, not by a program: other programs are told so.
ALTER TABLE outbox ADD COLUMN by_person INTEGER NOT NULL DEFAULT 0 CHECK (by_person IN (0, 1));

-- Since when the requester owes an answer, and for which of these times they were reminded.
ALTER TABLE requests ADD COLUMN pending_at INTEGER;
ALTER TABLE requests ADD COLUMN pending_reminded_for INTEGER;
UPDATE requests SET pending_at = updated_at WHERE status = 'pending';
CREATE INDEX requests_pending ON requests (pending_at, account_id) WHERE status = 'pending';

-- Whoever changes a status need not think of it.
CREATE TRIGGER request_waits_since AFTER UPDATE OF status ON requests WHEN OLD.status <> NEW.status
BEGIN
    UPDATE requests SET pending_at = CASE WHEN NEW.status = 'pending' THEN NEW.updated_at END WHERE id = NEW.id;
END;
