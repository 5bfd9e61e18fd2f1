//! The labels that the platform's own documents give, to the letter: the journeys find everything by these words.

use balcao_tests::{Language, Words};

/// Key of a sentence, then English, Portuguese, Spanish.
const SENTENCES: [[&str; 4]; 11] = [
    ["copilot.title", "Copilot", "Copilot", "Copilot"],
    ["copilot.start", "Ask a question", "Faça uma pergunta", "Hacer una pregunta"],
    ["copilot.language", "Select a language", "Selecione o idioma", "Selecciona el idioma"],
    ["copilot.scenario_doubt", "I have a doubt", "Tenho uma dúvida", "Tengo una duda"],
    [
        "copilot.scenario_unexpected",
        "I have an unexpected behavior",
        "Tenho um cenário inesperado",
        "Tengo un comportamiento inesperado",
    ],
    [
        "copilot.scenario_setup",
        "I need VTEX to setup something",
        "Preciso de uma configuração por parte da VTEX",
        "Necesito una configuración por parte de VTEX",
    ],
    ["copilot.person", "Talk to a person", "Fale com uma pessoa", "Hablar con una persona"],
    ["copilot.create_ticket", "Create ticket", "Criar ticket", "Crear ticket"],
    ["start.name", "Name", "Nome", "Nombre"],
    ["start.account", "Account", "Conta", "Cuenta"],
    ["form.continue", "Continue", "Continuar", "Seguir"],
];

/// Key of a field of the technical form.
const FIELDS: [[&str; 4]; 9] = [
    ["subject", "Title", "Título", "Título"],
    ["description", "Description", "Descrição", "Descripción"],
    [
        "experience",
        "Experience level with the platform",
        "Nível de experiência com a plataforma",
        "Nivel de experiencia con la plataforma",
    ],
    ["agency", "Agency", "Agência", "Agencia"],
    [
        "affected_users",
        "Users affected by the problem",
        "Usuários impactados pelo problema",
        "Usuarios impactados por el problema",
    ],
    ["impact", "Problem impact", "Impacto do problema", "Impacto del problema"],
    [
        "environment",
        "Environment where the problem is occurring",
        "Ambiente onde o problema está ocorrendo",
        "Entorno en que se produce el problema",
    ],
    ["problem_type", "Problem type", "Tipo de problema", "Tipo de problema"],
    ["evidence", "Evidence", "Evidência", "Pruebas"],
];

/// Key of a field, key of its option.
const OPTIONS: [[&str; 5]; 14] = [
    [
        "experience",
        "learning",
        "I'm familiar with the basic resources. I'm learning",
        "Estou familiarizado com os recursos básicos. Estou aprendendo",
        "Conozco los recursos básicos. Estoy aprendiendo",
    ],
    [
        "experience",
        "proficient",
        "I know everything I need to do my job well",
        "Conheço tudo o que preciso para fazer meu trabalho bem",
        "Sé todo lo que necesito para hacer bien mi trabajo",
    ],
    [
        "experience",
        "advanced",
        "I am experienced and understand advanced features",
        "Sou experiente e entendo recursos avançados",
        "Tengo experiencia, conozco los recursos avanzados",
    ],
    [
        "affected_users",
        "admin",
        "Admin dashboard users",
        "Usuários do painel administrativo",
        "Usuarios del dashboard administrativo",
    ],
    [
        "affected_users",
        "buyers",
        "Buyers, consumers, or end-users",
        "Compradores, consumidores ou usuários finais",
        "Compradores, consumidores o usuarios finales",
    ],
    ["affected_users", "all", "All users", "Todos os usuários", "Todos los usuarios"],
    [
        "impact",
        "auxiliary",
        "Unexpected behavior with auxiliary store resources",
        "Recursos auxiliares da loja estão se comportando indevidamente",
        "Comportamiento inesperado en los recursos auxiliares de la tienda",
    ],
    [
        "impact",
        "important",
        "Unexpected behavior with important store resources",
        "Recursos importantes da loja estão se comportando indevidamente",
        "Comportamiento inesperado en los recursos importantes de la tienda",
    ],
    [
        "impact",
        "critical",
        "Unexpected behavior with critical store resources",
        "Recursos críticos da loja estão se comportando indevidamente",
        "Comportamiento inesperado en los recursos críticos de la tienda",
    ],
    ["environment", "production", "Production", "Produção", "Producción"],
    [
        "environment",
        "sandbox",
        "Development / QA / Sandbox",
        "Desenvolvimento / QA / Sandbox",
        "Desarrollo / QA / Sandbox",
    ],
    [
        "problem_type",
        "incident",
        "The store is experiencing a problem or unexpected behavior",
        "A loja está enfrentando um problema ou comportamento inesperado",
        "La tienda enfrenta un problema o un comportamiento inesperado",
    ],
    [
        "problem_type",
        "question",
        "I have a concern and would like to ask a question",
        "Tenho uma dúvida e gostaria de fazer uma pergunta",
        "Tengo una duda y quisiera hacer una pregunta",
    ],
    [
        "problem_type",
        "task",
        "I would like to request a setup",
        "Gostaria de solicitar uma configuração",
        "Quisiera solicitar una configuración",
    ],
];

const CODE: [&str; 3] = ["code sent to your email", "código enviado para seu email", "código enviado a tu email"];
const SUBMIT: [&str; 3] = ["Create support ticket", "Criar ticket de suporte", "Crear ticket de soporte"];

#[test]
fn labels_are_the_platforms_own_to_the_letter() {
    for (at, language) in Language::ALL.into_iter().enumerate() {
        let words = Words::of(language).expect("the words are there");
        for sentence in SENTENCES {
            assert_eq!(words.text(sentence[0]), sentence[at + 1]);
        }
        for field in FIELDS {
            assert_eq!(words.field(field[0]), field[at + 1]);
        }
        for option in OPTIONS {
            assert_eq!(words.option(option[0], option[1]), option[at + 2]);
        }
        assert!(words.text("copilot.code_label").contains(CODE[at]));
        assert_eq!(words.submit(), SUBMIT[at]);
    }
}
