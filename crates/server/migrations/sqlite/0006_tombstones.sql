-- Whether the id of a claim was used up. Without it each new claim would read all changes.
CREATE INDEX change_gone ON change (claim_id) WHERE is_tombstone = 1;
