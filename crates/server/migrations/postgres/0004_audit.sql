-- Who did what, and when: only added to. Each line holds the hash of the one before it in
-- its chain, which is an organisation's.
CREATE TABLE audit (
    chain TEXT COLLATE "C" NOT NULL,
    seq BIGINT NOT NULL,
    -- What it is about, and a hash of how that was afterwards.
    subject TEXT NOT NULL,
    state TEXT,
    -- As it is exported, and the hash of that.
    entry TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (chain, seq)
);
CREATE INDEX audit_by_subject ON audit (subject, chain, seq);
CREATE FUNCTION audit_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is only added to';
END
$$;
CREATE TRIGGER audit_is_final BEFORE UPDATE OR DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_is_final();
CREATE TRIGGER audit_stays BEFORE TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_final();
