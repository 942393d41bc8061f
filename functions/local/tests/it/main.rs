//! The whole system, end to end: real HTTP, real databases, real processes, a real browser.

#![expect(clippy::disallowed_types, reason = "tests look at what is stored from outside")]

mod audit;
mod browser;
mod chromium;
mod engine;
mod every_workflow;
mod faults;
mod house;
mod inbox_pages;
mod mail_link;
mod main_job;
mod proxy;
mod restart;
mod run_script;
mod sample;
mod services;
mod snippet;
mod support;
mod verify;
mod workspace;
