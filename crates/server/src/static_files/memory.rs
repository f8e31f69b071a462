//! Files in memory, given to what serves files of a folder.
//!
//! It asks for the same things as of a folder: whether a path is a file, how long it is,
//! when it changed, and its bytes. So headers, ranges and the choice of a compressed copy
//! are the same for both.

use bytes::Bytes;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::future::{Ready, ready};
use std::io::{self, Cursor, SeekFrom};
use std::path::{Component, Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};
use tokio::io::{AsyncRead, AsyncSeek, ReadBuf};
use tower_http::services::fs::{Backend, File, Metadata};

const NANOSECONDS: u32 = 1_000_000_000;

/// A built app in memory: its files by their paths, as in `assets/style-….css.br`.
#[derive(Clone, PartialEq, Eq)]
pub struct EmbeddedApp(Arc<BTreeMap<String, EmbeddedFile>>);

/// A file of it; cheap to clone.
#[derive(Clone, PartialEq, Eq)]
pub struct EmbeddedFile {
    content: Bytes,
    modified: SystemTime,
}

impl EmbeddedFile {
    /// A file with the SHA-256 of its content and the time of its last change, in seconds
    /// since 1970.
    pub fn new(content: Cow<'static, [u8]>, hash: [u8; 32], changed_at: u64) -> Self {
        let content = match content {
            Cow::Borrowed(content) => Bytes::from_static(content),
            Cow::Owned(content) => content.into(),
        };
        // An ETag is made of time and length. Two builds may give a file the same of both;
        // with a part of the hash in the time no browser keeps the page of the other one.
        let [a, b, c, d, ..] = hash;
        let fraction = u32::from_be_bytes([a, b, c, d]) % NANOSECONDS;
        Self { content, modified: SystemTime::UNIX_EPOCH + Duration::new(changed_at, fraction) }
    }

    fn about(&self) -> About {
        About::File { length: self.content.len() as u64, modified: self.modified }
    }
}

impl EmbeddedApp {
    /// What there is at a path.
    fn look(&self, path: &Path) -> io::Result<About> {
        let name = name(path)?;
        if let Some(file) = self.0.get(&name) {
            return Ok(file.about());
        }
        let folder = format!("{name}/");
        let first = self.0.range(folder.clone()..).next();
        let is_folder = name.is_empty() || first.is_some_and(|(path, _)| path.starts_with(&folder));
        if is_folder { Ok(About::Folder) } else { Err(io::ErrorKind::NotFound.into()) }
    }

    fn file(&self, path: &Path) -> io::Result<OpenFile> {
        let file = self.0.get(&name(path)?).ok_or(io::ErrorKind::NotFound)?;
        Ok(OpenFile { reader: Cursor::new(file.content.clone()), about: file.about() })
    }
}

/// A path as the files are called here.
fn name(path: &Path) -> io::Result<String> {
    let mut name = String::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::Normal(part) => {
                if !name.is_empty() {
                    name.push('/');
                }
                name.push_str(part.to_str().ok_or(io::ErrorKind::NotFound)?);
            }
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => {
                return Err(io::ErrorKind::NotFound.into());
            }
        }
    }
    Ok(name)
}

impl<N: Into<String>> FromIterator<(N, EmbeddedFile)> for EmbeddedApp {
    fn from_iter<I: IntoIterator<Item = (N, EmbeddedFile)>>(files: I) -> Self {
        Self(Arc::new(files.into_iter().map(|(name, file)| (name.into(), file)).collect()))
    }
}

impl fmt::Debug for EmbeddedApp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "EmbeddedApp({} files)", self.0.len())
    }
}

impl Backend for EmbeddedApp {
    type File = OpenFile;
    type Metadata = About;
    type OpenFuture = Ready<io::Result<OpenFile>>;
    type MetadataFuture = Ready<io::Result<About>>;

    fn open(&self, path: PathBuf) -> Self::OpenFuture {
        ready(self.file(&path))
    }

    fn metadata(&self, path: PathBuf) -> Self::MetadataFuture {
        ready(self.look(&path))
    }
}

/// What there is at a path.
#[derive(Clone, Copy, Debug)]
pub enum About {
    /// A folder.
    Folder,
    /// A file.
    File {
        /// In bytes.
        length: u64,
        /// When it changed last.
        modified: SystemTime,
    },
}

impl Metadata for About {
    fn is_dir(&self) -> bool {
        matches!(self, Self::Folder)
    }

    fn modified(&self) -> io::Result<SystemTime> {
        match self {
            Self::Folder => Err(io::ErrorKind::IsADirectory.into()),
            Self::File { modified, .. } => Ok(*modified),
        }
    }

    fn len(&self) -> u64 {
        match self {
            Self::Folder => 0,
            Self::File { length, .. } => *length,
        }
    }
}

/// A file that is being read.
#[derive(Debug)]
pub struct OpenFile {
    reader: Cursor<Bytes>,
    about: About,
}

impl File for OpenFile {
    type Metadata = About;
    type MetadataFuture<'a> = Ready<io::Result<About>>;

    fn metadata(&self) -> Self::MetadataFuture<'_> {
        ready(Ok(self.about))
    }
}

impl AsyncRead for OpenFile {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.reader).poll_read(context, buffer)
    }
}

impl AsyncSeek for OpenFile {
    fn start_seek(mut self: Pin<&mut Self>, position: SeekFrom) -> io::Result<()> {
        Pin::new(&mut self.reader).start_seek(position)
    }

    fn poll_complete(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<u64>> {
        Pin::new(&mut self.reader).poll_complete(context)
    }
}
