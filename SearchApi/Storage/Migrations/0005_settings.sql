-- What a collection is made with beyond its columns (text_template, chunk_by, fields), and how the vectors of a space are indexed.
ALTER TABLE collection ADD COLUMN settings jsonb NOT NULL DEFAULT '{}';
ALTER TABLE embedding_space
    ADD COLUMN storage         text NOT NULL DEFAULT 'halfvec' CHECK (storage IN ('halfvec', 'vector')),
    ADD COLUMN m               integer NOT NULL DEFAULT 16,
    ADD COLUMN ef_construction integer NOT NULL DEFAULT 64;

-- Pages of a collection's documents are read in the order in which they first came.
CREATE INDEX document_page ON document (collection_id, id);
-- Equality in filters (metadata @? '$."colour" ? (@ == "red")') finds its documents here.
CREATE INDEX document_metadata ON document USING gin (metadata jsonb_path_ops);
