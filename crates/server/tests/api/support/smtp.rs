//! A server that takes mails and keeps them.

use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// A server that takes mails.
#[derive(Clone, Default)]
pub struct Smtp {
    taken: Arc<Mutex<Vec<String>>>,
    refusals: Arc<Mutex<usize>>,
    pub url: String,
}

impl Smtp {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let server = Self { url, ..Self::default() };
        let own = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(own.clone().talk(stream));
            }
        });
        server
    }

    /// The mails so far, headers and all.
    pub fn taken(&self) -> Vec<String> {
        self.taken.lock().unwrap().clone()
    }

    /// Refuses the next mails, for now.
    pub fn refuse(&self, count: usize) {
        *self.refusals.lock().unwrap() = count;
    }

    fn is_refused(&self) -> bool {
        let mut left = self.refusals.lock().unwrap();
        let is_refused = *left > 0;
        *left = left.saturating_sub(1);
        is_refused
    }

    async fn talk(self, stream: TcpStream) {
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        let mut mail = None::<String>;
        write.write_all(b"220 test\r\n").await.unwrap();
        while let Ok(Some(line)) = lines.next_line().await {
            let answer = match (&mut mail, line.as_str()) {
                (Some(text), ".") => {
                    let text = std::mem::take(text);
                    mail = None;
                    self.taken.lock().unwrap().push(text);
                    "250 taken"
                }
                (Some(text), line) => {
                    text.push_str(line.strip_prefix('.').unwrap_or(line));
                    text.push_str("\r\n");
                    continue;
                }
                (None, line) if line.starts_with("MAIL") && self.is_refused() => "451 later",
                (None, "DATA") => {
                    mail = Some(String::new());
                    "354 go on"
                }
                (None, "QUIT") => "221 bye",
                (None, _) => "250 ok",
            };
            if write.write_all(format!("{answer}\r\n").as_bytes()).await.is_err() {
                break;
            }
        }
    }
}
