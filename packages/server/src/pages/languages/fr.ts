import type { Messages } from './shape.ts'
import { wordsOf } from './words.ts'

const { date, time, duration, count } = wordsOf('fr')

// French puts a narrow no-break space before : ; ! and ?, and inside « ».
export const FRENCH: Messages = {
  lang: 'fr',
  dir: 'ltr',
  ownName: 'Français',
  date,
  time,

  languageLegend: 'Langue',

  loginTitle: 'Se connecter',
  loginFor: (client) => `pour continuer vers ${client}`,
  loginUsername: 'Nom d’utilisateur',
  loginPassword: 'Mot de passe',
  loginSubmit: 'Se connecter',
  loginDev:
    'Serveur de développement. Pas encore de compte ? Regardez dans le terminal où il a été démarré.',
  loginInvalidCredentials:
    'Ce nom d’utilisateur et ce mot de passe ne correspondent à aucun compte. Vérifiez les deux et réessayez.',
  loginTooManyAttempts: (seconds) =>
    seconds === undefined
      ? 'Il y a eu trop de tentatives. Attendez quelques minutes, puis réessayez.'
      : `Il y a eu trop de tentatives. Attendez ${duration(seconds)}, puis réessayez.`,
  loginExpired: 'Cette page avait expiré. Rien n’a été perdu : connectez-vous pour continuer.',
  loginRequired: 'Connectez-vous pour continuer.',
  loginSignedOut: 'Vous êtes déconnecté. Reconnectez-vous quand vous le souhaitez.',
  loginSignedInAs: (name) => `Vous êtes connecté en tant que ${name}.`,
  loginContinueAs: (name) => `Continuer en tant que ${name}`,
  loginOther: 'Ou connectez-vous avec un autre compte :',
  loginReauthenticate:
    'Pour continuer, confirmez que c’est bien vous : connectez-vous encore une fois.',
  showPassword: 'Afficher le mot de passe',
  hidePassword: 'Masquer le mot de passe',

  consentTitle: (client) => `Autoriser ${client} à utiliser votre compte ?`,
  consentExpired: 'Cette page avait expiré. Rien n’a été partagé : veuillez décider à nouveau.',
  consentAlreadyDecided:
    'Cette demande a déjà reçu une réponse. Retournez à l’application ; si elle redemande, décidez ici.',
  consentUnverified: 'Application non vérifiée',
  consentUnverifiedWhy:
    'Cette application s’est enregistrée elle-même et personne n’a vérifié qui l’exploite. Ne l’autorisez que si vous avez lancé cette demande vous-même et connaissez l’adresse ci-dessous.',
  consentLoopback:
    'La réponse va à une application sur cet appareil. Ne l’autorisez que si vous venez de la démarrer vous-même.',
  consentSignedInAs: 'Connecté en tant que',
  consentSentTo: 'Vous serez envoyé vers',
  consentAppSite: 'Site de l’application',
  consentScopes: 'Elle pourra',
  consentNoScopes: 'Savoir que vous avez un compte ici, et rien d’autre.',
  scope_openid: 'Savoir qui vous êtes ici',
  scope_profile: 'Voir votre profil, par exemple votre nom',
  scope_email: 'Voir votre adresse e-mail',
  scope_address: 'Voir votre adresse postale',
  scope_phone: 'Voir votre numéro de téléphone',
  scope_offline_access: 'Garder l’accès en votre absence',
  scope_read: 'Lire vos données',
  scope_write: 'Modifier vos données',
  scope_admin: 'Administrer ce serveur',
  scopeOther: (token) => `Utiliser « ${token} »`,
  consentRemember: 'Ne plus demander pour cette application et ces autorisations',
  consentAllow: 'Autoriser',
  consentDeny: 'Refuser',
  consentRevoke:
    'Vous pourrez revenir sur ce choix : la page de votre compte montre les applications qui ont accès, et l’administrateur de ce serveur peut retirer n’importe laquelle.',
  consentPolicy: (client) => `Politique de confidentialité de ${client}`,
  consentTos: (client) => `Conditions d’utilisation de ${client}`,

  errorRequestTitle: 'Cette demande est inutilisable',
  errorRefusedTitle: 'Demande refusée',
  errorFailedTitle: 'Une erreur est survenue',
  errorRefused: 'Le serveur n’accepte pas la demande telle qu’elle a été envoyée.',
  errorFailed: 'La demande n’a pas pu aboutir.',
  errorBusy: 'Le serveur est surchargé en ce moment. Attendez un instant, puis réessayez.',
  errorTooMany:
    'Trop de requêtes sont venues de votre réseau. Attendez un instant, puis réessayez.',
  errorRepeated: (parameter) => `Le paramètre ${parameter} a été envoyé plus d’une fois.`,
  errorClientMissing: 'La demande ne nomme aucune application (client_id est absent).',
  errorClientUnknown: 'L’application (client_id) n’est pas connue ici.',
  errorRedirectMissing: 'La demande ne dit pas où retourner (redirect_uri est absent).',
  errorRedirectUnknown:
    'L’adresse de retour (redirect_uri) n’est pas enregistrée pour cette application. Elle doit correspondre exactement.',
  errorRedirectUnknownNative:
    'L’adresse de retour (redirect_uri) n’est pas enregistrée pour cette application. Elle doit correspondre exactement, sauf le port de 127.0.0.1 ou [::1].',
  errorRequestObject: 'L’application a envoyé une demande illisible.',
  errorReason: 'Raison',
  errorRedirectReceived: 'redirect_uri reçue',
  errorRedirectRegistered: 'Enregistrée',
  errorId: 'Numéro d’erreur',
  errorCode: 'Code',
  errorWhatToDo:
    'Retournez à l’application et recommencez. Si cela se reproduit, donnez à l’administrateur le numéro d’erreur ci-dessous.',
  errorWhatToDoWithoutId:
    'Retournez à l’application et recommencez. Si cela se reproduit, dites à l’administrateur ce que vous faisiez.',
  errorDetails: 'Détails pour les développeurs',

  profileTitle: 'Votre compte',
  profileUsername: 'Nom d’utilisateur',
  profileEmail: 'Adresse e-mail',
  profileNoEmail: 'Aucune',
  profileRole: 'Rôle',
  role_admin: 'Administrateur',
  role_user: 'Utilisateur',
  profileUserId: 'Identifiant',
  profileSession: 'Connecté depuis',
  profileApps: 'Applications ayant accès',
  profileNoApps: 'Aucune application n’a accès à votre compte.',
  profileApp: 'Application',
  profileScope: 'Autorisations',
  profileSince: 'Depuis',
  profileSignOut: 'Se déconnecter',
  profileDiscovery: 'Pour les développeurs',
  profileOpenId: 'Métadonnées OpenID Connect',
  profileOAuth: 'Métadonnées du serveur OAuth',

  setupTitle: 'Configurer ce serveur',
  setupIntro:
    'Saisissez le code à usage unique affiché par le serveur, puis choisissez un mot de passe pour l’administrateur.',
  setupCode: 'Code à usage unique',
  setupCodeHelp:
    'Il se trouve dans le terminal ou le journal du serveur et n’est valable qu’une seule fois.',
  setupUsername: 'Administrateur',
  setupPassword: 'Nouveau mot de passe',
  setupPasswordHelp: (length) =>
    `Au moins ${length} caractères. Quelques mots sans rapport entre eux sont faciles à retenir et difficiles à deviner.`,
  setupPasswordAgain: 'Confirmez le nouveau mot de passe',
  setupSubmit: 'Créer l’administrateur',
  setupInvalidCode:
    'Ce code est incorrect, a déjà été utilisé ou a expiré. Copiez-le à nouveau, ou faites-en afficher un autre sur le serveur.',
  setupWeakPassword: (length) =>
    `Ce mot de passe est trop facile à deviner. Choisissez-en un autre d’au moins ${length} caractères.`,
  setupMismatch: 'Les deux mots de passe diffèrent. Saisissez deux fois le même.',
  setupExpired:
    'Cette page avait expiré. Rien n’a été perdu : saisissez à nouveau le code et le mot de passe.',
  setupDoneTitle: 'Ce serveur est configuré',
  setupDone: (username) =>
    username === undefined
      ? 'L’administrateur a maintenant un mot de passe. Le code n’est plus valable.'
      : `${username} a maintenant un mot de passe. Le code n’est plus valable.`,
  setupSignIn: 'Se connecter',

  formPostTitle: 'Retour à l’application',
  formPostText: (host) =>
    `Votre navigateur transmet la réponse à ${host}. Si rien ne se passe, appuyez sur le bouton.`,
  formPostSubmit: 'Continuer',

  logoutTitle: 'Se déconnecter ?',
  logoutSignedInAs: (username) => `Vous êtes connecté en tant que ${username}.`,
  logoutAskedBy: (client) => `${client} demande à vous déconnecter ici aussi.`,
  logoutYes: 'Se déconnecter',
  logoutNo: 'Rester connecté',
  logoutDoneTitle: 'Vous êtes déconnecté',
  logoutDone: (host) => `Votre session sur ${host} est terminée. Vous pouvez fermer cette page.`,
  logoutDoneAgain: 'Se reconnecter',
  startAgainAt: (app: string) => `Recommencer sur ${app}`,
  logoutStayedTitle: 'Vous êtes toujours connecté',
  logoutStayed: 'Rien n’a été modifié. Vous pouvez fermer cette page.',
  logoutExpiredTitle: 'Veuillez réessayer',
  logoutExpired: 'Cette page avait expiré ; vous êtes donc toujours connecté.',
  notFoundTitle: 'Page introuvable',
  notFound: 'Il n’y a rien à cette adresse. Vérifiez qu’elle est bien écrite.',
  goToAccount: 'Aller à votre compte',
  logoutFrontChannel: 'Les applications que vous avez utilisées en sont informées.',
  logoutFrame: 'Déconnexion d’une application',

  continueTitle: (client) => `Retour à ${client}`,
  continueText: 'Si rien ne se passe, utilisez le lien. Vous pourrez ensuite fermer cette page.',
  continueLink: (client) => `Continuer vers ${client}`,

  loginWith: (provider: string) => `Continuer avec ${provider}`,
  upstreamTitle: (provider: string) => `Connexion avec ${provider} non aboutie`,
  upstreamDenied: (provider: string) =>
    `${provider} n’a pas confirmé la connexion, ou vous avez fait demi-tour. Rien n’a été modifié ici.`,
  upstreamUnavailable: (provider: string) =>
    `${provider} ne répond pas comme il le devrait en ce moment. Réessayez plus tard ou connectez-vous autrement.`,
  upstreamExpired:
    'Cette connexion a été commencée il y a trop longtemps, ou elle est déjà terminée. Recommencez-la.',
  upstreamForeign:
    'Cette connexion n’a pas été commencée dans ce navigateur, ou une autre l’a été après elle. Recommencez-la.',
  upstreamBadAnswer: (provider: string) =>
    `La réponse de ${provider} ne peut pas être acceptée. Recommencez la connexion ; si cela se reproduit, donnez à l’administrateur l’identifiant d’erreur ci-dessous.`,
  upstreamNotFresh: (provider: string) =>
    `${provider} ne vous a pas demandé de vous connecter à nouveau. Déconnectez-vous d’abord là-bas, ou connectez-vous autrement.`,
  upstreamNotConfigured: (provider: string) =>
    `La connexion avec ${provider} n’est pas configurée ici. Connectez-vous autrement.`,
  upstreamTooLong: (provider: string) =>
    `La demande de l’application est trop longue pour être emportée chez ${provider}. Connectez-vous autrement.`,
  upstreamAccountRefused:
    'Ce compte ne peut pas être utilisé en ce moment. Adressez-vous à l’administrateur.',
  upstreamNoAccount: (provider: string) =>
    `Cet accès de ${provider} n’est lié à aucun compte ici, et il n’en crée pas. Si vous avez un compte, connectez-vous autrement et liez-y l’accès.`,
  upstreamAddressTaken: (provider: string, email: string) =>
    `Il existe ici un compte avec l’adresse ${email}, et il n’est pas lié à ${provider}. Connectez-vous autrement, par exemple avec votre mot de passe, puis liez ${provider} dans votre compte.`,
  upstreamLinkRefused:
    'L’accès n’a pas été lié. Il faut commencer et finir dans un seul navigateur, quelques minutes après s’être connecté ici.',
  upstreamLinkTaken: (provider: string) =>
    `Cet accès de ${provider} est lié à un autre compte ici.`,
  upstreamBack: 'Retour à la connexion',
  loginForgot: 'Mot de passe oublié ?',
  loginSignUp: 'Créer un compte',
  loginPasskey: 'Utiliser une clé d’accès',
  loginPasskeyFailed: 'Cela n’a pas fonctionné. Réessayez, ou utilisez votre mot de passe.',
  loginPasskeyRefused:
    'Cette clé d’accès n’est pas connue ici ou n’a pas pu être vérifiée. Réessayez, ou utilisez votre mot de passe.',

  factorTitle: 'Confirmez que c’est bien vous',
  factorLead: (username) => `Vous vous connectez en tant que ${username}.`,
  factorCode: 'Code',
  factorCodeHelp: 'Les six chiffres que votre application d’authentification affiche maintenant.',
  factorRecoveryHelp:
    'Pas d’application sous la main ? Saisissez plutôt un de vos codes de récupération.',
  factorOnlyRecovery: 'Code de récupération',
  factorSubmit: 'Continuer',
  factorPasskey: 'Utiliser votre clé d’accès',
  factorPasskeyNoScript:
    'Les clés d’accès ont besoin de JavaScript, qui est désactivé dans ce navigateur.',
  factorInvalid:
    'Ce code est incorrect ou a déjà été utilisé. Attendez le prochain code et réessayez.',
  factorExpired: 'Cette page avait expiré. Rien n’a été perdu : réessayez.',
  factorEnrolTitle: 'Configurer un second facteur',
  factorEnrolLead:
    'Les administrateurs de ce serveur se connectent avec un second facteur. Configurez-le maintenant ; cela prend une minute.',
  factorStartOver: 'Se connecter avec un autre compte',

  totpTitle: 'Ajouter une application d’authentification',
  totpLead:
    'Scannez l’image avec une application d’authentification, ou saisissez-y la clé. Entrez ensuite le code qu’elle affiche.',
  totpPicture: 'Image de la clé pour votre application d’authentification',
  totpKey: 'Clé',
  totpSubmit: 'Ajouter l’application',

  recoveryTitle: 'Vos codes de récupération',
  recoveryLead:
    'Chacun de ces codes vous permet de vous connecter une fois lorsque vous ne pouvez pas utiliser votre second facteur. Imprimez-les ou gardez-les dans un gestionnaire de mots de passe. Ils ne seront plus affichés.',
  recoveryDone: 'Je les ai gardés',

  passkeyTitle: 'Ajouter une clé d’accès',
  passkeyLead:
    'Une clé d’accès vous permet de vous connecter avec cet appareil, un téléphone ou une clé de sécurité au lieu d’un mot de passe. Personne ne peut la deviner ni vous la soutirer.',
  passkeyName: 'Nom',
  passkeyNameHelp: 'Pour la reconnaître plus tard, par exemple « Mon téléphone ».',
  passkeyDefaultName: (number) => `Clé d’accès ${number}`,
  passkeySubmit: 'Créer la clé d’accès',
  passkeyFailed: 'Aucune clé d’accès n’a été créée. Réessayez, ou retournez à votre compte.',

  formExpired: 'Cette page avait expiré. Rien n’a été perdu : réessayez.',
  formMismatch: 'Les deux mots de passe diffèrent. Saisissez deux fois le même.',
  formWeakPassword: (length) =>
    `Ce mot de passe est trop facile à deviner. Choisissez-en un autre d’au moins ${length} caractères.`,
  formInvalidEmail: 'Ce n’est pas une adresse e-mail unique. Vérifiez-la et réessayez.',
  formInvalidDetails: 'Un champ n’a pas la forme attendue. Vérifiez-le et réessayez.',
  formNotConfirmed: 'Ce n’est pas votre nom d’utilisateur. Rien n’a été modifié.',
  formLastAdministrator:
    'Vous êtes le dernier administrateur de ce serveur. Nommez d’abord quelqu’un d’autre administrateur.',
  formCancel: 'Retour à votre compte',
  formSignIn: 'Retour à la connexion',

  fieldUsernameOrEmail: 'Nom d’utilisateur ou adresse e-mail',
  fieldEmail: 'Adresse e-mail',
  fieldName: 'Votre nom',
  fieldNewPassword: 'Nouveau mot de passe',
  fieldNewPasswordAgain: 'Confirmez le nouveau mot de passe',
  fieldPasswordHelp: (length) =>
    `Au moins ${length} caractères. Quelques mots sans rapport entre eux sont faciles à retenir et difficiles à deviner.`,
  fieldConfirm: (username) => `Saisissez ${username} pour confirmer`,

  forgotTitle: 'Mot de passe oublié ?',
  forgotLead: 'Dites-nous qui vous êtes, et nous vous envoyons un lien pour en choisir un nouveau.',
  forgotSubmit: 'Envoyer le lien',
  resetTitle: 'Choisir un nouveau mot de passe',
  resetLead: 'Vous serez déconnecté partout, et les applications ayant accès devront redemander.',
  resetSubmit: 'Enregistrer le mot de passe',
  signUpTitle: 'Créer un compte',
  signUpLead: 'Nous vous envoyons un lien pour continuer.',
  signUpSubmit: 'Envoyer le lien',
  signUpFinishTitle: 'Créer votre compte',
  signUpFinishLead: (email) => `Votre adresse ${email} est confirmée. Choisissez un mot de passe.`,
  signUpFinishSubmit: 'Créer le compte',
  emailProofTitle: 'Confirmer votre adresse e-mail',
  emailProofLead: (email) => `${email} devient l’adresse de votre compte.`,
  emailProofSubmit: 'Confirmer',
  passwordTitle: 'Changer votre mot de passe',
  passwordLead:
    'Toutes les autres sessions se terminent, et les applications ayant accès devront redemander.',
  passwordFirstTitle: 'Définir un mot de passe',
  passwordFirstLead:
    'Votre compte n’a pas encore de mot de passe. Avec un mot de passe, vous pouvez vous connecter sans vos connexions liées.',
  passwordSubmit: 'Enregistrer le mot de passe',
  emailTitle: 'Changer votre adresse e-mail',
  emailLead:
    'Nous envoyons un lien à la nouvelle adresse. Tant que vous ne l’ouvrez pas, l’ancienne reste.',
  emailSubmit: 'Envoyer le lien',
  detailsTitle: 'Vos informations',
  detailsLead:
    'Les applications ne les voient que si vous l’autorisez. Chaque champ peut rester vide.',
  detailsSubmit: 'Enregistrer',
  disableTitle: 'Fermer votre compte',
  disableLead:
    'Vous serez déconnecté partout et ne pourrez plus vous connecter jusqu’à ce qu’un administrateur rouvre le compte.',
  disableSubmit: 'Fermer le compte',
  loginsTitle: 'Connexions liées',
  loginsLead:
    'Vos comptes ailleurs avec lesquels vous pouvez vous connecter ici. Quand vous en ajoutez ou en supprimez un, toutes les autres sessions sont terminées.',
  loginsLink: (provider) => `Lier ${provider}`,
  loginsOnlyWay:
    'C’est votre seul moyen de vous connecter. Définissez d’abord un mot de passe ou ajoutez une clé d’accès ; vous pourrez ensuite la supprimer.',
  deleteTitle: 'Supprimer votre compte',
  deleteLead:
    'Vos informations, vos clés d’accès, vos sessions et l’accès de toutes les applications seront supprimés. Cela ne peut pas être annulé.',
  deleteSubmit: 'Supprimer le compte définitivement',

  detail_name: 'Nom complet',
  detail_given_name: 'Prénom',
  detail_family_name: 'Nom de famille',
  detail_middle_name: 'Autres prénoms',
  detail_nickname: 'Surnom',
  detail_preferred_username: 'Nom d’usage',
  detail_profile: 'Page de profil (https://…)',
  detail_picture: 'Photo (https://…)',
  detail_website: 'Site web (https://…)',
  detail_gender: 'Genre',
  detail_birthdate: 'Date de naissance (AAAA-MM-JJ)',
  detail_zoneinfo: 'Fuseau horaire (Europe/Paris)',
  detail_locale: 'Langue (fr-FR)',
  detail_phone_number: 'Numéro de téléphone (+33 …)',
  detail_address_street_address: 'Numéro et rue',
  detail_address_locality: 'Ville',
  detail_address_region: 'Région ou département',
  detail_address_postal_code: 'Code postal',
  detail_address_country: 'Pays',

  doneResetMailedTitle: 'Consultez votre messagerie',
  doneResetMailed:
    'Si ce compte existe et peut être joint par un moyen confirmé, un lien vient d’être envoyé. Il est valable une seule fois, pendant 20 minutes.',
  donePasswordResetTitle: 'Votre mot de passe est changé',
  donePasswordReset: 'Connectez-vous avec le nouveau mot de passe.',
  doneSignUpMailedTitle: 'Consultez votre messagerie',
  doneSignUpMailed:
    'Un lien vient d’être envoyé à cette adresse. Il est valable une seule fois, pendant 20 minutes.',
  doneSignedUpTitle: 'Votre compte est prêt',
  doneSignedUp: 'Connectez-vous avec votre adresse e-mail et votre mot de passe.',
  doneEmailTitle: 'Votre adresse e-mail est confirmée',
  doneEmail: 'C’est désormais l’adresse de votre compte.',
  doneLinkTitle: 'Ce lien ne fonctionne plus',
  doneLink:
    'Il a déjà été utilisé, a expiré, ou votre compte a changé depuis. Demandez-en un nouveau.',
  doneDisabledTitle: 'Votre compte est fermé',
  doneDisabled: 'Adressez-vous à un administrateur quand vous voudrez le retrouver.',
  doneDeletedTitle: 'Votre compte est supprimé',
  doneDeleted:
    'Il n’en reste que ce qui doit être conservé par la loi ou dans le journal de ce serveur.',
  doneExpiredTitle: 'Veuillez réessayer',
  doneExpired: 'La page avait expiré. Rien n’a été modifié.',
  doneGoOn: 'Continuer',

  consoleSessions: 'Où vous êtes connecté',
  consoleDeviceColumn: 'Appareil',
  consoleThisDevice: 'Cet appareil',
  consoleUnknownDevice: 'Appareil inconnu',
  consoleDevice: (browser, system) => `${browser} sous ${system}`,
  consoleLastUse: 'Dernière utilisation',
  consolePlace: 'Depuis',
  consoleEnd: 'Terminer',
  consoleEndOf: (device) => `Terminer la session de ${device}`,
  consoleEndOthers: 'Terminer toutes les autres sessions',
  consoleRevoke: 'Retirer l’accès',
  consoleRevokeOf: (app) => `Retirer l’accès de ${app}`,
  consoleSecurity: 'Connexion',
  consolePasswordSet: 'Changer le mot de passe',
  consolePasskeys: 'Clés d’accès',
  consoleNoPasskeys:
    'Aucune pour l’instant. Une clé d’accès est le moyen le plus sûr de se connecter.',
  consoleAddPasskey: 'Ajouter une clé d’accès',
  consolePasskeyAdded: 'Ajoutée',
  consoleNeverUsed: 'Jamais utilisée',
  consoleSynced: 'Conservée sur plusieurs appareils',
  consoleRename: 'Renommer',
  consoleRemove: 'Supprimer',
  consoleRemoveOf: (name) => `Supprimer ${name}`,
  consoleNameOf: (name) => `Nouveau nom de ${name}`,
  consoleTotp: 'Application d’authentification',
  consoleTotpSince: (day) => `Ajoutée le ${day}.`,
  consoleNoTotp: 'Aucune.',
  consoleAddTotp: 'Ajouter une application d’authentification',
  consoleRemoveTotp: 'Supprimer l’application d’authentification',
  consoleRecovery: 'Codes de récupération',
  consoleRecoveryLeft: (number) =>
    number === 0
      ? 'Il n’en reste aucun.'
      : count(number, { one: 'Il reste # code.', other: 'Il reste # codes.' }),
  consoleNewCodes: 'Créer de nouveaux codes de récupération',
  consoleLogins: 'Connexions liées',
  consoleNoLogins: 'Aucune connexion n’est liée.',
  consoleLinkedOn: 'Liée',
  consoleManageLogins: 'Ajouter ou supprimer des connexions liées',
  consolePasswordFirst: 'Définir un mot de passe',
  consoleLog: 'Ce qui s’est passé récemment',
  consoleLogEmpty: 'Rien pour l’instant.',
  consoleWhen: 'Quand',
  consoleWhat: 'Quoi',
  consoleEditEmail: 'Changer l’adresse e-mail',
  consoleEditDetails: 'Modifier vos informations',
  consoleVerifyEmail: 'Envoyer un lien pour la confirmer',
  consoleVerified: 'confirmée',
  consoleNotVerified: 'non confirmée',
  consoleData: 'Vos données',
  consoleExport: 'Télécharger tout ce qui est enregistré sur vous',
  consoleDisable: 'Fermer votre compte',
  consoleDelete: 'Supprimer votre compte',

  done_password: 'Votre mot de passe est changé. Toutes les autres sessions ont été terminées.',
  done_email_mailed: 'Un lien vient d’être envoyé. Ouvrez-le pour confirmer l’adresse.',
  done_too_many_letters: 'Trop d’e-mails ont été demandés en peu de temps. Réessayez plus tard.',
  done_no_mail:
    'Ce serveur n’envoie pas d’e-mails. Demandez à son administrateur de changer votre adresse.',
  done_details: 'Vos informations sont enregistrées.',
  done_totp:
    'L’application d’authentification est ajoutée. Toutes les autres sessions ont été terminées.',
  done_totp_removed:
    'L’application d’authentification est supprimée. Toutes les autres sessions ont été terminées.',
  done_passkey: 'La clé d’accès est ajoutée. Toutes les autres sessions ont été terminées.',
  done_passkey_renamed: 'La clé d’accès a son nouveau nom.',
  done_passkey_removed:
    'La clé d’accès est supprimée. Toutes les autres sessions ont été terminées.',
  done_passkey_refused:
    'Cette clé d’accès n’a pas pu être vérifiée. Rien n’a été ajouté ; réessayez.',
  done_too_many_passkeys:
    'Un compte ne peut pas avoir plus de clés d’accès. Supprimez-en d’abord une.',
  done_login_linked:
    'La connexion est liée. Vous pouvez désormais vous connecter avec elle. Toutes les autres sessions ont été terminées.',
  done_login_known: 'Cette connexion était déjà liée à votre compte. Rien n’a été modifié.',
  done_too_many_logins:
    'Un compte ne peut pas avoir plus de connexions liées. Supprimez-en d’abord une.',
  done_login_removed:
    'La connexion liée est supprimée. Plus personne ne peut se connecter avec elle. Toutes les autres sessions ont été terminées.',
  done_last_way_in:
    'C’est votre seul moyen de vous connecter : il n’a pas été supprimé. Définissez d’abord un mot de passe ou ajoutez une clé d’accès.',
  done_first_password:
    'Votre mot de passe est défini. Toutes les autres sessions ont été terminées.',
  done_session: 'Cette session a été terminée.',
  done_sessions: 'Toutes les autres sessions ont été terminées.',
  done_app: 'L’application n’a plus accès.',
  done_again:
    'Rien n’a été modifié, car autre chose avait changé entre-temps. Regardez, puis réessayez.',

  'log_session.started': 'Connexion',
  'log_session.ended': 'Déconnexion',
  'log_login.failed': 'Connexion avec un mauvais mot de passe',
  'log_login.throttled': 'Connexions bloquées temporairement après trop d’échecs',
  'log_factor.failed': 'Connexion avec un mauvais second facteur',
  'log_factor.throttled': 'Second facteur bloqué temporairement après trop d’échecs',
  'log_user.created': 'Compte créé',
  'log_user.signed_up': 'Compte créé',
  'log_user.enabled': 'Compte rouvert',
  'log_user.disabled': 'Compte fermé',
  'log_user.exported': 'Données téléchargées',
  'log_user.claims_changed': 'Informations modifiées',
  'log_user.password_changed': 'Mot de passe changé',
  'log_user.password_reset_requested': 'Lien pour un nouveau mot de passe demandé',
  'log_user.email_verified': 'Adresse e-mail confirmée',
  'log_user.email_change_requested': 'Autre adresse e-mail demandée',
  'log_user.email_changed': 'Adresse e-mail changée',
  'log_totp.added': 'Application d’authentification ajoutée',
  'log_totp.removed': 'Application d’authentification supprimée',
  'log_passkey.added': 'Clé d’accès ajoutée',
  'log_passkey.renamed': 'Clé d’accès renommée',
  'log_passkey.removed': 'Clé d’accès supprimée',
  'log_identity.linked': 'Connexion liée ajoutée',
  'log_identity.unlinked': 'Connexion liée supprimée',
  'log_recovery_codes.created': 'Nouveaux codes de récupération',
  'log_recovery_code.used': 'Code de récupération utilisé',
  'log_consent.withdrawn': 'Accès d’une application retiré',
  'log_setup_link.used': 'Lien de configuration utilisé',

  mailLinkLife: 'Le lien est valable une seule fois, pendant 20 minutes.',
  mailNotYou: 'Si ce n’est pas vous qui l’avez demandé, vous n’avez rien à faire.',
  mailSignUpSubject: 'Créez votre compte',
  mailSignUp: 'Quelqu’un, sans doute vous, veut créer un compte avec cette adresse e-mail.',
  mailSignUpLink: 'Créer le compte',
  mailSignUpKnown:
    'Quelqu’un, sans doute vous, a voulu créer un compte avec cette adresse e-mail. Elle en a déjà un : connectez-vous.',
  mailSignInLink: 'Se connecter',
  mailEmailSubject: 'Confirmez votre adresse e-mail',
  mailEmail: (username) => `Le compte ${username} doit utiliser cette adresse e-mail.`,
  mailEmailLink: 'Confirmer l’adresse',
  mailResetSubject: 'Choisissez un nouveau mot de passe',
  mailReset: (username) => `Un nouveau mot de passe a été demandé pour le compte ${username}.`,
  mailResetLink: 'Choisir un mot de passe',
  mailChangedSubject: 'Votre compte a changé',
  mailChanged: (username, change, when) => `${change} Compte : ${username}. Date : ${when}.`,
  mailChangedNotYou:
    'Si ce n’était pas vous, regardez votre compte maintenant et prévenez l’administrateur.',
  mailAccountLink: 'Votre compte',
  changePassword: 'Le mot de passe de votre compte a été changé.',
  changeEmailRequested: 'Une autre adresse e-mail a été demandée pour votre compte.',
  changeEmail: 'L’adresse e-mail de votre compte a été remplacée par une autre.',
  changeTotpAdded: 'Une application d’authentification a été ajoutée à votre compte.',
  changeTotpRemoved: 'L’application d’authentification de votre compte a été supprimée.',
  changePasskeyAdded: 'Une clé d’accès a été ajoutée à votre compte.',
  changePasskeyRemoved: 'Une clé d’accès de votre compte a été supprimée.',
  changeIdentityLinked:
    'Une connexion chez un autre fournisseur a été liée à votre compte. Elle permet désormais de s’y connecter.',
  changeIdentityUnlinked: 'Une connexion liée de votre compte a été supprimée.',
  changeRecoveryCodes: 'De nouveaux codes de récupération ont été créés pour votre compte.',
  changeRecoveryCodeUsed:
    'Un code de récupération de votre compte a été utilisé pour se connecter.',
  changeDisabled: 'Votre compte a été fermé.',
  changeDeleted: 'Votre compte a été supprimé.',

  mailboxTitle: 'E-mails',
  mailboxLead:
    'E-mails de ce serveur de développement. Rien n’a été envoyé ; ils disparaissent au prochain démarrage.',
  mailboxEmpty: 'Pas encore d’e-mails.',
  mailboxTo: 'À',
}
