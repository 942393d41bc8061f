-- State machines and what they ran. One definition is stored once, under its SHA-256.
CREATE TABLE definitions (digest TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT;

CREATE TABLE machines (
    arn TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,              -- STANDARD or EXPRESS
    role_arn TEXT NOT NULL,
    definition TEXT NOT NULL REFERENCES definitions,
    settings TEXT NOT NULL,          -- logging, tracing, encryption: kept and shown, without effect
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
    settings TEXT NOT NULL,
    revision TEXT,
    description TEXT,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (machine, number)
) STRICT;

CREATE TABLE aliases (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    arn TEXT NOT NULL UNIQUE,
    machine TEXT NOT NULL REFERENCES machines ON DELETE CASCADE,
    name TEXT NOT NULL,
    description TEXT,
    routing TEXT NOT NULL,           -- one or two versions with their weights
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX aliases_by_machine ON aliases (machine, seq);

CREATE TABLE activities (
    arn TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    name TEXT NOT NULL,
    settings TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

-- Of machines and activities.
CREATE TABLE tags (
    resource TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (resource, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE executions (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    arn TEXT NOT NULL UNIQUE,
    machine TEXT NOT NULL,
    version INTEGER,
    alias TEXT,                      -- ARN of the alias it was started by
    map_run TEXT,                    -- ARN of the Map Run it belongs to
    name TEXT NOT NULL,
    role_arn TEXT NOT NULL,
    definition TEXT NOT NULL REFERENCES definitions,
    revision TEXT,
    updated_at INTEGER NOT NULL,     -- when the machine got this definition
    status TEXT NOT NULL,
    input TEXT NOT NULL,
    output TEXT,
    error TEXT,
    cause TEXT,
    trace_header TEXT,
    started_at INTEGER NOT NULL,
    stopped_at INTEGER,
    redrives INTEGER NOT NULL DEFAULT 0,
    redriven_at INTEGER,
    redrive_token TEXT,              -- the client token of the last redrive
    events INTEGER NOT NULL DEFAULT 0,
    snapshot TEXT                    -- the engine's state, until it succeeded
) STRICT;
CREATE INDEX executions_by_machine ON executions (machine, seq);
CREATE INDEX executions_by_map_run ON executions (map_run, seq) WHERE map_run IS NOT NULL;
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
    submitted INTEGER NOT NULL DEFAULT 0,   -- the service took it, or a worker did
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

-- Runs of distributed Maps, with what each of their children gets and became.
CREATE TABLE map_runs (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    arn TEXT NOT NULL UNIQUE,
    execution TEXT NOT NULL,         -- that waits for it
    state TEXT NOT NULL,             -- the Map
    request TEXT NOT NULL,           -- what the execution asked for
    snapshot TEXT,                   -- the engine's state, once it began
    wanted TEXT,                     -- REDRIVE or STOP, until the map run has heard of it
    over INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX map_runs_by_execution ON map_runs (execution, seq);

CREATE TABLE map_run_children (
    map_run TEXT NOT NULL,
    place INTEGER NOT NULL,
    input TEXT NOT NULL,
    name TEXT,                       -- the execution's, once it was to be started
    execution TEXT,
    wanted TEXT,                     -- START or REDRIVE, until the execution ended
    status TEXT,
    output TEXT,
    error TEXT,
    cause TEXT,
    started_at INTEGER,
    stopped_at INTEGER,
    redrives INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (map_run, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX map_run_children_by_execution ON map_run_children (execution) WHERE execution IS NOT NULL;
