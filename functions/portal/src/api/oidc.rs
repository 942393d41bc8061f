//! The organisation's OpenID Connect provider, as the portal uses it: authorization code with PKCE
//! (RFC 7636), state and nonce; the ID token is verified against the provider's published keys.
//!
//! 1. [`Provider::start`] discovers the provider and makes the address to send the browser to;
//! 2. [`Provider::finish`] trades the code for an ID token and tells who signed in.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreErrorResponseType, CoreGenderClaim,
    CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreProviderMetadata,
    CoreRevocableToken, CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AccessTokenHash, AdditionalClaims, AuthorizationCode, Client, ClientId, CsrfToken, EmptyExtraTokenFields,
    EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IdTokenFields, IssuerUrl,
    Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope,
    StandardErrorResponse, StandardTokenResponse, TokenResponse,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::RwLock;

use crate::Http;

/// Keys and addresses are asked for again after this long; a rotated key is found at once, see `finish`.
const FRESH: Duration = Duration::from_mins(10);

/// What the portal is registered as.
#[derive(Debug, Clone)]
pub(crate) struct Registration {
    /// The provider's issuer URL.
    pub(crate) issuer: String,
    /// The portal's client id.
    pub(crate) client_id: String,
    /// Where the provider sends browsers back to.
    pub(crate) redirect_url: String,
    /// The claim that lists a person's groups.
    pub(crate) groups_claim: String,
}

/// The provider and what was last learned about it.
pub(crate) struct Provider {
    registration: Registration,
    http: Http,
    known: RwLock<Option<(Instant, CoreProviderMetadata)>>,
}

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
    /// The groups claim; `None` when the provider does not send it.
    pub(crate) groups: Option<Vec<String>>,
}

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OidcError {
    /// The provider cannot be used: it does not answer or its answers make no sense.
    #[error("the identity provider does not answer as it should: {0}")]
    Provider(String),
    /// The provider answered and what it says is not acceptable.
    #[error("the sign-in is not valid: {0}")]
    Invalid(String),
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
    pub(crate) fn new(registration: Registration, http: Http) -> Self {
        Self { registration, http, known: RwLock::new(None) }
    }

    /// The address to send the browser to, and what must be remembered until it comes back. With `again`
    /// the person has to prove who they are, whatever session the provider still has.
    pub(crate) async fn start(&self, again: bool) -> Result<(String, Attempt), OidcError> {
        let client = self.client(self.metadata(false).await?)?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let request = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .add_scopes(["email", "profile"].map(|scope| Scope::new(scope.to_owned())))
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
    pub(crate) async fn finish(&self, code: String, attempt: Attempt) -> Result<Identity, OidcError> {
        let client = self.client(self.metadata(false).await?)?;
        let tokens = self.exchange(&client, code, attempt.verifier).await?;
        let nonce = Nonce::new(attempt.nonce);
        match self.identity(&client, &tokens, &nonce) {
            // The key may be newer than what was learned; asking once more settles it.
            Err(OidcError::Invalid(_)) => {
                let client = self.client(self.metadata(true).await?)?;
                self.identity(&client, &tokens, &nonce)
            }
            settled => settled,
        }
    }

    async fn exchange(&self, client: &Portal, code: String, verifier: String) -> Result<Tokens, OidcError> {
        let request = client.exchange_code(AuthorizationCode::new(code)).map_err(provider)?;
        let send = |request| send(self.http.clone(), request);
        let answer = request.set_pkce_verifier(PkceCodeVerifier::new(verifier)).request_async(&send).await;
        answer.map_err(|error| match error {
            openidconnect::RequestTokenError::ServerResponse(refusal) => {
                OidcError::Invalid(refusal.to_string())
            }
            other => provider(other),
        })
    }

    fn identity(&self, client: &Portal, tokens: &Tokens, nonce: &Nonce) -> Result<Identity, OidcError> {
        let token = tokens.id_token().ok_or_else(|| OidcError::Invalid("there is no ID token".to_owned()))?;
        // Only signatures by the provider's private key: never `none`, never a secret both sides know.
        let verifier = client.id_token_verifier().set_allowed_algs(asymmetric());
        let claims = token.claims(&verifier, nonce).map_err(invalid)?;
        if let Some(expected) = claims.access_token_hash() {
            let key = token.signing_key(&verifier).map_err(invalid)?;
            let algorithm = token.signing_alg().map_err(invalid)?;
            let actual =
                AccessTokenHash::from_token(tokens.access_token(), algorithm, key).map_err(invalid)?;
            if actual != *expected {
                return Err(OidcError::Invalid("the access token is not the one of the ID token".to_owned()));
            }
        }
        Ok(Identity {
            subject: claims.subject().to_string(),
            name: claims.name().and_then(|name| name.get(None)).map(|name| name.to_string()),
            email: claims.email().map(|email| email.to_string()),
            groups: groups(claims.additional_claims(), &self.registration.groups_claim),
        })
    }

    async fn metadata(&self, again: bool) -> Result<CoreProviderMetadata, OidcError> {
        if !again
            && let Some((learned, metadata)) = self.known.read().await.as_ref()
            && learned.elapsed() < FRESH
        {
            return Ok(metadata.clone());
        }
        let issuer = IssuerUrl::new(self.registration.issuer.clone()).map_err(provider)?;
        let send = |request| send(self.http.clone(), request);
        let metadata = CoreProviderMetadata::discover_async(issuer, &send).await.map_err(provider)?;
        *self.known.write().await = Some((Instant::now(), metadata.clone()));
        Ok(metadata)
    }

    fn client(&self, metadata: CoreProviderMetadata) -> Result<Portal, OidcError> {
        let Registration { client_id, redirect_url, .. } = self.registration.clone();
        let redirect = RedirectUrl::new(redirect_url).map_err(provider)?;
        // A public client: the PKCE verifier proves that the browser which began is the one that ends.
        Ok(Portal::from_provider_metadata(metadata, ClientId::new(client_id), None)
            .set_redirect_uri(redirect))
    }
}

fn asymmetric() -> [CoreJwsSigningAlgorithm; 8] {
    use CoreJwsSigningAlgorithm as A;
    [
        A::RsaSsaPkcs1V15Sha256,
        A::RsaSsaPkcs1V15Sha384,
        A::RsaSsaPkcs1V15Sha512,
        A::RsaSsaPssSha256,
        A::RsaSsaPssSha384,
        A::EcdsaP256Sha256,
        A::EcdsaP384Sha384,
        A::EdDsa,
    ]
}

fn groups(claims: &Claims, name: &str) -> Option<Vec<String>> {
    let listed = claims.0.get(name)?.as_array()?;
    Some(listed.iter().filter_map(|group| group.as_str().map(str::to_owned)).collect())
}

/// One HTTP exchange with the provider. The client must not follow redirects: a provider that could
/// redirect it could make the portal fetch addresses of its own network.
async fn send(http: Http, request: HttpRequest) -> Result<HttpResponse, SendError> {
    let answer = http.client()?.execute(request.try_into()?).await?;
    let mut response = axum::http::Response::builder().status(answer.status());
    for (name, value) in answer.headers() {
        response = response.header(name, value);
    }
    Ok(response.body(answer.bytes().await?.to_vec())?)
}

/// The exchange did not come about.
#[derive(Debug, thiserror::Error)]
enum SendError {
    #[error("no answer")]
    Http(#[from] reqwest::Error),
    #[error("an answer that is not HTTP")]
    Answer(#[from] axum::http::Error),
}

fn provider(error: impl std::error::Error) -> OidcError {
    OidcError::Provider(super::log_text::chain(&error))
}

fn invalid(error: impl std::error::Error) -> OidcError {
    OidcError::Invalid(super::log_text::chain(&error))
}
