-- How many messages an address got within the hour.
CREATE INDEX outbox_by_address ON outbox (to_address, kind, created_at);
