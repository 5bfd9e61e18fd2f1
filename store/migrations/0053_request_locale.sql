-- The language that a request was opened in: mails about it are in it. NULL where nobody chose one: then it is the
-- requester's own.
ALTER TABLE requests ADD COLUMN locale TEXT CHECK (locale IN ('en', 'pt', 'es'));
