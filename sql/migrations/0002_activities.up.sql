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
