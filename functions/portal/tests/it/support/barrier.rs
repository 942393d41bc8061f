//! A barrier on the way to the tables: while it is down, nothing gets through, and nothing is refused either.

use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy};
use tokio::net::TcpStream;
use tokio::sync::watch;

use super::listen;

/// The barrier, open until it is closed.
pub(crate) struct Barrier(Arc<watch::Sender<bool>>);

impl Barrier {
    /// A barrier in front of an address, and its own address.
    pub(crate) async fn before(target: &str) -> (Self, String) {
        let barrier = Self(Arc::new(watch::Sender::new(false)));
        let (listener, url) = listen().await;
        let (closed, target) = (barrier.0.clone(), target.trim_start_matches("http://").to_owned());
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(pass(client, target.clone(), closed.subscribe()));
            }
        });
        (barrier, url)
    }

    pub(crate) fn close(&self, closed: bool) {
        self.0.send_replace(closed);
    }
}

async fn pass(client: TcpStream, target: String, mut closed: watch::Receiver<bool>) -> std::io::Result<()> {
    let server = TcpStream::connect(target).await?;
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let forth = async {
        let mut bytes = vec![0; 64 * 1024];
        loop {
            let read = from_client.read(&mut bytes).await?;
            let open = closed.wait_for(|closed| !closed).await.is_ok();
            if read == 0 || !open {
                return std::io::Result::Ok(());
            }
            to_server.write_all(&bytes[..read]).await?;
        }
    };
    tokio::select! {
        done = forth => done,
        done = copy(&mut from_server, &mut to_client) => done.map(drop),
    }
}
