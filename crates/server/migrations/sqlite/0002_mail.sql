-- Mails to customers, the secrets in their links, and who looks after a tenant.

-- The portal administrator gets a copy of the mail, where one is known.
CREATE TABLE tenant (
    tenant_id TEXT PRIMARY KEY,
    portal_administrator TEXT NOT NULL
) STRICT;

-- Mails that wait or were sent. The link of a mail is made when it is sent, so
-- no table holds one. `due_at` is the earliest time of the next attempt; while
-- somebody sends the mail it is the end of the lease.
CREATE TABLE mail (
    id TEXT PRIMARY KEY,
    claim_id TEXT NOT NULL REFERENCES claim (id) ON DELETE CASCADE,
    -- Of contact and items: a claim is not mailed twice with the same ones.
    fingerprint BLOB NOT NULL,
    letter TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    sent_at INTEGER,
    -- Text and link, in a demonstration alone, which shows its mails to everyone.
    shown TEXT
) STRICT;
CREATE INDEX mail_by_claim ON mail (claim_id, created_at);
CREATE INDEX mail_waiting ON mail (due_at) WHERE sent_at IS NULL;

-- Only a hash of the token is kept: whoever reads the database cannot decline with it.
CREATE TABLE consent_token (
    token_hash BLOB PRIMARY KEY,
    claim_id TEXT NOT NULL REFERENCES claim (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX consent_token_by_claim ON consent_token (claim_id);
