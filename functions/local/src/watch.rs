//! Watching the catalog and the templates: an edit is on the page before the editor's window is closed.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context;
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::mpsc;

/// Editors write a file in several steps; this long after the last of them it is whole.
const SETTLED: Duration = Duration::from_millis(40);

/// Says when something in the watched folders changed. Watching ends when it is dropped.
pub(crate) struct Changes {
    events: mpsc::UnboundedReceiver<()>,
    _watcher: RecommendedWatcher,
}

impl Changes {
    /// Watches folders with everything in them.
    pub(crate) fn watch(folders: &[&Path]) -> anyhow::Result<Self> {
        let (sender, events) = mpsc::unbounded_channel();
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            // Reading the catalog is an event, too; answering it would never end.
            if event.is_ok_and(|event| !matches!(event.kind, EventKind::Access(_))) {
                // The receiver is gone only when nobody wants to know any more.
                let _ = sender.send(());
            }
        })
        .context("cannot watch files")?;
        for folder in folders {
            let path: PathBuf = folder.canonicalize().unwrap_or_else(|_| (*folder).to_owned());
            watcher
                .watch(&path, RecursiveMode::Recursive)
                .with_context(|| format!("cannot watch {}", folder.display()))?;
        }
        Ok(Self { events, _watcher: watcher })
    }

    /// Waits for a change, and until it has settled. `None` when watching has ended.
    pub(crate) async fn next(&mut self) -> Option<()> {
        self.events.recv().await?;
        while let Ok(Some(())) = tokio::time::timeout(SETTLED, self.events.recv()).await {}
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::Changes;

    #[tokio::test]
    async fn says_when_a_file_changes_however_deep() {
        let folder = tempfile::tempdir().expect("a folder");
        let deep = folder.path().join("workflows/resize");
        std::fs::create_dir_all(&deep).expect("folders");
        let mut changes = Changes::watch(&[folder.path()]).expect("watching");
        std::fs::write(deep.join("guide.md"), "# Hello").expect("a file");
        changes.next().await.expect("a change");
    }
}
