//! The whole system, end to end: real HTTP, real databases, real processes, a real browser.

mod faults;
mod main_job;
mod proxy;
mod restart;
mod sample;
mod support;
