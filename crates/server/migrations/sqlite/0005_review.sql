-- Published grounds of the last decision, as JSON.
ALTER TABLE claim ADD COLUMN status_grounds TEXT NOT NULL DEFAULT '[]';

-- How the items of a tenant are used, by month (YYYY-MM).
CREATE TABLE usage (
    tenant_id TEXT NOT NULL,
    item TEXT NOT NULL,
    month TEXT NOT NULL,
    seats INTEGER NOT NULL,
    active_users INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, item, month)
) STRICT;
