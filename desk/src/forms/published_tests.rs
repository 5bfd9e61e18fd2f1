//! The published labels of the financial and commercial forms, to the letter (forms.md).

use super::*;
use balcao_contract::panel::Capability;

/// Key of a subject, then English, Portuguese, Spanish.
const FINANCIAL: [[&str; 4]; 13] = [
    ["admin_blocked", "Admin blocked", "Admin bloqueado", "Admin bloqueado"],
    ["admin_delay_alert", "Admin delay alert", "Alerta de atraso no Admin", "Alerta de retraso en el Admin"],
    ["payment_receipt", "Sending payment receipt", "Envio de comprovante de pagamento", "Envío de comprobante de pago"],
    [
        "boleto_or_invoice",
        "Problems receiving or reconciling a boleto and/or invoice",
        "Problemas no recebimento ou conciliação do boleto e/ou nota fiscal",
        "Problemas al recibir o conciliar el boleto y/o factura",
    ],
    [
        "billing_questions",
        "Questions about amount, calculation and other billing information",
        "Dúvidas sobre valor, cálculo, retenções e informações de cobrança",
        "Dudas sobre el valor, el cálculo y otras informaciones de cobranzas",
    ],
    [
        "contract_model_migration",
        "Contract model migration",
        "Migração de modelo de contrato",
        "Migración del modelo de contrato",
    ],
    [
        "liability_transfer",
        "Contractual liability transfer",
        "Alteração de CNPJ - Transferência de responsabilidade contratual",
        "Transferencia de responsabilidad contractual",
    ],
    [
        "invoice_recipients",
        "Change the intended recipients for invoices",
        "Alteração dos destinatários de recebimentos das faturas",
        "Modificación de los destinatarios de las facturas",
    ],
    [
        "registration_information",
        "Change registration information",
        "Alteração de dados cadastrais",
        "Modificación de los datos de registro",
    ],
    ["contract_termination", "Contract termination", "Rescisão de contrato", "Rescisión del contrato"],
    [
        "invoice_due_date",
        "Change monthly invoice expiration date",
        "Mudança do vencimento mensal da fatura",
        "Cambio del vencimiento mensual de la factura",
    ],
    ["vtex_partner", "VTEX Partner", "Parceiro VTEX", "Partner VTEX"],
    ["platform_sla", "VTEX platform SLA", "SLA da plataforma VTEX", "SLA de la plataforma VTEX"],
];
const COMMERCIAL: [[&str; 4]; 5] = [
    ["trade_policy", "New Trade Policy", "Criação de Política Comercial", "Nueva política comercial"],
    [
        "franchise_account",
        "New White Label - Franchise Account",
        "Criação de Ambiente White Label",
        "Nuevo white label - Franquicias",
    ],
    ["seller_account", "New Seller Account", "Criação de Ambiente Seller", "Nueva cuenta seller"],
    ["additional_account", "New Additional Account", "Criação de Ambiente Adicional", "Nuevo entorno adicional"],
    ["master_admin_change", "Master Admin Change", "Troca de Master Admin", "Cambio de Master Admin"],
];

fn subjects(key: &str, field: &str, rows: &[[&str; 4]]) {
    let forms = Forms::embedded(&FileLimits::default()).unwrap();
    for (at, locale) in Locale::ALL.into_iter().enumerate() {
        let form = forms.by_key(key, locale).unwrap();
        let options: Vec<_> =
            form.field(field).unwrap().options.iter().map(|o| [o.value.as_str(), o.name.as_str()]).collect();
        let expected: Vec<_> = rows.iter().map(|row| [row[0], row[at + 1]]).collect();
        assert_eq!(options, expected, "{locale}");
        assert_eq!(form.submit_label, ["Send", "Enviar", "Enviar"][at]);
        assert_eq!(form.subject_from.as_ref().unwrap().as_str(), field);
    }
}

#[test]
fn subjects_are_the_published_ones() {
    subjects("financial", "request_subject", &FINANCIAL);
    subjects("commercial", "commercial_subject", &COMMERCIAL);
}

#[test]
fn questions_are_the_published_ones() {
    let forms = Forms::embedded(&FileLimits::default()).unwrap();
    let rows = [
        ("financial", "request_subject", ["Request subject", "Assunto da solicitação", "Asunto de la solicitud"]),
        (
            "financial",
            "description",
            ["What happened?", "Descreva o que aconteceu detalhadamente", "Describe en detalle lo sucedido"],
        ),
        ("financial", "evidence", ["Evidence", "Evidência", "Pruebas"]),
        ("commercial", "commercial_subject", ["What do you need?", "Assunto da solicitação", "Asunto de la solicitud"]),
        ("commercial", "policy_account", ["Account", "Conta", "Cuenta"]),
        ("commercial", "evidence", ["Evidence", "Evidência", "Pruebas"]),
    ];
    for (form, key, titles) in rows {
        for (locale, title) in Locale::ALL.into_iter().zip(titles) {
            assert_eq!(forms.by_key(form, locale).unwrap().field(key).unwrap().title, title, "{form} {key} {locale}");
        }
    }
}

#[test]
fn each_form_names_what_it_needs_and_has_ids_of_its_own() {
    let forms = Forms::embedded(&FileLimits::default()).unwrap();
    let named: Vec<_> =
        forms.all(Locale::En).iter().map(|form| (form.key.as_str(), form.id.get(), form.capability)).collect();
    assert_eq!(
        named,
        [
            ("technical", 1001, Capability::OpenTechnicalRequests),
            ("financial", 1002, Capability::OpenFinancialRequests),
            ("commercial", 1003, Capability::OpenCommercialRequests),
        ]
    );
}

/// What forms.md says in hints is said, in each language.
#[test]
fn hints_say_what_the_documents_say() {
    let forms = Forms::embedded(&FileLimits::default()).unwrap();
    let rows = [
        ("financial", "admin_blocked_note", ["48 working hours", "48 horas úteis", "48 horas hábiles"]),
        ("financial", "admin_blocked_note", ["Billing > Invoices", "Faturamento > Faturas", "Facturación > Facturas"]),
        ("financial", "payment_receipt_note", ["48 working hours", "48 horas úteis", "48 horas hábiles"]),
        ("financial", "platform_sla_note", ["following month", "mês seguinte", "mes siguiente"]),
        ("financial", "receipts", ["withheld", "retenção", "retención"]),
        ("financial", "termination_documents", ["CNPJ card", "cartão CNPJ", "tarjeta CNPJ"]),
        ("financial", "transfer_documents", ["articles of incorporation", "contrato social", "acta constitutiva"]),
        (
            "commercial",
            "self_service_note",
            ["Account settings", "Configurações da conta", "Configuración de la cuenta"],
        ),
        (
            "commercial",
            "seller_accounts",
            ["main account and a suffix", "conta principal mais um sufixo", "cuenta principal más un sufijo"],
        ),
    ];
    for (form, key, pieces) in rows {
        for (locale, piece) in Locale::ALL.into_iter().zip(pieces) {
            let hint = &forms.by_key(form, locale).unwrap().field(key).unwrap().description;
            assert!(hint.contains(piece), "{form} {key} {locale}: {hint}");
        }
    }
}
