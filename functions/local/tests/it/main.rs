//! The whole system, end to end: real HTTP, real databases, real processes, a real browser.

mod browser;
mod chromium;
mod engine;
mod every_workflow;
mod faults;
mod main_job;
mod proxy;
mod restart;
mod sample;
mod services;
mod support;
