-- The quarantine has a limit: how many bytes it holds is asked for with every mail that goes there.

ALTER TABLE mail_quarantine ADD COLUMN kept INTEGER GENERATED ALWAYS AS (length(raw)) VIRTUAL;

CREATE INDEX mail_quarantine_by_size ON mail_quarantine (request_id, kept);
