//! The data folder: where local mode keeps everything, and who may use it.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

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
    /// When the folder cannot be made, or another process holds it.
    pub fn open(root: &Path) -> anyhow::Result<Self> {
        fs::create_dir_all(root).with_context(|| format!("cannot make {}", root.display()))?;
        let root = root.canonicalize().with_context(|| format!("cannot open {}", root.display()))?;
        let lock = File::create(root.join("lock")).context("cannot make the lock file")?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { root, _lock: lock }),
            Err(TryLockError::WouldBlock) => bail!(
                "another Drawbridge uses {}; stop it, or choose another folder with --data",
                root.display()
            ),
            Err(TryLockError::Error(error)) => Err(error).context("cannot lock the data folder"),
        }
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
        let refused = DataDir::open(folder.path()).expect_err("the second is refused").to_string();
        assert!(refused.contains("--data"), "{refused}");
        drop(first);
        DataDir::open(folder.path()).expect("free again");
    }

    #[test]
    fn the_key_stays_the_same() {
        let folder = tempfile::tempdir().expect("a folder");
        let data = DataDir::open(folder.path()).expect("opens");
        let key = data.secret_key().expect("made");
        assert_eq!((key.len(), data.secret_key().expect("read")), (32, key));
    }
}
