-- What is kept for a limited time is found by its age, whatever else there is.
CREATE INDEX conversations_by_creation ON conversations (created_at);
CREATE INDEX audit_entries_by_moment ON audit_entries (at);
