//! Tests of the build tool as its users meet it: a catalog on disk in, folders and messages out.

mod cli;
mod diff;
mod iam;
mod infra;
mod output;
mod pages;
mod support;
