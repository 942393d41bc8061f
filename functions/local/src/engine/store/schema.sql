-- State machines and what they ran. One definition is stored once, under its SHA-256.
CREATE TABLE definitions (digest TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT;

CREATE TABLE machines (
    arn TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    name TEXT NOT NULL,
    role_arn TEXT NOT NULL,
    definition TEXT NOT NULL REFERENCES definitions,
    revision TEXT,                   -- NULL until the first update, as in AWS
    last_version INTEGER NOT NULL,   -- numbers are never given twice
    deleting INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

-- What a version pins outlives later updates of the machine.
CREATE TABLE versions (
    machine TEXT NOT NULL REFERENCES machines ON DELETE CASCADE,
    number INTEGER NOT NULL,
    role_arn TEXT NOT NULL,
    definition TEXT NOT NULL REFERENCES definitions,
    revision TEXT,
    description TEXT,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (machine, number)
) STRICT;

CREATE TABLE executions (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    arn TEXT NOT NULL UNIQUE,
    machine TEXT NOT NULL,
    version INTEGER,
    name TEXT NOT NULL,
    role_arn TEXT NOT NULL,
    definition TEXT NOT NULL REFERENCES definitions,
    status TEXT NOT NULL,
    input TEXT NOT NULL,
    output TEXT,
    error TEXT,
    cause TEXT,
    trace_header TEXT,
    started_at INTEGER NOT NULL,
    stopped_at INTEGER,
    snapshot TEXT                    -- the engine's state, while it runs
) STRICT;
CREATE INDEX executions_by_machine ON executions (machine, seq);
CREATE INDEX executions_running ON executions (seq) WHERE status = 'RUNNING';

CREATE TABLE history (
    execution TEXT NOT NULL,
    id INTEGER NOT NULL,
    event TEXT NOT NULL,
    PRIMARY KEY (execution, id)
) STRICT, WITHOUT ROWID;

-- What the host owes a running execution; read back after a restart.
CREATE TABLE timers (
    execution TEXT NOT NULL,
    timer INTEGER NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (execution, timer)
) STRICT, WITHOUT ROWID;

CREATE TABLE tasks (
    execution TEXT NOT NULL,
    task INTEGER NOT NULL,
    request TEXT NOT NULL,
    nested INTEGER NOT NULL,                -- runs another execution to its end
    child TEXT,                             -- the execution it started
    submitted INTEGER NOT NULL DEFAULT 0,
    cancelled INTEGER NOT NULL DEFAULT 0,   -- its nested execution is still to be stopped
    PRIMARY KEY (execution, task)
) STRICT, WITHOUT ROWID;

CREATE INDEX tasks_by_child ON tasks (child) WHERE child IS NOT NULL;

-- Kept after the task is over, so that a late answer is told so.
CREATE TABLE tokens (
    token TEXT PRIMARY KEY,
    execution TEXT NOT NULL,
    task INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
