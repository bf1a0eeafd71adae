-- Chunks and vectors are found by document: on a Citus cluster both are on the document's worker, and a primary key must begin with that column.
ALTER TABLE chunk DROP CONSTRAINT chunk_pkey, ADD PRIMARY KEY (document_id, id);
DROP INDEX chunk_document;

DO $$
DECLARE
    vectors text;
BEGIN
    FOR vectors IN SELECT 'embedding_' || id FROM embedding_space WHERE to_regclass('embedding_' || id) IS NOT NULL LOOP
        EXECUTE format('ALTER TABLE %1$I DROP CONSTRAINT %2$I, ADD PRIMARY KEY (document_id, chunk_id)', vectors, vectors || '_pkey');
        EXECUTE format('DROP INDEX %I', vectors || '_document');
    END LOOP;
END
$$;
