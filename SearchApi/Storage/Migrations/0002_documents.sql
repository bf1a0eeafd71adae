-- text_version is unique over all texts ever stored: equal versions mean equal title and text.
CREATE SEQUENCE text_version;

CREATE TABLE document (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    collection_id bigint NOT NULL REFERENCES collection ON DELETE CASCADE,
    external_id   text NOT NULL,
    title         text,
    text          text NOT NULL,
    metadata      jsonb,
    content_hash  bytea NOT NULL,
    text_hash     bytea NOT NULL,
    text_version  bigint NOT NULL DEFAULT nextval('text_version'),
    updated_at    timestamptz NOT NULL DEFAULT now(),
    UNIQUE (collection_id, external_id)
);

CREATE TABLE chunk (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    document_id bigint NOT NULL REFERENCES document ON DELETE CASCADE,
    ordinal     integer NOT NULL,
    text        text NOT NULL,
    hash        bytea NOT NULL
);

CREATE INDEX chunk_document ON chunk (document_id);

-- One row per document that waits to be embedded or was set aside. A worker takes rows by moving ready_at into the future
-- under its lease; work of a worker that died is ready again when that time has come.
CREATE TABLE embedding_work (
    document_id   bigint PRIMARY KEY REFERENCES document ON DELETE CASCADE,
    collection_id bigint NOT NULL,
    attempts      integer NOT NULL DEFAULT 0,
    ready_at      timestamptz NOT NULL DEFAULT now(),
    lease         uuid,
    failed_reason text
);

CREATE INDEX embedding_work_ready ON embedding_work (ready_at, document_id) WHERE failed_reason IS NULL;
CREATE INDEX embedding_work_collection ON embedding_work (collection_id);
