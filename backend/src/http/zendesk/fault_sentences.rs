//! What is wrong with a text that has a format, in the three languages. The field's label stands before it.

use balcao_contract::entries::EntryError;
use balcao_contract::format::FormatError;
use balcao_contract::locale::Locale;

/// More entries are not told one by one.
const MOST_TOLD: usize = 10;

/// What is wrong with an entry, without saying which.
pub(super) fn what(fault: &FormatError, locale: Locale) -> String {
    let said = match fault {
        FormatError::Email => [
            "this is not an email address, such as name@example.com",
            "isto não é um endereço de email, como nome@exemplo.com",
            "esto no es una dirección de email, como nombre@ejemplo.com",
        ],
        FormatError::Phone => [
            "this is not a phone number, such as +55 11 98765-4321",
            "isto não é um número de telefone, como +55 11 98765-4321",
            "esto no es un número de teléfono, como +54 11 4321-9876",
        ],
        FormatError::CpfShape => ["a CPF has 11 digits", "um CPF tem 11 dígitos", "un CPF tiene 11 dígitos"],
        FormatError::CnpjShape => [
            "a CNPJ has 14 characters: 12 letters or digits, then 2 digits",
            "um CNPJ tem 14 caracteres: 12 letras ou dígitos e mais 2 dígitos",
            "un CNPJ tiene 14 caracteres: 12 letras o dígitos y luego 2 dígitos",
        ],
        FormatError::CpfDigits | FormatError::CnpjDigits => [
            "the check digits do not match; look for a mistyped character",
            "os dígitos verificadores não conferem; procure um caractere digitado errado",
            "los dígitos verificadores no coinciden; busca un carácter mal escrito",
        ],
        FormatError::Money => [
            "this is not an amount, such as 1,234.56; write the number alone",
            "isto não é um valor, como 1.234,56; escreva só o número",
            "esto no es un importe, como 1.234,56; escribe solo el número",
        ],
        FormatError::MoneyNegative => {
            ["the amount cannot be negative", "o valor não pode ser negativo", "el importe no puede ser negativo"]
        }
        FormatError::Month => [
            "this is not a month, such as 2026-10",
            "isto não é um mês, como 10/2026",
            "esto no es un mes, como 10/2026",
        ],
        FormatError::AccountName => [
            "an account name has only letters a-z and digits, and begins with a letter",
            "um nome de conta tem só letras de a a z e dígitos, e começa com uma letra",
            "un nombre de cuenta tiene solo letras de la a a la z y dígitos, y comienza con una letra",
        ],
        FormatError::AccountPrefix { prefix } => {
            return match locale {
                Locale::En => format!("the name must begin with {prefix}, with something after it"),
                Locale::Pt => format!("o nome precisa começar com {prefix} e ter algo depois"),
                Locale::Es => format!("el nombre debe comenzar con {prefix} y tener algo después"),
            };
        }
        FormatError::PersonName => {
            ["first and last name are needed", "nome e sobrenome são necessários", "se necesitan nombre y apellido"]
        }
        FormatError::Blank => ["cannot be blank", "não pode ficar em branco", "no puede estar en blanco"],
        FormatError::TooLong { max } => {
            return match locale {
                Locale::En => format!("is too long, at most {max} characters"),
                Locale::Pt => format!("é longo demais, no máximo {max} caracteres"),
                Locale::Es => format!("es demasiado largo, máximo {max} caracteres"),
            };
        }
        FormatError::Repeated { line } => {
            return match locale {
                Locale::En => format!("is in line {line} already"),
                Locale::Pt => format!("já está na linha {line}"),
                Locale::Es => format!("ya está en la línea {line}"),
            };
        }
        FormatError::TooManyCells { columns } => {
            return match locale {
                Locale::En => format!("has more cells than the {columns} of the table"),
                Locale::Pt => format!("tem mais células do que as {columns} da tabela"),
                Locale::Es => format!("tiene más celdas que las {columns} de la tabla"),
            };
        }
        FormatError::OpenQuote => [
            "a quotation mark is opened and never closed",
            "uma aspa foi aberta e não foi fechada",
            "hay una comilla que se abre y no se cierra",
        ],
        _ => ["is not a valid value", "não é um valor válido", "no es un valor válido"],
    };
    said[locale as usize].to_owned()
}

/// The wrong entries of a list or a table, each with its line, its column and what stands there.
pub(super) fn entries(faults: &[EntryError], locale: Locale) -> String {
    let line = ["line", "linha", "línea"][locale as usize];
    let one = |fault: &EntryError| {
        let column = fault.column.as_ref().map(|column| format!(", {column}")).unwrap_or_default();
        let text: String = fault.text.chars().take(60).collect();
        let text = if text.is_empty() { String::new() } else { format!(", \u{201c}{text}\u{201d}") };
        format!("{line} {}{column}{text}: {}", fault.line, what(&fault.what, locale))
    };
    let told: Vec<String> = faults.iter().take(MOST_TOLD).map(one).collect();
    let rest = faults.len().saturating_sub(MOST_TOLD);
    let more = match (rest, locale) {
        (0, _) => String::new(),
        (_, Locale::En) => format!("; and {rest} more"),
        (_, Locale::Pt) => format!("; e mais {rest}"),
        (_, Locale::Es) => format!("; y {rest} más"),
    };
    format!("{}{more}", told.join("; "))
}
