//! A signed token (RFC 7515, RFC 7519): taken apart, then its signature and its times are looked at.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use openidconnect::JsonWebKey;
use openidconnect::core::{CoreJsonWebKey, CoreJwsSigningAlgorithm};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{OidcError, SKEW};

/// No provider's tokens are so long; what is longer is not even decoded.
const LONGEST: usize = 16 * 1024;

/// A token, not yet believed.
pub(super) struct Jwt<'a> {
    pub(super) header: Header,
    pub(super) claims: Value,
    signed: &'a str,
    signature: Vec<u8>,
}

/// What a token says about itself. `crit` would change what it means, and nothing that it can name is known here.
#[derive(Deserialize)]
pub(super) struct Header {
    alg: CoreJwsSigningAlgorithm,
    pub(super) kid: Option<String>,
    pub(super) typ: Option<String>,
    crit: Option<Value>,
}

/// Signatures by the provider's private key: never `none`, never a secret that both sides know.
pub(super) fn asymmetric() -> [CoreJwsSigningAlgorithm; 9] {
    use CoreJwsSigningAlgorithm as A;
    [
        A::RsaSsaPkcs1V15Sha256,
        A::RsaSsaPkcs1V15Sha384,
        A::RsaSsaPkcs1V15Sha512,
        A::RsaSsaPssSha256,
        A::RsaSsaPssSha384,
        A::RsaSsaPssSha512,
        A::EcdsaP256Sha256,
        A::EcdsaP384Sha384,
        A::EdDsa,
    ]
}

impl<'a> Jwt<'a> {
    /// Takes a token apart.
    pub(super) fn parse(token: &'a str) -> Result<Self, OidcError> {
        let parts = (token.len() <= LONGEST).then(|| token.rsplit_once('.')).flatten();
        let parts = parts.and_then(|(signed, signature)| Some((signed, signed.split_once('.')?, signature)));
        let (signed, (header, claims), signature) = parts.ok_or_else(|| wrong("it is not a signed JWT"))?;
        let header: Header = part(header)?;
        if header.crit.is_some() {
            return Err(wrong("its header has critical extensions that are not known here"));
        }
        Ok(Self { header, claims: part(claims)?, signed, signature: bytes(signature)? })
    }

    /// Whether one of the keys signed it: the one that it names, by the algorithm that it names, which must be
    /// one for that kind of key.
    pub(super) fn verify(&self, keys: &[CoreJsonWebKey]) -> Result<(), OidcError> {
        let Header { alg, kid, .. } = &self.header;
        if !asymmetric().contains(alg) {
            return Err(wrong("it is not signed by an algorithm with a private key"));
        }
        let mut named = keys.iter().filter(|key| match kid {
            Some(kid) => key.key_id().is_some_and(|id| id.as_str() == kid),
            None => true,
        });
        let signs =
            |key: &CoreJsonWebKey| key.verify_signature(alg, self.signed.as_bytes(), &self.signature).is_ok();
        if named.any(signs) { Ok(()) } else { Err(wrong("no key of the provider signed it")) }
    }

    /// Whether it holds now, give or take what clocks differ by; when it was issued.
    pub(super) fn in_time(&self, now: Timestamp) -> Result<Timestamp, OidcError> {
        let claim = |name: &str| self.claims.get(name).map(moment).transpose();
        let need = |name: &str| claim(name)?.ok_or_else(|| wrong(&format!("it has no `{name}`")));
        if now >= later(need("exp")?, SKEW) {
            return Err(wrong("it has expired"));
        }
        let issued = need("iat")?;
        if now < later(claim("nbf")?.unwrap_or(issued).max(issued), -SKEW) {
            return Err(wrong("it is not valid yet"));
        }
        Ok(issued)
    }
}

/// Seconds since 1970; RFC 7519 allows fractions.
fn moment(value: &Value) -> Result<Timestamp, OidcError> {
    let seconds = value.as_f64().filter(|seconds| seconds.is_finite());
    let moment = seconds.and_then(|seconds| SignedDuration::try_from_secs_f64(seconds).ok());
    let moment = moment.and_then(|since| Timestamp::from_duration(since).ok());
    moment.ok_or_else(|| wrong("one of its times is no time"))
}

fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    let limit = if by.is_negative() { Timestamp::MIN } else { Timestamp::MAX };
    at.checked_add(by).unwrap_or(limit)
}

fn part<T: DeserializeOwned>(encoded: &str) -> Result<T, OidcError> {
    serde_json::from_slice(&bytes(encoded)?).map_err(|_| wrong("it is not a signed JWT"))
}

fn bytes(encoded: &str) -> Result<Vec<u8>, OidcError> {
    URL_SAFE_NO_PAD.decode(encoded).map_err(|_| wrong("it is not a signed JWT"))
}

pub(super) fn wrong(why: &str) -> OidcError {
    OidcError::Invalid(why.to_owned())
}
