-- A document's row in document_key holds its id and is its lock. document itself is distributed by id on a Citus cluster, where it cannot have
-- a unique constraint on other columns.
CREATE TABLE document_key (
    collection_id bigint NOT NULL,
    external_id   text NOT NULL,
    document_id   bigint NOT NULL,
    PRIMARY KEY (collection_id, external_id)
);

INSERT INTO document_key (collection_id, external_id, document_id) SELECT collection_id, external_id, id FROM document;

ALTER TABLE document_key ADD FOREIGN KEY (collection_id) REFERENCES collection ON DELETE CASCADE;

ALTER TABLE document DROP CONSTRAINT document_collection_id_external_id_key;

-- Writers pass ids and versions.
ALTER TABLE document ALTER COLUMN id DROP IDENTITY, ALTER COLUMN text_version DROP DEFAULT;
CREATE SEQUENCE document_id;
SELECT setval('document_id', coalesce(max(id), 0) + 1, false) FROM document;

-- Citus has no triggers on distributed tables, and no foreign keys from a local table to one. Statements of the writers replace them.
DROP TRIGGER document_inserted ON document;
DROP TRIGGER document_updated ON document;
DROP TRIGGER document_deleted ON document;
DROP TRIGGER embedding_work_deleted ON embedding_work;
DROP TABLE collection_touched;
DROP FUNCTION touch_collections();
DROP FUNCTION raise_collection_version();
ALTER TABLE embedding_work DROP CONSTRAINT embedding_work_document_id_fkey;
