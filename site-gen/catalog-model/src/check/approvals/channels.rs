//! The ways to decide: some, each once, and none that the risk forbids.

use crate::approval::{Channel, Risk};
use crate::check::names;
use crate::load::report::Report;
use crate::{Approval, codes, suggest};

/// Checks `channels`, where a gate names them.
pub(super) fn check(gate: &Approval, pointer: &str, report: &mut Report<'_>) {
    let Some(channels) = &gate.channels else { return };
    let pointer = format!("{pointer}/channels");
    let allowed: Vec<&str> = gate.risk.channels().iter().copied().map(Channel::as_str).collect();
    if channels.is_empty() {
        let allowed = suggest::list(&allowed);
        let help = format!("Without `channels` people decide by {allowed}: remove it, or name some.");
        report.at(&pointer, codes::EMPTY_LIST, "Nobody could decide, for lack of a channel.", help);
    }
    names::unique(channels.iter().copied().map(Channel::as_str), &pointer, report);
    for (index, channel) in channels.iter().copied().map(Channel::as_str).enumerate() {
        if gate.risk == Risk::High && !allowed.contains(&channel) {
            let message = format!("At high risk nobody decides by `{channel}`.");
            let help = "Only the portal asks for a recent sign-in: remove this channel, or `risk`.";
            report.at(format!("{pointer}/{index}"), codes::FORBIDDEN_CHANNEL, message, help);
        }
    }
}
