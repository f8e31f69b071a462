-- Signing in at a provider of identities.

-- Sign-ins that were begun and have not come back. State and the secret of the browser's
-- cookie are kept as hashes alone.
CREATE TABLE sign_in (
    state_hash BLOB PRIMARY KEY,
    browser_hash BLOB NOT NULL,
    nonce TEXT NOT NULL,
    verifier TEXT NOT NULL,
    return_to TEXT NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sign_in_by_age ON sign_in (expires_at);

-- Who an account is at a provider.
CREATE TABLE identity (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    account_id TEXT NOT NULL UNIQUE REFERENCES account (id) ON DELETE CASCADE,
    PRIMARY KEY (issuer, subject)
) STRICT;

-- The address of a person who signs in at a provider. Their `email` is the account's id and
-- `password_hash` is empty, so that they take no address from anybody who signs in here.
ALTER TABLE account ADD COLUMN shown_email TEXT;

-- What the provider's claim calls the organisation, where that is not its name.
ALTER TABLE organisation ADD COLUMN claim_value TEXT;
CREATE UNIQUE INDEX organisation_by_claim ON organisation (claim_value);

-- All sessions of a person are ended at once.
CREATE INDEX session_by_account ON session (account_id);
