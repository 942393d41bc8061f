//! OpenID Connect Discovery 1.0: the provider's metadata and its public key.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use openidconnect::core::{
    CoreJsonWebKeySet, CoreJwsSigningAlgorithm, CoreProviderMetadata, CoreResponseType,
    CoreSubjectIdentifierType,
};
use openidconnect::{
    AuthUrl, EmptyAdditionalProviderMetadata, IssuerUrl, JsonWebKeySetUrl, PrivateSigningKey, ResponseTypes,
    Scope, TokenUrl,
};

use super::Issuer;

pub(super) async fn configuration(
    State(issuer): State<Issuer>,
) -> Result<Json<CoreProviderMetadata>, StatusCode> {
    metadata(&issuer.inner.url).map(Json).map_err(|error| {
        tracing::error!(%error, url = issuer.inner.url, "the issuer's own address is not a URL");
        StatusCode::INTERNAL_SERVER_ERROR
    })
}

pub(super) async fn keys(State(issuer): State<Issuer>) -> Json<CoreJsonWebKeySet> {
    Json(CoreJsonWebKeySet::new(vec![issuer.inner.key.0.as_verification_key()]))
}

fn metadata(url: &str) -> Result<CoreProviderMetadata, openidconnect::url::ParseError> {
    let metadata = CoreProviderMetadata::new(
        IssuerUrl::new(url.to_owned())?,
        AuthUrl::new(format!("{url}/authorize"))?,
        JsonWebKeySetUrl::new(format!("{url}/keys"))?,
        vec![ResponseTypes::new(vec![CoreResponseType::Code])],
        vec![CoreSubjectIdentifierType::Public],
        vec![CoreJwsSigningAlgorithm::EdDsa],
        EmptyAdditionalProviderMetadata {},
    );
    let scopes = ["openid", "email", "profile"].map(|s| Scope::new(s.to_owned())).to_vec();
    Ok(metadata
        .set_token_endpoint(Some(TokenUrl::new(format!("{url}/token"))?))
        .set_scopes_supported(Some(scopes)))
}
