-- Postings are most of the index. With a collection_id of 4 bytes and without padding before the term, a row takes 4 bytes less in the table
-- and in its index. Copying takes about 4 seconds per million postings.
CREATE TABLE narrow_posting (
    document_id   bigint NOT NULL,
    collection_id integer NOT NULL,
    tf            integer NOT NULL,
    length        integer NOT NULL,
    term          text COLLATE "C" NOT NULL
);

INSERT INTO narrow_posting (document_id, collection_id, tf, length, term)
SELECT document_id, collection_id, tf, length, term FROM posting ORDER BY collection_id, term, document_id;

DROP TABLE posting;
ALTER TABLE narrow_posting RENAME TO posting;
ALTER TABLE posting ADD PRIMARY KEY (collection_id, term, document_id) INCLUDE (tf, length);
ALTER TABLE posting SET (autovacuum_vacuum_insert_scale_factor = 0.05);
ANALYZE posting;
