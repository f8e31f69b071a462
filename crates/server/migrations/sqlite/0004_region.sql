-- Whose public holidays an organisation keeps when business days are counted.
ALTER TABLE organisation ADD COLUMN region TEXT NOT NULL DEFAULT 'none'
    CHECK (region IN ('none', 'taiwan', 'united-states', 'germany'));
