//! `sign_in` of `portal.json`: the provider, whom tokens are for, how long sessions last, whose groups mean what.

use super::approvals::who;
use super::{names, portal};
use crate::load::Catalog;
use crate::load::place::join;
use crate::load::report::Report;
use crate::sign_in::SignIn;
use crate::{IsoDuration, codes};

/// A page that is read for so long must not end the session under its reader.
const SHORTEST: u64 = 5 * 60;
/// Whoever left the organisation is out after this long, whatever else was forgotten.
const LONGEST: u64 = 30 * 24 * 3600;

/// Checks what the section says by itself.
pub(crate) fn check(sign_in: &SignIn, report: &mut Report<'_>) {
    portal::url(&sign_in.issuer, "/sign_in/issuer", report);
    names::text(&sign_in.client_id, "/sign_in/client_id", 200, report);
    names::text(&sign_in.groups_claim, "/sign_in/groups_claim", 200, report);
    if let Some(audience) = &sign_in.audience {
        names::text(audience, "/sign_in/audience", 200, report);
        if *audience == sign_in.client_id {
            let message = "The audience of access tokens is the portal's own client.";
            let help = "Name the API in it, such as its address: what is issued for the client are ID tokens, \
                        and they must open nothing.";
            report.at("/sign_in/audience", codes::AUDIENCE_IS_CLIENT, message, help);
        }
    }
    let sessions = &sign_in.sessions;
    lasts(&sessions.idle, "/sign_in/sessions/idle", report);
    lasts(&sessions.absolute, "/sign_in/sessions/absolute", report);
    if sessions.idle.seconds() > sessions.absolute.seconds() {
        let message =
            format!("A session would end after {} before it is idle for so long.", sessions.absolute.words());
        let help = "Make `idle` no longer than `absolute`.";
        report.at("/sign_in/sessions/idle", codes::SESSION_LENGTH, message, help);
    }
}

/// Checks the groups that it names, once all teams were read.
pub(crate) fn groups(sign_in: &SignIn, catalog: &Catalog, report: &mut Report<'_>) {
    for (claimed, group) in &sign_in.groups {
        who::group(group, &join("/sign_in/groups", claimed), catalog, report);
    }
    who::groups(&sign_in.operators, "/sign_in/operators", catalog, report);
}

fn lasts(length: &IsoDuration, pointer: &str, report: &mut Report<'_>) {
    if !(SHORTEST..=LONGEST).contains(&length.seconds()) {
        let message = format!("A session that lasts {} is of no use, or is no protection.", length.words());
        report.at(pointer, codes::SESSION_LENGTH, message, "Write from `PT5M` to `P30D`.");
    }
}
