-- One claim, made over the protocol, becomes {claims}, each with its items, its files, its
-- line of history and its change.
PRAGMA foreign_keys = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -1000000;
PRAGMA temp_store = MEMORY;
BEGIN IMMEDIATE;
CREATE TEMP TABLE template AS SELECT * FROM claim WHERE id = '{id}';
CREATE TEMP TABLE template_item AS SELECT * FROM claim_item;
CREATE TEMP TABLE template_file AS SELECT * FROM claim_file;
CREATE TEMP TABLE template_history AS SELECT * FROM history;
CREATE TEMP TABLE template_change AS SELECT * FROM change;
CREATE TEMP TABLE seeded AS
    WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n + 1 < {claims})
    SELECT n,
        printf('%08x-0000-4000-8000-%012x', (n * 2654435761) % 4294967296, n) AS id,
        printf('%08x-0000-4000-9000-%012x', ((n / 5) * 2654435761) % 4294967296, n / 5) AS tenant_id
    FROM number;
INSERT INTO claim (id, organisation_id, reference, revision, status, draft, created_at,
        created_by, updated_at, submitted_at, status_since, was_disputed, status_reason, ruleset,
        status_grounds, partner_id)
    SELECT seeded.id, organisation_id, printf('CPOR-%06d', n + 1), revision, status,
        replace(replace(draft, '{tenant}', tenant_id), '{name}', printf('Contoso %07d', n)),
        created_at, created_by, updated_at, submitted_at, status_since, was_disputed,
        status_reason, ruleset, status_grounds, partner_id
    FROM seeded CROSS JOIN template;
INSERT INTO claim_item (claim_id, tenant_id, item, subscription_id, partner_role)
    SELECT seeded.id, seeded.tenant_id, item, subscription_id, partner_role
    FROM seeded CROSS JOIN template_item;
INSERT INTO claim_file (claim_id, sha256)
    SELECT seeded.id, sha256 FROM seeded CROSS JOIN template_file;
INSERT INTO history (claim_id, at, actor, account_id, event)
    SELECT seeded.id, at, actor, account_id, event FROM seeded CROSS JOIN template_history;
INSERT INTO change (feed_id, claim_id, seq, is_tombstone)
    SELECT feed_id, seeded.id, n + 1, 0 FROM seeded CROSS JOIN template_change;
UPDATE feed SET seq = {claims};
UPDATE setting SET value = '{claims}' WHERE key = 'last_reference';
COMMIT;
PRAGMA wal_checkpoint(TRUNCATE);
SELECT 'claims ' || COUNT(*) FROM claim;
