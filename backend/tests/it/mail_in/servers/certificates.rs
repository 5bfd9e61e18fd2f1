//! Certificates as an operator makes them: an authority of their own, and a server's that it signed.

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// An authority, and a server's certificate and key, as files.
pub struct Certificates {
    folder: TempDir,
}

/// What is wrong with a server's certificate.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    None,
    Expired,
    OtherName,
}

impl Certificates {
    /// For the server at 127.0.0.1.
    pub fn make(flaw: Flaw) -> Self {
        let folder = tempfile::tempdir().unwrap();
        super::open_up(folder.path());
        let mut authority = CertificateParams::new(Vec::new()).unwrap();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
        let name = if flaw == Flaw::OtherName { "imap.elsewhere.example" } else { "127.0.0.1" };
        let mut server = CertificateParams::new(vec![name.to_owned()]).unwrap();
        if flaw == Flaw::Expired {
            server.not_after = date_time_ymd(2020, 1, 1);
        }
        let key = KeyPair::generate().unwrap();
        let server = server.signed_by(&key, &authority).unwrap();
        let write = |name: &str, content: String| std::fs::write(folder.path().join(name), content).unwrap();
        write("authority.pem", authority.pem());
        write("server.pem", server.pem());
        write("server.key", key.serialize_pem());
        Self { folder }
    }

    pub fn authority(&self) -> PathBuf {
        self.file("authority.pem")
    }

    pub fn server(&self) -> PathBuf {
        self.file("server.pem")
    }

    pub fn key(&self) -> PathBuf {
        self.file("server.key")
    }

    fn file(&self, name: &str) -> PathBuf {
        Path::new(self.folder.path()).join(name)
    }
}
