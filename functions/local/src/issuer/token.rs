//! The token endpoint: a one-time code and its PKCE verifier become a signed ID token.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Form, Json};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{TimeDelta, Utc};
use openidconnect::core::{CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm};
use openidconnect::{
    AccessToken, AdditionalClaims, Audience, EndUserEmail, EndUserName, IdToken, IdTokenClaims, IssuerUrl,
    LocalizedClaim, Nonce, StandardClaims, SubjectIdentifier,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::Issuer;
use super::access_token::GRANT;
use super::codes::Grant;

const LIFETIME: TimeDelta = TimeDelta::minutes(5);

/// The claim beside the standard ones.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Groups {
    groups: Vec<String>,
}

impl AdditionalClaims for Groups {}

type Token = IdToken<Groups, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;

/// `POST /token`.
pub(super) async fn exchange(
    State(issuer): State<Issuer>,
    Form(asked): Form<BTreeMap<String, String>>,
) -> Response {
    let answer = match asked.get("grant_type").map(String::as_str) {
        Some("authorization_code") => issuer.id_token(&asked),
        Some(GRANT) => issuer.access_token(&asked),
        Some(_) => Err("unsupported_grant_type"),
        None => Err("invalid_request"),
    };
    match answer {
        Ok(body) => ([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response(),
        Err(error) => (StatusCode::BAD_REQUEST, Json(json!({"error": error}))).into_response(),
    }
}

impl Issuer {
    /// Answers a code (RFC 6749 §4.1.3 with RFC 7636).
    fn id_token(&self, asked: &BTreeMap<String, String>) -> Result<Value, &'static str> {
        let (access_token, id_token) = self.sign(&self.redeem(asked)?)?;
        Ok(json!({
            "access_token": access_token.secret(),
            "id_token": id_token.to_string(),
            "token_type": "Bearer",
            "expires_in": LIFETIME.num_seconds(),
        }))
    }

    fn redeem(&self, asked: &BTreeMap<String, String>) -> Result<Grant, &'static str> {
        let sent = |name: &str| asked.get(name).ok_or("invalid_request");
        let grant = self.inner.codes.redeem(sent("code")?).ok_or("invalid_grant")?;
        let answer = URL_SAFE_NO_PAD.encode(Sha256::digest(sent("code_verifier")?));
        let honest = answer == grant.challenge && *sent("redirect_uri")? == grant.redirect_uri;
        honest.then_some(grant).ok_or("invalid_grant")
    }

    fn sign(&self, grant: &Grant) -> Result<(AccessToken, Token), &'static str> {
        let access_token = AccessToken::new(Uuid::new_v4().simple().to_string());
        let claims = self.claims(grant).ok_or("invalid_grant")?;
        let token =
            Token::new(claims, &self.inner.key.0, CoreJwsSigningAlgorithm::EdDsa, Some(&access_token), None);
        let token = token.map_err(|error| {
            tracing::error!(%error, "cannot sign an ID token");
            "server_error"
        })?;
        Ok((access_token, token))
    }

    fn claims(&self, grant: &Grant) -> Option<IdTokenClaims<Groups, CoreGenderClaim>> {
        let catalog = self.inner.catalog.borrow().clone();
        let person =
            catalog.teams.values().flat_map(|team| &team.people).find(|person| person.id == grant.person)?;
        let groups = catalog.teams.values().flat_map(|team| &team.groups);
        let groups = groups.filter(|(_, group)| group.members.contains(&person.id)).map(|(id, _)| id.clone());
        let mut name = LocalizedClaim::new();
        name.insert(None, EndUserName::new(person.name.clone()));
        let standard = StandardClaims::new(SubjectIdentifier::new(person.id.clone()))
            .set_name(Some(name))
            .set_email(Some(EndUserEmail::new(person.email.clone())))
            .set_email_verified(Some(true));
        let now = Utc::now();
        let claims = IdTokenClaims::new(
            IssuerUrl::new(self.inner.url.clone()).ok()?,
            vec![Audience::new(self.inner.client_id.clone())],
            now + LIFETIME,
            now,
            standard,
            Groups { groups: groups.collect() },
        );
        Some(claims.set_nonce(grant.nonce.clone().map(Nonce::new)))
    }
}
