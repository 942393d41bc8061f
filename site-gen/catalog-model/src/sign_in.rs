//! How people and scripts prove who they are: `sign_in` of `portal.json`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::IsoDuration;

/// The `OpenID` Connect provider of the organisation, and how long what it says holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// Issuer URL; discovery starts from it.
    pub issuer: String,
    /// The client registered for the portal.
    pub client_id: String,
    /// Scopes to ask for beside `openid`, `email` and `profile`: some providers send groups only with one of their own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<String>,
    /// The claim that names a person's groups: its name, such as `groups` or `cognito:groups`, or a JSON pointer to one
    /// that lies deeper, such as `/realm_access/roles`.
    #[serde(default = "groups_claim")]
    pub groups_claim: String,
    /// Which group of the catalog a value of the claim stands for, for providers that send other names. Without it
    /// the values are the groups' own ids; with it, values that are not listed mean nothing.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub groups: BTreeMap<String, String>,
    /// What the access tokens of scripts must be issued for (`aud`). Without it that is the portal's own address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
    /// How long a browser stays signed in.
    #[serde(default)]
    pub sessions: Sessions,
    /// Groups whose people may end the sessions and void the tokens of anybody.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub operators: Vec<String>,
}

/// When a session ends by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sessions {
    /// So long after the last request; 5 minutes at least.
    #[serde(default = "idle")]
    pub idle: IsoDuration,
    /// So long after signing in, whatever happens; 30 days at most.
    #[serde(default = "absolute")]
    pub absolute: IsoDuration,
}

impl Default for Sessions {
    fn default() -> Self {
        Self { idle: idle(), absolute: absolute() }
    }
}

impl SignIn {
    /// What the groups claim lists; none when it is not among the claims. One text is a list of one.
    pub fn claimed_groups<'a>(&self, claims: &'a Value) -> Option<Vec<&'a str>> {
        let claim = if self.groups_claim.starts_with('/') {
            claims.pointer(&self.groups_claim)?
        } else {
            claims.get(&self.groups_claim)?
        };
        match claim {
            Value::Array(values) => Some(values.iter().filter_map(Value::as_str).collect()),
            Value::String(value) => Some(vec![value]),
            _ => None,
        }
    }

    /// The group of the catalog that a value of the claim stands for, if any.
    pub fn group_of<'a>(&'a self, claimed: &'a str) -> Option<&'a str> {
        if self.groups.is_empty() { Some(claimed) } else { self.groups.get(claimed).map(String::as_str) }
    }
}

fn groups_claim() -> String {
    "groups".to_owned()
}

fn idle() -> IsoDuration {
    fixed("PT2H")
}

fn absolute() -> IsoDuration {
    fixed("PT12H")
}

fn fixed(text: &str) -> IsoDuration {
    IsoDuration::parse(text).expect("a duration")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Sessions, SignIn};

    fn sign_in(more: &Value) -> SignIn {
        let mut file = json!({"issuer": "https://id.example.com", "client_id": "portal"});
        file.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        serde_json::from_value(file).expect("sound")
    }

    #[test]
    fn sessions_end_after_two_hours_or_twelve() {
        let Sessions { idle, absolute } = sign_in(&json!({})).sessions;
        assert_eq!((idle.seconds(), absolute.seconds()), (7_200, 43_200));
    }

    #[test]
    fn the_groups_claim_is_a_name_or_a_pointer() {
        let claims = json!({
            "groups": ["a", 7, "b"], "one": "a", "realm_access": {"roles": ["c"]},
            "https://id.example.com/groups": ["d"], "number": 1,
        });
        let check = |claim: &str, expected: Option<Vec<&str>>| {
            let sign_in = sign_in(&json!({"groups_claim": claim}));
            assert_eq!(sign_in.claimed_groups(&claims), expected, "{claim}");
        };
        check("groups", Some(vec!["a", "b"]));
        check("one", Some(vec!["a"]));
        check("/realm_access/roles", Some(vec!["c"]));
        check("https://id.example.com/groups", Some(vec!["d"]));
        check("realm_access.roles", None);
        check("/realm_access", None);
        check("number", None);
    }

    #[test]
    fn values_mean_groups_only_where_they_are_listed() {
        assert_eq!(sign_in(&json!({})).group_of("dba"), Some("dba"));
        let mapped = sign_in(&json!({"groups": {"8f1c": "dba"}}));
        assert_eq!((mapped.group_of("8f1c"), mapped.group_of("dba")), (Some("dba"), None));
    }
}
