-- Collections, and one embedding space per collection and model. The vectors of space N lie in the table embedding_N,
-- which is made with the space because its column type carries the dimension.
CREATE EXTENSION IF NOT EXISTS vector;

CREATE TABLE collection (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name          text NOT NULL UNIQUE,
    language      text NOT NULL,
    chunk_tokens  integer NOT NULL CHECK (chunk_tokens > 0),
    chunk_overlap integer NOT NULL CHECK (chunk_overlap >= 0 AND chunk_overlap < chunk_tokens),
    space_id      bigint,
    created_at    timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE embedding_space (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    collection_id bigint NOT NULL REFERENCES collection ON DELETE CASCADE,
    model         text NOT NULL,
    revision      text NOT NULL,
    dimension     integer NOT NULL CHECK (dimension > 0),
    created_at    timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX embedding_space_collection ON embedding_space (collection_id);
