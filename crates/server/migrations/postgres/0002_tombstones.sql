-- Whether the id of a claim was used up. Few are, so the index of all changes cost more
-- at each change than it was worth.
CREATE INDEX change_gone ON change (claim_id) WHERE is_tombstone = 1;
DROP INDEX change_by_claim;
