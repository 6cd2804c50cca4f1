DROP FUNCTION wire_time(timestamptz);
DROP TABLE activities;
