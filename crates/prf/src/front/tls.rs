//! The certificate of the server: read from its files, and again when they change, without a
//! connection ending.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::SystemTime;

use anyhow::{Context, ensure};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::{ClientHello, ResolvesServerCert};
use tokio_rustls::rustls::sign::CertifiedKey;

/// Where certificate and key lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TlsFiles {
    /// The chain as PEM, the server's own certificate first.
    pub(crate) certificate: PathBuf,
    /// Its key as PEM.
    pub(crate) key: PathBuf,
}

/// The certificate in force.
#[derive(Debug)]
pub(crate) struct Certificates {
    files: TlsFiles,
    seen: RwLock<Option<[SystemTime; 2]>>,
    current: RwLock<Arc<CertifiedKey>>,
}

impl Certificates {
    /// Reads the files.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, holds no PEM, or a key that is not the certificate's.
    pub(crate) fn open(files: TlsFiles) -> anyhow::Result<Arc<Self>> {
        let seen = RwLock::new(changed(&files));
        let current = RwLock::new(Arc::new(read(&files)?));
        Ok(Arc::new(Self { files, seen, current }))
    }

    /// Whoever greets with them; HTTP/1.1 alone is spoken.
    ///
    /// # Errors
    ///
    /// None with the protocols that are built in.
    pub(crate) fn acceptor(self: &Arc<Self>) -> anyhow::Result<TlsAcceptor> {
        let provider = Arc::new(ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(self) as Arc<dyn ResolvesServerCert>);
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(TlsAcceptor::from(Arc::new(config)))
    }

    /// Reads the files again where they have changed; what cannot be used leaves the old ones in force.
    pub(crate) fn renew(&self) {
        let now = changed(&self.files);
        let mut seen = self.seen.write().unwrap_or_else(PoisonError::into_inner);
        if now.is_none() || *seen == now {
            return;
        }
        match read(&self.files) {
            Ok(new) => {
                let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
                *current = Arc::new(new);
                *seen = now;
                tracing::info!(event = "tls.renewed");
            }
            // Certificate and key are seldom written at the same instant: the next look decides.
            Err(error) => tracing::warn!(event = "tls.not_renewed", error = format!("{error:#}")),
        }
    }
}

impl ResolvesServerCert for Certificates {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

/// When both files were changed last.
fn changed(files: &TlsFiles) -> Option<[SystemTime; 2]> {
    let at = |path: &Path| path.metadata().and_then(|file| file.modified()).ok();
    Some([at(&files.certificate)?, at(&files.key)?])
}

fn read(files: &TlsFiles) -> anyhow::Result<CertifiedKey> {
    let TlsFiles { certificate, key } = files;
    let of = |path: &Path| format!("could not read {} (bad_certificate)", path.display());
    let chain: Vec<_> = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<Result<_, _>>)
        .with_context(|| of(certificate))?;
    ensure!(!chain.is_empty(), "{} holds no certificate (bad_certificate)", certificate.display());
    let key = PrivateKeyDer::from_pem_file(key).with_context(|| of(key))?;
    CertifiedKey::from_der(chain, key, &ring::default_provider())
        .context("certificate and key do not belong together (bad_certificate)")
}
