//! Reads exports: runs with their records, and everything that is neither.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use portal::domain::audit::export::{End, Exported, Line, List};

use super::Problem;

/// What was read.
#[derive(Default)]
pub(super) struct Input {
    /// The runs that were read whole.
    pub(super) runs: Vec<Exported>,
    /// Everything that could not be used.
    pub(super) problems: Vec<Problem>,
    /// Where parts of lists begin.
    begun: Vec<List>,
    /// Which parts say that they go on.
    open: Vec<(Place, End)>,
}

/// A line of a file.
#[derive(Clone)]
struct Place {
    file: String,
    line: usize,
}

/// So many problems of a file are told; who gives something else than an export learns it from these.
const TOLD: usize = 10;

/// One file while it is read.
struct Reading<'a> {
    input: &'a mut Input,
    place: Place,
    /// The run whose records are read, unless a line of it was unusable.
    run: Option<Exported>,
    /// Whether records can only be of a run that is given up already.
    given_up: bool,
    /// How many problems the file has.
    bad: usize,
    /// The list that has begun, and how many runs it has so far.
    list: Option<(Place, List, u64)>,
}

impl Input {
    /// Reads files; `-` is standard input.
    pub(super) fn read(files: &[PathBuf]) -> Self {
        let mut input = Self::default();
        for path in files {
            let file = path.display().to_string();
            match open(path) {
                Ok(reader) => input.read_one(file, reader),
                Err(error) => {
                    input.problems.push(Problem {
                        file,
                        line: None,
                        message: format!("cannot be opened: {error}"),
                    });
                }
            }
        }
        input.missing_parts();
        input
    }

    fn read_one(&mut self, file: String, reader: impl BufRead) {
        let before = (self.runs.len(), self.problems.len(), self.begun.len());
        let place = Place { file: file.clone(), line: 0 };
        let mut reading = Reading { input: self, place, run: None, given_up: false, bad: 0, list: None };
        for text in reader.lines() {
            reading.place.line += 1;
            match text {
                Ok(text) => reading.take(&text),
                Err(error) => {
                    reading.problem(format!("cannot be read: {error}"));
                    break;
                }
            }
        }
        reading.end();
        if before == (self.runs.len(), self.problems.len(), self.begun.len()) {
            self.problems.push(Problem { file, line: None, message: "there is no run in it".to_owned() });
        }
    }

    /// A part that goes on is not the whole.
    fn missing_parts(&mut self) {
        for (Place { file, line }, end) in std::mem::take(&mut self.open) {
            let there = self.begun.iter().any(|list| list.workflow == end.workflow && list.from == end.next);
            if !there {
                let address = format!(
                    "/api/workflows/{}/audit.jsonl?cursor={}",
                    end.workflow,
                    end.next.unwrap_or_default()
                );
                let message = format!("the list goes on; get {address} and give both files");
                self.problems.push(Problem { file, line: Some(line), message });
            }
        }
    }
}

impl Reading<'_> {
    fn take(&mut self, text: &str) {
        match Line::read(text) {
            Ok(Line::Run(header)) => {
                self.close();
                if let Some((_, _, runs)) = &mut self.list {
                    *runs += 1;
                }
                self.run = Some(Exported { header, records: Vec::new(), cut: false });
                self.given_up = false;
            }
            Ok(Line::Record(record)) => match &mut self.run {
                Some(run) if run.cut => {}
                Some(run) => run.records.push(record),
                None if self.given_up => {}
                None => self.give_up("a record without the header of its run before it".to_owned()),
            },
            Ok(Line::Unreadable(_)) => match &mut self.run {
                Some(run) => run.cut = true,
                None => self.give_up("a record without the header of its run before it".to_owned()),
            },
            Ok(Line::List(list)) => self.begin(list),
            Ok(Line::End(end)) => self.complete(end),
            Err(error) => self.give_up(error.to_string()),
        }
    }

    fn begin(&mut self, list: List) {
        self.close();
        self.unfinished();
        self.input.begun.push(list.clone());
        self.list = Some((self.place.clone(), list, 0));
    }

    fn complete(&mut self, end: End) {
        self.close();
        match self.list.take() {
            Some((_, list, runs)) if list.workflow == end.workflow && runs == end.runs => {
                if end.next.is_some() {
                    self.input.open.push((self.place.clone(), end));
                }
            }
            Some((_, _, runs)) => {
                self.problem(format!("the list ends with {} runs, and {runs} are here", end.runs));
            }
            None => self.problem("the end of a list that has not begun".to_owned()),
        }
    }

    /// What is left when the file ends.
    fn end(mut self) {
        self.close();
        self.unfinished();
    }

    fn close(&mut self) {
        self.input.runs.extend(self.run.take());
    }

    fn unfinished(&mut self) {
        if let Some((place, list, _)) = self.list.take() {
            let message =
                format!("the list of the runs of {} has no end; was the file cut off?", list.workflow);
            self.input.problems.push(Problem { file: place.file, line: Some(place.line), message });
        }
    }

    /// A run of which a line is unusable is not judged.
    fn give_up(&mut self, message: String) {
        let run = self.run.take().map(|run| format!(" (run {} is not judged)", run.header.run_id));
        self.given_up = true;
        self.problem(message + &run.unwrap_or_default());
    }

    fn problem(&mut self, message: String) {
        self.bad += 1;
        let message = match self.bad {
            ..TOLD => message,
            TOLD => format!("{message} (further lines of this file are not told)"),
            _ => return,
        };
        let Place { file, line } = self.place.clone();
        self.input.problems.push(Problem { file, line: Some(line), message });
    }
}

fn open(path: &Path) -> io::Result<Box<dyn BufRead>> {
    if path == Path::new("-") {
        return Ok(Box::new(io::stdin().lock()));
    }
    Ok(Box::new(BufReader::new(File::open(path)?)))
}
