//! Forms from the outside: what a browser sees, what it posts, what people read.

mod browser;
mod faults;
mod messages;
mod read;
mod round_trip;
mod rows;
mod samples;
mod widgets;
mod wild;
