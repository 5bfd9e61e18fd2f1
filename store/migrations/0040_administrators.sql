-- Administrators: agents who also see to what concerns every ticket, such as webhooks and exports. Until now every agent
-- could do that, so whoever is one now stays able to; operators take it from whom it is not meant for.
ALTER TABLE users ADD COLUMN administrator INTEGER NOT NULL DEFAULT 0 CHECK (administrator IN (0, 1));
UPDATE users SET administrator = 1 WHERE agent = 1;

-- A webhook is on for as long as somebody answers for it: who made or changed it last, with the token that they did it
-- by. NULL where no token is known: those of before, and those that an operator started.
ALTER TABLE webhooks ADD COLUMN responsible_id INTEGER REFERENCES users (id);
UPDATE webhooks SET responsible_id = created_by;
ALTER TABLE webhooks ADD COLUMN token_id INTEGER REFERENCES api_tokens (id);
