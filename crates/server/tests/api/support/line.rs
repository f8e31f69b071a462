//! A line to another server, which can break.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// A line to another server.
#[derive(Clone)]
pub struct Line {
    /// Who connects here talks to the other server.
    pub address: String,
    faults: Arc<Faults>,
}

struct Faults {
    is_down: AtomicBool,
    cut: Notify,
    answers_to_lose: AtomicUsize,
    lost: AtomicUsize,
    target: String,
}

impl Line {
    pub async fn to(target: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let faults = Arc::new(Faults {
            is_down: AtomicBool::new(false),
            cut: Notify::new(),
            answers_to_lose: AtomicUsize::new(0),
            lost: AtomicUsize::new(0),
            target: target.into(),
        });
        let line = Self { address, faults };
        let own = line.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                if !own.faults.is_down.load(Ordering::SeqCst) {
                    tokio::spawn(own.clone().carry(stream));
                }
            }
        });
        line
    }

    /// Breaks the line for everybody until it is mended.
    pub fn breaks(&self) {
        self.faults.is_down.store(true, Ordering::SeqCst);
        self.faults.cut.notify_waiters();
    }

    pub fn is_mended(&self) {
        self.faults.is_down.store(false, Ordering::SeqCst);
    }

    /// The next answers do not come back; what they answer was done.
    pub fn lose_answers(&self, count: usize) {
        self.faults.answers_to_lose.store(count, Ordering::SeqCst);
    }

    /// How many answers were lost so far.
    pub fn lost(&self) -> usize {
        self.faults.lost.load(Ordering::SeqCst)
    }

    fn loses_this(&self) -> bool {
        let left = &self.faults.answers_to_lose;
        let one_less = |count: usize| count.checked_sub(1);
        let is_lost = left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_less).is_ok();
        if is_lost {
            self.faults.lost.fetch_add(1, Ordering::SeqCst);
        }
        is_lost
    }

    async fn carry(self, stream: TcpStream) {
        let Ok(other) = TcpStream::connect(&self.faults.target).await else { return };
        let (mut from_us, mut to_us) = stream.into_split();
        let (mut from_them, mut to_them) = other.into_split();
        let there = async {
            tokio::io::copy(&mut from_us, &mut to_them).await.unwrap_or_default();
            to_them.shutdown().await.unwrap_or_default();
            std::future::pending::<()>().await;
        };
        let back = async {
            let mut buffer = vec![0; 65_536];
            while let Ok(count) = from_them.read(&mut buffer).await {
                if count == 0 || self.loses_this() {
                    break;
                }
                if to_us.write_all(&buffer[..count]).await.is_err() {
                    break;
                }
            }
        };
        tokio::select! {
            () = there => {}
            () = back => {}
            () = self.faults.cut.notified() => {}
        }
    }
}
