//! What is taken out, and what stands in its place.

/// A kind of secret or of personal data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// The value of a cookie.
    Cookie,
    /// A password, or a name and password in an address.
    Password,
    /// What a session or a call is recognized by: bearer tokens, JWT, SAML, signatures.
    Token,
    /// A key of an interface, or a private key.
    Key,
    /// A code that is used once.
    Code,
    /// The number of a payment card, or its security code.
    Card,
    /// The number of a person or a company: CPF, CNPJ.
    Document,
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// A body that cannot be looked into.
    Body,
}

impl Kind {
    /// Every kind, in the order of a list.
    pub const ALL: [Self; 10] = [
        Self::Cookie,
        Self::Password,
        Self::Token,
        Self::Key,
        Self::Code,
        Self::Card,
        Self::Document,
        Self::Email,
        Self::Phone,
        Self::Body,
    ];

    /// What stands in its place. Only signs that JSON, headers, forms and addresses (RFC 3986) all allow as they are, and no
    /// space: what reads the file goes on reading it.
    #[must_use]
    pub const fn marker(self) -> &'static str {
        match self {
            Self::Cookie => "(removed:cookie)",
            Self::Password => "(removed:password)",
            Self::Token => "(removed:token)",
            Self::Key => "(removed:key)",
            Self::Code => "(removed:code)",
            Self::Card => "(removed:card)",
            Self::Document => "(removed:document)",
            Self::Email => "(removed:email)",
            Self::Phone => "(removed:phone)",
            Self::Body => "(removed:body)",
        }
    }

    /// `cookie`, `password`: the word within the marker.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.marker().trim_start_matches("(removed:").trim_end_matches(')')
    }

    pub(crate) const fn index(self) -> usize {
        self as usize
    }
}

/// How long a marker is that a text begins with; 0 for none.
pub(crate) fn marker_at(text: &[u8]) -> usize {
    if !text.starts_with(b"(removed:") {
        return 0;
    }
    Kind::ALL.iter().map(|kind| kind.marker()).find(|marker| text.starts_with(marker.as_bytes())).map_or(0, str::len)
}
