//! What must hold in a catalog. Each file here checks one thing and says what is wrong with it.
//!
//! 1. [`portal`] and [`teams`] once, with what everything else refers to;
//! 2. [`workflow`] for each folder: [`parameters`], [`approvals`], [`target`], [`limits`], [`steps`] with [`doors`],
//!    [`permissions`] and [`cases`], and the [`guide`].
//!
//! A check never stops at the first fault, and never reports a consequence of a fault that was
//! reported already: a group of an unreadable team is not also an unknown group.

pub(crate) mod approvals;
pub(crate) mod cases;
pub(crate) mod conditions;
pub(crate) mod doors;
pub(crate) mod guide;
pub(crate) mod iam;
pub(crate) mod limits;
pub(crate) mod names;
pub(crate) mod parameters;
pub(crate) mod permissions;
pub(crate) mod pointer;
pub(crate) mod portal;
pub(crate) mod steps;
pub(crate) mod target;
pub(crate) mod teams;
pub(crate) mod workflow;
