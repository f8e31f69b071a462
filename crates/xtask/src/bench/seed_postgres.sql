-- One claim, made over the protocol, becomes {claims}, each with its items, its files, its
-- line of history and its change.
BEGIN;
CREATE TEMP TABLE template ON COMMIT DROP AS SELECT * FROM claim WHERE id = '{id}';
CREATE TEMP TABLE template_item ON COMMIT DROP AS SELECT * FROM claim_item;
CREATE TEMP TABLE template_file ON COMMIT DROP AS SELECT * FROM claim_file;
CREATE TEMP TABLE template_history ON COMMIT DROP AS SELECT * FROM history;
CREATE TEMP TABLE template_change ON COMMIT DROP AS SELECT * FROM change;
CREATE TEMP TABLE seeded ON COMMIT DROP AS
    SELECT n,
        lpad(to_hex((n * 2654435761) % 4294967296), 8, '0') || '-0000-4000-8000-'
            || lpad(to_hex(n), 12, '0') AS id,
        lpad(to_hex(((n / 5) * 2654435761) % 4294967296), 8, '0') || '-0000-4000-9000-'
            || lpad(to_hex(n / 5), 12, '0') AS tenant_id
    FROM generate_series(1::BIGINT, {claims} - 1) AS n;
INSERT INTO claim (id, organisation_id, reference, revision, status, draft, created_at,
        created_by, updated_at, submitted_at, status_since, was_disputed, status_reason, ruleset,
        status_grounds, partner_id)
    SELECT seeded.id, organisation_id,
        'CPOR-' || lpad((n + 1)::TEXT, greatest(6, length((n + 1)::TEXT)), '0'), revision, status,
        replace(replace(draft, '{tenant}', tenant_id), '{name}',
            'Contoso ' || lpad(n::TEXT, 7, '0')),
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
VACUUM (ANALYZE);
CHECKPOINT;
SELECT 'claims ' || COUNT(*) FROM claim;
