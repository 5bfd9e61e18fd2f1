-- When somebody last typed a code that was mailed to their address. Copilot asks for none for some hours after that.
ALTER TABLE users ADD COLUMN email_proved_at INTEGER;

-- The host's token said that it has verified the address, and the backend was told to believe it.
ALTER TABLE sessions ADD COLUMN email_vouched INTEGER NOT NULL DEFAULT 0 CHECK (email_vouched IN (0, 1));

-- An address is proved for its person, and no longer for one conversation.
ALTER TABLE conversations DROP COLUMN verified_at;
