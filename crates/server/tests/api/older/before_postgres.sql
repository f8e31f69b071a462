-- A folder of data of before PostgreSQL, as the server of that time wrote it: a draft that was
-- changed, a claim in review with a comment, and one that was deleted.
BEGIN TRANSACTION;
CREATE TABLE _sqlx_migrations (
    version BIGINT PRIMARY KEY,
    description TEXT NOT NULL,
    installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    success BOOLEAN NOT NULL,
    checksum BLOB NOT NULL,
    execution_time BIGINT NOT NULL
);
INSERT INTO "_sqlx_migrations" VALUES(1,'first','2026-11-22 06:52:17',1,X'D3B315E6A4E94C6B5255DB05A43DA669829D67AA185E313D3A096C2BD154EE79272A4F2DFF9302173C3B2C2D4C3D5713',3876017);
INSERT INTO "_sqlx_migrations" VALUES(2,'mail','2026-11-22 06:52:17',1,X'10220AC4BF3D4E6B5C5FCC81BE39C3439E0A6FB13D5849F37E8EC85514BC4595D363561B036F0F7043ADD882120A0BAE',5152904);
INSERT INTO "_sqlx_migrations" VALUES(3,'notifications','2026-11-22 06:52:17',1,X'C50B81F291D83C2C0C8ADC9BD3A9397EAC61FA657CDAEBA48B5161216BCC94ADF612B0BB9CF80A4387B95D9EAE855C8F',1114886);
INSERT INTO "_sqlx_migrations" VALUES(4,'region','2026-11-22 06:52:17',1,X'42007232BCF970724668F01A2FC502EB2265793E784BDCD2D4051149EE7ED1D3C619CC67669A124F9647ADE13CCA8D80',1108997);
INSERT INTO "_sqlx_migrations" VALUES(5,'review','2026-11-22 06:52:17',1,X'650A500FB402EF380D4130512C4E1FB3126894DFD0FEF4649047F34F4466B1A3DBDA8202F3133D48957D405E71261860',1272851);
CREATE TABLE account (
    id TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    name TEXT NOT NULL,
    email TEXT NOT NULL UNIQUE COLLATE NOCASE,
    role TEXT NOT NULL CHECK (role IN ('incentives-admin', 'incentives-user', 'reviewer')),
    password_hash TEXT NOT NULL
) STRICT;
INSERT INTO "account" VALUES('5bf04884-8764-4923-9c99-69c6f1ed1a6a','23122072-8886-4b34-9d0b-97cf3095d722','Ana Bowman','admin@contoso.example','incentives-admin','$argon2id$v=19$m=19456,t=2,p=1$dBsmY0MFDudhjuYnaWOotg$IisNx/AatXhuAUUNBpZKAIXphN1AZFRF8d29OtOfV/k');
INSERT INTO "account" VALUES('d20bb6e0-6655-4334-ad21-3a822423cf24','54952754-abe0-43e8-88d8-84fa5052b0e8','Lee Reyes','reviewer@review.example','reviewer','$argon2id$v=19$m=19456,t=2,p=1$htD06MURGIakGdQPXCD06Q$95+TYcOEqbeZLuFOGyvDtRdze81lnfHciBA5EUEuoMM');
CREATE TABLE change (
    feed_id TEXT NOT NULL REFERENCES feed (id),
    claim_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    is_tombstone INTEGER NOT NULL CHECK (is_tombstone IN (0, 1)),
    PRIMARY KEY (feed_id, claim_id)
) STRICT;
INSERT INTO "change" VALUES('23122072-8886-4b34-9d0b-97cf3095d722','11111111-1111-4111-8111-000000000001',2,0);
INSERT INTO "change" VALUES('23122072-8886-4b34-9d0b-97cf3095d722','11111111-1111-4111-8111-000000000002',8,0);
INSERT INTO "change" VALUES('review','11111111-1111-4111-8111-000000000002',5,0);
INSERT INTO "change" VALUES('23122072-8886-4b34-9d0b-97cf3095d722','11111111-1111-4111-8111-000000000003',10,1);
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
, status_grounds TEXT NOT NULL DEFAULT '[]') STRICT;
INSERT INTO "claim" VALUES('11111111-1111-4111-8111-000000000001','23122072-8886-4b34-9d0b-97cf3095d722','CPOR-000001',2,'draft','{"edition":"current","solution_area":"modern-work-and-security","partner_role":"use-or-consume","claim_name":"Changed once","partner_id":"4391507","tenant_id":"00000000-0000-4000-8000-000000000001","domain":"treyresearch.net","opt_out":false,"workloads":["purview-information-protection"],"products":[],"purchase_channel":null,"seller_name":"","customer_name":"","isv_solution":"","customer_contact":{"name":"Robert Tolbert","title":"Research IT lead","email":"robert.tolbert@treyresearch.net"},"partner_contact":{"name":"Wei Chen","email":"admin@fabrikam.example"},"public_sector":"no","poe_files":[{"sha256":"5b4189826b677a50bc30380c7593764d2b0567febb931142fb4ac3d490d5afab","name":"statement-of-work.pdf","size_bytes":37,"media_type":"application/pdf","comment":"","acknowledged_on":"2026-10-03"}],"poe_names_items":["purview-information-protection"],"comment":"","acknowledgements":{"proof_is_genuine":true,"customer_is_informed":true,"editing_ends":true}}',1795330338150,'5bf04884-8764-4923-9c99-69c6f1ed1a6a',1795330338199,NULL,'2026-11-22',0,'',NULL,'[]');
INSERT INTO "claim" VALUES('11111111-1111-4111-8111-000000000002','23122072-8886-4b34-9d0b-97cf3095d722','CPOR-000002',4,'partner-action-required','{"edition":"current","solution_area":"modern-work-and-security","partner_role":"use-or-consume","claim_name":"Handed in","partner_id":"4391507","tenant_id":"00000000-0000-4000-8000-000000000002","domain":"treyresearch.net","opt_out":false,"workloads":["purview-information-protection"],"products":[],"purchase_channel":null,"seller_name":"","customer_name":"","isv_solution":"","customer_contact":{"name":"Robert Tolbert","title":"Research IT lead","email":"robert.tolbert@treyresearch.net"},"partner_contact":{"name":"Wei Chen","email":"admin@fabrikam.example"},"public_sector":"no","poe_files":[{"sha256":"5b4189826b677a50bc30380c7593764d2b0567febb931142fb4ac3d490d5afab","name":"statement-of-work.pdf","size_bytes":37,"media_type":"application/pdf","comment":"","acknowledged_on":"2026-10-03"}],"poe_names_items":["purview-information-protection"],"comment":"","acknowledgements":{"proof_is_genuine":true,"customer_is_informed":true,"editing_ends":true}}',1795330338206,'5bf04884-8764-4923-9c99-69c6f1ed1a6a',1795330338276,1795330338221,'2026-11-22',0,'A date is missing','553be93bb130e135','[{"ground":"missing-dates"}]');
CREATE TABLE claim_file (
    claim_id TEXT NOT NULL REFERENCES claim (id) ON DELETE CASCADE,
    sha256 TEXT NOT NULL,
    PRIMARY KEY (claim_id, sha256)
) STRICT;
INSERT INTO "claim_file" VALUES('11111111-1111-4111-8111-000000000001','5b4189826b677a50bc30380c7593764d2b0567febb931142fb4ac3d490d5afab');
INSERT INTO "claim_file" VALUES('11111111-1111-4111-8111-000000000002','5b4189826b677a50bc30380c7593764d2b0567febb931142fb4ac3d490d5afab');
CREATE TABLE claim_item (
    claim_id TEXT NOT NULL REFERENCES claim (id) ON DELETE CASCADE,
    tenant_id TEXT NOT NULL,
    item TEXT NOT NULL,
    subscription_id TEXT,
    partner_role TEXT NOT NULL
) STRICT;
INSERT INTO "claim_item" VALUES('11111111-1111-4111-8111-000000000001','00000000-0000-4000-8000-000000000001','purview-information-protection',NULL,'use-or-consume');
INSERT INTO "claim_item" VALUES('11111111-1111-4111-8111-000000000002','00000000-0000-4000-8000-000000000002','purview-information-protection',NULL,'use-or-consume');
CREATE TABLE consent_token (
    token_hash BLOB PRIMARY KEY,
    claim_id TEXT NOT NULL REFERENCES claim (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL
) STRICT;
INSERT INTO "consent_token" VALUES(X'A76C7CCC9AB5A2DAB5E2153310DFF59B66E035A794082FC2C015429BD84F07B9','11111111-1111-4111-8111-000000000002',1795330338239);
CREATE TABLE feed (
    id TEXT PRIMARY KEY,
    seq INTEGER NOT NULL
) STRICT;
INSERT INTO "feed" VALUES('23122072-8886-4b34-9d0b-97cf3095d722',10);
INSERT INTO "feed" VALUES('review',5);
CREATE TABLE file (
    sha256 TEXT PRIMARY KEY,
    size_bytes INTEGER NOT NULL,
    media_type TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
INSERT INTO "file" VALUES('5b4189826b677a50bc30380c7593764d2b0567febb931142fb4ac3d490d5afab',37,'application/pdf',1795330338137);
CREATE TABLE file_access (
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    sha256 TEXT NOT NULL REFERENCES file (sha256),
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, sha256)
) STRICT;
INSERT INTO "file_access" VALUES('23122072-8886-4b34-9d0b-97cf3095d722','5b4189826b677a50bc30380c7593764d2b0567febb931142fb4ac3d490d5afab','statement-of-work.pdf',1795330338137);
CREATE TABLE history (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    claim_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    account_id TEXT REFERENCES account (id),
    event TEXT NOT NULL
) STRICT;
INSERT INTO "history" VALUES(1,'11111111-1111-4111-8111-000000000001',1795330338150,'partner','5bf04884-8764-4923-9c99-69c6f1ed1a6a','"created"');
INSERT INTO "history" VALUES(2,'11111111-1111-4111-8111-000000000001',1795330338199,'partner','5bf04884-8764-4923-9c99-69c6f1ed1a6a','{"changed":{"fields":["claim_name"]}}');
INSERT INTO "history" VALUES(3,'11111111-1111-4111-8111-000000000002',1795330338206,'partner','5bf04884-8764-4923-9c99-69c6f1ed1a6a','"created"');
INSERT INTO "history" VALUES(4,'11111111-1111-4111-8111-000000000002',1795330338221,'partner','5bf04884-8764-4923-9c99-69c6f1ed1a6a','{"status-changed":{"from":"draft","to":"submitted","reason":""}}');
INSERT INTO "history" VALUES(5,'11111111-1111-4111-8111-000000000002',1795330338254,'partner','5bf04884-8764-4923-9c99-69c6f1ed1a6a','{"comment":{"text":"The customer has signed."}}');
INSERT INTO "history" VALUES(6,'11111111-1111-4111-8111-000000000002',1795330338239,'system',NULL,'"consent-email-sent"');
INSERT INTO "history" VALUES(7,'11111111-1111-4111-8111-000000000002',1795330338269,'microsoft','d20bb6e0-6655-4334-ad21-3a822423cf24','{"status-changed":{"from":"submitted","to":"under-review","reason":""}}');
INSERT INTO "history" VALUES(8,'11111111-1111-4111-8111-000000000002',1795330338276,'microsoft','d20bb6e0-6655-4334-ad21-3a822423cf24','{"status-changed":{"from":"under-review","to":"partner-action-required","reason":"A date is missing","grounds":[{"ground":"missing-dates"}]}}');
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
INSERT INTO "idempotency" VALUES('5bf04884-8764-4923-9c99-69c6f1ed1a6a','82cc792f-6fa0-4b9e-b1f2-347f1c37f0bf',X'7B007FD33801A5D1D61B736A1B7FE3E830A7E1F02CAC29F9482F3D9AD0367F18',201,1,'{"id":"11111111-1111-4111-8111-000000000001","reference":"CPOR-000001","revision":1,"status":"draft","draft":{"edition":"current","solution_area":"modern-work-and-security","partner_role":"use-or-consume","claim_name":"Kept as a draft","partner_id":"4391507","tenant_id":"00000000-0000-4000-8000-000000000001","domain":"treyresearch.net","opt_out":false,"workloads":["purview-information-protection"],"products":[],"purchase_channel":null,"seller_name":"","customer_name":"","isv_solution":"","customer_contact":{"name":"Robert Tolbert","title":"Research IT lead","email":"robert.tolbert@treyresearch.net"},"partner_contact":{"name":"Wei Chen","email":"admin@fabrikam.example"},"public_sector":"no","poe_files":[{"sha256":"5b4189826b677a50bc30380c7593764d2b0567febb931142fb4ac3d490d5afab","name":"statement-of-work.pdf","size_bytes":37,"media_type":"application/pdf","comment":"","acknowledged_on":"2026-10-03"}],"poe_names_items":["purview-information-protection"],"comment":"","acknowledgements":{"proof_is_genuine":true,"customer_is_informed":true,"editing_ends":true}},"created_at":"2026-11-22T06:52:18.150Z","created_by":"Ana Bowman","updated_at":"2026-11-22T06:52:18.150Z","submitted_at":null,"status_since":"2026-11-22","deadline":null,"was_disputed":false,"status_reason":"","status_grounds":[],"organisation":"Contoso Partners"}',1795330338150);
INSERT INTO "idempotency" VALUES('5bf04884-8764-4923-9c99-69c6f1ed1a6a','0d93a328-7517-402e-b283-ccf52bab4e5c',X'9C6038623FE0088195FED95D25C3B131A97F50B479B3C3E40D62C5B4C0195D11',200,2,'{"id":"11111111-1111-4111-8111-000000000001","reference":"CPOR-000001","revision":2,"status":"draft","draft":{"edition":"current","solution_area":"modern-work-and-security","partner_role":"use-or-consume","claim_name":"Changed once","partner_id":"4391507","tenant_id":"00000000-0000-4000-8000-000000000001","domain":"treyresearch.net","opt_out":false,"workloads":["purview-information-protection"],"products":[],"purchase_channel":null,"seller_name":"","customer_name":"","isv_solution":"","customer_contact":{"name":"Robert Tolbert","title":"Research IT lead","email":"robert.tolbert@treyresearch.net"},"partner_contact":{"name":"Wei Chen","email":"admin@fabrikam.example"},"public_sector":"no","poe_files":[{"sha256":"5b4189826b677a50bc30380c7593764d2b0567febb931142fb4ac3d490d5afab","name":"statement-of-work.pdf","size_bytes":37,"media_type":"application/pdf","comment":"","acknowledged_on":"2026-10-03"}],"poe_names_items":["purview-information-protection"],"comment":"","acknowledgements":{"proof_is_genuine":true,"customer_is_informed":true,"editing_ends":true}},"created_at":"2026-11-22T06:52:18.150Z","created_by":"Ana Bowman","updated_at":"2026-11-22T06:52:18.199Z","submitted_at":null,"status_since":"2026-11-22","deadline":null,"was_disputed":false,"status_reason":"","status_grounds":[],"organisation":"Contoso Partners"}',1795330338199);
INSERT INTO "idempotency" VALUES('5bf04884-8764-4923-9c99-69c6f1ed1a6a','9173ac75-da03-45c0-b775-dbaa85796178',X'22BD2D14EA07E646CD0D734D6BDA4FF1D10B398C3DB636EB22728DD576BC265C',201,1,'{"id":"11111111-1111-4111-8111-000000000002","reference":"CPOR-000002","revision":1,"status":"draft","draft":{"edition":"current","solution_area":"modern-work-and-security","partner_role":"use-or-consume","claim_name":"Handed in","partner_id":"4391507","tenant_id":"00000000-0000-4000-8000-000000000002","domain":"treyresearch.net","opt_out":false,"workloads":["purview-information-protection"],"products":[],"purchase_channel":null,"seller_name":"","customer_name":"","isv_solution":"","customer_contact":{"name":"Robert Tolbert","title":"Research IT lead","email":"robert.tolbert@treyresearch.net"},"partner_contact":{"name":"Wei Chen","email":"admin@fabrikam.example"},"public_sector":"no","poe_files":[{"sha256":"5b4189826b677a50bc30380c7593764d2b0567febb931142fb4ac3d490d5afab","name":"statement-of-work.pdf","size_bytes":37,"media_type":"application/pdf","comment":"","acknowledged_on":"2026-10-03"}],"poe_names_items":["purview-information-protection"],"comment":"","acknowledgements":{"proof_is_genuine":true,"customer_is_informed":true,"editing_ends":true}},"created_at":"2026-11-22T06:52:18.206Z","created_by":"Ana Bowman","updated_at":"2026-11-22T06:52:18.206Z","submitted_at":null,"status_since":"2026-11-22","deadline":null,"was_disputed":false,"status_reason":"","status_grounds":[],"organisation":"Contoso Partners"}',1795330338206);
INSERT INTO "idempotency" VALUES('5bf04884-8764-4923-9c99-69c6f1ed1a6a','3f96db50-b81b-4244-9229-d0e9ac8dea6e',X'E6982A72DBF2B314B70EE3CC21973F7D134B18171EAFF5108844BAB6D3F6AC72',200,2,'{"id":"11111111-1111-4111-8111-000000000002","reference":"CPOR-000002","revision":2,"status":"submitted","draft":{"edition":"current","solution_area":"modern-work-and-security","partner_role":"use-or-consume","claim_name":"Handed in","partner_id":"4391507","tenant_id":"00000000-0000-4000-8000-000000000002","domain":"treyresearch.net","opt_out":false,"workloads":["purview-information-protection"],"products":[],"purchase_channel":null,"seller_name":"","customer_name":"","isv_solution":"","customer_contact":{"name":"Robert Tolbert","title":"Research IT lead","email":"robert.tolbert@treyresearch.net"},"partner_contact":{"name":"Wei Chen","email":"admin@fabrikam.example"},"public_sector":"no","poe_files":[{"sha256":"5b4189826b677a50bc30380c7593764d2b0567febb931142fb4ac3d490d5afab","name":"statement-of-work.pdf","size_bytes":37,"media_type":"application/pdf","comment":"","acknowledged_on":"2026-10-03"}],"poe_names_items":["purview-information-protection"],"comment":"","acknowledgements":{"proof_is_genuine":true,"customer_is_informed":true,"editing_ends":true}},"created_at":"2026-11-22T06:52:18.206Z","created_by":"Ana Bowman","updated_at":"2026-11-22T06:52:18.221Z","submitted_at":"2026-11-22T06:52:18.221Z","status_since":"2026-11-22","deadline":{"due_on":"2026-11-27","kind":"review-start"},"was_disputed":false,"status_reason":"","status_grounds":[],"organisation":"Contoso Partners"}',1795330338221);
INSERT INTO "idempotency" VALUES('5bf04884-8764-4923-9c99-69c6f1ed1a6a','66c3b991-da9c-4a08-b7b2-078121618cf7',X'EBE500C342992D176F4A015250AB19B4130EB8C8A87AC752A68FAC09BE1F53AB',201,NULL,'{"at":"2026-11-22T06:52:18.254Z","actor":"partner","by":"Ana Bowman","event":{"comment":{"text":"The customer has signed."}}}',1795330338254);
INSERT INTO "idempotency" VALUES('d20bb6e0-6655-4334-ad21-3a822423cf24','03b1c716-1217-4b53-85a7-21ad44122ace',X'0D18ED177EC2C1890FDBA4A56A44B6CD55A7621F6B53FBE1EFB51ACCD51FF820',200,3,'{"id":"11111111-1111-4111-8111-000000000002","reference":"CPOR-000002","revision":3,"status":"under-review","draft":{"edition":"current","solution_area":"modern-work-and-security","partner_role":"use-or-consume","claim_name":"Handed in","partner_id":"4391507","tenant_id":"00000000-0000-4000-8000-000000000002","domain":"treyresearch.net","opt_out":false,"workloads":["purview-information-protection"],"products":[],"purchase_channel":null,"seller_name":"","customer_name":"","isv_solution":"","customer_contact":{"name":"Robert Tolbert","title":"Research IT lead","email":"robert.tolbert@treyresearch.net"},"partner_contact":{"name":"Wei Chen","email":"admin@fabrikam.example"},"public_sector":"no","poe_files":[{"sha256":"5b4189826b677a50bc30380c7593764d2b0567febb931142fb4ac3d490d5afab","name":"statement-of-work.pdf","size_bytes":37,"media_type":"application/pdf","comment":"","acknowledged_on":"2026-10-03"}],"poe_names_items":["purview-information-protection"],"comment":"","acknowledgements":{"proof_is_genuine":true,"customer_is_informed":true,"editing_ends":true}},"created_at":"2026-11-22T06:52:18.206Z","created_by":"Ana Bowman","updated_at":"2026-11-22T06:52:18.269Z","submitted_at":"2026-11-22T06:52:18.221Z","status_since":"2026-11-22","deadline":{"due_on":"2026-12-10","kind":"review"},"was_disputed":false,"status_reason":"","status_grounds":[],"organisation":"Contoso Partners"}',1795330338269);
INSERT INTO "idempotency" VALUES('d20bb6e0-6655-4334-ad21-3a822423cf24','c431d60e-b1df-43ca-8d1a-9e5e0f95ec85',X'70D425474933D7015AF0B30290CD73F363175FB2199652D7E93A31831E49C0C0',200,4,'{"id":"11111111-1111-4111-8111-000000000002","reference":"CPOR-000002","revision":4,"status":"partner-action-required","draft":{"edition":"current","solution_area":"modern-work-and-security","partner_role":"use-or-consume","claim_name":"Handed in","partner_id":"4391507","tenant_id":"00000000-0000-4000-8000-000000000002","domain":"treyresearch.net","opt_out":false,"workloads":["purview-information-protection"],"products":[],"purchase_channel":null,"seller_name":"","customer_name":"","isv_solution":"","customer_contact":{"name":"Robert Tolbert","title":"Research IT lead","email":"robert.tolbert@treyresearch.net"},"partner_contact":{"name":"Wei Chen","email":"admin@fabrikam.example"},"public_sector":"no","poe_files":[{"sha256":"5b4189826b677a50bc30380c7593764d2b0567febb931142fb4ac3d490d5afab","name":"statement-of-work.pdf","size_bytes":37,"media_type":"application/pdf","comment":"","acknowledged_on":"2026-10-03"}],"poe_names_items":["purview-information-protection"],"comment":"","acknowledgements":{"proof_is_genuine":true,"customer_is_informed":true,"editing_ends":true}},"created_at":"2026-11-22T06:52:18.206Z","created_by":"Ana Bowman","updated_at":"2026-11-22T06:52:18.276Z","submitted_at":"2026-11-22T06:52:18.221Z","status_since":"2026-11-22","deadline":{"due_on":"2026-12-10","kind":"partner-action"},"was_disputed":false,"status_reason":"A date is missing","status_grounds":[{"ground":"missing-dates"}],"organisation":"Contoso Partners"}',1795330338276);
INSERT INTO "idempotency" VALUES('5bf04884-8764-4923-9c99-69c6f1ed1a6a','2a538ca0-8bfd-41bf-a27b-41ada57ee8b1',X'4E941F635972995A86C663892745FAD4F19BD6D0EF280463B7243D6E25E8A908',201,1,'{"id":"11111111-1111-4111-8111-000000000003","reference":"CPOR-000003","revision":1,"status":"draft","draft":{"edition":"current","solution_area":"modern-work-and-security","partner_role":"use-or-consume","claim_name":"Deleted","partner_id":"4391507","tenant_id":"00000000-0000-4000-8000-000000000003","domain":"treyresearch.net","opt_out":false,"workloads":["purview-information-protection"],"products":[],"purchase_channel":null,"seller_name":"","customer_name":"","isv_solution":"","customer_contact":{"name":"Robert Tolbert","title":"Research IT lead","email":"robert.tolbert@treyresearch.net"},"partner_contact":{"name":"Wei Chen","email":"admin@fabrikam.example"},"public_sector":"no","poe_files":[{"sha256":"5b4189826b677a50bc30380c7593764d2b0567febb931142fb4ac3d490d5afab","name":"statement-of-work.pdf","size_bytes":37,"media_type":"application/pdf","comment":"","acknowledged_on":"2026-10-03"}],"poe_names_items":["purview-information-protection"],"comment":"","acknowledgements":{"proof_is_genuine":true,"customer_is_informed":true,"editing_ends":true}},"created_at":"2026-11-22T06:52:18.293Z","created_by":"Ana Bowman","updated_at":"2026-11-22T06:52:18.293Z","submitted_at":null,"status_since":"2026-11-22","deadline":null,"was_disputed":false,"status_reason":"","status_grounds":[],"organisation":"Contoso Partners"}',1795330338293);
INSERT INTO "idempotency" VALUES('5bf04884-8764-4923-9c99-69c6f1ed1a6a','55e62381-75a3-4d12-b57f-4c4e3fd25a57',X'9DD268CA51FB617639DE547B570A40F09C2FAA1917BAEF30D53449F86E2C1FA7',204,NULL,'',1795330338303);
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
INSERT INTO "mail" VALUES('da5b9061-2a32-489b-81da-4ba0940fd35b','11111111-1111-4111-8111-000000000002',X'C52C79105265F2291427C88BFBF89309BB15CE144341BD542DE8F114109E8F62','',1795330338221,1,1795330938239,1795330338239,NULL);
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
INSERT INTO "notification" VALUES(1,'d20bb6e0-6655-4334-ad21-3a822423cf24','11111111-1111-4111-8111-000000000002',1795330338221,'submitted',0,NULL);
INSERT INTO "notification" VALUES(2,'d20bb6e0-6655-4334-ad21-3a822423cf24','11111111-1111-4111-8111-000000000002',1795330338254,'partner-comment',0,NULL);
INSERT INTO "notification" VALUES(3,'5bf04884-8764-4923-9c99-69c6f1ed1a6a','11111111-1111-4111-8111-000000000002',1795330338276,'action-required',0,NULL);
CREATE TABLE organisation (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    time_zone TEXT NOT NULL
, region TEXT NOT NULL DEFAULT 'none'
    CHECK (region IN ('none', 'taiwan', 'united-states', 'germany'))) STRICT;
INSERT INTO "organisation" VALUES('23122072-8886-4b34-9d0b-97cf3095d722','Contoso Partners','Europe/Berlin','germany');
INSERT INTO "organisation" VALUES('54952754-abe0-43e8-88d8-84fa5052b0e8','Claims review','Europe/Berlin','germany');
CREATE TABLE partner_location (
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    partner_id TEXT NOT NULL,
    name TEXT NOT NULL,
    is_global_account INTEGER NOT NULL CHECK (is_global_account IN (0, 1)),
    is_enrolled INTEGER NOT NULL CHECK (is_enrolled IN (0, 1)),
    PRIMARY KEY (organisation_id, partner_id)
) STRICT;
CREATE TABLE session (
    token_hash BLOB PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    used_at INTEGER NOT NULL
) STRICT;
INSERT INTO "session" VALUES(X'25F10587761B9F0D4B636F339ECFCB1BBFBF4BA560C4B33F380DB299D878A195','5bf04884-8764-4923-9c99-69c6f1ed1a6a',1795330338037,1795330338037);
INSERT INTO "session" VALUES(X'6D3AEE66E8F2C116203031B21328F365A4ADEC75688B87276770BDF615CBCE95','d20bb6e0-6655-4334-ad21-3a822423cf24',1795330338081,1795330338081);
CREATE TABLE setting (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
INSERT INTO "setting" VALUES('epoch','428fd3c7e8add160');
INSERT INTO "setting" VALUES('last_reference','3');
INSERT INTO "setting" VALUES('stamp','428fd3c7e8add160 1795330338.031629076');
CREATE TABLE subscription (
    subscription_id TEXT PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    product TEXT NOT NULL,
    problem TEXT NOT NULL
) STRICT;
CREATE TABLE tenant (
    tenant_id TEXT PRIMARY KEY,
    portal_administrator TEXT NOT NULL
) STRICT;
CREATE TABLE tenant_domain (
    tenant_id TEXT NOT NULL,
    domain TEXT NOT NULL,
    PRIMARY KEY (tenant_id, domain)
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
INSERT INTO "upload" VALUES('0738cca2-fc1d-4fe1-a08f-863fc2e389c8','23122072-8886-4b34-9d0b-97cf3095d722','5bf04884-8764-4923-9c99-69c6f1ed1a6a','5b4189826b677a50bc30380c7593764d2b0567febb931142fb4ac3d490d5afab','statement-of-work.pdf',37,1,1795330338119);
CREATE TABLE usage (
    tenant_id TEXT NOT NULL,
    item TEXT NOT NULL,
    month TEXT NOT NULL,
    seats INTEGER NOT NULL,
    active_users INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, item, month)
) STRICT;
CREATE INDEX claim_by_organisation ON claim (organisation_id);
CREATE INDEX claim_by_status ON claim (status);
CREATE INDEX claim_item_by_tenant ON claim_item (tenant_id);
CREATE INDEX claim_item_by_claim ON claim_item (claim_id);
CREATE INDEX claim_file_by_sha256 ON claim_file (sha256);
CREATE UNIQUE INDEX change_in_order ON change (feed_id, seq);
CREATE INDEX history_by_claim ON history (claim_id, id);
CREATE TRIGGER history_is_final BEFORE UPDATE ON history
BEGIN
    SELECT RAISE(ABORT, 'history is written once');
END;
CREATE INDEX idempotency_by_age ON idempotency (created_at);
CREATE INDEX upload_by_content ON upload (organisation_id, sha256);
CREATE INDEX mail_by_claim ON mail (claim_id, created_at);
CREATE INDEX mail_waiting ON mail (due_at) WHERE sent_at IS NULL;
CREATE INDEX consent_token_by_claim ON consent_token (claim_id);
CREATE INDEX notification_by_account ON notification (account_id, at, id);
CREATE INDEX notification_unread ON notification (account_id) WHERE is_read = 0;
CREATE INDEX notification_by_age ON notification (at);
CREATE INDEX notification_by_claim ON notification (claim_id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('history',9);
INSERT INTO "sqlite_sequence" VALUES('notification',3);
COMMIT;
