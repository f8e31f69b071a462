-- The highest revision is noted beside the database after each change. Without this each
-- change read all claims. PostgreSQL has none: nothing is noted there, and an index of what
-- every edit changes would make each of them write all its indexes anew.
CREATE INDEX claim_by_revision ON claim (revision);

INSERT INTO setting (key, value) VALUES ('schema', '12'), ('oldest_schema', '11')
    ON CONFLICT (key) DO UPDATE SET value = excluded.value;
