//! OpenID Connect RP-Initiated Logout 1.0: where a browser ends the session that it has with the provider.

use openidconnect::url::Url;

use super::{OidcError, Provider, provider};

impl Provider {
    /// Where to send a browser that signed out, when the provider wants to know. The hint is the session's ID
    /// token: some providers ask the person without it, and some refuse.
    pub(crate) async fn end_session(&self, hint: Option<&str>) -> Result<Option<String>, OidcError> {
        let metadata = self.metadata().await?;
        let Some(endpoint) = &metadata.additional_metadata().end_session_endpoint else { return Ok(None) };
        let mut url = Url::parse(endpoint.as_str()).map_err(provider)?;
        let mut query = url.query_pairs_mut();
        query.append_pair("client_id", &self.registration.client_id);
        query.append_pair("post_logout_redirect_uri", &self.registration.home_url);
        if let Some(hint) = hint {
            query.append_pair("id_token_hint", hint);
        }
        drop(query);
        Ok(Some(url.into()))
    }
}
