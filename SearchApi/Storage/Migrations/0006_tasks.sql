-- A task is one bulk upload: what it stored, and what of it still waits to be embedded (embedding_work.task_id).
-- While the upload goes on, the replica that takes it moves heartbeat_at; one that stops was interrupted.
CREATE TABLE task (
    id            uuid PRIMARY KEY,
    tenant        text COLLATE "C" NOT NULL,
    collection_id bigint NOT NULL REFERENCES collection ON DELETE CASCADE,
    state         text NOT NULL CHECK (state IN ('storing', 'embedding', 'completed', 'cancelled', 'interrupted')),
    received      bigint NOT NULL DEFAULT 0,
    written       bigint NOT NULL DEFAULT 0,
    unchanged     bigint NOT NULL DEFAULT 0,
    error_count   bigint NOT NULL DEFAULT 0,
    errors        jsonb NOT NULL DEFAULT '[]',
    reason        text,
    cancel        boolean NOT NULL DEFAULT false,
    created_at    timestamptz NOT NULL DEFAULT now(),
    heartbeat_at  timestamptz NOT NULL DEFAULT now(),
    stored_at     timestamptz,
    finished_at   timestamptz
);

CREATE INDEX task_page ON task (tenant, created_at DESC, id);
CREATE INDEX task_collection ON task (collection_id);
CREATE INDEX task_open ON task (state) WHERE finished_at IS NULL;

ALTER TABLE embedding_work ADD COLUMN task_id uuid;
CREATE INDEX embedding_work_task ON embedding_work (task_id) WHERE task_id IS NOT NULL;

-- Equal hashes are equal vectors; null for chunks of before this column.
ALTER TABLE chunk ADD COLUMN vector_hash bigint;
