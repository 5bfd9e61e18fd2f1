-- The clock of solved requests. Moments are Unix milliseconds, UTC.

-- What is due is found by when it was solved: among all requests only those that are solved now.
CREATE INDEX requests_solved ON requests (solved_at, account_id) WHERE status = 'solved';

-- For which solving the requester was told that it closes soon: reopened and solved again, it is told again.
ALTER TABLE requests ADD COLUMN reminded_for INTEGER;
