import type { Messages } from './shape.ts'
import { wordsOf } from './words.ts'

const { date, time, duration, count } = wordsOf('de')

export const GERMAN: Messages = {
  lang: 'de',
  dir: 'ltr',
  ownName: 'Deutsch',
  date,
  time,

  languageLegend: 'Sprache',

  loginTitle: 'Anmelden',
  loginFor: (client) => `weiter zu ${client}`,
  loginUsername: 'Benutzername',
  loginPassword: 'Passwort',
  loginSubmit: 'Anmelden',
  loginDev:
    'Entwicklungsserver. Noch kein Konto? Sehen Sie in dem Terminal nach, in dem er gestartet wurde.',
  loginInvalidCredentials:
    'Benutzername und Passwort passen zu keinem Konto. Prüfen Sie beide und versuchen Sie es noch einmal.',
  loginTooManyAttempts: (seconds) =>
    seconds === undefined
      ? 'Es gab zu viele Versuche. Warten Sie einige Minuten und versuchen Sie es dann noch einmal.'
      : `Es gab zu viele Versuche. Warten Sie ${duration(seconds)} und versuchen Sie es dann noch einmal.`,
  loginExpired:
    'Diese Seite war abgelaufen. Nichts ging verloren: Melden Sie sich an, um fortzufahren.',
  loginRequired: 'Melden Sie sich an, um fortzufahren.',
  loginSignedOut: 'Sie sind abgemeldet. Sie können sich jederzeit wieder anmelden.',
  loginSignedInAs: (name) => `Sie sind als ${name} angemeldet.`,
  loginContinueAs: (name) => `Weiter als ${name}`,
  loginOther: 'Oder melden Sie sich mit einem anderen Konto an:',
  loginReauthenticate: 'Bestätigen Sie, dass Sie es sind: Melden Sie sich noch einmal an.',
  showPassword: 'Passwort anzeigen',
  hidePassword: 'Passwort verbergen',

  consentTitle: (client) => `Darf ${client} Ihr Konto verwenden?`,
  consentExpired:
    'Diese Seite war abgelaufen. Es wurde nichts weitergegeben: Bitte entscheiden Sie noch einmal.',
  consentAlreadyDecided:
    'Diese Anfrage wurde bereits beantwortet. Gehen Sie zurück zur App; wenn sie noch einmal fragt, entscheiden Sie hier.',
  consentUnverified: 'Ungeprüfte App',
  consentUnverifiedWhy:
    'Diese App hat sich selbst registriert, und niemand hat geprüft, wer sie betreibt. Erlauben Sie den Zugriff nur, wenn Sie dies selbst begonnen haben und die Adresse unten kennen.',
  consentLoopback:
    'Die Antwort geht an eine App auf diesem Gerät. Erlauben Sie den Zugriff nur, wenn Sie diese App gerade selbst gestartet haben.',
  consentSignedInAs: 'Angemeldet als',
  consentSentTo: 'Sie werden weitergeleitet zu',
  consentAppSite: 'Website der App',
  consentScopes: 'Die App kann dann',
  consentNoScopes: 'Wissen, dass Sie hier ein Konto haben, und sonst nichts.',
  scope_openid: 'Wissen, wer Sie hier sind',
  scope_profile: 'Ihr Profil sehen, zum Beispiel Ihren Namen',
  scope_email: 'Ihre E-Mail-Adresse sehen',
  scope_address: 'Ihre Postanschrift sehen',
  scope_phone: 'Ihre Telefonnummer sehen',
  scope_offline_access: 'Zugriff behalten, während Sie nicht da sind',
  scope_read: 'Ihre Daten lesen',
  scope_write: 'Ihre Daten ändern',
  scope_admin: 'Diesen Server verwalten',
  scopeOther: (token) => `„${token}“ verwenden`,
  consentRemember: 'Bei dieser App und diesen Berechtigungen nicht mehr fragen',
  consentAllow: 'Erlauben',
  consentDeny: 'Ablehnen',
  consentRevoke:
    'Sie können das später zurücknehmen: Ihre Kontoseite zeigt die Apps mit Zugriff, und die Administration dieses Servers kann jede davon entfernen.',
  consentPolicy: (client) => `Datenschutzerklärung von ${client}`,
  consentTos: (client) => `Nutzungsbedingungen von ${client}`,

  errorRequestTitle: 'Diese Anfrage ist nicht verwendbar',
  errorRefusedTitle: 'Anfrage abgelehnt',
  errorFailedTitle: 'Etwas ist schiefgegangen',
  errorRefused: 'Der Server nimmt die Anfrage so, wie sie gesendet wurde, nicht an.',
  errorFailed: 'Die Anfrage konnte nicht ausgeführt werden.',
  errorBusy:
    'Der Server ist gerade überlastet. Warten Sie einen Moment und versuchen Sie es dann noch einmal.',
  errorTooMany:
    'Aus Ihrem Netz kamen zu viele Anfragen. Warten Sie einen Moment und versuchen Sie es dann noch einmal.',
  errorRepeated: (parameter) => `Der Parameter ${parameter} wurde mehr als einmal gesendet.`,
  errorClientMissing: 'Die Anfrage nennt keine Anwendung (client_id fehlt).',
  errorClientUnknown: 'Die Anwendung (client_id) ist hier nicht bekannt.',
  errorRedirectMissing: 'Die Anfrage sagt nicht, wohin es zurückgehen soll (redirect_uri fehlt).',
  errorRedirectUnknown:
    'Die Rücksprungadresse (redirect_uri) ist für diese Anwendung nicht registriert. Sie muss genau übereinstimmen.',
  errorRedirectUnknownNative:
    'Die Rücksprungadresse (redirect_uri) ist für diese Anwendung nicht registriert. Sie muss genau übereinstimmen; nur der Port von 127.0.0.1 oder [::1] darf abweichen.',
  errorRequestObject: 'Die App hat eine Anfrage gesendet, die nicht gelesen werden kann.',
  errorReason: 'Grund',
  errorRedirectReceived: 'Erhaltene redirect_uri',
  errorRedirectRegistered: 'Registriert',
  errorId: 'Fehlernummer',
  errorCode: 'Code',
  errorWhatToDo:
    'Gehen Sie zurück zur App und beginnen Sie von vorn. Wenn es wieder geschieht, nennen Sie der Administration die Fehlernummer unten.',
  errorWhatToDoWithoutId:
    'Gehen Sie zurück zur App und beginnen Sie von vorn. Wenn es wieder geschieht, sagen Sie der Administration, was Sie gerade getan haben.',
  errorDetails: 'Einzelheiten für Entwickler',

  profileTitle: 'Ihr Konto',
  profileUsername: 'Benutzername',
  profileEmail: 'E-Mail-Adresse',
  profileNoEmail: 'Keine',
  profileRole: 'Rolle',
  role_admin: 'Administration',
  role_user: 'Benutzer',
  profileUserId: 'Benutzer-ID',
  profileSession: 'Angemeldet seit',
  profileApps: 'Apps mit Zugriff',
  profileNoApps: 'Keine App hat Zugriff auf Ihr Konto.',
  profileApp: 'App',
  profileScope: 'Berechtigungen',
  profileSince: 'Seit',
  profileSignOut: 'Abmelden',
  profileDiscovery: 'Für Entwickler',
  profileOpenId: 'OpenID-Connect-Metadaten',
  profileOAuth: 'OAuth-Servermetadaten',

  setupTitle: 'Diesen Server einrichten',
  setupIntro:
    'Geben Sie den Einmalcode ein, den der Server ausgegeben hat, und wählen Sie dann ein Passwort für das Administrationskonto.',
  setupCode: 'Einmalcode',
  setupCodeHelp: 'Er steht im Terminal oder im Protokoll des Servers und gilt einmal.',
  setupUsername: 'Administrationskonto',
  setupPassword: 'Neues Passwort',
  setupPasswordHelp: (length) =>
    `Mindestens ${length} Zeichen. Einige Wörter ohne Zusammenhang sind leicht zu merken und schwer zu erraten.`,
  setupPasswordAgain: 'Neues Passwort wiederholen',
  setupSubmit: 'Administrationskonto anlegen',
  setupInvalidCode:
    'Dieser Code ist falsch, schon verwendet oder abgelaufen. Kopieren Sie ihn noch einmal, oder lassen Sie auf dem Server einen neuen ausgeben.',
  setupWeakPassword: (length) =>
    `Dieses Passwort ist zu leicht zu erraten. Wählen Sie ein anderes mit mindestens ${length} Zeichen.`,
  setupMismatch: 'Die beiden Passwörter sind verschieden. Geben Sie zweimal dasselbe ein.',
  setupExpired:
    'Diese Seite war abgelaufen. Nichts ging verloren: Geben Sie Code und Passwort noch einmal ein.',
  setupDoneTitle: 'Dieser Server ist eingerichtet',
  setupDone: (username) =>
    username === undefined
      ? 'Das Administrationskonto hat jetzt ein Passwort. Der Code gilt nicht mehr.'
      : `${username} hat jetzt ein Passwort. Der Code gilt nicht mehr.`,
  setupSignIn: 'Anmelden',

  formPostTitle: 'Zurück zur App',
  formPostText: (host) =>
    `Ihr Browser übermittelt die Antwort an ${host}. Wenn nichts geschieht, klicken Sie auf die Schaltfläche.`,
  formPostSubmit: 'Weiter',

  logoutTitle: 'Abmelden?',
  logoutSignedInAs: (username) => `Sie sind als ${username} angemeldet.`,
  logoutAskedBy: (client) => `${client} möchte Sie auch hier abmelden.`,
  logoutYes: 'Abmelden',
  logoutNo: 'Angemeldet bleiben',
  logoutDoneTitle: 'Sie sind abgemeldet',
  logoutDone: (host) => `Ihre Sitzung bei ${host} ist beendet. Sie können diese Seite schließen.`,
  logoutDoneAgain: 'Wieder anmelden',
  startAgainAt: (app: string) => `Bei ${app} neu beginnen`,
  logoutStayedTitle: 'Sie sind weiterhin angemeldet',
  logoutStayed: 'Nichts wurde geändert. Sie können diese Seite schließen.',
  logoutExpiredTitle: 'Bitte noch einmal',
  logoutExpired: 'Diese Seite war abgelaufen, deshalb sind Sie noch angemeldet.',
  notFoundTitle: 'Seite nicht gefunden',
  notFound: 'An dieser Adresse gibt es nichts. Prüfen Sie, ob sie richtig geschrieben ist.',
  goToAccount: 'Zu Ihrem Konto',
  logoutFrontChannel: 'Die Apps, die Sie verwendet haben, werden benachrichtigt.',
  logoutFrame: 'Abmeldung einer App',

  continueTitle: (client) => `Zurück zu ${client}`,
  continueText:
    'Wenn nichts geschieht, verwenden Sie den Link. Danach können Sie diese Seite schließen.',
  continueLink: (client) => `Weiter zu ${client}`,

  loginWith: (provider: string) => `Weiter mit ${provider}`,
  upstreamTitle: (provider: string) => `Nicht mit ${provider} angemeldet`,
  upstreamDenied: (provider: string) =>
    `${provider} hat die Anmeldung nicht bestätigt, oder Sie sind dort umgekehrt. Hier wurde nichts geändert.`,
  upstreamUnavailable: (provider: string) =>
    `${provider} antwortet im Moment nicht so, wie es sollte. Versuchen Sie es später noch einmal, oder melden Sie sich auf einem anderen Weg an.`,
  upstreamExpired:
    'Diese Anmeldung wurde vor zu langer Zeit begonnen oder ist schon abgeschlossen. Beginnen Sie sie noch einmal.',
  upstreamForeign:
    'Diese Anmeldung wurde nicht in diesem Browser begonnen, oder nach ihr wurde eine andere begonnen. Beginnen Sie sie noch einmal.',
  upstreamBadAnswer: (provider: string) =>
    `Die Antwort von ${provider} kann nicht angenommen werden. Beginnen Sie die Anmeldung noch einmal; geschieht es wieder, nennen Sie dem Administrator die Fehlernummer unten.`,
  upstreamNotFresh: (provider: string) =>
    `${provider} hat Sie nicht noch einmal nach Ihrer Anmeldung gefragt. Melden Sie sich zuerst dort ab, oder melden Sie sich auf einem anderen Weg an.`,
  upstreamNotConfigured: (provider: string) =>
    `Die Anmeldung mit ${provider} ist hier nicht eingerichtet. Melden Sie sich auf einem anderen Weg an.`,
  upstreamTooLong: (provider: string) =>
    `Die Anfrage der App ist zu lang, um sie zu ${provider} mitzunehmen. Melden Sie sich auf einem anderen Weg an.`,
  upstreamAccountRefused:
    'Dieses Konto kann im Moment nicht benutzt werden. Fragen Sie den Administrator.',
  upstreamNoAccount: (provider: string) =>
    `Diese Anmeldung von ${provider} ist hier mit keinem Konto verknüpft, und sie legt kein neues an. Wenn Sie ein Konto haben, melden Sie sich auf einem anderen Weg an und verknüpfen Sie sie dort.`,
  upstreamAddressTaken: (provider: string, email: string) =>
    `Es gibt hier ein Konto mit der Adresse ${email}, und es ist nicht mit ${provider} verknüpft. Melden Sie sich auf einem anderen Weg an, etwa mit Ihrem Passwort; verknüpfen Sie dann ${provider} in Ihrem Konto.`,
  upstreamLinkRefused:
    'Die Anmeldung wurde nicht verknüpft. Das muss in einem einzigen Browser begonnen und beendet werden, wenige Minuten nachdem Sie sich hier angemeldet haben.',
  upstreamLinkTaken: (provider: string) =>
    `Diese Anmeldung von ${provider} ist hier mit einem anderen Konto verknüpft.`,
  upstreamBack: 'Zurück zur Anmeldung',
  loginForgot: 'Passwort vergessen?',
  loginSignUp: 'Konto anlegen',
  loginPasskey: 'Passkey verwenden',
  loginPasskeyFailed:
    'Das hat nicht geklappt. Versuchen Sie es noch einmal, oder verwenden Sie Ihr Passwort.',
  loginPasskeyRefused:
    'Dieser Passkey ist hier nicht bekannt oder konnte nicht geprüft werden. Versuchen Sie es noch einmal, oder verwenden Sie Ihr Passwort.',

  factorTitle: 'Bestätigen Sie, dass Sie es sind',
  factorLead: (username) => `Sie melden sich als ${username} an.`,
  factorCode: 'Code',
  factorCodeHelp: 'Die sechs Ziffern, die Ihre Authenticator-App jetzt zeigt.',
  factorRecoveryHelp:
    'Keine App zur Hand? Geben Sie stattdessen einen Ihrer Wiederherstellungscodes ein.',
  factorOnlyRecovery: 'Wiederherstellungscode',
  factorSubmit: 'Weiter',
  factorPasskey: 'Ihren Passkey verwenden',
  factorPasskeyNoScript:
    'Passkeys brauchen JavaScript, und das ist in diesem Browser ausgeschaltet.',
  factorInvalid:
    'Das ist nicht richtig oder wurde schon verwendet. Warten Sie auf den nächsten Code und versuchen Sie es noch einmal.',
  factorExpired: 'Diese Seite war abgelaufen. Nichts ging verloren: Versuchen Sie es noch einmal.',
  factorEnrolTitle: 'Zweiten Faktor einrichten',
  factorEnrolLead:
    'Wer diesen Server verwaltet, meldet sich mit einem zweiten Faktor an. Richten Sie ihn jetzt ein; es dauert eine Minute.',
  factorStartOver: 'Mit einem anderen Konto anmelden',

  totpTitle: 'Authenticator-App hinzufügen',
  totpLead:
    'Scannen Sie das Bild mit einer Authenticator-App, oder tippen Sie den Schlüssel dort ein. Geben Sie dann den Code ein, den sie zeigt.',
  totpPicture: 'Bild des Schlüssels für Ihre Authenticator-App',
  totpKey: 'Schlüssel',
  totpSubmit: 'App hinzufügen',

  recoveryTitle: 'Ihre Wiederherstellungscodes',
  recoveryLead:
    'Mit jedem dieser Codes können Sie sich einmal anmelden, wenn Sie Ihren zweiten Faktor nicht verwenden können. Drucken Sie sie aus, oder bewahren Sie sie in einem Passwortmanager auf. Sie werden nicht noch einmal gezeigt.',
  recoveryDone: 'Ich habe sie aufbewahrt',

  passkeyTitle: 'Passkey hinzufügen',
  passkeyLead:
    'Mit einem Passkey melden Sie sich über dieses Gerät, ein Telefon oder einen Sicherheitsschlüssel an, ganz ohne Passwort. Niemand kann ihn erraten oder Ihnen ablisten.',
  passkeyName: 'Name',
  passkeyNameHelp: 'Damit Sie ihn später wiedererkennen, zum Beispiel „Mein Telefon“.',
  passkeyDefaultName: (number) => `Passkey ${number}`,
  passkeySubmit: 'Passkey anlegen',
  passkeyFailed:
    'Es wurde kein Passkey angelegt. Versuchen Sie es noch einmal, oder gehen Sie zurück zu Ihrem Konto.',

  formExpired: 'Diese Seite war abgelaufen. Nichts ging verloren: Versuchen Sie es noch einmal.',
  formMismatch: 'Die beiden Passwörter sind verschieden. Geben Sie zweimal dasselbe ein.',
  formWeakPassword: (length) =>
    `Dieses Passwort ist zu leicht zu erraten. Wählen Sie ein anderes mit mindestens ${length} Zeichen.`,
  formInvalidEmail:
    'Das ist keine einzelne E-Mail-Adresse. Prüfen Sie sie und versuchen Sie es noch einmal.',
  formInvalidDetails:
    'Ein Feld hat nicht die Form, die es haben muss. Prüfen Sie es und versuchen Sie es noch einmal.',
  formNotConfirmed: 'Das ist nicht Ihr Benutzername. Nichts wurde geändert.',
  formLastAdministrator:
    'Ihres ist das letzte Administrationskonto dieses Servers. Geben Sie zuerst jemand anderem diese Rolle.',
  formCancel: 'Zurück zu Ihrem Konto',
  formSignIn: 'Zurück zur Anmeldung',

  fieldUsernameOrEmail: 'Benutzername oder E-Mail-Adresse',
  fieldEmail: 'E-Mail-Adresse',
  fieldName: 'Ihr Name',
  fieldNewPassword: 'Neues Passwort',
  fieldNewPasswordAgain: 'Neues Passwort wiederholen',
  fieldPasswordHelp: (length) =>
    `Mindestens ${length} Zeichen. Einige Wörter ohne Zusammenhang sind leicht zu merken und schwer zu erraten.`,
  fieldConfirm: (username) => `Geben Sie zur Bestätigung ${username} ein`,

  forgotTitle: 'Passwort vergessen?',
  forgotLead:
    'Sagen Sie uns, wer Sie sind, und wir senden Ihnen einen Link, mit dem Sie ein neues wählen.',
  forgotSubmit: 'Link senden',
  resetTitle: 'Neues Passwort wählen',
  resetLead: 'Sie werden überall abgemeldet, und alle Apps müssen Sie erneut um Zugriff bitten.',
  resetSubmit: 'Passwort speichern',
  signUpTitle: 'Konto anlegen',
  signUpLead: 'Wir senden Ihnen einen Link, mit dem es weitergeht.',
  signUpSubmit: 'Link senden',
  signUpFinishTitle: 'Ihr Konto anlegen',
  signUpFinishLead: (email) => `Ihre Adresse ${email} ist bestätigt. Wählen Sie ein Passwort.`,
  signUpFinishSubmit: 'Konto anlegen',
  emailProofTitle: 'E-Mail-Adresse bestätigen',
  emailProofLead: (email) => `${email} wird die Adresse Ihres Kontos.`,
  emailProofSubmit: 'Bestätigen',
  passwordTitle: 'Passwort ändern',
  passwordLead: 'Alle anderen Sitzungen enden, und alle Apps müssen Sie erneut um Zugriff bitten.',
  passwordFirstTitle: 'Passwort festlegen',
  passwordFirstLead:
    'Ihr Konto hat noch kein Passwort. Mit einem Passwort können Sie sich auch ohne verknüpfte Anmeldungen anmelden.',
  passwordSubmit: 'Passwort speichern',
  emailTitle: 'E-Mail-Adresse ändern',
  emailLead: 'Wir senden einen Link an die neue Adresse. Bis Sie ihn öffnen, bleibt die alte.',
  emailSubmit: 'Link senden',
  detailsTitle: 'Ihre Angaben',
  detailsLead: 'Apps sehen sie nur, wenn Sie es erlauben. Jedes Feld darf leer bleiben.',
  detailsSubmit: 'Speichern',
  disableTitle: 'Konto schließen',
  disableLead:
    'Sie werden überall abgemeldet und können sich nicht mehr anmelden, bis die Administration das Konto wieder öffnet.',
  disableSubmit: 'Konto schließen',
  loginsTitle: 'Verknüpfte Anmeldungen',
  loginsLead:
    'Konten bei anderen Anbietern, mit denen Sie sich hier anmelden können. Wenn Sie eines hinzufügen oder entfernen, enden alle anderen Sitzungen.',
  loginsLink: (provider) => `${provider} verknüpfen`,
  loginsOnlyWay:
    'Dies ist Ihr einziger Weg, sich anzumelden. Legen Sie zuerst ein Passwort fest oder fügen Sie einen Passkey hinzu; danach können Sie es entfernen.',
  deleteTitle: 'Konto löschen',
  deleteLead:
    'Ihre Angaben, Passkeys und Sitzungen und der Zugriff aller Apps werden entfernt. Das kann nicht rückgängig gemacht werden.',
  deleteSubmit: 'Konto endgültig löschen',

  detail_name: 'Vollständiger Name',
  detail_given_name: 'Vorname',
  detail_family_name: 'Nachname',
  detail_middle_name: 'Weitere Vornamen',
  detail_nickname: 'Spitzname',
  detail_preferred_username: 'Name, mit dem Sie auftreten',
  detail_profile: 'Profilseite (https://…)',
  detail_picture: 'Bild (https://…)',
  detail_website: 'Website (https://…)',
  detail_gender: 'Geschlecht',
  detail_birthdate: 'Geburtsdatum (JJJJ-MM-TT)',
  detail_zoneinfo: 'Zeitzone (Europe/Berlin)',
  detail_locale: 'Sprache (de-DE)',
  detail_phone_number: 'Telefonnummer (+49 …)',
  detail_address_street_address: 'Straße und Hausnummer',
  detail_address_locality: 'Ort',
  detail_address_region: 'Bundesland oder Region',
  detail_address_postal_code: 'Postleitzahl',
  detail_address_country: 'Land',

  doneResetMailedTitle: 'Sehen Sie in Ihrem Postfach nach',
  doneResetMailed:
    'Wenn es dieses Konto gibt und es auf einem bestätigten Weg zu erreichen ist, ist ein Link unterwegs. Er gilt einmal und 20 Minuten lang.',
  donePasswordResetTitle: 'Ihr Passwort ist geändert',
  donePasswordReset: 'Melden Sie sich mit dem neuen Passwort an.',
  doneSignUpMailedTitle: 'Sehen Sie in Ihrem Postfach nach',
  doneSignUpMailed: 'Ein Link ist zu dieser Adresse unterwegs. Er gilt einmal und 20 Minuten lang.',
  doneSignedUpTitle: 'Ihr Konto ist bereit',
  doneSignedUp: 'Melden Sie sich mit Ihrer E-Mail-Adresse und Ihrem Passwort an.',
  doneEmailTitle: 'Ihre E-Mail-Adresse ist bestätigt',
  doneEmail: 'Sie ist von jetzt an die Adresse Ihres Kontos.',
  doneLinkTitle: 'Dieser Link gilt nicht mehr',
  doneLink:
    'Er wurde verwendet, ist abgelaufen, oder Ihr Konto hat sich seitdem geändert. Fordern Sie einen neuen an.',
  doneDisabledTitle: 'Ihr Konto ist geschlossen',
  doneDisabled: 'Wenden Sie sich an die Administration, wenn Sie es wieder brauchen.',
  doneDeletedTitle: 'Ihr Konto ist gelöscht',
  doneDeleted:
    'Es bleibt nichts davon außer dem, was von Gesetzes wegen oder im Protokoll dieses Servers aufbewahrt werden muss.',
  doneExpiredTitle: 'Bitte noch einmal',
  doneExpired: 'Die Seite war abgelaufen. Nichts wurde geändert.',
  doneGoOn: 'Weiter',

  consoleSessions: 'Wo Sie angemeldet sind',
  consoleDeviceColumn: 'Gerät',
  consoleThisDevice: 'Dieses Gerät',
  consoleUnknownDevice: 'Unbekanntes Gerät',
  consoleDevice: (browser, system) => `${browser} unter ${system}`,
  consoleLastUse: 'Zuletzt verwendet',
  consolePlace: 'Von',
  consoleEnd: 'Beenden',
  consoleEndOf: (device) => `Sitzung beenden: ${device}`,
  consoleEndOthers: 'Alle anderen Sitzungen beenden',
  consoleRevoke: 'Zugriff entziehen',
  consoleRevokeOf: (app) => `Zugriff entziehen: ${app}`,
  consoleSecurity: 'Anmeldung',
  consolePasswordSet: 'Passwort ändern',
  consolePasskeys: 'Passkeys',
  consoleNoPasskeys: 'Noch keine. Ein Passkey ist der sicherste Weg, sich anzumelden.',
  consoleAddPasskey: 'Passkey hinzufügen',
  consolePasskeyAdded: 'Hinzugefügt',
  consoleNeverUsed: 'Noch nie verwendet',
  consoleSynced: 'Auf mehreren Geräten vorhanden',
  consoleRename: 'Umbenennen',
  consoleRemove: 'Entfernen',
  consoleRemoveOf: (name) => `Entfernen: ${name}`,
  consoleNameOf: (name) => `Neuer Name für ${name}`,
  consoleTotp: 'Authenticator-App',
  consoleTotpSince: (day) => `Hinzugefügt am ${day}.`,
  consoleNoTotp: 'Keine.',
  consoleAddTotp: 'Authenticator-App hinzufügen',
  consoleRemoveTotp: 'Authenticator-App entfernen',
  consoleRecovery: 'Wiederherstellungscodes',
  consoleRecoveryLeft: (number) =>
    number === 0
      ? 'Keiner ist mehr übrig.'
      : count(number, { one: '# Code ist übrig.', other: '# Codes sind übrig.' }),
  consoleNewCodes: 'Neue Wiederherstellungscodes erzeugen',
  consoleLogins: 'Verknüpfte Anmeldungen',
  consoleNoLogins: 'Keine Anmeldung ist verknüpft.',
  consoleLinkedOn: 'Verknüpft',
  consoleManageLogins: 'Verknüpfte Anmeldungen hinzufügen oder entfernen',
  consolePasswordFirst: 'Passwort festlegen',
  consoleLog: 'Was zuletzt geschehen ist',
  consoleLogEmpty: 'Noch nichts.',
  consoleWhen: 'Wann',
  consoleWhat: 'Was',
  consoleEditEmail: 'E-Mail-Adresse ändern',
  consoleEditDetails: 'Ihre Angaben bearbeiten',
  consoleVerifyEmail: 'Link zum Bestätigen senden',
  consoleVerified: 'bestätigt',
  consoleNotVerified: 'nicht bestätigt',
  consoleData: 'Ihre Daten',
  consoleExport: 'Alles herunterladen, was über Sie gespeichert ist',
  consoleDisable: 'Konto schließen',
  consoleDelete: 'Konto löschen',

  done_password: 'Ihr Passwort ist geändert. Alle anderen Sitzungen wurden beendet.',
  done_email_mailed: 'Ein Link ist unterwegs. Öffnen Sie ihn, um die Adresse zu bestätigen.',
  done_too_many_letters:
    'In kurzer Zeit wurden zu viele E-Mails angefordert. Versuchen Sie es später noch einmal.',
  done_no_mail:
    'Dieser Server versendet keine E-Mails. Bitten Sie die Administration, Ihre Adresse zu ändern.',
  done_details: 'Ihre Angaben sind gespeichert.',
  done_totp: 'Die Authenticator-App ist hinzugefügt. Alle anderen Sitzungen wurden beendet.',
  done_totp_removed: 'Die Authenticator-App ist entfernt. Alle anderen Sitzungen wurden beendet.',
  done_passkey: 'Der Passkey ist hinzugefügt. Alle anderen Sitzungen wurden beendet.',
  done_passkey_renamed: 'Der Passkey hat seinen neuen Namen.',
  done_passkey_removed: 'Der Passkey ist entfernt. Alle anderen Sitzungen wurden beendet.',
  done_passkey_refused:
    'Dieser Passkey konnte nicht geprüft werden. Nichts wurde hinzugefügt; versuchen Sie es noch einmal.',
  done_too_many_passkeys:
    'Mehr Passkeys kann ein Konto nicht haben. Entfernen Sie zuerst einen anderen.',
  done_login_linked:
    'Die Anmeldung ist verknüpft. Ab jetzt können Sie sich damit anmelden. Alle anderen Sitzungen wurden beendet.',
  done_login_known: 'Diese Anmeldung war schon mit Ihrem Konto verknüpft. Nichts wurde geändert.',
  done_too_many_logins:
    'Mehr verknüpfte Anmeldungen kann ein Konto nicht haben. Entfernen Sie zuerst eine andere.',
  done_login_removed:
    'Die verknüpfte Anmeldung ist entfernt. Niemand kann sich mehr damit anmelden. Alle anderen Sitzungen wurden beendet.',
  done_last_way_in:
    'Das ist Ihr einziger Weg, sich anzumelden, und wurde deshalb nicht entfernt. Legen Sie zuerst ein Passwort fest oder fügen Sie einen Passkey hinzu.',
  done_first_password: 'Ihr Passwort ist festgelegt. Alle anderen Sitzungen wurden beendet.',
  done_session: 'Diese Sitzung wurde beendet.',
  done_sessions: 'Alle anderen Sitzungen wurden beendet.',
  done_app: 'Die App hat keinen Zugriff mehr.',
  done_again:
    'Nichts wurde geändert, weil sich inzwischen etwas anderes geändert hatte. Sehen Sie nach, und versuchen Sie es noch einmal.',

  'log_session.started': 'Angemeldet',
  'log_session.ended': 'Abgemeldet',
  'log_login.failed': 'Anmeldung mit falschem Passwort',
  'log_login.throttled': 'Anmeldungen nach zu vielen Fehlversuchen vorübergehend gesperrt',
  'log_factor.failed': 'Anmeldung mit falschem zweitem Faktor',
  'log_factor.throttled': 'Zweiter Faktor nach zu vielen Fehlversuchen vorübergehend gesperrt',
  'log_user.created': 'Konto angelegt',
  'log_user.signed_up': 'Konto angelegt',
  'log_user.enabled': 'Konto wieder geöffnet',
  'log_user.disabled': 'Konto geschlossen',
  'log_user.exported': 'Daten heruntergeladen',
  'log_user.claims_changed': 'Angaben geändert',
  'log_user.password_changed': 'Passwort geändert',
  'log_user.password_reset_requested': 'Link für ein neues Passwort angefordert',
  'log_user.email_verified': 'E-Mail-Adresse bestätigt',
  'log_user.email_change_requested': 'Andere E-Mail-Adresse angefordert',
  'log_user.email_changed': 'E-Mail-Adresse geändert',
  'log_totp.added': 'Authenticator-App hinzugefügt',
  'log_totp.removed': 'Authenticator-App entfernt',
  'log_passkey.added': 'Passkey hinzugefügt',
  'log_passkey.renamed': 'Passkey umbenannt',
  'log_passkey.removed': 'Passkey entfernt',
  'log_identity.linked': 'Verknüpfte Anmeldung hinzugefügt',
  'log_identity.unlinked': 'Verknüpfte Anmeldung entfernt',
  'log_recovery_codes.created': 'Neue Wiederherstellungscodes',
  'log_recovery_code.used': 'Ein Wiederherstellungscode wurde verwendet',
  'log_consent.withdrawn': 'Zugriff einer App entzogen',
  'log_setup_link.used': 'Einrichtungslink verwendet',

  mailLinkLife: 'Der Link gilt einmal und 20 Minuten lang.',
  mailNotYou: 'Wenn Sie das nicht angefordert haben, brauchen Sie nichts zu tun.',
  mailSignUpSubject: 'Legen Sie Ihr Konto an',
  mailSignUp: 'Jemand, wahrscheinlich Sie, möchte mit dieser E-Mail-Adresse ein Konto anlegen.',
  mailSignUpLink: 'Konto anlegen',
  mailSignUpKnown:
    'Jemand, wahrscheinlich Sie, wollte mit dieser E-Mail-Adresse ein Konto anlegen. Es gibt schon eines: Melden Sie sich an.',
  mailSignInLink: 'Anmelden',
  mailEmailSubject: 'Bestätigen Sie Ihre E-Mail-Adresse',
  mailEmail: (username) => `Das Konto ${username} soll diese E-Mail-Adresse verwenden.`,
  mailEmailLink: 'Adresse bestätigen',
  mailResetSubject: 'Wählen Sie ein neues Passwort',
  mailReset: (username) => `Für das Konto ${username} wurde ein neues Passwort angefordert.`,
  mailResetLink: 'Passwort wählen',
  mailChangedSubject: 'Ihr Konto wurde geändert',
  mailChanged: (username, change, when) => `${change} Konto: ${username}. Zeitpunkt: ${when}.`,
  mailChangedNotYou:
    'Wenn Sie das nicht waren, prüfen Sie jetzt Ihr Konto und melden Sie es der Administration.',
  mailAccountLink: 'Ihr Konto',
  changePassword: 'Das Passwort Ihres Kontos wurde geändert.',
  changeEmailRequested: 'Für Ihr Konto wurde eine andere E-Mail-Adresse angefordert.',
  changeEmail: 'Die E-Mail-Adresse Ihres Kontos wurde durch eine andere ersetzt.',
  changeTotpAdded: 'Ihrem Konto wurde eine Authenticator-App hinzugefügt.',
  changeTotpRemoved: 'Die Authenticator-App Ihres Kontos wurde entfernt.',
  changePasskeyAdded: 'Ihrem Konto wurde ein Passkey hinzugefügt.',
  changePasskeyRemoved: 'Ein Passkey Ihres Kontos wurde entfernt.',
  changeIdentityLinked:
    'Mit Ihrem Konto wurde eine Anmeldung bei einem anderen Anbieter verknüpft. Mit ihr kann man sich jetzt in Ihrem Konto anmelden.',
  changeIdentityUnlinked: 'Eine verknüpfte Anmeldung Ihres Kontos wurde entfernt.',
  changeRecoveryCodes: 'Für Ihr Konto wurden neue Wiederherstellungscodes erzeugt.',
  changeRecoveryCodeUsed: 'Ein Wiederherstellungscode Ihres Kontos wurde zur Anmeldung verwendet.',
  changeDisabled: 'Ihr Konto wurde geschlossen.',
  changeDeleted: 'Ihr Konto wurde gelöscht.',

  mailboxTitle: 'E-Mail',
  mailboxLead:
    'E-Mails dieses Entwicklungsservers. Nichts wurde versendet; beim nächsten Start sind sie weg.',
  mailboxEmpty: 'Noch keine E-Mails.',
  mailboxTo: 'An',
}
