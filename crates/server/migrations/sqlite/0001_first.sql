-- Instants are milliseconds since 1970 in UTC; dates are YYYY-MM-DD.

CREATE TABLE setting (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
-- Cursors carry this value, so that one of another database is recognised.
INSERT INTO setting (key, value) VALUES ('epoch', lower(hex(randomblob(8))));
INSERT INTO setting (key, value) VALUES ('last_reference', '0');

CREATE TABLE organisation (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    time_zone TEXT NOT NULL
) STRICT;

CREATE TABLE account (
    id TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    name TEXT NOT NULL,
    email TEXT NOT NULL UNIQUE COLLATE NOCASE,
    role TEXT NOT NULL CHECK (role IN ('incentives-admin', 'incentives-user', 'reviewer')),
    password_hash TEXT NOT NULL
) STRICT;

-- Only a hash of the token is kept: whoever reads the database cannot sign in with it.
CREATE TABLE session (
    token_hash BLOB PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    used_at INTEGER NOT NULL
) STRICT;

CREATE TABLE claim (
    id TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    reference TEXT NOT NULL UNIQUE,
    revision INTEGER NOT NULL,
    status TEXT NOT NULL,
    draft TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL REFERENCES account (id),
    updated_at INTEGER NOT NULL,
    submitted_at INTEGER,
    status_since TEXT NOT NULL,
    was_disputed INTEGER NOT NULL CHECK (was_disputed IN (0, 1)),
    status_reason TEXT NOT NULL,
    ruleset TEXT
) STRICT;
CREATE INDEX claim_by_organisation ON claim (organisation_id);
CREATE INDEX claim_by_status ON claim (status);

-- What a claim claims, taken out of its draft so that competing claims are found.
CREATE TABLE claim_item (
    claim_id TEXT NOT NULL REFERENCES claim (id) ON DELETE CASCADE,
    tenant_id TEXT NOT NULL,
    item TEXT NOT NULL,
    subscription_id TEXT,
    partner_role TEXT NOT NULL
) STRICT;
CREATE INDEX claim_item_by_tenant ON claim_item (tenant_id);
CREATE INDEX claim_item_by_claim ON claim_item (claim_id);

-- Files that a claim names, taken out of its draft.
CREATE TABLE claim_file (
    claim_id TEXT NOT NULL REFERENCES claim (id) ON DELETE CASCADE,
    sha256 TEXT NOT NULL,
    PRIMARY KEY (claim_id, sha256)
) STRICT;
CREATE INDEX claim_file_by_sha256 ON claim_file (sha256);

-- Who reads changes: each partner organisation its own, and all reviewers one together.
-- The counter grows in the transaction of the change, so order of numbers is order of commits.
CREATE TABLE feed (
    id TEXT PRIMARY KEY,
    seq INTEGER NOT NULL
) STRICT;

-- The latest change of each claim in each feed.
CREATE TABLE change (
    feed_id TEXT NOT NULL REFERENCES feed (id),
    claim_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    is_tombstone INTEGER NOT NULL CHECK (is_tombstone IN (0, 1)),
    PRIMARY KEY (feed_id, claim_id)
) STRICT;
CREATE UNIQUE INDEX change_in_order ON change (feed_id, seq);

CREATE TABLE history (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    claim_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    account_id TEXT REFERENCES account (id),
    event TEXT NOT NULL
) STRICT;
CREATE INDEX history_by_claim ON history (claim_id, id);
-- History is written once.
CREATE TRIGGER history_is_final BEFORE UPDATE ON history
BEGIN
    SELECT RAISE(ABORT, 'history is written once');
END;

CREATE TABLE idempotency (
    account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    key TEXT NOT NULL,
    request_hash BLOB NOT NULL,
    status INTEGER NOT NULL,
    revision INTEGER,
    body TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (account_id, key)
) STRICT;
CREATE INDEX idempotency_by_age ON idempotency (created_at);

-- Contents, stored once whoever sent them.
CREATE TABLE file (
    sha256 TEXT PRIMARY KEY,
    size_bytes INTEGER NOT NULL,
    media_type TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

-- Which organisation sent a content and may read it.
CREATE TABLE file_access (
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    sha256 TEXT NOT NULL REFERENCES file (sha256),
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, sha256)
) STRICT;

CREATE TABLE upload (
    id TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    account_id TEXT NOT NULL REFERENCES account (id),
    sha256 TEXT NOT NULL,
    name TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    is_complete INTEGER NOT NULL CHECK (is_complete IN (0, 1)),
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX upload_by_content ON upload (organisation_id, sha256);

CREATE TABLE partner_location (
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    partner_id TEXT NOT NULL,
    name TEXT NOT NULL,
    is_global_account INTEGER NOT NULL CHECK (is_global_account IN (0, 1)),
    is_enrolled INTEGER NOT NULL CHECK (is_enrolled IN (0, 1)),
    PRIMARY KEY (organisation_id, partner_id)
) STRICT;

-- What is known of customers' subscriptions; `problem` is empty where one can be claimed.
CREATE TABLE subscription (
    subscription_id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    product TEXT NOT NULL,
    problem TEXT NOT NULL
) STRICT;

CREATE TABLE tenant_domain (
    tenant_id TEXT NOT NULL,
    domain TEXT NOT NULL,
    PRIMARY KEY (tenant_id, domain)
) STRICT;
