//! From text to the terms that are compared: words in lower case, without accents and stop words, reduced to stems.
//! Articles and questions go through the same function, so that both come out alike.

use balcao_contract::locale::Locale;
use balcao_steps as steps;
use frostem::{Algorithm, Stemmer};
use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

/// Longer runs of letters are no words.
const LONGEST_WORD: usize = 40;

/// The terms of a text with the place of each, in order. A compound is itself and its parts: `orderForm` is found by `order
/// form` too, and `e-mail` by `email`. The place of such a part is that of the whole.
pub(crate) fn terms(locale: Locale, text: &str) -> Vec<(String, Range<usize>)> {
    let stemmer = Stemmer::new(match locale {
        Locale::En => Algorithm::English,
        Locale::Pt => Algorithm::Portuguese,
        Locale::Es => Algorithm::Spanish,
    });
    let term = |word: &str, range: Range<usize>| {
        let word = folded(word);
        if word.len() < 2 || word.len() > LONGEST_WORD || is_stop_word(locale, &word) {
            return None;
        }
        Some((stemmer.stem(&singular(locale, &word)).into_owned(), range))
    };
    let mut found = Vec::new();
    let mut last = 0..0;
    for range in words(text) {
        let word = &text[range.clone()];
        found.extend(term(word, range.clone()));
        let parts = parts(word);
        if parts.len() > 1 {
            found.extend(parts.into_iter().filter_map(|part| term(part, range.clone())));
        }
        let is_joined = !last.is_empty() && &text[last.end..range.start] == "-";
        if is_joined && last.len() + word.len() <= LONGEST_WORD {
            found.extend(term(&format!("{}{word}", &text[last.clone()]), last.start..range.end));
        }
        last = range;
    }
    found
}

/// The words in a name as programs write it: `orderForm` has two.
fn parts(word: &str) -> Vec<&str> {
    steps::take(word.len());
    let mut parts = Vec::new();
    let (mut start, mut was_lower) = (0, false);
    for (at, letter) in word.char_indices() {
        if was_lower && letter.is_uppercase() {
            parts.push(&word[start..at]);
            start = at;
        }
        was_lower = letter.is_lowercase();
    }
    parts.push(&word[start..]);
    parts
}

/// How many of a text's words are such that only join the others: they tell its language.
pub(crate) fn joining_words(locale: Locale, text: &str) -> usize {
    words(text).filter(|range| is_stop_word(locale, &folded(&text[range.clone()]))).count()
}

/// Where words stand: runs of letters and digits.
fn words(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut rest = 0;
    std::iter::from_fn(move || {
        let start = rest + steps::found(text.len() - rest, text[rest..].find(char::is_alphanumeric))?;
        let end = text[start..].find(|c: char| !c.is_alphanumeric());
        let end = steps::found(text.len() - start, end).map_or(text.len(), |length| start + length);
        rest = end;
        Some(start..end)
    })
}

/// Lower case, and the letters of the three languages without their accents: people type both.
fn folded(word: &str) -> String {
    steps::take(word.len());
    let mut folded = String::with_capacity(word.len());
    for character in word.chars().flat_map(char::to_lowercase) {
        folded.push(match character {
            'á' | 'à' | 'â' | 'ã' | 'ä' | 'å' => 'a',
            'é' | 'è' | 'ê' | 'ë' => 'e',
            'í' | 'ì' | 'î' | 'ï' => 'i',
            'ó' | 'ò' | 'ô' | 'õ' | 'ö' => 'o',
            'ú' | 'ù' | 'û' | 'ü' => 'u',
            'ç' => 'c',
            'ñ' => 'n',
            // Combining accents, as some keyboards and PDF files write them.
            '\u{300}'..='\u{36f}' => continue,
            other => other,
        });
    }
    folded
}

/// Plurals that the stemmers no longer know once the accents are gone: `configurações` → `configuracao`.
fn singular(locale: Locale, word: &str) -> String {
    let endings: &[(&str, &str)] = match locale {
        Locale::En => &[],
        Locale::Pt => &[("oes", "ao"), ("aes", "ao"), ("aos", "ao"), ("ais", "al"), ("eis", "el"), ("ns", "m")],
        Locale::Es => &[("ciones", "cion"), ("siones", "sion")],
    };
    endings.iter().find(|(plural, _)| word.len() > plural.len() + 2 && word.ends_with(plural)).map_or_else(
        || word.to_owned(),
        |(plural, singular)| format!("{}{singular}", &word[..word.len() - plural.len()]),
    )
}

/// Words that every question has, and those that only ask for help.
fn is_stop_word(locale: Locale, word: &str) -> bool {
    static LISTS: LazyLock<[HashSet<&str>; 3]> =
        LazyLock::new(|| [ENGLISH, PORTUGUESE, SPANISH].map(|list| list.split_ascii_whitespace().collect()));
    let [english, portuguese, spanish] = &*LISTS;
    let list = match locale {
        Locale::En => english,
        Locale::Pt => portuguese,
        Locale::Es => spanish,
    };
    list.contains(word)
}

const ENGLISH: &str = "a about above after again all also am an and any anyone anything are aren as at be because been \
    before being below between both but by can cannot could couldn day days did didn do does doesn doing don done down during each \
    even ever every few for from further get gets getting give go goes going good got had has hasn have haven having he \
    hello help her here hers hey hi him his how however if im in into is isn it its itself just know let like ll look made make makes making \
    many may maybe me might mine more most much must my need needs never new no nor not now of off often ok on once one only \
    or other our ours out over own please put re really right said same say see seem seems she should shouldn show since so some someone \
    something still such sure tell than thank thanks that the their theirs them then there these they thing things think this those \
    though through to today together too try trying two under until up upon us use used using ve very want wants was wasn way we \
    well went were what whatever when where whether which while who whom whose why will with within without won would wouldn \
    yes yesterday yet you your yours best time times work works working week year";

const PORTUGUESE: &str = "a ainda agora ai ajuda ajudar algo alguem algum alguma algumas alguns ali ano ante antes ao aos apenas apos aquela \
    aquelas aquele aqueles aquilo aqui as ate atraves bem boa bom cada ca coisa coisas com como contra contudo da dar das de dela delas dele \
    deles depois desde dessa desse desta deste deve devem devo dia dias disse disso disto dizer do dois dos duas e ela elas ele eles em \
    enquanto entao entre era eram essa essas esse esses esta estao estamos estar estas estava estavam este estes estou eu faco faz fazem fazer fazendo \
    feito fica ficar foi fora foram gostaria ha hoje hora isso isto ja la lhe lhes logo mais mas me melhor mesma mesmas mesmo mesmos meu meus minha \
    minhas momento muita muitas muito muitos na nada nao nas nem nenhum nenhuma nessa nesse nesta neste nisso no nos nossa nossas nosso nossos \
    num numa nunca o obrigada obrigado oi ola onde ontem os ou outra outras outro outros para pela pelas pelo pelos per pessoal pode podem \
    poder podia pois por porem porque posso pouco pra pras precisa precisamos preciso primeiro pro pros quais qual qualquer quando quanto \
    quantos quase que quem quer queria quero sabe saber se segundo sei sem sempre sendo ser sera seu seus si sim sobre sou sua suas so \
    somente tal talvez tambem tanto tao tarde te tem temos tenha tenho ter teu teus teve tinha toda todas todo todos tres tu tua tudo \
    um uma umas uns usar vai vamos vao ver vejo vez vezes vem vir voce voces vou";

const SPANISH: &str = "a ademas ahora ahi al algo alguien algun alguna algunas alguno algunos alli ano antes aquel aquella aquello aqui asi \
    aun aunque ayer ayuda ayudar bien buen buena buenas bueno buenos cada casi como con contra cosa cosas cual cuales cualquier cuando cuanto \
    da dar de debe deben debo decir del demas desde despues dia dias dice donde dos durante e el ella ellas ello ellos en entonces entre era eran \
    es esa esas ese eso esos esta estaba estamos estan estar estas este esto estos estoy favor fue fueron fuera gracias gustaria ha haber habia \
    hace hacemos hacen hacer haciendo hacia hago han hasta hay he hecho hola hoy la las le les lo los luego mas me mejor menos mi mia mientras mio mis \
    misma mismas mismo mismos momento mucha muchas mucho muchos muy nada ni ningun ninguna ninguno no nos nosotros nuestra nuestras nuestro \
    nuestros nunca o otra otras otro otros para pero poco podemos poder podria por porque primero puede pueden puedo pues que queremos \
    quien quiere quiero quisiera sabe saber se sea segun ser si sido siempre sin sino sobre solo somos son soy su sus tal tambien tampoco tan \
    tanto te tenemos tener tengo tiene tienen toda todas todavia todo todos tres tu tus u un una unas uno unos usar usted ustedes va vamos van \
    veces veo ver vez voy y ya yo necesito necesita necesitamos";

#[cfg(test)]
mod tests {
    use super::*;

    fn only_terms(locale: Locale, text: &str) -> Vec<String> {
        terms(locale, text).into_iter().map(|(term, _)| term).collect()
    }

    #[test]
    fn what_people_type_differently_comes_out_alike() {
        for (locale, one, other) in [
            (Locale::Pt, "configurações", "Configuracao"),
            (Locale::Pt, "usuários", "usuario"),
            (Locale::Pt, "pagamentos", "PAGAMENTO"),
            (Locale::Es, "configuraciones", "configuración"),
            (Locale::Es, "envíos", "envio"),
            (Locale::Es, "pedidos", "pedido"),
            (Locale::En, "orders", "Order"),
            (Locale::En, "shipping", "shipped"),
        ] {
            assert_eq!(only_terms(locale, one), only_terms(locale, other), "{one} {other}");
        }
    }

    #[test]
    fn words_that_only_ask_for_help_do_not_count() {
        assert!(only_terms(Locale::En, "Hello, please help me, what can I do? Thanks!").is_empty());
        assert!(only_terms(Locale::Pt, "Olá, você pode me ajudar, por favor? Obrigado").len() <= 1);
        assert!(only_terms(Locale::Es, "Hola, ¿me puede ayudar por favor? Gracias").is_empty());
    }

    #[test]
    fn a_compound_is_found_by_its_parts_and_they_by_it() {
        assert_eq!(only_terms(Locale::En, "orderForm"), ["orderform", "order", "form"]);
        assert_eq!(only_terms(Locale::En, "e-mail"), ["mail", "email"]);
        assert_eq!(only_terms(Locale::En, "SKU API 2FA"), ["sku", "api", "2fa"]);
        assert_eq!(terms(Locale::Pt, "um e-mail")[1], ("email".to_owned(), 3..9));
    }

    #[test]
    fn joining_words_tell_the_language() {
        let text = "Por que meu produto não aparece na vitrine da loja?";
        let counts = Locale::ALL.map(|locale| joining_words(locale, text));
        assert!(counts[1] > counts[0] && counts[1] > counts[2], "{counts:?}");
    }

    #[test]
    fn a_term_knows_its_place() {
        let text = "Não é o CHECKOUT?";
        let found = terms(Locale::Pt, text);
        assert_eq!(&text[found[0].1.clone()], "CHECKOUT");
        assert_eq!(found.len(), 1);
    }
}
