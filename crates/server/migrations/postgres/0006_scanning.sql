-- What a virus scanner says of a content. 'waiting' is one that none has seen: it is given
-- out where there is no scanner, and withheld where there is one.
ALTER TABLE file ADD COLUMN scan_state TEXT NOT NULL DEFAULT 'waiting'
    CHECK (scan_state IN ('waiting', 'clean', 'infected'));
-- What was found, in the words of the scanner.
ALTER TABLE file ADD COLUMN scan_found TEXT NOT NULL DEFAULT '';
ALTER TABLE file ADD COLUMN scan_attempts BIGINT NOT NULL DEFAULT 0;
ALTER TABLE file ADD COLUMN scan_due_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX file_by_scan ON file (scan_state, scan_due_at);
