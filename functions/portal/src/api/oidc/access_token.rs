//! Access tokens of scripts (RFC 9068): whether they are the provider's, for this portal, still valid, and whose.
//!
//! An ID token tells a client who signed in and was never meant to be sent anywhere, so none is accepted: what is
//! accepted is issued for another audience than the client, and says that it is an access token in one of the ways
//! of the common providers.

use jiff::Timestamp;
use serde_json::Value;

use super::jwt::{Jwt, wrong};
use super::{OidcError, Provider, text};

/// What a token that was believed says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct AccessToken {
    /// The person who let a script act for them.
    pub(crate) subject: String,
    /// What the script may do.
    pub(crate) scopes: Vec<String>,
    /// When it was issued.
    pub(crate) issued_at: Timestamp,
}

/// What tokens must be issued by and for.
struct Expected<'a> {
    issuer: &'a str,
    audience: &'a str,
    client_id: &'a str,
}

impl Provider {
    /// Believes a token, or says why not.
    pub(crate) async fn access_token(
        &self,
        token: &str,
        audience: &str,
        now: Timestamp,
    ) -> Result<AccessToken, OidcError> {
        let jwt = Jwt::parse(token)?;
        let metadata = self.metadata_with(jwt.header.kid.as_deref()).await?;
        jwt.verify(metadata.jwks().keys())?;
        let issued_at = jwt.in_time(now)?;
        let client_id = &self.registration.client_id;
        let expected = Expected { issuer: metadata.issuer(), audience, client_id };
        let subject = expected.subject(jwt.header.typ.as_deref(), &jwt.claims).map_err(wrong)?;
        Ok(AccessToken { subject: subject.to_owned(), scopes: scopes(&jwt.claims), issued_at })
    }
}

impl Expected<'_> {
    /// Whose the token is, when it is an access token for this portal that a person let a client have.
    fn subject<'a>(&self, typ: Option<&str>, claims: &'a Value) -> Result<&'a str, &'static str> {
        if text(claims, "iss") != Some(self.issuer) {
            return Err("another provider issued it");
        }
        if is_id_token(claims) || self.is_for(self.client_id, claims) {
            return Err("it is an ID token; send an access token");
        }
        if !is_access_token(typ, claims) {
            return Err("it does not say that it is an access token");
        }
        if !self.is_for(self.audience, claims) {
            return Err("it was not issued for this portal");
        }
        match text(claims, "sub") {
            Some(subject) if !is_of_a_machine(subject, claims) => Ok(subject),
            _ => Err("no person stands behind it; state machines call through their team's door"),
        }
    }

    /// Whether it was issued for somebody. Cognito's access tokens may have no `aud`, only the client that asked.
    fn is_for(&self, audience: &str, claims: &Value) -> bool {
        match claims.get("aud") {
            Some(Value::Array(all)) => all.iter().any(|one| one == audience),
            Some(one) => one == audience,
            None => {
                audience != self.client_id
                    && text(claims, "token_use") == Some("access")
                    && text(claims, "client_id") == Some(audience)
            }
        }
    }
}

/// What only ID tokens have, or say of themselves (Cognito, Keycloak).
fn is_id_token(claims: &Value) -> bool {
    ["nonce", "at_hash", "c_hash"].iter().any(|claim| claims.get(claim).is_some())
        || text(claims, "token_use") == Some("id")
        || text(claims, "typ").is_some_and(|typ| typ.eq_ignore_ascii_case("id"))
}

/// By its type (RFC 9068), or as Cognito, Keycloak, and Okta or Entra say it.
fn is_access_token(typ: Option<&str>, claims: &Value) -> bool {
    let typ = typ.map(str::to_ascii_lowercase);
    match typ.as_deref() {
        Some("at+jwt" | "application/at+jwt") => true,
        None | Some("jwt") => {
            text(claims, "token_use") == Some("access")
                || text(claims, "typ") == Some("Bearer")
                || claims.get("scp").is_some()
        }
        Some(_) => false,
    }
}

/// Client credentials: the subject is the client itself, or the provider says so (Entra, Auth0).
fn is_of_a_machine(subject: &str, claims: &Value) -> bool {
    ["client_id", "azp", "cid"].iter().any(|claim| text(claims, claim) == Some(subject))
        || text(claims, "idtyp") == Some("app")
        || text(claims, "gty") == Some("client-credentials")
}

/// `scope` is text with spaces (RFC 9068), `scp` a list (Okta) or such a text (Entra).
fn scopes(claims: &Value) -> Vec<String> {
    let claims = ["scope", "scp"].iter().filter_map(|name| claims.get(name));
    let words = claims.flat_map(|claim| match claim {
        Value::String(text) => text.split(' ').collect(),
        Value::Array(list) => list.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    });
    words.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests;
