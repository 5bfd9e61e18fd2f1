-- The export by time reads what happened since a moment.
CREATE INDEX events_by_moment ON events (created_at, id);
