-- For which of its organisation's locations a person works: without a row, for all.
CREATE TABLE account_location (
    account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    partner_id TEXT NOT NULL,
    PRIMARY KEY (account_id, partner_id)
);

-- The location of a claim, taken out of its draft.
ALTER TABLE claim ADD COLUMN partner_id TEXT NOT NULL DEFAULT '';
UPDATE claim SET partner_id = COALESCE(CAST(draft AS JSON) ->> 'partner_id', '');
