//! The sentences of the API, in three languages. A handler names a message; the reader's language is chosen at the end.

use balcao_contract::locale::Locale;

macro_rules! messages {
    ($( $(#[$doc:meta])* $name:ident $({ $($param:ident : $kind:ty),+ $(,)? })? => [$en:literal, $pt:literal, $es:literal $(,)?] ),+ $(,)?) => {
        /// A sentence for the reader, in no language yet.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Message {
            $( $(#[$doc])* $name $({ $(#[doc = "A part of the sentence."] $param: $kind),+ })? ),+
        }

        impl Message {
            /// The sentence.
            #[must_use]
            #[allow(clippy::useless_format, reason = "sentences without parts go the same way as the others")]
            pub fn text(&self, locale: Locale) -> String {
                match self {
                    $( Self::$name $({ $($param),+ })? => match locale {
                        Locale::En => format!($en),
                        Locale::Pt => format!($pt),
                        Locale::Es => format!($es),
                    } ),+
                }
            }
        }
    };
}

// Language by language: English, Brazilian Portuguese, Spanish. `{field}` is the field's label in the same language.
messages! {
    /// No such path or record.
    NotFound => ["Not found", "Não encontrado", "No se encontró"],
    /// The path is right, the method is not.
    MethodNotAllowed => [
        "This address does not take that method",
        "Este endereço não aceita esse método",
        "Esta dirección no acepta ese método",
    ],
    /// Above the faults of fields.
    RecordValidationErrors => ["Record validation errors", "Erros de validação do registro", "Errores de validación del registro"],
    /// A required field is empty.
    CannotBeBlank { field: String } => [
        "{field}: cannot be blank",
        "{field}: não pode ficar em branco",
        "{field}: no puede estar en blanco",
    ],
    /// A text is longer than the field takes.
    TooLong { field: String, limit: u64 } => [
        "{field}: is too long, at most {limit} characters",
        "{field}: é longo demais, no máximo {limit} caracteres",
        "{field}: es demasiado largo, máximo {limit} caracteres",
    ],
    /// A value that the field does not take.
    InvalidValue { field: String } => [
        "{field}: is not a valid value",
        "{field}: não é um valor válido",
        "{field}: no es un valor válido",
    ],
    /// A text, a list or a table that is not what its field asks; `what` is in the reader's language already.
    WrongFormat { field: String, what: String } => ["{field}: {what}", "{field}: {what}", "{field}: {what}"],
    /// A day or month before the first that is taken.
    TooEarly { field: String, day: String } => [
        "{field}: {day} or later",
        "{field}: {day} ou depois",
        "{field}: {day} o después",
    ],
    /// A day or month after the last that is taken.
    TooLate { field: String, day: String } => [
        "{field}: {day} or earlier",
        "{field}: {day} ou antes",
        "{field}: {day} o antes",
    ],
    /// More entries or rows than a field takes.
    TooManyEntries { field: String, limit: u64, actual: u64 } => [
        "{field}: at most {limit} entries; there are {actual}",
        "{field}: no máximo {limit} itens; há {actual}",
        "{field}: máximo {limit} elementos; hay {actual}",
    ],
    /// More is wrong than is told one by one.
    MoreFaults { count: u64 } => [
        "{count} more are wrong. Mend these first",
        "Há mais {count} itens errados. Corrija estes primeiro",
        "Hay {count} elementos más con errores. Corrija estos primero",
    ],
    /// A field that the form does not have.
    UnknownField { field: String } => [
        "{field}: there is no such field",
        "{field}: esse campo não existe",
        "{field}: ese campo no existe",
    ],
    /// A file's token that is over, spent, or nobody's.
    InvalidUpload { field: String } => [
        "{field}: a file is no longer there. Attach it again",
        "{field}: um arquivo não está mais disponível. Anexe-o novamente",
        "{field}: un archivo ya no está disponible. Adjúntelo de nuevo",
    ],
    /// More files than one comment takes.
    TooManyFiles { field: String, limit: u64 } => [
        "{field}: at most {limit} files",
        "{field}: no máximo {limit} arquivos",
        "{field}: máximo {limit} archivos",
    ],
    /// A file with nothing in it.
    FileEmpty { field: String } => [
        "{field}: the file is empty",
        "{field}: o arquivo está vazio",
        "{field}: el archivo está vacío",
    ],
    /// A file beyond the limit.
    FileTooLarge { limit: String } => [
        "The file is larger than {limit}",
        "O arquivo é maior que {limit}",
        "El archivo es más grande que {limit}",
    ],
    /// A file whose ending is not taken.
    FileTypeNotTaken { field: String, endings: String } => [
        "{field}: files of this type are not taken. These are: {endings}",
        "{field}: arquivos deste tipo não são aceitos. Estes são: {endings}",
        "{field}: no se aceptan archivos de este tipo. Estos sí: {endings}",
    ],
    /// A file without a name.
    FileWithoutName { field: String } => [
        "{field}: the file has no name. Send it as the parameter filename",
        "{field}: o arquivo não tem nome. Envie-o no parâmetro filename",
        "{field}: el archivo no tiene nombre. Envíelo en el parámetro filename",
    ],
    /// Signed in, but not allowed.
    Forbidden => [
        "You do not have permission to do this. Ask an administrator of your account",
        "Você não tem permissão para fazer isso. Fale com um administrador da sua conta",
        "No tiene permiso para hacer esto. Hable con un administrador de su cuenta",
    ],
    /// A page of development, asked for by another name than this machine's or through a proxy.
    DevelopmentFromElsewhere => [
        "This page is for development, on the machine it runs on: open it as http://127.0.0.1 or http://localhost, without a proxy. The setting development.public opens it to others",
        "Esta página é para desenvolvimento, na máquina em que ela roda: abra-a como http://127.0.0.1 ou http://localhost, sem proxy. A configuração development.public a abre para outros",
        "Esta página es para desarrollo, en la máquina donde se ejecuta: ábrala como http://127.0.0.1 o http://localhost, sin proxy. El ajuste development.public la abre a otros",
    ],
    /// Technical requests need a resource that the sponsor can grant.
    MayNotOpenTechnicalRequests { sponsor: String } => [
        "Your user lacks the License Manager resource open-support-ticket (product 104, VTEX Support). {sponsor}, the sponsor of the account, or whoever manages its users, can grant it: they add a role with this resource to your user",
        "Falta ao seu usuário o recurso open-support-ticket do License Manager (produto 104, VTEX Support). {sponsor}, sponsor da conta, ou quem gerencia os usuários, pode concedê-lo: basta adicionar ao seu usuário um perfil com esse recurso",
        "A su usuario le falta el recurso open-support-ticket de License Manager (producto 104, VTEX Support). {sponsor}, sponsor de la cuenta, o quien administra sus usuarios, puede otorgarlo: agrega a su usuario un rol con ese recurso",
    ],
    /// Technical requests need a resource, and no sponsor is known.
    NoSponsorForTechnicalRequests => [
        "Your user lacks the License Manager resource open-support-ticket (product 104, VTEX Support). The sponsor of the account, or whoever manages its users, can grant it: they add a role with this resource to your user",
        "Falta ao seu usuário o recurso open-support-ticket do License Manager (produto 104, VTEX Support). O sponsor da conta, ou quem gerencia os usuários, pode concedê-lo: basta adicionar ao seu usuário um perfil com esse recurso",
        "A su usuario le falta el recurso open-support-ticket de License Manager (producto 104, VTEX Support). El sponsor de la cuenta, o quien administra sus usuarios, puede otorgarlo: agrega a su usuario un rol con ese recurso",
    ],
    /// Commercial requests are the sponsor's.
    MayNotOpenCommercialRequests { sponsor: String } => [
        "Commercial requests can be opened only by the Sponsor user of the account (Master Admin): {sponsor}. Ask them to open it",
        "Solicitações comerciais só podem ser abertas pelo usuário Sponsor da conta (Master Admin): {sponsor}. Peça que essa pessoa abra a solicitação",
        "Las solicitudes comerciales solo las puede abrir el usuario Sponsor de la cuenta (Master Admin): {sponsor}. Pida a esa persona que abra la solicitud",
    ],
    /// Commercial requests are the sponsor's, and none is known.
    NoSponsorForCommercialRequests => [
        "Commercial requests can be opened only by the Sponsor user of the account (Master Admin). No sponsor is known for this account: the owner of the account can name one in Account settings",
        "Solicitações comerciais só podem ser abertas pelo usuário Sponsor da conta (Master Admin). Nenhum sponsor é conhecido para esta conta: o titular da conta pode indicar um em Configurações da conta",
        "Las solicitudes comerciales solo las puede abrir el usuario Sponsor de la cuenta (Master Admin). No se conoce ningún sponsor de esta cuenta: el titular de la cuenta puede nombrar uno en Configuración de la cuenta",
    ],
    /// A name of one word, or of none.
    NameIncomplete => [
        "Write a first and a last name",
        "Escreva nome e sobrenome",
        "Escriba nombre y apellido",
    ],
    /// Inside the admin nobody is renamed here.
    NameIsTheHosts => [
        "Your name comes from your store's admin. Change it there",
        "Seu nome vem do admin da sua loja. Altere-o lá",
        "Su nombre viene del admin de su tienda. Cámbielo allí",
    ],
    /// A write without its token.
    InvalidCsrfToken => [
        "The X-CSRF-Token is missing or wrong. Reload the page",
        "O X-CSRF-Token está ausente ou incorreto. Recarregue a página",
        "Falta el X-CSRF-Token o es incorrecto. Recargue la página",
    ],
    /// The body is no JSON at all.
    BrokenJson => ["The body is not valid JSON", "O corpo não é um JSON válido", "El cuerpo no es un JSON válido"],
    /// The body is JSON of another shape; `path` says where.
    WrongJson { path: String } => [
        "The body does not have the expected shape at {path}",
        "O corpo não tem o formato esperado em {path}",
        "El cuerpo no tiene el formato esperado en {path}",
    ],
    /// The body is not called JSON.
    NotJson => [
        "Send the body as application/json",
        "Envie o corpo como application/json",
        "Envíe el cuerpo como application/json",
    ],
    /// A parameter of the address.
    InvalidParameter { parameter: String } => [
        "The parameter {parameter} is not valid",
        "O parâmetro {parameter} não é válido",
        "El parámetro {parameter} no es válido",
    ],
    /// Somebody else was faster.
    Conflict => [
        "This changed in the meantime. Reload and try again",
        "Isto mudou nesse meio-tempo. Recarregue e tente novamente",
        "Esto cambió mientras tanto. Recargue e intente de nuevo",
    ],
    /// No replies to a closed request.
    RequestClosed => [
        "This request is closed. Open a follow-up request instead",
        "Esta solicitação está fechada. Abra uma continuação",
        "Esta solicitud está cerrada. Abra una continuación",
    ],
    /// No more replies to a full request.
    RequestFull => [
        "This request holds as many comments, or as much text, as one can. Open a follow-up request instead",
        "Esta solicitação já tem o máximo de comentários ou de texto. Abra uma continuação",
        "Esta solicitud ya tiene el máximo de comentarios o de texto. Abra una continuación",
    ],
    /// No more comments on a full ticket.
    TicketFull => [
        "Comment: the ticket holds as many comments, or as much text, as one can. Open a follow-up with via_followup_source_id",
        "Comentário: o ticket já tem o máximo de comentários ou de texto. Abra uma continuação com via_followup_source_id",
        "Comentario: el ticket ya tiene el máximo de comentarios o de texto. Abra una continuación con via_followup_source_id",
    ],
    /// Nothing about a closed ticket changes any more; Zendesk's sentence.
    TicketClosed => [
        "Status: closed prevents ticket update",
        "Status: um ticket fechado não pode ser alterado",
        "Estado: un ticket cerrado no se puede modificar",
    ],
    /// Closing is the clock's.
    ClosedByHand => [
        "Status: a ticket is closed by the clock alone, once it has been solved long enough. Solve it instead",
        "Status: um ticket só é fechado pelo relógio, depois de resolvido por tempo suficiente. Marque-o como resolvido",
        "Estado: un ticket solo lo cierra el reloj, cuando lleva resuelto el tiempo suficiente. Márquelo como resuelto",
    ],
    /// What was taken up once is not new any more.
    NewAgain => [
        "Status: a ticket does not become new again. Set it to open",
        "Status: um ticket não volta a ser novo. Defina-o como aberto",
        "Estado: un ticket no vuelve a ser nuevo. Póngalo en abierto",
    ],
    /// Somebody answers for what is solved.
    SolvedByNobody => [
        "Assignee: is required when solving a ticket",
        "Atribuído: é obrigatório ao resolver um ticket",
        "Agente asignado: es obligatorio al resolver un ticket",
    ],
    /// An endpoint that is no https address.
    EndpointNotHttps => [
        "Endpoint: must be an https address",
        "Endpoint: deve ser um endereço https",
        "Endpoint: debe ser una dirección https",
    ],
    /// An endpoint in a network that nobody outside can reach.
    EndpointPrivate => [
        "Endpoint: is in a private network. Use a public address, or ask the operator to allow that network",
        "Endpoint: está em uma rede privada. Use um endereço público ou peça ao operador que permita essa rede",
        "Endpoint: está en una red privada. Use una dirección pública o pida al operador que permita esa red",
    ],
    /// Agents' endpoints are for agents' tokens.
    ForAgents => [
        "This is for agents: send an API token of an agent, without X-On-Behalf-Of",
        "Isto é para agentes: envie um token de API de um agente, sem X-On-Behalf-Of",
        "Esto es para agentes: envíe un token de API de un agente, sin X-On-Behalf-Of",
    ],
    /// What concerns every ticket is for administrators.
    ForAdministrators => [
        "This is for administrators. Ask one of them, or have an operator make you one",
        "Isto é para administradores. Fale com um deles ou peça a um operador que o torne administrador",
        "Esto es para administradores. Hable con uno de ellos o pida a un operador que lo haga administrador",
    ],
    /// A webhook's secret is shown when it is made, and never again.
    SecretShownOnce => [
        "The secret was shown once, when it was made. POST to this address makes another one and shows it",
        "O segredo foi mostrado uma vez, quando foi criado. Um POST neste endereço cria outro e o mostra",
        "El secreto se mostró una vez, cuando se creó. Un POST a esta dirección crea otro y lo muestra",
    ],
    /// An agent who belongs to no store asks what only a requester can ask.
    ForRequesters => [
        "This is for requesters: an agent acts for one with X-On-Behalf-Of and their address",
        "Isto é para solicitantes: um agente age por um deles com X-On-Behalf-Of e o endereço da pessoa",
        "Esto es para solicitantes: un agente actúa por uno de ellos con X-On-Behalf-Of y su dirección",
    ],
    /// Nobody who could ask has that address.
    OnBehalfOfNobody => [
        "X-On-Behalf-Of: no requester with this address belongs to a store",
        "X-On-Behalf-Of: nenhum solicitante com este endereço pertence a uma loja",
        "X-On-Behalf-Of: ningún solicitante con esta dirección pertenece a una tienda",
    ],
    /// Acting for somebody is an agent's.
    OnBehalfIsForAgents => [
        "X-On-Behalf-Of is for API tokens of agents",
        "X-On-Behalf-Of é para tokens de API de agentes",
        "X-On-Behalf-Of es para tokens de API de agentes",
    ],
    /// Acting for somebody shows what is theirs, whoever's group answers it.
    OnBehalfIsForAdministrators => [
        "X-On-Behalf-Of is for API tokens of administrators",
        "X-On-Behalf-Of é para tokens de API de administradores",
        "X-On-Behalf-Of es para tokens de API de administradores",
    ],
    /// Only what is solved can be rated.
    NotSolved => [
        "This request is not solved, so there is nothing to rate yet. You can rate it once it is solved",
        "Esta solicitação não está resolvida, então ainda não há o que avaliar. Você poderá avaliá-la quando for resolvida",
        "Esta solicitud no está resuelta, así que aún no hay nada que calificar. Podrá calificarla cuando se resuelva",
    ],
    /// The survey takes no answers any more.
    SurveyExpired => [
        "The time to rate this request is over. If something is still wrong, open a follow-up request",
        "O prazo para avaliar esta solicitação terminou. Se algo ainda não estiver certo, abra uma continuação",
        "El plazo para calificar esta solicitud terminó. Si algo todavía no está bien, abra una continuación",
    ],
    /// Zendesk's sentence, to the letter.
    IdempotentRequest => [
        "Request parameters don't match the given idempotency key",
        "Os parâmetros da requisição não correspondem à chave de idempotência informada",
        "Los parámetros de la solicitud no coinciden con la clave de idempotencia indicada",
    ],
    /// A body beyond the limit.
    TooLarge => [
        "This is larger than what is taken",
        "Isto é maior do que o permitido",
        "Esto es más grande de lo permitido",
    ],
    /// Too often.
    TooManyRequests { seconds: u64 } => [
        "Too many requests. Try again in {seconds} seconds",
        "Muitas requisições. Tente novamente em {seconds} segundos",
        "Demasiadas solicitudes. Intente de nuevo en {seconds} segundos",
    ],
    /// For the moment not; nothing was done.
    Unavailable => [
        "The service is busy. Nothing was changed; try again in a moment",
        "O serviço está ocupado. Nada foi alterado; tente novamente em instantes",
        "El servicio está ocupado. No se cambió nada; intente de nuevo en un momento",
    ],
    /// It took too long.
    TimedOut => [
        "This took too long. Try again",
        "Isto demorou demais. Tente novamente",
        "Esto tardó demasiado. Intente de nuevo",
    ],
    /// No room.
    StorageFull => [
        "There is no room to store this at the moment. Nothing was changed; try again later",
        "Não há espaço para guardar isto no momento. Nada foi alterado; tente novamente mais tarde",
        "No hay espacio para guardar esto en este momento. No se cambió nada; intente más tarde",
    ],
    /// All that one person may keep is used up.
    UserFilesFull { limit: String } => [
        "Your files already take up the {limit} that one person may keep. Send without this file and say what it shows, or ask support to make room",
        "Os seus arquivos já ocupam os {limit} que uma pessoa pode manter. Envie sem este arquivo e descreva o que ele mostra, ou peça ao suporte para liberar espaço",
        "Sus archivos ya ocupan los {limit} que una persona puede conservar. Envíe sin este archivo y describa lo que muestra, o pida al soporte que libere espacio",
    ],
    /// All that one store may keep is used up.
    AccountFilesFull { limit: String } => [
        "The files of your store already take up the {limit} that one store may keep. Send without this file and say what it shows, or ask support to make room",
        "Os arquivos da sua loja já ocupam os {limit} que uma loja pode manter. Envie sem este arquivo e descreva o que ele mostra, ou peça ao suporte para liberar espaço",
        "Los archivos de su tienda ya ocupan los {limit} que una tienda puede conservar. Envíe sin este archivo y describa lo que muestra, o pida al soporte que libere espacio",
    ],
    /// A fault of ours.
    Internal => [
        "Something went wrong on our side. Try again; if it happens again, tell us the value of X-Request-Id",
        "Algo deu errado do nosso lado. Tente novamente; se acontecer de novo, informe o valor de X-Request-Id",
        "Algo salió mal de nuestro lado. Intente de nuevo; si vuelve a ocurrir, indíquenos el valor de X-Request-Id",
    ],
    /// The one-time code does not match.
    CodeWrong => [
        "This code is not right. Check the most recent message",
        "Este código não está correto. Confira a mensagem mais recente",
        "Este código no es correcto. Revise el mensaje más reciente",
    ],
    /// Not the code, and one guess is left.
    CodeWrongLastTry => [
        "This code is not right. You have one try left",
        "Este código não está correto. Você tem mais uma tentativa",
        "Este código no es correcto. Le queda un intento",
    ],
    /// Not the code, and some guesses are left.
    CodeWrongTriesLeft { tries: u32 } => [
        "This code is not right. You have {tries} tries left",
        "Este código não está correto. Você tem mais {tries} tentativas",
        "Este código no es correcto. Le quedan {tries} intentos",
    ],
    /// Not a code at all.
    CodeMalformed => [
        "The code has six digits",
        "O código tem seis dígitos",
        "El código tiene seis dígitos",
    ],
    /// A conversation takes so many questions.
    ConversationFull { limit: u32 } => [
        "This conversation has {limit} questions. Talk to a person or begin a new one",
        "Esta conversa já tem {limit} perguntas. Fale com uma pessoa ou comece uma nova",
        "Esta conversación ya tiene {limit} preguntas. Hable con una persona o comience una nueva",
    ],
    /// The one-time code can no longer be used.
    CodeExpired => [
        "This code can no longer be used. Ask for a new one",
        "Este código não pode mais ser usado. Peça um novo",
        "Este código ya no se puede usar. Pida uno nuevo",
    ],
    /// An operator switched the person or the account off.
    AccessSwitchedOff => [
        "Your access to support has been switched off. Ask whoever manages the store's users",
        "Seu acesso ao suporte foi desativado. Fale com quem gerencia os usuários da loja",
        "Su acceso al soporte se desactivó. Hable con quien administra los usuarios de la tienda",
    ],
    /// The admin's or another provider's answer about a token did not come.
    SignInUnavailable => [
        "Signing in is not possible at the moment: the service that confirms who you are does not answer. Try again in a moment",
        "Não é possível entrar no momento: o serviço que confirma quem você é não responde. Tente de novo em instantes",
        "No es posible iniciar sesión en este momento: el servicio que confirma quién es usted no responde. Intente de nuevo en unos instantes",
    ],
    /// First the code.
    CodeRequired => [
        "Confirm your e-mail address with the code first",
        "Primeiro confirme seu e-mail com o código",
        "Primero confirme su correo electrónico con el código",
    ],
}
