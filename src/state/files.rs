//! Adding files to the proof: looked at, hashed, kept on this device, and
//! only then part of the draft.

use super::AppState;
use crate::platform::{files, task};
use cpor_rules::{PoeFile, poe};
use leptos::prelude::*;

/// A file that was chosen or dropped.
pub type AddFile = web_sys::File;

/// Why a file was not added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileRefused {
    /// This kind is not taken.
    Kind,
    /// It is too large.
    TooLarge {
        /// Its size.
        size_bytes: u64,
    },
    /// It has no content.
    Empty,
    /// It could not be read.
    Unreadable,
    /// There is no room for it.
    NoRoom {
        /// Its size.
        size_bytes: u64,
    },
    /// This browser keeps no files while nobody is signed in.
    SignInNeeded,
    /// The part of the app that keeps files did not arrive yet.
    NotThere,
    /// It is in the draft already.
    Twice,
    /// The claim has the most files already.
    TooMany,
}

/// The size of a file in bytes.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a size in bytes")]
pub fn size_of(file: &AddFile) -> u64 {
    file.size() as u64
}

/// Adds a file to the open draft. `progress` gets percents of it that were read;
/// `done` is called when it is kept or refused.
pub fn add_file(
    app: AppState,
    file: AddFile,
    progress: impl Fn(u32) + 'static,
    done: impl FnOnce(Result<(), FileRefused>) + 'static,
) {
    let name = file.name();
    let size_bytes = size_of(&file);
    if poe::kind_by_name(&name).is_none() {
        return done(Err(FileRefused::Kind));
    }
    if size_bytes == 0 {
        return done(Err(FileRefused::Empty));
    }
    if size_bytes > poe::MAX_FILE_BYTES {
        return done(Err(FileRefused::TooLarge { size_bytes }));
    }
    let Some(claim_id) = app.draft.id() else { return done(Err(FileRefused::Unreadable)) };
    task::spawn(async move {
        // Whoever is quick need not know what is still on its way.
        super::actions::while_starting(app, || app.session.server().is_none()).await;
        let kept = match app.session.server() {
            Some(server) => server.keep_file(file, claim_id.clone(), Box::new(progress)).await,
            None => Err(FileRefused::NotThere),
        };
        if let Err(FileRefused::NoRoom { size_bytes }) = kept {
            app.settings.lacks_in_database(size_bytes);
        }
        done(kept.and_then(|entry| put(app, &claim_id, entry)));
    });
}

fn put(app: AppState, claim_id: &str, entry: PoeFile) -> Result<(), FileRefused> {
    // Another draft may have been opened while the file was read, or another tab
    // writes this one by now.
    if app.draft.id().as_deref() != Some(claim_id) || !app.draft.may_write() {
        return Err(FileRefused::Unreadable);
    }
    let refusal = app.draft.stored.with_untracked(|stored| {
        let files =
            stored.as_ref().map(|stored| stored.draft.poe_files.as_slice()).unwrap_or_default();
        if files.iter().any(|known| known.sha256 == entry.sha256) {
            Some(FileRefused::Twice)
        } else if files.len() >= poe::MAX_FILES {
            Some(FileRefused::TooMany)
        } else {
            None
        }
    });
    if let Some(refusal) = refusal {
        Err(refusal)
    } else {
        app.draft.edit(|draft| draft.poe_files.push(entry));
        Ok(())
    }
}

/// Why a file of the proof cannot be had now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileGap {
    /// It is not on this device, and the server cannot be asked or has none.
    Away,
    /// A virus scanner of the server has not seen it yet.
    Unseen,
    /// A virus scanner found something in it.
    Quarantined,
}

/// Offers a file of the proof as a download. `done` gets whether it was there.
pub fn download(app: AppState, file: PoeFile, done: impl FnOnce(Result<(), FileGap>) + 'static) {
    let Some(server) = app.session.server() else { return done(Err(FileGap::Away)) };
    task::spawn(async move {
        let bytes = server.file(file.sha256).await;
        // The name was checked when it was handed in; the kind in a draft is anybody's word.
        let media_type = poe::kind_by_name(&file.name)
            .map_or("application/octet-stream", |kind| kind.media_type);
        done(bytes.and_then(|bytes| {
            files::download(&file.name, media_type, &bytes).then_some(()).ok_or(FileGap::Away)
        }));
    });
}
