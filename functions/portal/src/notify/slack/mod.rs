//! Slack: its Web API, its Block Kit, its signatures, its sign-in. Nothing here knows what is said.
//!
//! 1. [`client`] calls a method and tells a refusal from "later";
//! 2. [`block`] has the types of what is sent, [`text`] makes people's words safe to send;
//! 3. [`signature`] says whether a request comes from Slack;
//! 4. [`sign_in`] says which Slack user a browser belongs to.
//!
//! The types are our own. A client such as slack-morphism brings an HTTP stack, a TLS configuration and some
//! hundred types of its own into a binary whose cold start people wait for; the portal uses six methods and
//! six kinds of block. A test holds what is really sent against Slack's own TypeScript types.

pub mod block;
pub mod client;
pub mod sign_in;
pub mod signature;
pub mod text;

pub use block::{Block, View};
pub use client::{Message, Place, Slack};
