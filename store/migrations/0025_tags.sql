-- Words that agents put on tickets to find and count them by. Requesters never see them.

CREATE TABLE request_tags (
    request_id INTEGER NOT NULL REFERENCES requests (id),
    tag        TEXT    NOT NULL,
    PRIMARY KEY (request_id, tag)
) STRICT, WITHOUT ROWID;

CREATE INDEX request_tags_by_tag ON request_tags (tag, request_id);
