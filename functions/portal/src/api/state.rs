//! What every route is given: the portal, the templates, the identity provider.

use std::sync::Arc;

use jiff::Timestamp;
use openidconnect::url::{Host, Url};

use super::cookies::Cookies;
use super::oidc::{Provider, Registration};
use super::site_cookies::SiteCookies;
use super::templates::Templates;
use crate::Portal;

/// Shared by all routes; cheap to clone.
#[derive(Clone)]
pub struct ApiState(Arc<Inner>);

struct Inner {
    portal: Arc<Portal>,
    templates: Templates,
    provider: Provider,
    site: Option<SiteCookies>,
    origin: String,
    cookies: Cookies,
}

/// The portal's address cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// It is not an absolute http or https address.
    #[error("the portal's address is not an absolute http or https URL")]
    Address,
    /// Sessions would cross a network in the clear.
    #[error("a portal over plain http must be on loopback; use https")]
    PlainHttp,
    /// Whoever signed in could not read the catalog.
    #[error(
        "the site's key is not an ECDSA P-256 key in PKCS #8; make one with `openssl genpkey -algorithm EC`"
    )]
    SiteKey,
}

impl ApiState {
    /// The state of a portal whose pages are rendered from `templates`.
    ///
    /// # Errors
    /// When the configured address is not one that sessions can be kept safe at.
    pub fn new(portal: Arc<Portal>, templates: Templates) -> Result<Self, StateError> {
        let config = &portal.config;
        let url = Url::parse(&config.url).map_err(|_| StateError::Address)?;
        let secure = url.scheme() == "https";
        if !secure && url.scheme() != "http" {
            return Err(StateError::Address);
        }
        if !secure && !is_loopback(&url) {
            return Err(StateError::PlainHttp);
        }
        let registration = Registration {
            issuer: config.issuer.clone(),
            client_id: config.client_id.clone(),
            client_secret: config.client_secret.clone(),
            redirect_url: config.redirect_uri(),
            home_url: format!("{}/", config.url),
            sign_in: portal.catalog.index().portal.sign_in.clone(),
        };
        let provider = Provider::new(registration, portal.http.clone());
        let site = config.site_key.as_ref().map(|key| SiteCookies::new(key, &config.url));
        let site = site.map(|signs| signs.ok_or(StateError::SiteKey)).transpose()?;
        let origin = url.origin().ascii_serialization();
        Ok(Self(Arc::new(Inner { templates, provider, site, origin, cookies: Cookies { secure }, portal })))
    }

    pub(crate) fn portal(&self) -> &Portal {
        &self.0.portal
    }

    pub(crate) fn templates(&self) -> &Templates {
        &self.0.templates
    }

    pub(crate) fn provider(&self) -> &Provider {
        &self.0.provider
    }

    /// What signs the cookies for a site that is not public.
    pub(crate) fn site(&self) -> Option<&SiteCookies> {
        self.0.site.as_ref().filter(|_| !self.0.portal.catalog.index().portal.public)
    }

    /// The portal's origin as browsers send it.
    pub(crate) fn origin(&self) -> &str {
        &self.0.origin
    }

    pub(crate) fn cookies(&self) -> Cookies {
        self.0.cookies
    }

    /// The portal's clock; the routes have no other.
    pub(crate) fn now(&self) -> Timestamp {
        self.0.portal.now()
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
