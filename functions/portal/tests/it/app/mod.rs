//! What can be asked of the portal.

mod anchor;
mod break_glass;
mod cancel;
mod decide;
mod deputy;
mod doors;
mod ending;
mod inbox;
mod limits;
mod notices;
mod pinned;
mod policy;
mod propose;
mod runs;
mod trigger;
