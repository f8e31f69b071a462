-- One record, made over Kinto's API, becomes {claims}, each with its time of change and its
-- permission. The trigger would give each of them the present time.
BEGIN;
CREATE TEMP TABLE template ON COMMIT DROP AS
    SELECT * FROM objects WHERE id = '{id}' AND resource_name = 'record';
CREATE TEMP TABLE template_permission ON COMMIT DROP AS
    SELECT * FROM access_control_entries
    WHERE object_id = (SELECT parent_id || '/records/' || id FROM template);
CREATE TEMP TABLE seeded ON COMMIT DROP AS
    SELECT n,
        lpad(to_hex((n * 2654435761) % 4294967296), 8, '0') || '-0000-4000-8000-'
            || lpad(to_hex(n), 12, '0') AS id,
        lpad(to_hex(((n / 5) * 2654435761) % 4294967296), 8, '0') || '-0000-4000-9000-'
            || lpad(to_hex(n / 5), 12, '0') AS tenant_id
    FROM generate_series(1::BIGINT, {claims} - 1) AS n;
ALTER TABLE objects DISABLE TRIGGER tgr_objects_last_modified;
INSERT INTO objects (id, parent_id, resource_name, last_modified, data, deleted)
    SELECT seeded.id, parent_id, resource_name,
        last_modified - ({claims} - n) * INTERVAL '1 millisecond',
        replace(replace(data::TEXT, '{tenant}', tenant_id), '{name}',
            'Contoso ' || lpad(n::TEXT, 7, '0'))::JSONB,
        FALSE
    FROM seeded CROSS JOIN template;
ALTER TABLE objects ENABLE TRIGGER tgr_objects_last_modified;
INSERT INTO access_control_entries (object_id, permission, principal)
    SELECT parent_id || '/records/' || seeded.id, permission, principal
    FROM seeded CROSS JOIN template CROSS JOIN template_permission;
COMMIT;
VACUUM (ANALYZE);
CHECKPOINT;
SELECT 'claims ' || COUNT(*) FROM objects WHERE resource_name = 'record';
