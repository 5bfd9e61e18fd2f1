-- Mail that is of no use after a moment, such as a code, is sent before all other.
CREATE INDEX outbox_urgent ON outbox (due_at, id) WHERE state = 'waiting' AND useful_until IS NOT NULL;
