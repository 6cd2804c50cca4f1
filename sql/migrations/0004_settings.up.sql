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
