//! Signing in: authorization code with PKCE (RFC 7636), state and nonce; the ID token is verified against the
//! provider's published keys.
//!
//! 1. [`Provider::start`] makes the address to send the browser to;
//! 2. [`Provider::finish`] trades the code for an ID token and tells who signed in.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use jiff::Timestamp;
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreClientAuthMethod, CoreErrorResponseType,
    CoreGenderClaim, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm,
    CoreRevocableToken, CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AccessTokenHash, AdditionalClaims, AuthType, AuthorizationCode, Client, ClientId, ClientSecret,
    CsrfToken, EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet, IdTokenFields, Nonce,
    OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope, StandardErrorResponse,
    StandardTokenResponse, SubjectIdentifier, TokenResponse, UserInfoClaims,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::http::send;
use super::jwt::{Jwt, asymmetric, wrong};
use super::metadata::Metadata;
use super::{OidcError, Provider, Registration, SKEW, invalid, provider};

/// A sign-in that has begun: the secrets stay with the browser that began it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Attempt {
    pub(crate) state: String,
    pub(crate) nonce: String,
    pub(crate) verifier: String,
}

/// Who signed in, as the ID token says.
#[derive(Debug)]
pub(crate) struct Identity {
    pub(crate) subject: String,
    pub(crate) name: Option<String>,
    pub(crate) email: Option<String>,
    /// All other claims.
    pub(crate) claims: Value,
    /// The ID token itself, for the provider's own sign-out.
    pub(crate) id_token: String,
}

/// Claims beside the standard ones; which of them lists groups is configuration.
#[derive(Debug, Serialize, Deserialize)]
struct Claims(BTreeMap<String, Value>);

impl AdditionalClaims for Claims {}

type Fields = IdTokenFields<
    Claims,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;
type Tokens = StandardTokenResponse<Fields, CoreTokenType>;
type Portal = Client<
    Claims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

impl Provider {
    /// The address to send the browser to, and what must be remembered until it comes back. With `again`
    /// the person has to prove who they are, whatever session the provider still has.
    pub(crate) async fn start(&self, again: bool) -> Result<(String, Attempt), OidcError> {
        let metadata = self.metadata().await?;
        let client = self.client(&metadata)?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let request = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .add_scopes(["email", "profile"].map(|scope| Scope::new(scope.to_owned())))
            .add_scopes(self.registration.sign_in.scopes.iter().cloned().map(Scope::new))
            .set_pkce_challenge(challenge);
        let request = if again { request.add_prompt(CoreAuthPrompt::Login) } else { request };
        let (url, state, nonce) = request.url();
        let attempt = Attempt {
            state: state.into_secret(),
            nonce: nonce.secret().clone(),
            verifier: verifier.into_secret(),
        };
        Ok((url.into(), attempt))
    }

    /// Trades the code for an ID token, verifies it, and says whose it is.
    pub(crate) async fn finish(
        &self,
        code: String,
        attempt: Attempt,
        now: Timestamp,
    ) -> Result<Identity, OidcError> {
        let metadata = self.metadata().await?;
        let client = self.client(&metadata)?;
        let tokens = self.exchange(&client, code, attempt.verifier).await?;
        let id_token = tokens.id_token().ok_or_else(|| wrong("there is no ID token"))?.to_string();
        // The key may be newer than what was learned.
        let kid = Jwt::parse(&id_token)?.header.kid;
        let metadata = self.metadata_with(kid.as_deref()).await?;
        let client = self.client(&metadata)?;
        let identity = identity(&client, &tokens, id_token, &Nonce::new(attempt.nonce), now)?;
        if self.is_complete(&identity) {
            Ok(identity)
        } else {
            self.asked_for(identity, &client, &tokens).await
        }
    }

    fn is_complete(&self, identity: &Identity) -> bool {
        let groups = self.registration.sign_in.claimed_groups(&identity.claims);
        identity.name.is_some() && identity.email.is_some() && groups.is_some()
    }

    /// The same with what the ID token does not say, which the provider may have kept for its user info endpoint
    /// (OpenID Connect Core 1.0 §5.4).
    async fn asked_for(
        &self,
        identity: Identity,
        client: &Portal,
        tokens: &Tokens,
    ) -> Result<Identity, OidcError> {
        let subject = SubjectIdentifier::new(identity.subject.clone());
        let Ok(request) = client.user_info(tokens.access_token().clone(), Some(subject)) else {
            return Ok(identity);
        };
        let send = |request| send(self.http.clone(), request);
        let told: UserInfoClaims<Claims, CoreGenderClaim> =
            request.request_async(&send).await.map_err(provider)?;
        let name = told.name().and_then(|name| name.get(None)).map(|name| name.to_string());
        let email = told.email().map(|email| email.to_string());
        let more = told.additional_claims().0.clone().into_iter();
        let mut claims: Map<_, _> = more.collect();
        claims.extend(identity.claims.as_object().cloned().unwrap_or_default());
        Ok(Identity {
            name: identity.name.or(name),
            email: identity.email.or(email),
            claims: claims.into(),
            ..identity
        })
    }

    async fn exchange(&self, client: &Portal, code: String, verifier: String) -> Result<Tokens, OidcError> {
        let request = client.exchange_code(AuthorizationCode::new(code)).map_err(provider)?;
        let send = |request| send(self.http.clone(), request);
        let answer = request.set_pkce_verifier(PkceCodeVerifier::new(verifier)).request_async(&send).await;
        answer.map_err(|error| match error {
            openidconnect::RequestTokenError::ServerResponse(refusal) => wrong(&refusal.to_string()),
            other => provider(other),
        })
    }

    fn client(&self, metadata: &Metadata) -> Result<Portal, OidcError> {
        let Registration { client_id, client_secret, redirect_url, .. } = self.registration.clone();
        let redirect = RedirectUrl::new(redirect_url).map_err(provider)?;
        let auth = auth_type(metadata);
        // Without a secret the PKCE verifier alone proves that the browser which began is the one that ends.
        let secret = client_secret.map(ClientSecret::new);
        Ok(Portal::from_provider_metadata(metadata.clone(), ClientId::new(client_id), secret)
            .set_redirect_uri(redirect)
            .set_auth_type(auth))
    }
}

/// Whose a verified ID token is.
fn identity(
    client: &Portal,
    tokens: &Tokens,
    id_token: String,
    nonce: &Nonce,
    now: Timestamp,
) -> Result<Identity, OidcError> {
    let token = tokens.id_token().ok_or_else(|| wrong("there is no ID token"))?;
    let clock = chrono(now.checked_sub(SKEW).unwrap_or(now))?;
    let verifier = client.id_token_verifier().set_allowed_algs(asymmetric()).set_time_fn(move || clock);
    let claims = token.claims(&verifier, nonce).map_err(invalid)?;
    if let Some(expected) = claims.access_token_hash() {
        let key = token.signing_key(&verifier).map_err(invalid)?;
        let algorithm = token.signing_alg().map_err(invalid)?;
        let actual = AccessTokenHash::from_token(tokens.access_token(), algorithm, key).map_err(invalid)?;
        if actual != *expected {
            return Err(wrong("the access token is not the one of the ID token"));
        }
    }
    Ok(Identity {
        subject: claims.subject().to_string(),
        name: claims.name().and_then(|name| name.get(None)).map(|name| name.to_string()),
        email: claims.email().map(|email| email.to_string()),
        claims: claims.additional_claims().0.clone().into_iter().collect(),
        id_token,
    })
}

/// How the client's secret is sent: as the provider says, and in the header where it says nothing.
fn auth_type(metadata: &Metadata) -> AuthType {
    let methods = metadata.token_endpoint_auth_methods_supported();
    let takes = |method| methods.is_some_and(|methods| methods.contains(&method));
    let only_posted =
        takes(CoreClientAuthMethod::ClientSecretPost) && !takes(CoreClientAuthMethod::ClientSecretBasic);
    if only_posted { AuthType::RequestBody } else { AuthType::BasicAuth }
}

fn chrono(at: Timestamp) -> Result<DateTime<Utc>, OidcError> {
    DateTime::from_timestamp(at.as_second(), 0).ok_or_else(|| wrong("the clock is out of range"))
}
