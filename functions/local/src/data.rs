//! The data folder: where local mode keeps everything, and who may use it.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use anyhow::{Context, bail};

/// How often the lock is tried, and the time between: two seconds in all. A process that was killed a moment
/// ago may still hold it, while the system takes it down.
const TRIES: u32 = 40;
const PAUSE: Duration = Duration::from_millis(50);

/// A data folder, held by this process until it is dropped.
#[derive(Debug)]
pub struct DataDir {
    root: PathBuf,
    _lock: File,
}

impl DataDir {
    /// Opens `root`, making it where it is missing.
    ///
    /// # Errors
    /// When the folder cannot be made, or another process holds it and goes on holding it.
    pub fn open(root: &Path) -> anyhow::Result<Self> {
        Self::open_between(root, || thread::sleep(PAUSE))
    }

    /// Opens `root`, with a pause before each further try for the lock.
    fn open_between(root: &Path, mut pause: impl FnMut()) -> anyhow::Result<Self> {
        fs::create_dir_all(root).with_context(|| format!("cannot make {}", root.display()))?;
        let root = root.canonicalize().with_context(|| format!("cannot open {}", root.display()))?;
        let lock = File::create(root.join("lock")).context("cannot make the lock file")?;
        for _ in 0..TRIES {
            match lock.try_lock() {
                Ok(()) => return Ok(Self { root, _lock: lock }),
                Err(TryLockError::WouldBlock) => pause(),
                Err(TryLockError::Error(error)) => return Err(error).context("cannot lock the data folder"),
            }
        }
        bail!("another Drawbridge uses {}; stop it, or choose another folder with --data", root.display())
    }

    /// A path inside the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// The key that the portal keeps secrets' fingerprints with: made once, 32 bytes.
    ///
    /// # Errors
    /// When the key file can be neither read nor written.
    pub fn secret_key(&self) -> anyhow::Result<Vec<u8>> {
        let path = self.path("portal.key");
        match fs::read(&path) {
            Ok(key) => Ok(key),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let mut key = vec![0; 32];
                getrandom::fill(&mut key).context("the system has no randomness to give")?;
                write_private(&path, &key)?;
                Ok(key)
            }
            Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
        }
    }
}

/// Writes a new file that only its owner can read.
pub(crate) fn write_private(path: &Path, content: &[u8]) -> anyhow::Result<()> {
    let mut options = OpenOptions::new();
    let mut file = options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .with_context(|| format!("cannot write {}", path.display()))?;
    file.write_all(content).with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::DataDir;

    #[test]
    fn one_process_at_a_time() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = DataDir::open(folder.path()).expect("the first opens");
        let mut pauses = 0;
        let refused = DataDir::open_between(folder.path(), || pauses += 1);
        let refused = refused.expect_err("the second is refused").to_string();
        assert_eq!(pauses, super::TRIES, "after some patience");
        assert!(refused.contains("--data"), "{refused}");
        drop(first);
        DataDir::open(folder.path()).expect("free again");
    }

    #[test]
    fn a_predecessor_that_is_going_is_waited_for() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut killed = Some(DataDir::open(folder.path()).expect("the first opens"));
        DataDir::open_between(folder.path(), || drop(killed.take())).expect("the second waits for it");
    }

    #[test]
    fn the_key_stays_the_same() {
        let folder = tempfile::tempdir().expect("a folder");
        let data = DataDir::open(folder.path()).expect("opens");
        let key = data.secret_key().expect("made");
        assert_eq!((key.len(), data.secret_key().expect("read")), (32, key));
    }
}
