//! What people are told.

mod email;
