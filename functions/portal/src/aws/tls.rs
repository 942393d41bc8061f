//! TLS to AWS: the roots that AWS's own services are certified by, and no others.
//!
//! Reading the operating system's hundred and forty roots takes most of the time that a function needs to
//! start, and whoever could make one of those sign a certificate could stand between the portal and its
//! tables. The file holds what "Certificates" on Amazon Trust Services' pages lists; the roots are valid into
//! 2037. Slack and the identity provider are certified by others and reached with the system's roots.

use aws_sdk_dynamodb::config::SharedHttpClient;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_http_client::{Builder, HttpClientError};

const ROOTS: &str = include_str!("roots.pem");

/// The HTTP client that every client of AWS shares, so that connections are shared, too.
///
/// # Errors
/// Never with the roots that are compiled in; a test builds it.
pub(super) fn client() -> Result<SharedHttpClient, HttpClientError> {
    let roots = TrustStore::empty().with_pem_certificate(ROOTS);
    let context = TlsContext::builder().with_trust_store(roots).build()?;
    let client = Builder::new().tls_provider(Provider::Rustls(CryptoMode::AwsLc)).tls_context(context);
    Ok(client.build_https())
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use sha2::{Digest, Sha256};

    use super::ROOTS;

    /// SHA-256 of each certificate as Amazon Trust Services publishes it.
    const PUBLISHED: [&str; 5] = [
        "8ecde6884f3d87b1125ba31ac3fcb13d7016de7f57cc904fe1cb97c6ae98196e",
        "1ba5b2aa8c65401a82960118f80bec4f62304d83cec4713a19c39c011ea46db4",
        "18ce6cfe7bf14e60b2e347b8dfe868cb31d02ebb3ada271569f50343b46db3a4",
        "e35d28419ed02025cfa69038cd623962458da5c695fbdea3c22b0bfb25897092",
        "568d6905a2c88708a4b3025190edcfedb1974a606a13c6e5290fcb2ae63edab5",
    ];

    #[test]
    fn the_roots_are_those_that_amazon_publishes() {
        let bodies = ROOTS.split("-----BEGIN CERTIFICATE-----").skip(1);
        let certificates = bodies.map(|body| {
            let body = body.split_once("-----END CERTIFICATE-----").expect("it ends").0;
            STANDARD.decode(body.split_whitespace().collect::<String>()).expect("base64")
        });
        let prints: Vec<_> = certificates.map(|der| hex::encode(Sha256::digest(der))).collect();
        assert_eq!(prints, PUBLISHED);
    }

    #[test]
    fn the_client_can_be_built() {
        super::client().expect("the roots can be read");
    }
}
