//! Tests of the catalog model: what is said about faulty catalogs, and that what is shipped is sound.

mod check;
mod fixture;
mod load;
mod policy;
mod schemas;
