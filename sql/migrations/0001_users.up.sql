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
