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
        "{count} more are wrong. Correct these first",
        "Há mais {count} itens errados. Corrija estes primeiro",
        "Hay {count} elementos más con errores. Corrige estos primero",
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
        "{field}: um arquivo não está mais disponível. Anexe-o de novo",
        "{field}: un archivo ya no está disponible. Adjúntalo de nuevo",
    ],
    /// Somebody who is no active member of the account, known elsewhere or not.
    NotOfThisStore { field: String, who: String } => [
        "{field}: {who} is not an active user of this store. Only users of the store can be in copy",
        "{field}: {who} não é um usuário ativo desta loja. Só usuários da loja podem ficar em cópia",
        "{field}: {who} no es un usuario activo de esta tienda. Solo los usuarios de la tienda pueden estar en copia",
    ],
    /// Whoever opened a request gets everything anyway.
    RequesterInCopy { field: String, who: String } => [
        "{field}: {who} opened this request and already gets every reply",
        "{field}: {who} abriu esta solicitação e já recebe todas as respostas",
        "{field}: {who} abrió esta solicitud y ya recibe todas las respuestas",
    ],
    /// Who is in copy is not for those in copy to say.
    CopiesOfOthers => [
        "You are in copy of this request. The person who opened it can change who is in copy",
        "Você está em cópia nesta solicitação. Quem a abriu pode mudar quem fica em cópia",
        "Estás en copia en esta solicitud. La persona que la abrió puede cambiar quién está en copia",
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
        "{field}: we do not accept this type of file. We accept: {endings}",
        "{field}: não aceitamos este tipo de arquivo. Aceitamos: {endings}",
        "{field}: no aceptamos este tipo de archivo. Aceptamos: {endings}",
    ],
    /// A file whose first bytes are not what its ending says.
    FileOfOtherContent { field: String } => [
        "{field}: the content of the file does not match its ending. Save it again in that format, or put it into a ZIP file",
        "{field}: o conteúdo do arquivo não corresponde à extensão. Salve-o de novo nesse formato ou coloque-o em um arquivo ZIP",
        "{field}: el contenido del archivo no corresponde a su extensión. Guárdalo de nuevo en ese formato o ponlo en un archivo ZIP",
    ],
    /// A file without a name.
    FileWithoutName { field: String } => [
        "{field}: the file has no name. Send it as the parameter filename",
        "{field}: o arquivo não tem nome. Envie-o no parâmetro filename",
        "{field}: el archivo no tiene nombre. Envíalo en el parámetro filename",
    ],
    /// Signed in, but not allowed.
    Forbidden => [
        "You do not have permission to do this. Ask an administrator of your account",
        "Você não tem permissão para fazer isso. Fale com um administrador da sua conta",
        "No tienes permiso para hacer esto. Habla con un administrador de tu cuenta",
    ],
    /// A page of development, asked for by another name than this machine's or through a proxy.
    DevelopmentFromElsewhere => [
        "This page is for development, on the machine it runs on: open it as http://127.0.0.1 or http://localhost, without a proxy. The setting development.public opens it to others",
        "Esta página é para desenvolvimento, na máquina em que ela roda: abra-a como http://127.0.0.1 ou http://localhost, sem proxy. A configuração development.public a abre para outros",
        "Esta página es para desarrollo, en la máquina donde se ejecuta: ábrela como http://127.0.0.1 o http://localhost, sin proxy. El ajuste development.public la abre a otros",
    ],
    /// Technical requests need a resource that the sponsor can grant.
    MayNotOpenTechnicalRequests { sponsor: String } => [
        "Your user does not have the License Manager resource open-support-ticket (product 104, VTEX Support). Ask {sponsor}, the sponsor of the account, or the person who manages its users, to add a role with this resource to your user",
        "Seu usuário não tem o recurso open-support-ticket do License Manager (produto 104, VTEX Support). Peça a {sponsor}, sponsor da conta, ou a quem gerencia os usuários, que adicione ao seu usuário um perfil com esse recurso",
        "Tu usuario no tiene el recurso open-support-ticket de License Manager (producto 104, VTEX Support). Pide a {sponsor}, sponsor de la cuenta, o a quien administra sus usuarios, que agregue a tu usuario un rol con ese recurso",
    ],
    /// Technical requests need a resource, and no sponsor is known.
    NoSponsorForTechnicalRequests => [
        "Your user does not have the License Manager resource open-support-ticket (product 104, VTEX Support). Ask the sponsor of the account, or the person who manages its users, to add a role with this resource to your user",
        "Seu usuário não tem o recurso open-support-ticket do License Manager (produto 104, VTEX Support). Peça ao sponsor da conta, ou a quem gerencia os usuários, que adicione ao seu usuário um perfil com esse recurso",
        "Tu usuario no tiene el recurso open-support-ticket de License Manager (producto 104, VTEX Support). Pide al sponsor de la cuenta, o a quien administra sus usuarios, que agregue a tu usuario un rol con ese recurso",
    ],
    /// Commercial requests are the sponsor's.
    MayNotOpenCommercialRequests { sponsor: String } => [
        "Only the Sponsor user of the account (Master Admin), {sponsor}, can open commercial requests. Ask them to open the request",
        "Solicitações comerciais só podem ser abertas pelo usuário Sponsor da conta (Master Admin): {sponsor}. Peça que essa pessoa abra a solicitação",
        "Las solicitudes comerciales solo las puede abrir el usuario Sponsor de la cuenta (Master Admin): {sponsor}. Pide a esa persona que abra la solicitud",
    ],
    /// Commercial requests are the sponsor's, and none is known.
    NoSponsorForCommercialRequests => [
        "Only the Sponsor user of the account (Master Admin) can open commercial requests. This account has no known sponsor: the owner of the account can name one in Account settings",
        "Solicitações comerciais só podem ser abertas pelo usuário Sponsor da conta (Master Admin). Nenhum sponsor é conhecido para esta conta: o titular da conta pode indicar um em Configurações da conta",
        "Las solicitudes comerciales solo las puede abrir el usuario Sponsor de la cuenta (Master Admin). No se conoce ningún sponsor de esta cuenta: el titular de la cuenta puede nombrar uno en Configuración de la cuenta",
    ],
    /// A name of one word, or of none.
    NameIncomplete => [
        "Enter a first and a last name",
        "Digite nome e sobrenome",
        "Ingresa nombre y apellido",
    ],
    /// Inside the admin nobody is renamed here.
    NameIsTheHosts => [
        "Your name comes from your store's Admin. Change it there",
        "Seu nome vem do Admin da sua loja. Altere-o lá",
        "Tu nombre viene del Admin de tu tienda. Cámbialo allí",
    ],
    /// A write without its token.
    InvalidCsrfToken => [
        "The X-CSRF-Token is missing or wrong. Reload the page",
        "O X-CSRF-Token está ausente ou incorreto. Recarregue a página",
        "Falta el X-CSRF-Token o es incorrecto. Recarga la página",
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
        "Envía el cuerpo como application/json",
    ],
    /// A parameter of the address.
    InvalidParameter { parameter: String } => [
        "The parameter {parameter} is not valid",
        "O parâmetro {parameter} não é válido",
        "El parámetro {parameter} no es válido",
    ],
    /// Somebody else was faster.
    Conflict => [
        "This has changed since you loaded it. Reload and try again",
        "Isto mudou desde que você carregou a página. Recarregue e tente de novo",
        "Esto cambió desde que lo cargaste. Recarga e inténtalo de nuevo",
    ],
    /// No replies to a closed request.
    RequestClosed => [
        "This request is closed. Open a follow-up instead",
        "Esta solicitação está fechada. Abra uma continuação",
        "Esta solicitud está cerrada. Abre una continuación",
    ],
    /// No more replies to a full request.
    RequestFull => [
        "This request has reached its size limit. Open a follow-up instead",
        "Esta solicitação atingiu o limite de tamanho. Abra uma continuação",
        "Esta solicitud alcanzó el límite de tamaño. Abre una continuación",
    ],
    /// No more comments on a full ticket.
    TicketFull => [
        "Comment: the ticket has reached its size limit. Open a follow-up with via_followup_source_id",
        "Comentário: o ticket atingiu o limite de tamanho. Abra uma continuação com via_followup_source_id",
        "Comentario: el ticket alcanzó el límite de tamaño. Abre una continuación con via_followup_source_id",
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
        "Estado: un ticket solo lo cierra el reloj, cuando lleva resuelto el tiempo suficiente. Márcalo como resuelto",
    ],
    /// What was taken up once is not new any more.
    NewAgain => [
        "Status: a ticket does not become new again. Set it to open",
        "Status: um ticket não volta a ser novo. Defina-o como aberto",
        "Estado: un ticket no vuelve a ser nuevo. Ponlo en abierto",
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
        "Endpoint: está en una red privada. Usa una dirección pública o pide al operador que permita esa red",
    ],
    /// Agents' endpoints are for agents' tokens.
    ForAgents => [
        "This is for agents: send an API token of an agent, without X-On-Behalf-Of",
        "Isto é para agentes: envie um token de API de um agente, sem X-On-Behalf-Of",
        "Esto es para agentes: envía un token de API de un agente, sin X-On-Behalf-Of",
    ],
    /// What concerns every ticket is for administrators.
    ForAdministrators => [
        "This is for administrators. Ask one of them, or have an operator make you one",
        "Isto é para administradores. Fale com um deles ou peça a um operador que o torne administrador",
        "Esto es para administradores. Habla con uno de ellos o pide a un operador que te haga administrador",
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
        "This request is not solved yet. You can rate it once it is solved",
        "Esta solicitação ainda não está resolvida. Você poderá avaliá-la quando for resolvida",
        "Esta solicitud aún no está resuelta. Podrás calificarla cuando se resuelva",
    ],
    /// The survey takes no answers any more.
    SurveyExpired => [
        "The time to rate this request has ended. If something is still wrong, open a follow-up",
        "O prazo para avaliar esta solicitação terminou. Se algo ainda não estiver certo, abra uma continuação",
        "El plazo para calificar esta solicitud terminó. Si algo sigue mal, abre una continuación",
    ],
    /// Zendesk's sentence, to the letter.
    IdempotentRequest => [
        "Request parameters don't match the given idempotency key",
        "Os parâmetros da requisição não correspondem à chave de idempotência informada",
        "Los parámetros de la solicitud no coinciden con la clave de idempotencia indicada",
    ],
    /// A body beyond the limit.
    TooLarge => [
        "This is too large",
        "Isto é grande demais",
        "Esto es demasiado grande",
    ],
    /// Too often.
    TooManyRequests { seconds: u64 } => [
        "Too many requests. Try again in {seconds} seconds",
        "Muitas requisições. Tente de novo em {seconds} segundos",
        "Demasiadas solicitudes. Inténtalo de nuevo en {seconds} segundos",
    ],
    /// For the moment not; nothing was done.
    Unavailable => [
        "The service is busy. Nothing was changed. Try again in a moment",
        "O serviço está ocupado. Nada foi alterado. Tente de novo daqui a pouco",
        "El servicio está ocupado. No se cambió nada. Inténtalo de nuevo en un momento",
    ],
    /// It took too long.
    TimedOut => [
        "This took too long. Try again",
        "Isto demorou demais. Tente de novo",
        "Esto tardó demasiado. Inténtalo de nuevo",
    ],
    /// No room.
    StorageFull => [
        "There is no room to store this right now. Nothing was changed. Try again later",
        "Não há espaço para salvar isto agora. Nada foi alterado. Tente mais tarde",
        "No hay espacio para guardar esto ahora. No se cambió nada. Inténtalo más tarde",
    ],
    /// All that one person may keep is used up.
    UserFilesFull { limit: String } => [
        "Your files already take up the {limit} that one person may keep. Send without this file and say what it shows, or ask support to make room",
        "Os seus arquivos já ocupam os {limit} que uma pessoa pode manter. Envie sem este arquivo e descreva o que ele mostra, ou peça ao suporte para liberar espaço",
        "Tus archivos ya ocupan los {limit} que una persona puede conservar. Envía sin este archivo y describe lo que muestra, o pide al soporte que libere espacio",
    ],
    /// All that one store may keep is used up.
    AccountFilesFull { limit: String } => [
        "The files of your store already take up the {limit} that one store may keep. Send without this file and say what it shows, or ask support to make room",
        "Os arquivos da sua loja já ocupam os {limit} que uma loja pode manter. Envie sem este arquivo e descreva o que ele mostra, ou peça ao suporte para liberar espaço",
        "Los archivos de tu tienda ya ocupan los {limit} que una tienda puede conservar. Envía sin este archivo y describe lo que muestra, o pide al soporte que libere espacio",
    ],
    /// A fault of ours.
    Internal => [
        "Something went wrong on our side. Try again. If it happens again, tell us the value of X-Request-Id",
        "Algo deu errado do nosso lado. Tente de novo. Se acontecer outra vez, informe o valor de X-Request-Id",
        "Algo salió mal de nuestro lado. Inténtalo de nuevo. Si vuelve a ocurrir, indícanos el valor de X-Request-Id",
    ],
    /// The one-time code does not match.
    CodeWrong => [
        "This code is not correct. Check the most recent message",
        "Este código não está correto. Confira a mensagem mais recente",
        "Este código no es correcto. Revisa el mensaje más reciente",
    ],
    /// Not the code, and one guess is left.
    CodeWrongLastTry => [
        "This code is not correct. You have one try left",
        "Este código não está correto. Você tem mais uma tentativa",
        "Este código no es correcto. Te queda un intento",
    ],
    /// Not the code, and some guesses are left.
    CodeWrongTriesLeft { tries: u32 } => [
        "This code is not correct. You have {tries} tries left",
        "Este código não está correto. Você tem mais {tries} tentativas",
        "Este código no es correcto. Te quedan {tries} intentos",
    ],
    /// Not a code at all.
    CodeMalformed => [
        "The code has six digits",
        "O código tem seis dígitos",
        "El código tiene seis dígitos",
    ],
    /// A conversation takes so many questions.
    ConversationFull { limit: u32 } => [
        "This conversation has {limit} questions. Talk to a person, or start a new one",
        "Esta conversa já tem {limit} perguntas. Fale com uma pessoa ou comece uma nova",
        "Esta conversación ya tiene {limit} preguntas. Habla con una persona o empieza una nueva",
    ],
    /// The one-time code can no longer be used.
    CodeExpired => [
        "This code can no longer be used. Ask for a new one",
        "Este código não pode mais ser usado. Peça um novo",
        "Este código ya no se puede usar. Pide uno nuevo",
    ],
    /// An operator switched the person or the account off.
    AccessSwitchedOff => [
        "Your access to support is switched off. Ask the person who manages your store's users",
        "Seu acesso ao suporte foi desativado. Fale com quem gerencia os usuários da loja",
        "Tu acceso al soporte está desactivado. Habla con quien administra los usuarios de la tienda",
    ],
    /// The admin's or another provider's answer about a token did not come.
    SignInUnavailable => [
        "You cannot sign in right now: the service that confirms who you are does not respond. Try again in a moment",
        "Não é possível entrar no momento: o serviço que confirma quem você é não responde. Tente de novo daqui a pouco",
        "No puedes iniciar sesión ahora: el servicio que confirma quién eres no responde. Inténtalo de nuevo en un momento",
    ],
    /// First the code.
    CodeRequired => [
        "Confirm your email with the code first",
        "Primeiro confirme seu email com o código",
        "Primero confirma tu email con el código",
    ],
}
