//! What can be asked of the portal.

mod anchor;
mod cancel;
mod decide;
mod inbox;
mod runs;
mod trigger;
