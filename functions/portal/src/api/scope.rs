//! What a script may do with the token that a person let it have: less than that person, never more.

/// A permission that an access token carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// See runs, approvals and settings.
    Read,
    /// Check parameters, request, confirm and cancel runs.
    Run,
    /// Approve, reject and propose, and say who does it in one's place. What is of high risk needs a recent
    /// sign-in besides, which a token cannot show.
    Decide,
    /// End all sessions of somebody.
    Operate,
}

/// All of them, for the description of the API.
pub(crate) const ALL: [Scope; 4] = [Scope::Read, Scope::Run, Scope::Decide, Scope::Operate];

impl Scope {
    /// Its name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Scope::Read => "drawbridge/read",
            Scope::Run => "drawbridge/run",
            Scope::Decide => "drawbridge/decide",
            Scope::Operate => "drawbridge/operate",
        }
    }

    /// Whether it is among the scopes of a token. Some providers allow no slash in a name: a dot is as good.
    pub(crate) fn is_in(self, scopes: &[String]) -> bool {
        let dotted = self.name().replace('/', ".");
        scopes.iter().any(|scope| scope == self.name() || *scope == dotted)
    }
}

#[cfg(test)]
mod tests {
    use super::Scope;

    #[test]
    fn a_scope_is_held_by_its_name_alone() {
        let check = |scopes: &[&str], expected: bool| {
            let scopes: Vec<_> = scopes.iter().map(|scope| (*scope).to_owned()).collect();
            assert_eq!(Scope::Run.is_in(&scopes), expected, "{scopes:?}");
        };
        check(&["openid", "drawbridge/run"], true);
        check(&["drawbridge.run"], true);
        check(&["drawbridge/read", "run", "drawbridge/*", "drawbridge/run2", "DRAWBRIDGE/RUN"], false);
        check(&[], false);
    }
}
