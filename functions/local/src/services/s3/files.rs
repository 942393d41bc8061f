//! Objects as files: written whole or not at all, and never over one that is there.

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::xml::S3Error;

/// The folder of all buckets.
pub(super) struct Files {
    root: PathBuf,
}

/// What became of an object.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Put {
    /// It is there now.
    New,
    /// One of this key was there before, and still is.
    Exists,
}

impl Files {
    pub(super) fn new(root: PathBuf) -> Self {
        Self { root }
    }

    /// Writes an object. Its last step makes a second name for a complete file, which the system refuses
    /// when the name is taken.
    pub(super) fn put(&self, bucket: &str, key: &str, content: &[u8]) -> Result<Put, S3Error> {
        let path = self.path(bucket, key)?;
        fs::create_dir_all(path.parent().unwrap_or(&self.root))?;
        let mut random = [0; 8];
        getrandom::fill(&mut random).map_err(io::Error::other)?;
        let partial = self.root.join(format!(".partial-{}", hex::encode(random)));
        let written = write(&partial, content).and_then(|()| fs::hard_link(&partial, &path));
        fs::remove_file(&partial)?;
        match written {
            Ok(()) => Ok(Put::New),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(Put::Exists),
            Err(error) => Err(error.into()),
        }
    }

    /// The content of an object.
    pub(super) fn get(&self, bucket: &str, key: &str) -> Result<Option<Vec<u8>>, S3Error> {
        match fs::read(self.path(bucket, key)?) {
            Ok(content) => Ok(Some(content)),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::IsADirectory) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The keys of a bucket in the order of their bytes, with the sizes of their objects.
    pub(super) fn keys(&self, bucket: &str) -> Result<Vec<(String, u64)>, S3Error> {
        let root = self.path(bucket, "x")?.with_file_name("");
        let (mut keys, mut folders) = (Vec::new(), vec![root.clone()]);
        while let Some(folder) = folders.pop() {
            let entries = match fs::read_dir(&folder) {
                Ok(entries) => entries,
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                Err(error) => return Err(error.into()),
            };
            for entry in entries {
                let entry = entry?;
                let (path, known) = (entry.path(), entry.metadata()?);
                if known.is_dir() {
                    folders.push(path);
                } else if let Some(key) = path.strip_prefix(&root).ok().and_then(Path::to_str) {
                    keys.push((key.to_owned(), known.len()));
                }
            }
        }
        keys.sort();
        Ok(keys)
    }

    /// Where an object lies. Names that could lead elsewhere, or be spelt in two ways, are not kept.
    fn path(&self, bucket: &str, key: &str) -> Result<PathBuf, S3Error> {
        let plain = |name: &str| {
            !name.is_empty()
                && !name.starts_with('.')
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
        };
        if plain(bucket) && key.split('/').all(plain) {
            Ok(self.root.join(bucket).join(key))
        } else {
            Err(S3Error::odd_name())
        }
    }
}

fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = fs::File::create_new(path)?;
    file.write_all(content)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_is_written_once_and_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let files = Files::new(folder.path().join("s3"));
        let put =
            |key: &str, content: &str| files.put("anchors", key, content.as_bytes()).expect("an answer");
        assert_eq!(put("runs/a/1.json", "first"), Put::New);
        assert_eq!(put("runs/a/1.json", "second"), Put::Exists);
        assert_eq!(put("daily/1.json", "x"), Put::New);
        let get = |key: &str| files.get("anchors", key).expect("an answer");
        assert_eq!(get("runs/a/1.json").as_deref(), Some("first".as_bytes()));
        assert_eq!((get("runs/a/2.json"), get("runs/a")), (None, None));
        let keys: Vec<_> = files.keys("anchors").expect("keys").into_iter().map(|(key, _)| key).collect();
        assert_eq!(keys, ["daily/1.json", "runs/a/1.json"]);
        assert_eq!(files.keys("none").expect("no bucket has no keys"), []);
    }

    #[test]
    fn no_name_leads_out_of_the_folder() {
        let files = Files::new("/nowhere".into());
        for key in ["../x", "a/../x", "/x", "a//b", "a/", ".partial-1", "a b", "a%2f", "ä"] {
            assert!(files.path("anchors", key).is_err(), "{key}");
        }
        assert!(files.path("..", "x").is_err());
    }
}
