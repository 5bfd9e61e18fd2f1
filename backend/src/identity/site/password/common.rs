//! What many people take as a password, or as a part of one. Where the list comes from: `passwords/README.md`.

use flate2::read::GzDecoder;
use std::collections::HashSet;
use std::io::Read as _;
use std::sync::LazyLock;

const PACKED: &[u8] = include_bytes!("../../../../passwords/common.txt.gz");
/// The longest word of the list, in characters.
pub(super) const LONGEST: usize = 24;

/// What the list, which was gathered in English, lacks of Portuguese and Spanish.
const HERE: &[&str] = &[
    "abril",
    "acceso",
    "acesso",
    "admin",
    "administrador",
    "agosto",
    "amigos",
    "amor",
    "atletico",
    "bemvindo",
    "bienvenido",
    "boca",
    "botafogo",
    "cambiar",
    "chave",
    "clave",
    "cliente",
    "contrasena",
    "corinthians",
    "cruzeiro",
    "deus",
    "diciembre",
    "dezembro",
    "dios",
    "domingo",
    "empresa",
    "enero",
    "euteamo",
    "familia",
    "febrero",
    "felicidade",
    "fevereiro",
    "flamengo",
    "fluminense",
    "gremio",
    "hola",
    "internacional",
    "inverno",
    "janeiro",
    "jesus",
    "jueves",
    "julho",
    "julio",
    "junho",
    "junio",
    "loja",
    "lunes",
    "maio",
    "martes",
    "marzo",
    "mayo",
    "miercoles",
    "minhasenha",
    "mudar",
    "mundo",
    "noviembre",
    "novembro",
    "octubre",
    "outono",
    "outubro",
    "palmeiras",
    "primavera",
    "prueba",
    "quarta",
    "quinta",
    "river",
    "sabado",
    "santos",
    "segunda",
    "segura",
    "seguro",
    "senha",
    "septiembre",
    "setembro",
    "sexta",
    "soporte",
    "suporte",
    "teamo",
    "tequiero",
    "terca",
    "teste",
    "tienda",
    "trocar",
    "usuario",
    "vasco",
    "vendas",
    "ventas",
    "verano",
    "verao",
    "viernes",
];

static TEXT: LazyLock<String> = LazyLock::new(|| {
    let mut text = String::new();
    // It is part of the program; a test reads it.
    if let Err(error) = GzDecoder::new(PACKED).read_to_string(&mut text) {
        tracing::error!(%error, "the list of common passwords");
    }
    text
});

static WORDS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| TEXT.lines().chain(HERE.iter().copied()).collect());

/// Whether a word, in lower case and without accents, is one of them.
pub(super) fn is_common(word: &str) -> bool {
    WORDS.contains(word)
}

/// All of them, for tests.
#[cfg(test)]
pub(super) fn all() -> impl Iterator<Item = &'static str> {
    TEXT.lines()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_whole_and_in_the_form_that_is_looked_up() {
        assert!(WORDS.len() > 55_000);
        assert!(WORDS.iter().filter(|word| word.len() >= 8).count() >= 20_000);
        for word in WORDS.iter() {
            assert!((4..=LONGEST).contains(&word.chars().count()), "{word}");
            assert_eq!(**word, word.to_lowercase());
        }
        assert!(is_common("sunshine") && is_common("contrasena") && !is_common("several words"));
    }
}
