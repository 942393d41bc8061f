//! What the tables hold.

mod audit;
mod commit;
mod keys;
mod outbox;
mod people;
mod session;
mod slack;
