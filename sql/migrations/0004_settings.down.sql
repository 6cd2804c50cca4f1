DROP TABLE name_changes;
DROP TABLE settings;
