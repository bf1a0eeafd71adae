-- Rankings that callers page through. They may vanish with a crash, which their callers are told; so they are not logged.
CREATE UNLOGGED TABLE search_cursor (
    id            uuid PRIMARY KEY,
    collection_id bigint NOT NULL REFERENCES collection ON DELETE CASCADE,
    search        text NOT NULL,
    hits          integer NOT NULL,
    expires_at    timestamptz NOT NULL
);

CREATE INDEX search_cursor_expires ON search_cursor (expires_at);
CREATE INDEX search_cursor_collection ON search_cursor (collection_id);

CREATE UNLOGGED TABLE search_cursor_block (
    cursor_id uuid NOT NULL REFERENCES search_cursor ON DELETE CASCADE,
    block     integer NOT NULL,
    hits      bytea NOT NULL,
    PRIMARY KEY (cursor_id, block)
);
