-- Files stand in the order in which they were added, not in the one in which their bytes happened to come.
ALTER TABLE files ADD COLUMN position INTEGER NOT NULL DEFAULT 0;
