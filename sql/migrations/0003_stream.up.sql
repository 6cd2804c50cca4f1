-- How far the stream processor has come: written after the work is done.
CREATE TABLE stream_checkpoints (
	stream_arn text NOT NULL,
	shard_id text NOT NULL,
	-- The last record that is done; empty: none yet.
	sequence_number text CHECK (sequence_number ~ '^[0-9]+$'),
	-- The shard has ended and all of it is done.
	closed boolean NOT NULL DEFAULT false,
	updated_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (stream_arn, shard_id)
);

-- Records that failed again and again, for `cruddur stream retry`.
CREATE TABLE stream_dead_letters (
	id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
	stream_arn text NOT NULL,
	shard_id text NOT NULL,
	sequence_number text NOT NULL CHECK (sequence_number ~ '^[0-9]+$'),
	record jsonb NOT NULL,
	reason text NOT NULL,
	attempts integer NOT NULL CHECK (attempts > 0),
	created_at timestamptz NOT NULL DEFAULT now(),
	UNIQUE (stream_arn, shard_id, sequence_number)
);
