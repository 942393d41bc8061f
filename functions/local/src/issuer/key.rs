//! The provider's signing key: Ed25519, kept in the data folder so that restarts do not sign anybody out.

use std::fs;
use std::path::Path;

use anyhow::Context;
use ed25519_dalek::pkcs8::EncodePrivateKey;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use openidconnect::JsonWebKeyId;
use openidconnect::core::CoreEdDsaPrivateSigningKey;

use crate::data::write_private;

/// What the key is called in the published set.
pub(super) const ID: &str = "local";

/// The key that signs ID tokens and access tokens.
pub struct SigningKey(pub(crate) CoreEdDsaPrivateSigningKey);

impl SigningKey {
    /// Reads the key at `path`, or makes one and stores it there, readable by its owner only.
    ///
    /// # Errors
    /// When the file can be neither read nor written, or does not hold an Ed25519 key.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        let pem = match fs::read_to_string(path) {
            Ok(pem) => pem,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => create(path)?,
            Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
        };
        let id = JsonWebKeyId::new(ID.to_owned());
        CoreEdDsaPrivateSigningKey::from_ed25519_pem(&pem, Some(id))
            .map(Self)
            .map_err(|error| anyhow::anyhow!("{} is not an Ed25519 key: {error}", path.display()))
    }
}

fn create(path: &Path) -> anyhow::Result<String> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).context("the system has no randomness to give")?;
    let key = ed25519_dalek::SigningKey::from_bytes(&seed);
    let pem = key.to_pkcs8_pem(LineEnding::LF).context("cannot encode a new key")?;
    write_private(path, pem.as_bytes())?;
    Ok(pem.to_string())
}
