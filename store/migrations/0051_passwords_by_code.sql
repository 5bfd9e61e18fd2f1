-- A browser that somebody signed in with is known as long as this has not gone up since: it does with a new password.
ALTER TABLE users ADD COLUMN device_generation INTEGER NOT NULL DEFAULT 0;

-- Passwords are set with a code in the browser that asked for it. Links that are on their way open nothing any more.
DELETE FROM password_links;
