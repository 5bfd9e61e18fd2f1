//! Reasons in the three languages. The panel has its own file of sentences; these are for agents and operators.

use balcao_contract::locale::Locale;
use balcao_contract::survey::LowReason;

/// Why somebody is dissatisfied.
#[must_use]
pub const fn reason(reason: LowReason, locale: Locale) -> &'static str {
    let [en, pt, es] = match reason {
        LowReason::TooLong => ["It took too long", "Demorou demais", "Tardó demasiado"],
        LowReason::NotSolved => {
            ["The problem is not solved", "O problema não foi resolvido", "El problema no se resolvió"]
        }
        LowReason::NoHelp => ["The answers did not help", "As respostas não ajudaram", "Las respuestas no ayudaron"],
        LowReason::Treatment => ["I was not treated well", "O tratamento não foi bom", "El trato no fue bueno"],
        LowReason::Other => ["Another reason", "Outro motivo", "Otro motivo"],
    };
    in_language([en, pt, es], locale)
}

/// A low score without a reason.
#[must_use]
pub const fn no_reason(locale: Locale) -> &'static str {
    in_language(["No reason given", "Sem motivo informado", "Sin motivo indicado"], locale)
}

const fn in_language([en, pt, es]: [&'static str; 3], locale: Locale) -> &'static str {
    match locale {
        Locale::En => en,
        Locale::Pt => pt,
        Locale::Es => es,
    }
}
