//! What people are told, and whom notices reach.

mod email;
mod slack;
