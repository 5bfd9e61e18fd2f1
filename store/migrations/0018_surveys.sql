-- The satisfaction survey: one row for each solving of a request, from the moment it is solved. Moments are Unix
-- milliseconds, UTC.

CREATE TABLE surveys (
    -- The id of Zendesk's satisfaction rating.
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    request_id   INTEGER NOT NULL REFERENCES requests (id),
    account_id   INTEGER NOT NULL REFERENCES accounts (id),
    requester_id INTEGER NOT NULL REFERENCES users (id),
    solved_at    INTEGER NOT NULL,
    -- What became of this solving; NULL while the request is solved.
    ended        TEXT    CHECK (ended IN ('closed', 'reopened')),
    -- NULL until it is answered.
    score        TEXT    CHECK (score IN ('good', 'bad')),
    -- The step of the page's scale; clients of the API know the score alone.
    step         INTEGER CHECK (step BETWEEN 1 AND 4),
    reason_code  INTEGER,
    comment      TEXT,
    -- Who answered the request when it was rated.
    assignee_id  INTEGER REFERENCES users (id),
    -- When it was rated; until then, when it was asked for.
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    CHECK (score IS NOT NULL OR (step IS NULL AND reason_code IS NULL AND comment IS NULL))
) STRICT;

-- A request is asked about once at a time.
CREATE UNIQUE INDEX surveys_by_request ON surveys (request_id) WHERE ended IS NOT 'reopened';
CREATE INDEX surveys_of_request ON surveys (request_id, id);
-- The page is one requester's: this holds all that its tabs and counts need.
CREATE INDEX surveys_by_requester ON surveys (account_id, requester_id, solved_at, id, score, ended, request_id)
    WHERE ended IS NOT 'reopened';
-- Agents' lists, and the operator's figures.
CREATE INDEX surveys_by_creation ON surveys (created_at, id);
CREATE INDEX surveys_by_change ON surveys (updated_at, id);
CREATE INDEX surveys_by_solving ON surveys (solved_at);
-- Foreign keys, for their own sake.
CREATE INDEX surveys_by_assignee ON surveys (assignee_id) WHERE assignee_id IS NOT NULL;

-- Whoever solves, reopens or closes a request, in whichever way: the survey follows.
CREATE TRIGGER survey_of_new AFTER INSERT ON requests WHEN NEW.solved_at IS NOT NULL
BEGIN
    INSERT INTO surveys (request_id, account_id, requester_id, solved_at, ended, created_at, updated_at)
    VALUES (NEW.id, NEW.account_id, NEW.requester_id, NEW.solved_at,
            CASE WHEN NEW.status = 'closed' THEN 'closed' END, NEW.solved_at, NEW.solved_at);
END;

CREATE TRIGGER survey_of_solved AFTER UPDATE OF solved_at ON requests WHEN OLD.solved_at IS NOT NEW.solved_at
BEGIN
    UPDATE surveys SET ended = 'reopened' WHERE request_id = NEW.id AND ended IS NOT 'reopened';
    INSERT INTO surveys (request_id, account_id, requester_id, solved_at, created_at, updated_at)
    SELECT NEW.id, NEW.account_id, NEW.requester_id, NEW.solved_at, NEW.solved_at, NEW.solved_at
    WHERE NEW.solved_at IS NOT NULL;
END;

CREATE TRIGGER survey_of_closed AFTER UPDATE OF status ON requests WHEN NEW.status = 'closed' AND OLD.status <> 'closed'
BEGIN
    UPDATE surveys SET ended = 'closed' WHERE request_id = NEW.id AND ended IS NULL;
END;

-- What was solved before there was a survey.
INSERT INTO surveys (request_id, account_id, requester_id, solved_at, ended, created_at, updated_at)
SELECT id, account_id, requester_id, solved_at, CASE WHEN status = 'closed' THEN 'closed' END, solved_at, solved_at
FROM requests WHERE solved_at IS NOT NULL AND status IN ('solved', 'closed') ORDER BY solved_at, id;
