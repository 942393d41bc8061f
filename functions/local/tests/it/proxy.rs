//! A proxy that loses requests or answers on command: the network on a bad day.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What the proxy does with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Weather {
    /// Passes requests and answers.
    Fair = 0,
    /// Closes the connection before the request is passed on.
    LoseRequests = 1,
    /// Passes the request on, then closes the connection instead of answering.
    LoseAnswers = 2,
}

/// A proxy for HTTP/1.1 with one request a connection.
pub(crate) struct Proxy {
    /// Where it listens.
    pub(crate) url: String,
    weather: Arc<AtomicU8>,
    lost: Arc<AtomicUsize>,
    target: watch::Sender<String>,
}

impl Proxy {
    /// Listens on a free port; requests wait until there is a target.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let (target, targets) = watch::channel(String::new());
        let proxy = Self { url, weather: Arc::default(), lost: Arc::default(), target };
        let (weather, lost) = (proxy.weather.clone(), proxy.lost.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (weather, lost, targets) = (weather.clone(), lost.clone(), targets.clone());
                tokio::spawn(async move {
                    if pass(stream, &weather, targets).await.is_none() {
                        lost.fetch_add(1, Ordering::SeqCst);
                    }
                });
            }
        });
        proxy
    }

    /// Says where requests go, as `http://host:port`.
    pub(crate) fn aim(&self, url: &str) {
        self.target.send_replace(url.trim_start_matches("http://").trim_end_matches('/').to_owned());
    }

    /// Changes the weather for the requests to come.
    pub(crate) fn set(&self, weather: Weather) {
        self.weather.store(weather as u8, Ordering::SeqCst);
    }

    /// How many requests or answers were lost.
    pub(crate) fn lost(&self) -> usize {
        self.lost.load(Ordering::SeqCst)
    }
}

/// Takes one request; `None` when it or its answer was lost.
async fn pass(mut client: TcpStream, weather: &AtomicU8, mut targets: watch::Receiver<String>) -> Option<()> {
    let request = message(&mut client).await?;
    let now = weather.load(Ordering::SeqCst);
    if now == Weather::LoseRequests as u8 {
        return None;
    }
    let target = targets.wait_for(|target| !target.is_empty()).await.ok()?.clone();
    let mut server = TcpStream::connect(target).await.ok()?;
    server.write_all(&request).await.ok()?;
    let answer = message(&mut server).await?;
    if now == Weather::LoseAnswers as u8 {
        return None;
    }
    client.write_all(&answer).await.ok()?;
    client.shutdown().await.ok()
}

/// Reads one message: its head, made to say that the connection closes, and `content-length` bytes of body.
async fn message(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let head = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end + 4;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let text = String::from_utf8_lossy(&bytes[..head]).into_owned();
    let length = text.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    while bytes.len() < head + length.unwrap_or(0) {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    let kept = text.lines().filter(|line| !line.to_ascii_lowercase().starts_with("connection:"));
    let mut whole = kept.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\r\n").into_bytes();
    whole.extend_from_slice(b"\r\nconnection: close\r\n\r\n");
    whole.extend_from_slice(&bytes[head..]);
    Some(whole)
}
