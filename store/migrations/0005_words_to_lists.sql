-- From the words of a search to a sorted, counted list without reading a single whole request: what is found by words
-- may be most of a store's requests.
CREATE INDEX requests_by_number ON requests (id, account_id, requester_id, status, updated_at, created_at);
