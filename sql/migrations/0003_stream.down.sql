DROP TABLE stream_dead_letters;
DROP TABLE stream_checkpoints;
