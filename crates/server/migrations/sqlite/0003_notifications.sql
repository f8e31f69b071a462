-- What an account is told of; the claim says the rest.
CREATE TABLE notification (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    claim_id TEXT NOT NULL REFERENCES claim (id) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    is_read INTEGER NOT NULL DEFAULT 0 CHECK (is_read IN (0, 1)),
    -- What must be told once only, such as a reminder; NULL where each event is told.
    once TEXT,
    UNIQUE (account_id, claim_id, kind, once)
) STRICT;
CREATE INDEX notification_by_account ON notification (account_id, at, id);
CREATE INDEX notification_unread ON notification (account_id) WHERE is_read = 0;
CREATE INDEX notification_by_age ON notification (at);
CREATE INDEX notification_by_claim ON notification (claim_id);
