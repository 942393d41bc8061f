//! `/api/people/{id}`: what operators may do about somebody, and everybody about themselves.

pub(super) mod sign_out;
