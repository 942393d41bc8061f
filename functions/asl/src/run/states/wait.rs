//! Wait: a timer, then the input goes on.

use jiff::Timestamp;
use serde_json::Value;

use super::Step;
use crate::data::{Failure, Template, timestamp};
use crate::definition::{Number, State, Text, Until};
use crate::run::Run;
use crate::run::context::View;
use crate::run::frames::{Doing, Timer};

impl Run<'_> {
    pub(super) fn wait(&mut self, frame: u64, state: &State, until: &Until) -> Result<Step, Failure> {
        let input = self.input_of(frame);
        let selected = self.select(frame, &state.input_path, &input)?;
        let view = View::of(&input).rooted(&selected);
        let timer = match until {
            Until::Seconds(seconds) => {
                let seconds = self.seconds(frame, seconds, view)?;
                self.set_timer(Timer::Wait { frame }, seconds)
            }
            Until::Timestamp(text) => {
                let at = self.instant(frame, text, view)?;
                self.set_timer_at(Timer::Wait { frame }, at)
            }
        };
        self.set_doing(frame, Doing::Timer(timer));
        Ok(Step::Waits)
    }

    fn seconds(&self, frame: u64, seconds: &Number, view: View<'_>) -> Result<f64, Failure> {
        self.number(frame, seconds, view, "Seconds")
    }

    fn instant(&self, frame: u64, text: &Text, view: View<'_>) -> Result<Timestamp, Failure> {
        let given = match text {
            Text::Path(template) => self.evaluate(frame, template, view, "TimestampPath")?,
            _ => self.text(frame, text, view, "Timestamp")?.map(Value::String).unwrap_or_default().into(),
        };
        let shown = given.as_str().map_or_else(|| given.to_string(), str::to_owned);
        timestamp::parse(&shown).ok_or_else(|| {
            let what = "ISO-8601 extended offset date-time format string";
            if let Text::Path(Template::Path(path)) = text {
                let source = &path.source;
                return Failure::runtime(format!(
                    "The TimestampPath parameter does not reference a valid {what}: {source} == {shown}"
                ));
            }
            Failure::query(
                format!("The Timestamp field cannot be parsed as an {what}: {shown}"),
                Some("Timestamp"),
            )
        })
    }

    /// The time has come.
    pub(in crate::run) fn wait_over(&mut self, frame: u64) {
        let Some(state) = self.state_of(frame) else { return };
        self.set_doing(frame, Doing::Ready);
        match self.through(frame, state, state.next.clone()) {
            Ok(exit) => self.exit(frame, exit),
            Err(failure) => self.raise(frame, failure),
        }
    }
}
