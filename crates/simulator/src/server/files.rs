//! Files by their hash, uploaded in pieces.

use super::Server;
use super::message::{Account, Answer, Body};
use cpor_protocol::ProblemCode;

/// A file, as far as it has come.
#[derive(Clone, Debug)]
pub(super) struct StoredFile {
    size: u64,
    received: u64,
}

impl Server {
    /// Whether all of a file is here.
    pub fn has_file(&self, organisation: &str, sha256: &str) -> bool {
        let place = (organisation.to_owned(), sha256.to_owned());
        self.data.files.get(&place).is_some_and(|file| file.received == file.size)
    }

    pub(super) fn begin_upload(&mut self, who: &Account, sha256: &str, size: u64) -> Answer {
        if size == 0 {
            return Answer::problem(400, ProblemCode::BadRequest);
        }
        let place = (who.organisation.clone(), sha256.to_owned());
        let file = self.data.files.entry(place).or_insert(StoredFile { size, received: 0 });
        Answer::ok(201, Body::Upload(sha256.to_owned(), file.received))
    }

    pub(super) fn upload_offset(&self, who: &Account, location: &str) -> Answer {
        match self.data.files.get(&(who.organisation.clone(), location.to_owned())) {
            Some(file) => Answer::ok(200, Body::Upload(location.to_owned(), file.received)),
            None => Answer::problem(404, ProblemCode::NotFound),
        }
    }

    pub(super) fn append(
        &mut self,
        who: &Account,
        location: &str,
        offset: u64,
        bytes: u64,
    ) -> Answer {
        let place = (who.organisation.clone(), location.to_owned());
        let Some(file) = self.data.files.get_mut(&place) else {
            return Answer::problem(404, ProblemCode::NotFound);
        };
        if offset != file.received {
            return Answer::problem(409, ProblemCode::UploadConflict);
        }
        file.received = file.size.min(file.received + bytes);
        Answer::ok(204, Body::Upload(location.to_owned(), file.received))
    }
}
