//! What the tables hold.

mod audit;
mod breaker;
mod commit;
mod daily;
mod keys;
mod mail;
mod outbox;
mod people;
mod session;
mod slack;
