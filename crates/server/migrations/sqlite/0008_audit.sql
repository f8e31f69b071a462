-- Who did what, and when: only added to. Each line holds the hash of the one before it in
-- its chain, which is an organisation's.
CREATE TABLE audit (
    chain TEXT NOT NULL,
    seq INTEGER NOT NULL,
    -- What it is about, and a hash of how that was afterwards.
    subject TEXT NOT NULL,
    state TEXT,
    -- As it is exported, and the hash of that.
    entry TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (chain, seq)
) STRICT;
CREATE INDEX audit_by_subject ON audit (subject, chain, seq);
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit log is only added to');
END;
CREATE TRIGGER audit_is_not_removed BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit log is only added to');
END;
