-- BM25 over whole documents. The document's length stands in every posting, so that scoring reads one index alone.
CREATE TABLE posting (
    collection_id bigint NOT NULL,
    term          text COLLATE "C" NOT NULL,
    document_id   bigint NOT NULL,
    tf            integer NOT NULL,
    length        integer NOT NULL,
    PRIMARY KEY (collection_id, term, document_id) INCLUDE (tf, length)
);

ALTER TABLE posting SET (autovacuum_vacuum_insert_scale_factor = 0.05);

-- What was indexed for a document, so that it can be taken out again whatever the dictionaries say by then.
CREATE TABLE document_lexeme (
    document_id  bigint PRIMARY KEY REFERENCES document ON DELETE CASCADE,
    text_version bigint NOT NULL,
    terms        text[] NOT NULL,
    length       integer NOT NULL
);

-- Totals of a collection are the sum over its shards: concurrent writers do not wait for one row.
CREATE TABLE lexical_total (
    collection_id bigint NOT NULL REFERENCES collection ON DELETE CASCADE,
    shard         integer NOT NULL,
    documents     bigint NOT NULL,
    tokens        bigint NOT NULL,
    PRIMARY KEY (collection_id, shard)
);
