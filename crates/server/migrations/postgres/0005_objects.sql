-- Objects in a bucket, noted before they are written, so that none is left there that
-- nobody knows. What neither a file nor a piece names is removed after a day.
CREATE TABLE stored_object (
    id TEXT PRIMARY KEY,
    created_at BIGINT NOT NULL
);
CREATE INDEX stored_object_by_age ON stored_object (created_at);

-- What has arrived of an upload, in order and without gaps.
CREATE TABLE upload_piece (
    upload_id TEXT NOT NULL REFERENCES upload (id) ON DELETE CASCADE,
    start_bytes BIGINT NOT NULL,
    size_bytes BIGINT NOT NULL,
    object_id TEXT NOT NULL REFERENCES stored_object (id),
    PRIMARY KEY (upload_id, start_bytes)
);
CREATE INDEX upload_piece_by_object ON upload_piece (object_id);

-- Where the next piece belongs.
ALTER TABLE upload ADD COLUMN received_bytes BIGINT NOT NULL DEFAULT 0;

-- Where a content is; empty where it is in the folder of data, by its hash.
ALTER TABLE file ADD COLUMN object_id TEXT REFERENCES stored_object (id);
CREATE INDEX file_by_object ON file (object_id);
