-- The names of collections and of aliases in one table: one lookup finds both, and no name can be given twice.
CREATE TABLE collection_name (
    tenant        text COLLATE "C" NOT NULL,
    name          text NOT NULL,
    collection_id bigint NOT NULL REFERENCES collection ON DELETE CASCADE,
    is_alias      boolean NOT NULL,
    changed_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant, name)
);

CREATE INDEX collection_name_collection ON collection_name (collection_id);

INSERT INTO collection_name (tenant, name, collection_id, is_alias, changed_at)
SELECT tenant, name, id, false, created_at FROM collection;
