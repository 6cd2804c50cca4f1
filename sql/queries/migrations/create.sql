-- Which migrations this database has; made before the first of them.
CREATE TABLE IF NOT EXISTS schema_migrations (
	version integer PRIMARY KEY CHECK (version > 0),
	name text NOT NULL,
	applied_at timestamptz NOT NULL DEFAULT now()
);
