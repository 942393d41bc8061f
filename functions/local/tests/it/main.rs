//! The whole system, end to end: real HTTP, real databases, real processes, a real browser.

#![expect(clippy::disallowed_types, reason = "tests look at what is stored from outside")]

mod approval_operation;
mod audit;
mod browser;
mod calls;
mod catalog;
mod chromium;
mod deploy;
mod desk;
mod engine;
mod every_workflow;
mod faults;
mod house;
mod inbox_pages;
mod limits_pages;
mod mail_link;
mod main_job;
mod proxy;
mod race;
mod restart;
mod run_script;
mod sample;
mod services;
mod slack;
mod slack_late;
mod slack_pages;
mod snippet;
mod support;
mod verify;
mod workspace;
