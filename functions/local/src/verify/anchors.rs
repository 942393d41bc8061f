//! Reads what was copied from the archive: anchors of runs and of days.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;
use portal::domain::RunId;
use portal::domain::audit::anchor::{Anchored, Named};
use portal::domain::audit::daily::{self, Daily};
use portal::domain::audit::{Head, line};

use super::Problem;

/// Everything that is anchored.
#[derive(Default)]
pub(super) struct Anchors {
    runs: BTreeMap<RunId, Vec<(Head, Timestamp)>>,
    /// The first and the last day of the daily anchors, and how many there are.
    pub(super) days: Option<Days>,
    /// Anchors that are not what they were.
    pub(super) bad: Vec<String>,
    /// Everything that could not be used.
    pub(super) problems: Vec<Problem>,
}

/// Daily anchors that hold together.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub(super) struct Days {
    pub(super) first: String,
    pub(super) last: String,
    pub(super) count: usize,
}

impl Anchors {
    /// Reads folders, with all that is below them, and files.
    pub(super) fn read(paths: &[PathBuf]) -> Self {
        let mut anchors = Self::default();
        let mut days = BTreeMap::new();
        for path in paths {
            let found = files(path).map(|files| {
                let texts = files.iter().map(|file| anchors.file(file, path.is_dir(), &mut days));
                texts.sum::<usize>()
            });
            let message = match found {
                Ok(0) => "there are no anchors in it".to_owned(),
                Ok(_) => continue,
                Err(error) => format!("cannot be read: {error}"),
            };
            anchors.problems.push(Problem { file: path.display().to_string(), line: None, message });
        }
        anchors.hold_together(&days.into_values().collect::<Vec<_>>());
        anchors
    }

    /// The anchors of a run: where its chain was, and when.
    pub(super) fn of(&self, run: RunId) -> &[(Head, Timestamp)] {
        self.runs.get(&run).map_or(&[], Vec::as_slice)
    }

    /// Reads a file, which has one anchor a line; how many those are.
    fn file(&mut self, path: &Path, named: bool, days: &mut BTreeMap<String, (Daily, String)>) -> usize {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) => {
                self.problem(path, None, format!("cannot be read: {error}"));
                return 1;
            }
        };
        for (number, text) in (1..).zip(text.lines()) {
            match line::read(text) {
                Ok(anchored) => self.take(path, named, anchored, text, days),
                Err(error) => self.problem(path, Some(number), error.to_string()),
            }
        }
        text.lines().count()
    }

    fn take(
        &mut self,
        path: &Path,
        named: bool,
        anchored: Anchored,
        text: &str,
        days: &mut BTreeMap<String, (Daily, String)>,
    ) {
        let key = match &anchored {
            Anchored::Run(anchor) => anchor.key(),
            Anchored::Day(daily) => daily.key(),
        };
        if named && !path.ends_with(&key) {
            self.bad.push(format!("{} holds what belongs into {key}", path.display()));
        }
        match anchored {
            Anchored::Run(anchor) => {
                self.runs.entry(anchor.run_id).or_default().push((anchor.head(), anchor.at));
            }
            Anchored::Day(daily) => {
                for pin in &daily.runs {
                    let head = Head { seq: pin.seq, hash: pin.hash.clone() };
                    self.runs.entry(pin.run_id).or_default().push((head, daily.at));
                }
                days.insert(key, (daily, text.to_owned()));
            }
        }
    }

    fn hold_together(&mut self, days: &[(Daily, String)]) {
        if let Err(broken) = daily::verify(days) {
            self.bad.push(broken.to_string());
        } else if let (Some((first, _)), Some((last, _))) = (days.first(), days.last()) {
            let (first, last) = (first.day.to_string(), last.day.to_string());
            self.days = Some(Days { first, last, count: days.len() });
        }
    }

    fn problem(&mut self, path: &Path, line: Option<usize>, message: String) {
        self.problems.push(Problem { file: path.display().to_string(), line, message });
    }
}

/// The files of a folder that are named as anchors are, or the one file, whatever its name.
fn files(path: &Path) -> io::Result<Vec<PathBuf>> {
    if !fs::metadata(path)?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let (mut files, mut folders) = (Vec::new(), vec![path.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if is_named_like_an_anchor(&path) {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

/// A folder may hold other things besides, as a data folder does.
fn is_named_like_an_anchor(path: &Path) -> bool {
    let mut parts = path.iter().rev().filter_map(|part| part.to_str());
    let (Some(name), Some(folder), Some(above)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let day = name.strip_suffix(".json").and_then(|day| day.parse::<Date>().ok());
    (folder == "daily" && day.is_some()) || Named::parse(&format!("{above}/{folder}/{name}")).is_some()
}
