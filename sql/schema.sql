-- The whole schema as it stands: equal to the sum of migrations/ (t/pg checks).
-- `cruddur db schema-load` runs this; later changes come as migrations.

-- Which migrations this database has; made before the first of them.
CREATE TABLE schema_migrations (
	version integer PRIMARY KEY CHECK (version > 0),
	name text NOT NULL,
	applied_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE users (
	uuid uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	display_name text NOT NULL
		CHECK (char_length(display_name) BETWEEN 1 AND 50),
	handle text NOT NULL CHECK (handle ~ '^[A-Za-z0-9_]{1,30}$'),
	email text CHECK (char_length(email) BETWEEN 3 AND 320),
	-- Cognito's "sub". A first sign-in makes a row that has it; rows that
	-- came otherwise get it from `cruddur cognito sync-users`.
	cognito_user_id text CHECK (cognito_user_id <> ''),
	bio text NOT NULL DEFAULT '' CHECK (char_length(bio) <= 300),
	created_at timestamptz NOT NULL DEFAULT now(),
	search tsvector NOT NULL GENERATED ALWAYS AS (
		to_tsvector('simple', handle || ' ' || display_name)) STORED
);

-- @Bayko and @bayko are one person.
CREATE UNIQUE INDEX users_handle ON users (lower(handle));
CREATE UNIQUE INDEX users_email ON users (lower(email));
CREATE UNIQUE INDEX users_cognito_user_id ON users (cognito_user_id);
-- Search of people, prefixes included.
CREATE INDEX users_search ON users USING gin (search);

CREATE TABLE activities (
	uuid uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	user_uuid uuid NOT NULL REFERENCES users ON DELETE CASCADE,
	message text NOT NULL CHECK (char_length(message) BETWEEN 1 AND 280),
	replies_count integer NOT NULL DEFAULT 0 CHECK (replies_count >= 0),
	reposts_count integer NOT NULL DEFAULT 0 CHECK (reposts_count >= 0),
	likes_count integer NOT NULL DEFAULT 0 CHECK (likes_count >= 0),
	-- A crud that expires leaves replies that live longer where they are.
	reply_to_activity_uuid uuid REFERENCES activities ON DELETE SET NULL,
	-- Whose crud was answered: notifications are read in order by it.
	reply_to_user_uuid uuid REFERENCES users ON DELETE SET NULL,
	expires_at timestamptz NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now(),
	search tsvector NOT NULL GENERATED ALWAYS AS (
		to_tsvector('simple', message)) STORED,
	CHECK (expires_at > created_at),
	CHECK (reply_to_activity_uuid <> uuid)
);

-- Home feed: newest first.
CREATE INDEX activities_home ON activities (created_at DESC, uuid DESC);
-- A person's page: newest first.
CREATE INDEX activities_user
	ON activities (user_uuid, created_at DESC, uuid DESC);
-- Replies of a crud: oldest first.
CREATE INDEX activities_replies
	ON activities (reply_to_activity_uuid, created_at, uuid)
	WHERE reply_to_activity_uuid IS NOT NULL;
-- Notifications: replies to a person's cruds, newest first.
CREATE INDEX activities_notifications
	ON activities (reply_to_user_uuid, created_at DESC, uuid DESC)
	WHERE reply_to_user_uuid IS NOT NULL;
-- Deletion of what has expired.
CREATE INDEX activities_expired ON activities (expires_at);
-- Search, prefixes included.
CREATE INDEX activities_search ON activities USING gin (search);

-- A time as the API writes it: UTC, six decimals, so that the order of the text
-- is the order of time.
CREATE FUNCTION wire_time(t timestamptz) RETURNS text
	LANGUAGE sql STABLE STRICT PARALLEL SAFE
	RETURN to_char(t AT TIME ZONE 'UTC',
		'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"');

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

-- What all machines of this installation share, such as the key that cursors
-- are sealed with: made here, never shown.
CREATE TABLE settings (
	key text PRIMARY KEY,
	value text NOT NULL
);
INSERT INTO settings (key, value)
	VALUES ('cursor_key', gen_random_uuid() || '.' || gen_random_uuid());

-- People whose new name has not reached all their conversations yet.
CREATE TABLE name_changes (
	user_uuid uuid PRIMARY KEY REFERENCES users ON DELETE CASCADE,
	noted_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	-- How far the walk through the person's inbox came; empty: not begun.
	done_to text
);

INSERT INTO schema_migrations (version, name) VALUES
	(1, 'users'), (2, 'activities'), (3, 'stream'), (4, 'settings');
