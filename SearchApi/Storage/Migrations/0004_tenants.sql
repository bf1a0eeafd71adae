-- A collection belongs to a tenant ('' where none is named). Everything else hangs on a collection's row, so a row that is
-- found by tenant and name scopes all that is read and written under it.
ALTER TABLE collection ADD COLUMN tenant text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE collection DROP CONSTRAINT collection_name_key;
ALTER TABLE collection ADD CONSTRAINT collection_tenant_name_key UNIQUE (tenant, name);
