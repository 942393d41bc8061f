//! Whom notices reach.

mod slack;
