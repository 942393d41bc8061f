//! What can be asked of the portal.

mod cancel;
mod decide;
mod inbox;
mod notices;
mod runs;
mod trigger;
