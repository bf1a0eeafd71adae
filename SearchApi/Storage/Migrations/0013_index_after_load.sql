-- A space's HNSW index is built when the first load is through: row by row it costs four times as much, and few vectors need none.
-- Spaces of before have theirs.
ALTER TABLE embedding_space ADD COLUMN indexed boolean NOT NULL DEFAULT true;
ALTER TABLE embedding_space ALTER COLUMN indexed SET DEFAULT false;
