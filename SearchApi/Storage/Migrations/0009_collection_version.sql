-- A collection's version is the sum over its shards. Every transaction that writes documents or finishes their embedding raises it, whoever
-- wrote the statement: triggers see to it. Results are cached under the version, so none outlives an acknowledged write.
CREATE TABLE collection_version (
    collection_id bigint NOT NULL REFERENCES collection ON DELETE CASCADE,
    shard         integer NOT NULL,
    version       bigint NOT NULL,
    PRIMARY KEY (collection_id, shard)
);

-- What a transaction wrote to. Its rows live as long as their transaction: the shard's row is locked at the commit only, after all other
-- locks, so that two writers never wait for each other in a circle.
CREATE UNLOGGED TABLE collection_touched (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    collection_id bigint NOT NULL
);

CREATE FUNCTION touch_collections() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO collection_touched (collection_id) SELECT DISTINCT collection_id FROM changed ORDER BY collection_id;
    RETURN NULL;
END
$$;

CREATE FUNCTION raise_collection_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM collection_touched WHERE id = NEW.id;
    -- The collection itself may be gone by the end of its transaction.
    INSERT INTO collection_version AS known (collection_id, shard, version)
    SELECT c.id, pg_backend_pid() % 16, 1 FROM collection c WHERE c.id = NEW.collection_id
    ON CONFLICT (collection_id, shard) DO UPDATE SET version = known.version + 1;
    RETURN NULL;
END
$$;

CREATE CONSTRAINT TRIGGER collection_touched_raise AFTER INSERT ON collection_touched
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION raise_collection_version();

CREATE TRIGGER document_inserted AFTER INSERT ON document
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION touch_collections();
CREATE TRIGGER document_updated AFTER UPDATE ON document
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION touch_collections();
CREATE TRIGGER document_deleted AFTER DELETE ON document
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION touch_collections();
-- Chunks and vectors are written in the transaction that finishes their work.
CREATE TRIGGER embedding_work_deleted AFTER DELETE ON embedding_work
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION touch_collections();
