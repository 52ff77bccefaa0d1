import type { Messages } from './shape.ts'
import { wordsOf } from './words.ts'

const { date, time, duration, count } = wordsOf('es')

export const SPANISH: Messages = {
  lang: 'es',
  dir: 'ltr',
  ownName: 'Español',
  date,
  time,

  languageLegend: 'Idioma',

  loginTitle: 'Iniciar sesión',
  loginFor: (client) => `para continuar a ${client}`,
  loginUsername: 'Nombre de usuario',
  loginPassword: 'Contraseña',
  loginSubmit: 'Iniciar sesión',
  loginDev: 'Servidor de desarrollo. ¿Aún no tiene cuenta? Mire en el terminal donde se inició.',
  loginInvalidCredentials:
    'Ese nombre de usuario y esa contraseña no corresponden a ninguna cuenta. Compruebe ambos e inténtelo de nuevo.',
  loginTooManyAttempts: (seconds) =>
    seconds === undefined
      ? 'Hubo demasiados intentos. Espere unos minutos e inténtelo de nuevo.'
      : `Hubo demasiados intentos. Espere ${duration(seconds)} e inténtelo de nuevo.`,
  loginExpired: 'Esta página había caducado. No se perdió nada: inicie sesión para continuar.',
  loginRequired: 'Inicie sesión para continuar.',
  loginSignedOut: 'Ha cerrado la sesión. Vuelva a iniciarla cuando quiera.',
  loginSignedInAs: (name) => `Ha iniciado sesión como ${name}.`,
  loginContinueAs: (name) => `Continuar como ${name}`,
  loginOther: 'O inicie sesión con otra cuenta:',
  loginReauthenticate: 'Para continuar, confirme que es usted: inicie sesión una vez más.',
  showPassword: 'Mostrar la contraseña',
  hidePassword: 'Ocultar la contraseña',

  consentTitle: (client) => `¿Permitir que ${client} use su cuenta?`,
  consentExpired: 'Esta página había caducado. No se compartió nada: decida de nuevo, por favor.',
  consentAlreadyDecided:
    'Esta solicitud ya se respondió. Vuelva a la aplicación; si pregunta otra vez, decida aquí.',
  consentUnverified: 'Aplicación sin verificar',
  consentUnverifiedWhy:
    'Esta aplicación se registró ella misma y nadie ha comprobado quién la gestiona. Permítala solo si usted mismo inició esto y conoce la dirección que aparece abajo.',
  consentLoopback:
    'La respuesta va a una aplicación de este dispositivo. Permítala solo si usted mismo acaba de abrirla.',
  consentSignedInAs: 'Sesión iniciada como',
  consentSentTo: 'Se le enviará a',
  consentAppSite: 'Sitio web de la aplicación',
  consentScopes: 'Podrá',
  consentNoScopes: 'Saber que tiene una cuenta aquí, y nada más.',
  scope_openid: 'Saber quién es usted aquí',
  scope_profile: 'Ver su perfil, por ejemplo su nombre',
  scope_email: 'Ver su correo electrónico',
  scope_address: 'Ver su dirección postal',
  scope_phone: 'Ver su número de teléfono',
  scope_offline_access: 'Conservar el acceso mientras usted no está',
  scope_read: 'Leer sus datos',
  scope_write: 'Modificar sus datos',
  scope_admin: 'Administrar este servidor',
  scopeOther: (token) => `Usar «${token}»`,
  consentRemember: 'No volver a preguntar por esta aplicación y estos permisos',
  consentAllow: 'Permitir',
  consentDeny: 'Rechazar',
  consentRevoke:
    'Puede cambiar de opinión más tarde: la página de su cuenta muestra las aplicaciones con acceso, y el administrador de este servidor puede quitar cualquiera de ellas.',
  consentPolicy: (client) => `Política de privacidad de ${client}`,
  consentTos: (client) => `Condiciones de uso de ${client}`,

  errorRequestTitle: 'Esta solicitud no se puede usar',
  errorRefusedTitle: 'Solicitud rechazada',
  errorFailedTitle: 'Algo ha fallado',
  errorRefused: 'El servidor no acepta la solicitud tal como se envió.',
  errorFailed: 'No se pudo completar la solicitud.',
  errorBusy: 'El servidor está sobrecargado en este momento. Espere un poco e inténtelo de nuevo.',
  errorTooMany:
    'Han llegado demasiadas solicitudes desde su red. Espere un poco e inténtelo de nuevo.',
  errorRepeated: (parameter) => `El parámetro ${parameter} se envió más de una vez.`,
  errorClientMissing: 'La solicitud no nombra ninguna aplicación (falta client_id).',
  errorClientUnknown: 'La aplicación (client_id) no se conoce aquí.',
  errorRedirectMissing: 'La solicitud no dice adónde volver (falta redirect_uri).',
  errorRedirectUnknown:
    'La dirección de retorno (redirect_uri) no está registrada para esta aplicación. Tiene que coincidir exactamente.',
  errorRedirectUnknownNative:
    'La dirección de retorno (redirect_uri) no está registrada para esta aplicación. Tiene que coincidir exactamente, salvo el puerto de 127.0.0.1 o [::1].',
  errorRequestObject: 'La aplicación envió una solicitud que no se puede leer.',
  errorReason: 'Motivo',
  errorRedirectReceived: 'redirect_uri recibida',
  errorRedirectRegistered: 'Registrada',
  errorId: 'Número de error',
  errorCode: 'Código',
  errorWhatToDo:
    'Vuelva a la aplicación y empiece de nuevo. Si ocurre otra vez, dé al administrador el número de error que aparece abajo.',
  errorWhatToDoWithoutId:
    'Vuelva a la aplicación y empiece de nuevo. Si ocurre otra vez, diga al administrador qué estaba haciendo.',
  errorDetails: 'Detalles para desarrolladores',

  profileTitle: 'Su cuenta',
  profileUsername: 'Nombre de usuario',
  profileEmail: 'Correo electrónico',
  profileNoEmail: 'Ninguno',
  profileRole: 'Rol',
  role_admin: 'Administrador',
  role_user: 'Usuario',
  profileUserId: 'Identificador',
  profileSession: 'Sesión iniciada el',
  profileApps: 'Aplicaciones con acceso',
  profileNoApps: 'Ninguna aplicación tiene acceso a su cuenta.',
  profileApp: 'Aplicación',
  profileScope: 'Permisos',
  profileSince: 'Desde',
  profileSignOut: 'Cerrar sesión',
  profileDiscovery: 'Para desarrolladores',
  profileOpenId: 'Metadatos de OpenID Connect',
  profileOAuth: 'Metadatos del servidor OAuth',

  setupTitle: 'Configurar este servidor',
  setupIntro:
    'Escriba el código de un solo uso que mostró el servidor y elija después una contraseña para el administrador.',
  setupCode: 'Código de un solo uso',
  setupCodeHelp: 'Está en el terminal o en el registro del servidor y sirve una vez.',
  setupUsername: 'Administrador',
  setupPassword: 'Contraseña nueva',
  setupPasswordHelp: (length) =>
    `Al menos ${length} caracteres. Unas cuantas palabras sin relación son fáciles de recordar y difíciles de adivinar.`,
  setupPasswordAgain: 'Repita la contraseña nueva',
  setupSubmit: 'Crear el administrador',
  setupInvalidCode:
    'Ese código es incorrecto, ya se usó o ha caducado. Cópielo de nuevo o haga que el servidor muestre otro.',
  setupWeakPassword: (length) =>
    `Esa contraseña es demasiado fácil de adivinar. Elija otra de al menos ${length} caracteres.`,
  setupMismatch: 'Las dos contraseñas son distintas. Escriba dos veces la misma.',
  setupExpired:
    'Esta página había caducado. No se perdió nada: escriba otra vez el código y la contraseña.',
  setupDoneTitle: 'Este servidor está configurado',
  setupDone: (username) =>
    username === undefined
      ? 'El administrador ya tiene contraseña. El código no se puede volver a usar.'
      : `${username} ya tiene contraseña. El código no se puede volver a usar.`,
  setupSignIn: 'Iniciar sesión',

  formPostTitle: 'De vuelta a la aplicación',
  formPostText: (host) =>
    `Su navegador está llevando la respuesta a ${host}. Si no ocurre nada, pulse el botón.`,
  formPostSubmit: 'Continuar',

  logoutTitle: '¿Cerrar la sesión?',
  logoutSignedInAs: (username) => `Ha iniciado sesión como ${username}.`,
  logoutAskedBy: (client) => `${client} pide cerrar también su sesión aquí.`,
  logoutYes: 'Cerrar sesión',
  logoutNo: 'Mantener la sesión abierta',
  logoutDoneTitle: 'Ha cerrado la sesión',
  logoutDone: (host) => `Su sesión en ${host} ha terminado. Puede cerrar esta página.`,
  logoutDoneAgain: 'Volver a iniciar sesión',
  startAgainAt: (app: string) => `Volver a empezar en ${app}`,
  logoutStayedTitle: 'Su sesión sigue abierta',
  logoutStayed: 'No se cambió nada. Puede cerrar esta página.',
  logoutExpiredTitle: 'Inténtelo de nuevo',
  logoutExpired: 'Esta página había caducado, así que su sesión sigue abierta.',
  notFoundTitle: 'Página no encontrada',
  notFound: 'No hay nada en esta dirección. Compruebe que esté bien escrita.',
  goToAccount: 'Ir a su cuenta',
  logoutFrontChannel: 'Se está avisando a las aplicaciones que usó.',
  logoutFrame: 'Cierre de sesión de una aplicación',

  continueTitle: (client) => `De vuelta a ${client}`,
  continueText: 'Si no ocurre nada, use el enlace. Después puede cerrar esta página.',
  continueLink: (client) => `Continuar a ${client}`,

  loginWith: (provider: string) => `Continuar con ${provider}`,
  upstreamTitle: (provider: string) => `No ha iniciado sesión con ${provider}`,
  upstreamDenied: (provider: string) =>
    `${provider} no confirmó el inicio de sesión, o usted volvió atrás allí. Aquí no se ha cambiado nada.`,
  upstreamUnavailable: (provider: string) =>
    `${provider} no responde como debería en este momento. Inténtelo más tarde o inicie sesión de otra manera.`,
  upstreamExpired:
    'Este inicio de sesión empezó hace demasiado tiempo o ya se completó. Empiécelo de nuevo.',
  upstreamForeign:
    'Este inicio de sesión no empezó en este navegador, o después se empezó otro. Empiécelo de nuevo.',
  upstreamBadAnswer: (provider: string) =>
    `La respuesta de ${provider} no se puede aceptar. Empiece de nuevo; si vuelve a ocurrir, dé al administrador el identificador de error que figura abajo.`,
  upstreamNotFresh: (provider: string) =>
    `${provider} no le pidió que iniciara sesión de nuevo. Cierre primero la sesión allí o inicie sesión de otra manera.`,
  upstreamNotConfigured: (provider: string) =>
    `Aquí no está configurado el inicio de sesión con ${provider}. Inicie sesión de otra manera.`,
  upstreamTooLong: (provider: string) =>
    `La solicitud de la aplicación es demasiado larga para llevarla a ${provider}. Inicie sesión de otra manera.`,
  upstreamAccountRefused:
    'Esta cuenta no se puede usar en este momento. Pregunte al administrador.',
  upstreamNoAccount: (provider: string) =>
    `Este acceso de ${provider} no está vinculado a ninguna cuenta de aquí, y no crea una nueva. Si tiene una cuenta, inicie sesión de otra manera y vincúlelo allí.`,
  upstreamAddressTaken: (provider: string, email: string) =>
    `Aquí hay una cuenta con la dirección ${email} que no está vinculada a ${provider}. Inicie sesión de otra manera, por ejemplo con su contraseña, y vincule después ${provider} en su cuenta.`,
  upstreamLinkRefused:
    'El acceso no se vinculó. Hay que empezar y terminar en el mismo navegador, pocos minutos después de iniciar sesión aquí.',
  upstreamLinkTaken: (provider: string) =>
    `Este acceso de ${provider} está vinculado a otra cuenta de aquí.`,
  upstreamBack: 'Volver al inicio de sesión',
  loginForgot: '¿Ha olvidado la contraseña?',
  loginSignUp: 'Crear una cuenta',
  loginPasskey: 'Usar una llave de acceso',
  loginPasskeyFailed: 'No funcionó. Inténtelo de nuevo o use su contraseña.',
  loginPasskeyRefused:
    'Esa llave de acceso no se conoce aquí o no se pudo comprobar. Inténtelo de nuevo o use su contraseña.',

  factorTitle: 'Confirme que es usted',
  factorLead: (username) => `Está iniciando sesión como ${username}.`,
  factorCode: 'Código',
  factorCodeHelp: 'Las seis cifras que muestra ahora su aplicación de autenticación.',
  factorRecoveryHelp:
    '¿No tiene la aplicación a mano? Escriba en su lugar uno de sus códigos de recuperación.',
  factorOnlyRecovery: 'Código de recuperación',
  factorSubmit: 'Continuar',
  factorPasskey: 'Usar su llave de acceso',
  factorPasskeyNoScript:
    'Las llaves de acceso necesitan JavaScript, que está desactivado en este navegador.',
  factorInvalid:
    'No es correcto o ya se usó antes. Espere al siguiente código e inténtelo de nuevo.',
  factorExpired: 'Esta página había caducado. No se perdió nada: inténtelo de nuevo.',
  factorEnrolTitle: 'Configurar un segundo factor',
  factorEnrolLead:
    'Los administradores de este servidor inician sesión con un segundo factor. Configúrelo ahora; se tarda un minuto.',
  factorStartOver: 'Iniciar sesión con otra cuenta',

  totpTitle: 'Añadir una aplicación de autenticación',
  totpLead:
    'Escanee la imagen con una aplicación de autenticación o escriba en ella la clave. Introduzca después el código que muestra.',
  totpPicture: 'Imagen de la clave para su aplicación de autenticación',
  totpKey: 'Clave',
  totpSubmit: 'Añadir la aplicación',

  recoveryTitle: 'Sus códigos de recuperación',
  recoveryLead:
    'Cada uno de estos códigos le permite iniciar sesión una vez cuando no pueda usar su segundo factor. Imprímalos o guárdelos en un gestor de contraseñas. No se volverán a mostrar.',
  recoveryDone: 'Los he guardado',

  passkeyTitle: 'Añadir una llave de acceso',
  passkeyLead:
    'Con una llave de acceso inicia sesión con este dispositivo, un teléfono o una llave de seguridad en lugar de una contraseña. Nadie puede adivinarla ni sonsacársela.',
  passkeyName: 'Nombre',
  passkeyNameHelp: 'Para reconocerla más tarde, por ejemplo «Mi teléfono».',
  passkeyDefaultName: (number) => `Llave de acceso ${number}`,
  passkeySubmit: 'Crear la llave de acceso',
  passkeyFailed: 'No se creó ninguna llave de acceso. Inténtelo de nuevo o vuelva a su cuenta.',

  formExpired: 'Esta página había caducado. No se perdió nada: inténtelo de nuevo.',
  formMismatch: 'Las dos contraseñas son distintas. Escriba dos veces la misma.',
  formWeakPassword: (length) =>
    `Esa contraseña es demasiado fácil de adivinar. Elija otra de al menos ${length} caracteres.`,
  formInvalidEmail: 'Eso no es una única dirección de correo. Compruébela e inténtelo de nuevo.',
  formInvalidDetails:
    'Un campo no tiene la forma que debe tener. Compruébelo e inténtelo de nuevo.',
  formNotConfirmed: 'Ese no es su nombre de usuario. No se cambió nada.',
  formLastAdministrator:
    'Usted es el último administrador de este servidor. Nombre antes administrador a otra persona.',
  formCancel: 'Volver a su cuenta',
  formSignIn: 'Volver al inicio de sesión',

  fieldUsernameOrEmail: 'Nombre de usuario o correo electrónico',
  fieldEmail: 'Correo electrónico',
  fieldName: 'Su nombre',
  fieldNewPassword: 'Contraseña nueva',
  fieldNewPasswordAgain: 'Repita la contraseña nueva',
  fieldPasswordHelp: (length) =>
    `Al menos ${length} caracteres. Unas cuantas palabras sin relación son fáciles de recordar y difíciles de adivinar.`,
  fieldConfirm: (username) => `Escriba ${username} para confirmar`,

  forgotTitle: '¿Ha olvidado la contraseña?',
  forgotLead: 'Díganos quién es y le enviaremos un enlace para elegir una nueva.',
  forgotSubmit: 'Enviar el enlace',
  resetTitle: 'Elegir una contraseña nueva',
  resetLead:
    'Se cerrarán todas sus sesiones y las aplicaciones con acceso tendrán que pedirlo de nuevo.',
  resetSubmit: 'Guardar la contraseña',
  signUpTitle: 'Crear una cuenta',
  signUpLead: 'Le enviamos un enlace para seguir.',
  signUpSubmit: 'Enviar el enlace',
  signUpFinishTitle: 'Crear su cuenta',
  signUpFinishLead: (email) => `Su dirección ${email} está confirmada. Elija una contraseña.`,
  signUpFinishSubmit: 'Crear la cuenta',
  emailProofTitle: 'Confirmar su correo electrónico',
  emailProofLead: (email) => `${email} será la dirección de su cuenta.`,
  emailProofSubmit: 'Confirmar',
  passwordTitle: 'Cambiar su contraseña',
  passwordLead:
    'Se cierran todas las demás sesiones y las aplicaciones con acceso tendrán que pedirlo de nuevo.',
  passwordFirstTitle: 'Elegir una contraseña',
  passwordFirstLead:
    'Su cuenta todavía no tiene contraseña. Con una podrá entrar sin sus inicios de sesión vinculados.',
  passwordSubmit: 'Guardar la contraseña',
  emailTitle: 'Cambiar su correo electrónico',
  emailLead: 'Enviamos un enlace a la dirección nueva. Hasta que lo abra, se mantiene la anterior.',
  emailSubmit: 'Enviar el enlace',
  detailsTitle: 'Sus datos personales',
  detailsLead:
    'Las aplicaciones solo los ven si usted lo permite. Todos los campos pueden quedar vacíos.',
  detailsSubmit: 'Guardar',
  disableTitle: 'Cerrar su cuenta',
  disableLead:
    'Se cerrarán todas sus sesiones y no podrá iniciar otra hasta que un administrador vuelva a abrir la cuenta.',
  disableSubmit: 'Cerrar la cuenta',
  loginsTitle: 'Inicios de sesión vinculados',
  loginsLead:
    'Sus cuentas de otros sitios con las que puede entrar aquí. Al añadir o quitar una se cierran todas las demás sesiones.',
  loginsLink: (provider) => `Vincular ${provider}`,
  loginsOnlyWay:
    'Es su única forma de iniciar sesión. Elija antes una contraseña o añada una llave de acceso; después podrá quitarlo.',
  deleteTitle: 'Eliminar su cuenta',
  deleteLead:
    'Se eliminan sus datos personales, llaves de acceso y sesiones y el acceso de todas las aplicaciones. Esto no se puede deshacer.',
  deleteSubmit: 'Eliminar la cuenta definitivamente',

  detail_name: 'Nombre completo',
  detail_given_name: 'Nombre de pila',
  detail_family_name: 'Apellidos',
  detail_middle_name: 'Segundo nombre',
  detail_nickname: 'Apodo',
  detail_preferred_username: 'Nombre por el que se le conoce',
  detail_profile: 'Página de perfil (https://…)',
  detail_picture: 'Foto (https://…)',
  detail_website: 'Sitio web (https://…)',
  detail_gender: 'Género',
  detail_birthdate: 'Fecha de nacimiento (AAAA-MM-DD)',
  detail_zoneinfo: 'Zona horaria (Europe/Madrid)',
  detail_locale: 'Idioma (es-ES)',
  detail_phone_number: 'Número de teléfono (+34 …)',
  detail_address_street_address: 'Calle y número',
  detail_address_locality: 'Localidad',
  detail_address_region: 'Provincia o región',
  detail_address_postal_code: 'Código postal',
  detail_address_country: 'País',

  doneResetMailedTitle: 'Revise su correo',
  doneResetMailed:
    'Si esa cuenta existe y hay una forma confirmada de llegar a ella, un enlace está en camino. Sirve una vez, durante 20 minutos.',
  donePasswordResetTitle: 'Su contraseña ha cambiado',
  donePasswordReset: 'Inicie sesión con la contraseña nueva.',
  doneSignUpMailedTitle: 'Revise su correo',
  doneSignUpMailed: 'Un enlace está en camino a esa dirección. Sirve una vez, durante 20 minutos.',
  doneSignedUpTitle: 'Su cuenta está lista',
  doneSignedUp: 'Inicie sesión con su correo electrónico y su contraseña.',
  doneEmailTitle: 'Su correo electrónico está confirmado',
  doneEmail: 'Desde ahora es la dirección de su cuenta.',
  doneLinkTitle: 'Este enlace ya no funciona',
  doneLink: 'Ya se usó, ha caducado o su cuenta ha cambiado desde entonces. Pida uno nuevo.',
  doneDisabledTitle: 'Su cuenta está cerrada',
  doneDisabled: 'Cuando quiera recuperarla, diríjase a un administrador.',
  doneDeletedTitle: 'Su cuenta se ha eliminado',
  doneDeleted:
    'No queda nada de ella salvo lo que deba conservarse por ley o en el registro de este servidor.',
  doneExpiredTitle: 'Inténtelo de nuevo',
  doneExpired: 'Esa página había caducado. No se cambió nada.',
  doneGoOn: 'Seguir',

  consoleSessions: 'Dónde tiene sesiones abiertas',
  consoleDeviceColumn: 'Dispositivo',
  consoleThisDevice: 'Este dispositivo',
  consoleUnknownDevice: 'Dispositivo desconocido',
  consoleDevice: (browser, system) => `${browser} en ${system}`,
  consoleLastUse: 'Último uso',
  consolePlace: 'Desde',
  consoleEnd: 'Cerrar',
  consoleEndOf: (device) => `Cerrar la sesión de ${device}`,
  consoleEndOthers: 'Cerrar todas las demás sesiones',
  consoleRevoke: 'Quitar el acceso',
  consoleRevokeOf: (app) => `Quitar el acceso de ${app}`,
  consoleSecurity: 'Inicio de sesión',
  consolePasswordSet: 'Cambiar la contraseña',
  consolePasskeys: 'Llaves de acceso',
  consoleNoPasskeys:
    'Todavía ninguna. Una llave de acceso es la forma más segura de iniciar sesión.',
  consoleAddPasskey: 'Añadir una llave de acceso',
  consolePasskeyAdded: 'Añadida el',
  consoleNeverUsed: 'Nunca usada',
  consoleSynced: 'Guardada en varios dispositivos',
  consoleRename: 'Cambiar el nombre',
  consoleRemove: 'Quitar',
  consoleRemoveOf: (name) => `Quitar ${name}`,
  consoleNameOf: (name) => `Nombre nuevo de ${name}`,
  consoleTotp: 'Aplicación de autenticación',
  consoleTotpSince: (day) => `Añadida el ${day}.`,
  consoleNoTotp: 'Ninguna.',
  consoleAddTotp: 'Añadir una aplicación de autenticación',
  consoleRemoveTotp: 'Quitar la aplicación de autenticación',
  consoleRecovery: 'Códigos de recuperación',
  consoleRecoveryLeft: (number) =>
    number === 0
      ? 'No queda ninguno.'
      : count(number, { one: 'Queda # código.', other: 'Quedan # códigos.' }),
  consoleNewCodes: 'Crear códigos de recuperación nuevos',
  consoleLogins: 'Inicios de sesión vinculados',
  consoleNoLogins: 'No hay ninguno vinculado.',
  consoleLinkedOn: 'Vinculado el',
  consoleManageLogins: 'Añadir o quitar inicios de sesión vinculados',
  consolePasswordFirst: 'Elegir una contraseña',
  consoleLog: 'Lo que ha ocurrido últimamente',
  consoleLogEmpty: 'Nada todavía.',
  consoleWhen: 'Cuándo',
  consoleWhat: 'Qué',
  consoleEditEmail: 'Cambiar el correo electrónico',
  consoleEditDetails: 'Editar sus datos personales',
  consoleVerifyEmail: 'Enviar un enlace para confirmarlo',
  consoleVerified: 'confirmado',
  consoleNotVerified: 'sin confirmar',
  consoleData: 'Sus datos',
  consoleExport: 'Descargar todo lo que se guarda sobre usted',
  consoleDisable: 'Cerrar su cuenta',
  consoleDelete: 'Eliminar su cuenta',

  done_password: 'Su contraseña ha cambiado. Se cerraron todas las demás sesiones.',
  done_email_mailed: 'Un enlace está en camino. Ábralo para confirmar la dirección.',
  done_too_many_letters:
    'Se pidieron demasiados correos en poco tiempo. Inténtelo de nuevo más tarde.',
  done_no_mail: 'Este servidor no envía correos. Pida a su administrador que cambie su dirección.',
  done_details: 'Sus datos personales se guardaron.',
  done_totp: 'Se añadió la aplicación de autenticación. Se cerraron todas las demás sesiones.',
  done_totp_removed:
    'Se quitó la aplicación de autenticación. Se cerraron todas las demás sesiones.',
  done_passkey: 'Se añadió la llave de acceso. Se cerraron todas las demás sesiones.',
  done_passkey_renamed: 'Se cambió el nombre de la llave de acceso.',
  done_passkey_removed: 'Se quitó la llave de acceso. Se cerraron todas las demás sesiones.',
  done_passkey_refused:
    'No se pudo comprobar esa llave de acceso. No se añadió nada; inténtelo de nuevo.',
  done_too_many_passkeys:
    'Una cuenta no puede tener más llaves de acceso. Quite antes una de ellas.',
  done_login_linked:
    'El inicio de sesión está vinculado. Desde ahora puede entrar con él. Se cerraron todas las demás sesiones.',
  done_login_known: 'Ese inicio de sesión ya estaba vinculado a su cuenta. No se cambió nada.',
  done_too_many_logins:
    'Una cuenta no puede tener más inicios de sesión vinculados. Quite antes uno de ellos.',
  done_login_removed:
    'El inicio de sesión vinculado está quitado. Ya nadie puede entrar con él. Se cerraron todas las demás sesiones.',
  done_last_way_in:
    'Es su única forma de iniciar sesión, así que no se quitó. Elija antes una contraseña o añada una llave de acceso.',
  done_first_password: 'Su contraseña está elegida. Se cerraron todas las demás sesiones.',
  done_session: 'Esa sesión se cerró.',
  done_sessions: 'Se cerraron todas las demás sesiones.',
  done_app: 'La aplicación ya no tiene acceso.',
  done_again:
    'No se cambió nada, porque entretanto había cambiado otra cosa. Revíselo e inténtelo de nuevo.',

  'log_session.started': 'Sesión iniciada',
  'log_session.ended': 'Sesión cerrada',
  'log_login.failed': 'Un intento con contraseña incorrecta',
  'log_login.throttled': 'Inicios de sesión bloqueados temporalmente tras demasiados fallos',
  'log_factor.failed': 'Un intento con segundo factor incorrecto',
  'log_factor.throttled': 'Segundo factor bloqueado temporalmente tras demasiados fallos',
  'log_user.created': 'Cuenta creada',
  'log_user.signed_up': 'Cuenta creada',
  'log_user.enabled': 'Cuenta abierta de nuevo',
  'log_user.disabled': 'Cuenta cerrada',
  'log_user.exported': 'Datos descargados',
  'log_user.claims_changed': 'Datos personales cambiados',
  'log_user.password_changed': 'Contraseña cambiada',
  'log_user.password_reset_requested': 'Se pidió un enlace para una contraseña nueva',
  'log_user.email_verified': 'Correo electrónico confirmado',
  'log_user.email_change_requested': 'Se pidió otro correo electrónico',
  'log_user.email_changed': 'Correo electrónico cambiado',
  'log_totp.added': 'Aplicación de autenticación añadida',
  'log_totp.removed': 'Aplicación de autenticación quitada',
  'log_passkey.added': 'Llave de acceso añadida',
  'log_passkey.renamed': 'Llave de acceso con otro nombre',
  'log_passkey.removed': 'Llave de acceso quitada',
  'log_identity.linked': 'Inicio de sesión vinculado añadido',
  'log_identity.unlinked': 'Inicio de sesión vinculado quitado',
  'log_recovery_codes.created': 'Códigos de recuperación nuevos',
  'log_recovery_code.used': 'Se usó un código de recuperación',
  'log_consent.withdrawn': 'Acceso de una aplicación retirado',
  'log_setup_link.used': 'Enlace de configuración usado',

  mailLinkLife: 'El enlace sirve una vez, durante 20 minutos.',
  mailNotYou: 'Si no fue usted quien lo pidió, no tiene que hacer nada.',
  mailSignUpSubject: 'Cree su cuenta',
  mailSignUp: 'Alguien, probablemente usted, quiere crear una cuenta con esta dirección de correo.',
  mailSignUpLink: 'Crear la cuenta',
  mailSignUpKnown:
    'Alguien, probablemente usted, quiso crear una cuenta con esta dirección de correo. Ya tiene una: inicie sesión.',
  mailSignInLink: 'Iniciar sesión',
  mailEmailSubject: 'Confirme su correo electrónico',
  mailEmail: (username) => `La cuenta ${username} va a usar esta dirección de correo.`,
  mailEmailLink: 'Confirmar la dirección',
  mailResetSubject: 'Elija una contraseña nueva',
  mailReset: (username) => `Se pidió una contraseña nueva para la cuenta ${username}.`,
  mailResetLink: 'Elegir una contraseña',
  mailChangedSubject: 'Su cuenta ha cambiado',
  mailChanged: (username, change, when) => `${change} Cuenta: ${username}. Fecha: ${when}.`,
  mailChangedNotYou: 'Si no fue usted, revise su cuenta ahora y avise al administrador.',
  mailAccountLink: 'Su cuenta',
  changePassword: 'Se cambió la contraseña de su cuenta.',
  changeEmailRequested: 'Se pidió otro correo electrónico para su cuenta.',
  changeEmail: 'El correo electrónico de su cuenta se cambió por otro.',
  changeTotpAdded: 'Se añadió una aplicación de autenticación a su cuenta.',
  changeTotpRemoved: 'Se quitó la aplicación de autenticación de su cuenta.',
  changePasskeyAdded: 'Se añadió una llave de acceso a su cuenta.',
  changePasskeyRemoved: 'Se quitó una llave de acceso de su cuenta.',
  changeIdentityLinked:
    'Se vinculó a su cuenta un inicio de sesión de otro proveedor. Ahora se puede entrar en su cuenta con él.',
  changeIdentityUnlinked: 'Se quitó un inicio de sesión vinculado de su cuenta.',
  changeRecoveryCodes: 'Se crearon códigos de recuperación nuevos para su cuenta.',
  changeRecoveryCodeUsed: 'Se usó un código de recuperación de su cuenta para iniciar sesión.',
  changeDisabled: 'Su cuenta se cerró.',
  changeDeleted: 'Su cuenta se eliminó.',

  mailboxTitle: 'Correo',
  mailboxLead:
    'Correo de este servidor de desarrollo. No se envió nada; desaparece con el próximo inicio.',
  mailboxEmpty: 'Todavía no hay correo.',
  mailboxTo: 'Para',
}
