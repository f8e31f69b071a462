//! A part of the state that few steps change: it is copied by reference, and its
//! fingerprint is made once.

use std::fmt::{Debug, Formatter, Write};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

pub struct Shared<T> {
    value: Arc<T>,
    print: u64,
}

impl<T: Debug> Shared<T> {
    pub fn new(value: T) -> Self {
        // The machine's own types have no hash, and their debug text holds every field.
        let mut text = Text(DefaultHasher::new());
        write!(text, "{value:?}").expect("a hasher takes every text");
        Self { value: Arc::new(value), print: text.0.finish() }
    }
}

impl<T> Shared<T> {
    /// Its fingerprint.
    pub fn print(&self) -> u64 {
        self.print
    }
}

impl<T> std::ops::Deref for Shared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self { value: self.value.clone(), print: self.print }
    }
}

impl<T> PartialEq for Shared<T> {
    fn eq(&self, other: &Self) -> bool {
        self.print == other.print
    }
}

impl<T> Hash for Shared<T> {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        self.print.hash(hasher);
    }
}

impl<T: Debug> Debug for Shared<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        self.value.fmt(f)
    }
}

struct Text(DefaultHasher);

impl Write for Text {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.0.write(text.as_bytes());
        Ok(())
    }
}
