//! The portal's cookies: one opaque session, and one for each sign-in that is under way.
//!
//! Over https their names carry `__Host-`, by which a browser vouches that they are `Secure`, for this
//! host alone and for every path. Browsers refuse that prefix over plain http, which is only ever
//! served on loopback (local mode), so there the names go without it.

use axum::http::{HeaderMap, HeaderValue, header};

/// The cookies of one portal.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cookies {
    /// Whether the portal is served over https.
    pub(crate) secure: bool,
}

impl Cookies {
    /// Name of the session cookie.
    pub(crate) fn session(self) -> String {
        self.named("drawbridge")
    }

    /// Name of the cookie that ties a sign-in to the browser that began it. Each sign-in has its own,
    /// so that two tabs can sign in at once.
    pub(crate) fn sign_in(self, state: &str) -> String {
        let short: String = state.chars().filter(char::is_ascii_alphanumeric).take(8).collect();
        self.named(&format!("drawbridge-sign-in-{short}"))
    }

    /// A `Set-Cookie` value; `seconds` of 0 removes the cookie.
    pub(crate) fn set(self, name: &str, value: &str, seconds: i64) -> Option<HeaderValue> {
        let secure = if self.secure { "; Secure" } else { "" };
        let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}");
        HeaderValue::try_from(text).ok()
    }

    fn named(self, name: &str) -> String {
        if self.secure { format!("__Host-{name}") } else { name.to_owned() }
    }
}

/// The value of a cookie that the browser sent.
pub(crate) fn value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.into_iter().find(|(key, _)| *key == name).map(|(_, value)| value)
}
