import type { Messages } from './shape.ts'
import { wordsOf } from './words.ts'

const { date, time, duration, count } = wordsOf('ja')

export const JAPANESE: Messages = {
  lang: 'ja',
  dir: 'ltr',
  ownName: '日本語',
  date,
  time,

  languageLegend: '言語',

  loginTitle: 'ログイン',
  loginFor: (client) => `${client} に進みます`,
  loginUsername: 'ユーザー名',
  loginPassword: 'パスワード',
  loginSubmit: 'ログイン',
  loginDev:
    '開発用サーバーです。アカウントがまだない場合は、サーバーを起動したターミナルを確認してください。',
  loginInvalidCredentials:
    'ユーザー名とパスワードがどのアカウントとも一致しません。両方を確認して、もう一度お試しください。',
  loginTooManyAttempts: (seconds) =>
    seconds === undefined
      ? '試行回数が多すぎます。数分待ってから、もう一度お試しください。'
      : `試行回数が多すぎます。${duration(seconds)}待ってから、もう一度お試しください。`,
  loginExpired:
    'このページの有効期限が切れていました。データは失われていません。続けるにはログインしてください。',
  loginRequired: '続けるにはログインしてください。',
  loginSignedOut: 'ログアウトしました。いつでも再びログインできます。',
  loginSignedInAs: (name) => `${name} としてログインしています。`,
  loginContinueAs: (name) => `${name} として続ける`,
  loginOther: 'または別のアカウントでログイン：',
  loginReauthenticate: '続けるには本人確認が必要です。もう一度ログインしてください。',
  showPassword: 'パスワードを表示',
  hidePassword: 'パスワードを隠す',

  consentTitle: (client) => `${client} にアカウントの利用を許可しますか？`,
  consentExpired:
    'このページの有効期限が切れていました。情報は共有されていません。もう一度選択してください。',
  consentAlreadyDecided:
    'このリクエストにはすでに回答済みです。アプリに戻ってください。再び尋ねられたら、ここで選択してください。',
  consentUnverified: '未確認のアプリ',
  consentUnverifiedWhy:
    'このアプリは自己登録されたもので、運営者は確認されていません。ご自身で操作を始め、下のアドレスに心当たりがある場合にのみ許可してください。',
  consentLoopback:
    '結果はこのデバイス上のアプリに送られます。たった今ご自身でそのアプリを起動した場合にのみ許可してください。',
  consentSignedInAs: 'ログイン中のアカウント',
  consentSentTo: '移動先',
  consentAppSite: 'アプリのサイト',
  consentScopes: 'このアプリができること',
  consentNoScopes: 'ここにアカウントがあることだけを確認します。ほかには何もできません。',
  scope_openid: 'ここでのあなたの身元を確認する',
  scope_profile: '名前などのプロフィールを見る',
  scope_email: 'メールアドレスを見る',
  scope_address: '住所を見る',
  scope_phone: '電話番号を見る',
  scope_offline_access: '不在の間もアクセスを続ける',
  scope_read: 'データを読み取る',
  scope_write: 'データを変更する',
  scope_admin: 'このサーバーを管理する',
  scopeOther: (token) => `「${token}」を利用する`,
  consentRemember: 'このアプリのこれらの権限については、今後確認しない',
  consentAllow: '許可',
  consentDeny: '拒否',
  consentRevoke:
    '許可は後で取り消せます。アカウントのページにアクセスできるアプリの一覧があり、このサーバーの管理者もアプリを削除できます。',
  consentPolicy: (client) => `${client} のプライバシーポリシー`,
  consentTos: (client) => `${client} の利用規約`,

  errorRequestTitle: 'このリクエストは使えません',
  errorRefusedTitle: 'リクエストが拒否されました',
  errorFailedTitle: '問題が発生しました',
  errorRefused: '送信された形のリクエストは、サーバーが受け付けません。',
  errorFailed: 'リクエストを完了できませんでした。',
  errorBusy: 'サーバーが混み合っています。少し待ってから、もう一度お試しください。',
  errorTooMany:
    'お使いのネットワークからのリクエストが多すぎます。少し待ってから、もう一度お試しください。',
  errorRepeated: (parameter) => `パラメーター ${parameter} が複数回送信されました。`,
  errorClientMissing: 'リクエストにアプリの指定がありません（client_id がありません）。',
  errorClientUnknown: 'このアプリ（client_id）はここに登録されていません。',
  errorRedirectMissing: 'リクエストに戻り先の指定がありません（redirect_uri がありません）。',
  errorRedirectUnknown:
    '戻り先のアドレス（redirect_uri）は、このアプリに登録されていません。完全に一致する必要があります。',
  errorRedirectUnknownNative:
    '戻り先のアドレス（redirect_uri）は、このアプリに登録されていません。127.0.0.1 または [::1] のポートを除き、完全に一致する必要があります。',
  errorRequestObject: 'アプリから送られたリクエストを読み取れません。',
  errorReason: '理由',
  errorRedirectReceived: '受け取った redirect_uri',
  errorRedirectRegistered: '登録済み',
  errorId: 'エラー番号',
  errorCode: 'コード',
  errorWhatToDo:
    'アプリに戻り、最初からやり直してください。再び起こる場合は、下のエラー番号を管理者に伝えてください。',
  errorWhatToDoWithoutId:
    'アプリに戻り、最初からやり直してください。再び起こる場合は、何をしていたかを管理者に伝えてください。',
  errorDetails: '開発者向けの詳細',

  profileTitle: 'アカウント',
  profileUsername: 'ユーザー名',
  profileEmail: 'メールアドレス',
  profileNoEmail: 'なし',
  profileRole: '役割',
  role_admin: '管理者',
  role_user: 'ユーザー',
  profileUserId: 'ユーザー ID',
  profileSession: 'ログイン日時',
  profileApps: 'アクセスできるアプリ',
  profileNoApps: 'アカウントにアクセスできるアプリはありません。',
  profileApp: 'アプリ',
  profileScope: '権限',
  profileSince: '許可した日時',
  profileSignOut: 'ログアウト',
  profileDiscovery: '開発者向け',
  profileOpenId: 'OpenID Connect メタデータ',
  profileOAuth: 'OAuth サーバーメタデータ',

  setupTitle: 'このサーバーの初期設定',
  setupIntro:
    'サーバーに表示されたワンタイムコードを入力し、管理者のパスワードを設定してください。',
  setupCode: 'ワンタイムコード',
  setupCodeHelp: 'サーバーのターミナルまたはログに表示されています。使えるのは一度だけです。',
  setupUsername: '管理者',
  setupPassword: '新しいパスワード',
  setupPasswordHelp: (length) =>
    `${length} 文字以上。関連のない言葉をいくつか並べると、覚えやすく推測されにくくなります。`,
  setupPasswordAgain: '新しいパスワード（確認）',
  setupSubmit: '管理者を作成',
  setupInvalidCode:
    'コードが間違っているか、使用済みか、期限切れです。もう一度コピーするか、サーバーで新しいコードを発行してください。',
  setupWeakPassword: (length) =>
    `このパスワードは推測されやすいため使えません。${length} 文字以上の別のパスワードにしてください。`,
  setupMismatch: '2 つのパスワードが一致しません。同じものを 2 回入力してください。',
  setupExpired:
    'このページの有効期限が切れていました。データは失われていません。コードとパスワードをもう一度入力してください。',
  setupDoneTitle: 'サーバーの初期設定が完了しました',
  setupDone: (username) =>
    username === undefined
      ? '管理者のパスワードを設定しました。このコードはもう使えません。'
      : `${username} のパスワードを設定しました。このコードはもう使えません。`,
  setupSignIn: 'ログイン',

  formPostTitle: 'アプリに戻ります',
  formPostText: (host) =>
    `ブラウザーが結果を ${host} に送信しています。何も起こらない場合は、ボタンを押してください。`,
  formPostSubmit: '続ける',

  logoutTitle: 'ログアウトしますか？',
  logoutSignedInAs: (username) => `${username} としてログインしています。`,
  logoutAskedBy: (client) => `${client} が、ここからもログアウトするよう求めています。`,
  logoutYes: 'ログアウト',
  logoutNo: 'ログインしたままにする',
  logoutDoneTitle: 'ログアウトしました',
  logoutDone: (host) => `${host} でのセッションが終了しました。このページは閉じてかまいません。`,
  logoutDoneAgain: '再びログイン',
  startAgainAt: (app: string) => `${app} で最初からやり直す`,
  logoutStayedTitle: 'ログインしたままです',
  logoutStayed: '何も変更されていません。このページは閉じてかまいません。',
  logoutExpiredTitle: 'もう一度お試しください',
  logoutExpired: 'このページの有効期限が切れていたため、ログインしたままです。',
  notFoundTitle: 'ページが見つかりません',
  notFound: 'このアドレスには何もありません。入力間違いがないか確認してください。',
  goToAccount: 'アカウントへ',
  logoutFrontChannel: '利用したアプリに通知しています。',
  logoutFrame: 'アプリのログアウト',

  continueTitle: (client) => `${client} に戻ります`,
  continueText:
    '何も起こらない場合は、リンクを使ってください。その後、このページは閉じてかまいません。',
  continueLink: (client) => `${client} に進む`,

  loginWith: (provider: string) => `${provider} で続ける`,
  upstreamTitle: (provider: string) => `${provider} でログインできませんでした`,
  upstreamDenied: (provider: string) =>
    `${provider} がログインを確認しなかったか、途中で戻られました。ここでは何も変更されていません。`,
  upstreamUnavailable: (provider: string) =>
    `${provider} が現在正しく応答していません。後でもう一度試すか、別の方法でログインしてください。`,
  upstreamExpired:
    'このログインは開始から時間が経ちすぎているか、すでに完了しています。もう一度始めてください。',
  upstreamForeign:
    'このログインはこのブラウザーで始められたものではないか、その後に別のログインが始められました。もう一度始めてください。',
  upstreamBadAnswer: (provider: string) =>
    `${provider} からの応答を受け入れられません。ログインをもう一度始めてください。繰り返す場合は、下のエラー ID を管理者に伝えてください。`,
  upstreamNotFresh: (provider: string) =>
    `${provider} は再度のログインを求めませんでした。先に ${provider} からログアウトするか、別の方法でログインしてください。`,
  upstreamNotConfigured: (provider: string) =>
    `ここでは ${provider} によるログインは設定されていません。別の方法でログインしてください。`,
  upstreamTooLong: (provider: string) =>
    `アプリの要求が長すぎるため、${provider} に移動できません。別の方法でログインしてください。`,
  upstreamAccountRefused: 'このアカウントは現在使用できません。管理者にお問い合わせください。',
  upstreamNoAccount: (provider: string) =>
    `この ${provider} のログインはここのアカウントに連携されておらず、新しいアカウントも作成されません。アカウントをお持ちの場合は、別の方法でログインして連携してください。`,
  upstreamAddressTaken: (provider: string, email: string) =>
    `アドレス ${email} のアカウントがここにありますが、${provider} とは連携されていません。パスワードなど別の方法でログインし、アカウントで ${provider} を連携してください。`,
  upstreamLinkRefused:
    'ログインは連携されませんでした。連携は、ここでログインしてから数分以内に、一つのブラウザーで始めて終える必要があります。',
  upstreamLinkTaken: (provider: string) =>
    `この ${provider} のログインは、ここの別のアカウントに連携されています。`,
  upstreamBack: 'ログインページに戻る',
  loginForgot: 'パスワードをお忘れですか？',
  loginSignUp: 'アカウントを作成',
  loginPasskey: 'パスキーを使う',
  loginPasskeyFailed: 'うまくいきませんでした。もう一度試すか、パスワードを使ってください。',
  loginPasskeyRefused:
    'このパスキーは登録されていないか、確認できませんでした。もう一度試すか、パスワードを使ってください。',

  factorTitle: '本人確認',
  factorLead: (username) => `${username} としてログインしようとしています。`,
  factorCode: 'コード',
  factorCodeHelp: '認証アプリに今表示されている 6 桁の数字です。',
  factorRecoveryHelp: 'アプリが手元にない場合は、代わりにリカバリーコードを入力してください。',
  factorOnlyRecovery: 'リカバリーコード',
  factorSubmit: '続ける',
  factorPasskey: 'パスキーを使う',
  factorPasskeyNoScript:
    'パスキーには JavaScript が必要ですが、このブラウザーでは無効になっています。',
  factorInvalid: 'コードが正しくないか、使用済みです。次のコードを待って、もう一度お試しください。',
  factorExpired:
    'このページの有効期限が切れていました。データは失われていません。もう一度お試しください。',
  factorEnrolTitle: '2 要素認証の設定',
  factorEnrolLead:
    'このサーバーの管理者は、2 要素認証でログインします。今すぐ設定してください。1 分ほどで終わります。',
  factorStartOver: '別のアカウントでログイン',

  totpTitle: '認証アプリの追加',
  totpLead:
    '認証アプリで画像を読み取るか、キーをアプリに入力してください。その後、表示されたコードを入力してください。',
  totpPicture: '認証アプリ用のキーの画像',
  totpKey: 'キー',
  totpSubmit: 'アプリを追加',

  recoveryTitle: 'リカバリーコード',
  recoveryLead:
    '2 要素認証に使うアプリやパスキーが手元にないとき、これらのコードはそれぞれ一度だけログインに使えます。印刷するか、パスワードマネージャーに保管してください。再び表示されることはありません。',
  recoveryDone: '保管しました',

  passkeyTitle: 'パスキーの追加',
  passkeyLead:
    'パスキーがあれば、パスワードの代わりに、このデバイスやスマートフォン、セキュリティキーでログインできます。推測されることも、だまし取られることもありません。',
  passkeyName: '名前',
  passkeyNameHelp: '後で見分けられるように付けます。例：「自分のスマートフォン」',
  passkeyDefaultName: (number) => `パスキー ${number}`,
  passkeySubmit: 'パスキーを作成',
  passkeyFailed: 'パスキーは作成されませんでした。もう一度試すか、アカウントに戻ってください。',

  formExpired:
    'このページの有効期限が切れていました。データは失われていません。もう一度お試しください。',
  formMismatch: '2 つのパスワードが一致しません。同じものを 2 回入力してください。',
  formWeakPassword: (length) =>
    `このパスワードは推測されやすいため使えません。${length} 文字以上の別のパスワードにしてください。`,
  formInvalidEmail: '1 つのメールアドレスとして読み取れません。確認して、もう一度お試しください。',
  formInvalidDetails: '決められた形式と異なる項目があります。確認して、もう一度お試しください。',
  formNotConfirmed: 'ユーザー名が違います。何も変更されていません。',
  formLastAdministrator:
    'あなたはこのサーバーの最後の管理者です。先にほかの人を管理者にしてください。',
  formCancel: 'アカウントに戻る',
  formSignIn: 'ログインに戻る',

  fieldUsernameOrEmail: 'ユーザー名またはメールアドレス',
  fieldEmail: 'メールアドレス',
  fieldName: '名前',
  fieldNewPassword: '新しいパスワード',
  fieldNewPasswordAgain: '新しいパスワード（確認）',
  fieldPasswordHelp: (length) =>
    `${length} 文字以上。関連のない言葉をいくつか並べると、覚えやすく推測されにくくなります。`,
  fieldConfirm: (username) => `確認のため ${username} と入力してください`,

  forgotTitle: 'パスワードをお忘れですか？',
  forgotLead:
    'ユーザー名またはメールアドレスを入力してください。パスワードを再設定するためのリンクをメールで送ります。',
  forgotSubmit: 'リンクを送信',
  resetTitle: '新しいパスワードの設定',
  resetLead:
    'すべてのデバイスからログアウトします。アプリが引き続きアクセスするには、改めて許可が必要になります。',
  resetSubmit: 'パスワードを保存',
  signUpTitle: 'アカウントの作成',
  signUpLead: '続きを行うためのリンクをメールで送ります。',
  signUpSubmit: 'リンクを送信',
  signUpFinishTitle: 'アカウントの作成',
  signUpFinishLead: (email) =>
    `メールアドレス ${email} を確認しました。パスワードを設定してください。`,
  signUpFinishSubmit: 'アカウントを作成',
  emailProofTitle: 'メールアドレスの確認',
  emailProofLead: (email) => `${email} がアカウントのメールアドレスになります。`,
  emailProofSubmit: '確認する',
  passwordTitle: 'パスワードの変更',
  passwordLead:
    'ほかのセッションはすべて終了します。アプリが引き続きアクセスするには、改めて許可が必要になります。',
  passwordFirstTitle: 'パスワードの設定',
  passwordFirstLead:
    'このアカウントにはまだパスワードがありません。設定すると、連携ログインを使わずにログインできます。',
  passwordSubmit: 'パスワードを保存',
  emailTitle: 'メールアドレスの変更',
  emailLead: '新しいアドレスにリンクを送ります。リンクを開くまでは、今のアドレスのままです。',
  emailSubmit: 'リンクを送信',
  detailsTitle: '登録情報',
  detailsLead:
    'アプリは、許可された場合にだけこれらを見られます。どの項目も空のままでかまいません。',
  detailsSubmit: '保存',
  disableTitle: 'アカウントの停止',
  disableLead:
    'すべてのデバイスからログアウトし、管理者がアカウントを再開するまでログインできなくなります。',
  disableSubmit: 'アカウントを停止',
  loginsTitle: '連携ログイン',
  loginsLead:
    'ここへのログインに使える、ほかのサービスのアカウントです。追加または削除すると、ほかのセッションはすべて終了します。',
  loginsLink: (provider) => `${provider} を連携`,
  loginsOnlyWay:
    'これが唯一のログイン方法です。先にパスワードを設定するかパスキーを追加すると、削除できるようになります。',
  deleteTitle: 'アカウントの削除',
  deleteLead:
    '登録情報、パスキー、セッション、すべてのアプリのアクセスが削除されます。元に戻すことはできません。',
  deleteSubmit: 'アカウントを完全に削除',

  detail_name: '氏名',
  detail_given_name: '名',
  detail_family_name: '姓',
  detail_middle_name: 'ミドルネーム',
  detail_nickname: 'ニックネーム',
  detail_preferred_username: '表示名',
  detail_profile: 'プロフィールページ（https://…）',
  detail_picture: '画像（https://…）',
  detail_website: 'ウェブサイト（https://…）',
  detail_gender: '性別',
  detail_birthdate: '生年月日（YYYY-MM-DD）',
  detail_zoneinfo: 'タイムゾーン（Asia/Tokyo）',
  detail_locale: '言語（ja-JP）',
  detail_phone_number: '電話番号（+81 …）',
  detail_address_street_address: '番地・建物名',
  detail_address_locality: '市区町村',
  detail_address_region: '都道府県',
  detail_address_postal_code: '郵便番号',
  detail_address_country: '国',

  doneResetMailedTitle: 'メールをご確認ください',
  doneResetMailed:
    '該当するアカウントがあり、確認済みの連絡先がある場合は、リンクをお送りしました。使えるのは一度だけで、有効期限は 20 分です。',
  donePasswordResetTitle: 'パスワードを変更しました',
  donePasswordReset: '新しいパスワードでログインしてください。',
  doneSignUpMailedTitle: 'メールをご確認ください',
  doneSignUpMailed:
    'そのアドレスにリンクをお送りしました。使えるのは一度だけで、有効期限は 20 分です。',
  doneSignedUpTitle: 'アカウントの準備ができました',
  doneSignedUp: 'メールアドレスとパスワードでログインしてください。',
  doneEmailTitle: 'メールアドレスを確認しました',
  doneEmail: '今後、これがアカウントのメールアドレスになります。',
  doneLinkTitle: 'このリンクはもう使えません',
  doneLink:
    '使用済みか、期限切れか、その後アカウントが変更されました。新しいリンクをリクエストしてください。',
  doneDisabledTitle: 'アカウントを停止しました',
  doneDisabled: '再開したいときは、管理者に連絡してください。',
  doneDeletedTitle: 'アカウントを削除しました',
  doneDeleted: '法律上、またはこのサーバーのログとして保存が必要なものを除き、何も残っていません。',
  doneExpiredTitle: 'もう一度お試しください',
  doneExpired: 'そのページの有効期限が切れていました。何も変更されていません。',
  doneGoOn: '続ける',

  consoleSessions: 'ログイン中のデバイス',
  consoleDeviceColumn: 'デバイス',
  consoleThisDevice: 'このデバイス',
  consoleUnknownDevice: '不明なデバイス',
  consoleDevice: (browser, system) => `${browser}（${system}）`,
  consoleLastUse: '最後の利用',
  consolePlace: '接続元',
  consoleEnd: '終了',
  consoleEndOf: (device) => `${device} のセッションを終了`,
  consoleEndOthers: 'ほかのセッションをすべて終了',
  consoleRevoke: 'アクセスを取り消す',
  consoleRevokeOf: (app) => `${app} のアクセスを取り消す`,
  consoleSecurity: 'ログイン方法',
  consolePasswordSet: 'パスワードを変更',
  consolePasskeys: 'パスキー',
  consoleNoPasskeys: 'まだありません。パスキーは最も安全なログイン方法です。',
  consoleAddPasskey: 'パスキーを追加',
  consolePasskeyAdded: '追加日',
  consoleNeverUsed: '未使用',
  consoleSynced: '複数のデバイスで利用可能',
  consoleRename: '名前を変更',
  consoleRemove: '削除',
  consoleRemoveOf: (name) => `${name} を削除`,
  consoleNameOf: (name) => `${name} の新しい名前`,
  consoleTotp: '認証アプリ',
  consoleTotpSince: (day) => `${day}に追加しました。`,
  consoleNoTotp: 'ありません。',
  consoleAddTotp: '認証アプリを追加',
  consoleRemoveTotp: '認証アプリを削除',
  consoleRecovery: 'リカバリーコード',
  consoleRecoveryLeft: (number) =>
    number === 0 ? '残っていません。' : count(number, { other: '残り # 個です。' }),
  consoleNewCodes: '新しいリカバリーコードを作成',
  consoleLogins: '連携ログイン',
  consoleNoLogins: '連携しているログインはありません。',
  consoleLinkedOn: '連携日',
  consoleManageLogins: '連携ログインの追加と削除',
  consolePasswordFirst: 'パスワードを設定',
  consoleLog: '最近のアクティビティ',
  consoleLogEmpty: 'まだ何もありません。',
  consoleWhen: '日時',
  consoleWhat: '内容',
  consoleEditEmail: 'メールアドレスを変更',
  consoleEditDetails: '登録情報を編集',
  consoleVerifyEmail: '確認用のリンクを送信',
  consoleVerified: '確認済み',
  consoleNotVerified: '未確認',
  consoleData: 'あなたのデータ',
  consoleExport: '保存されている自分のデータをすべてダウンロード',
  consoleDisable: 'アカウントを停止',
  consoleDelete: 'アカウントを削除',

  done_password: 'パスワードを変更しました。ほかのセッションはすべて終了しました。',
  done_email_mailed: 'リンクを送信しました。開いてアドレスを確認してください。',
  done_too_many_letters: '短時間に多くのメールがリクエストされました。後でもう一度お試しください。',
  done_no_mail: 'このサーバーはメールを送信しません。アドレスの変更は管理者に依頼してください。',
  done_details: '登録情報を保存しました。',
  done_totp: '認証アプリを追加しました。ほかのセッションはすべて終了しました。',
  done_totp_removed: '認証アプリを削除しました。ほかのセッションはすべて終了しました。',
  done_passkey: 'パスキーを追加しました。ほかのセッションはすべて終了しました。',
  done_passkey_renamed: 'パスキーの名前を変更しました。',
  done_passkey_removed: 'パスキーを削除しました。ほかのセッションはすべて終了しました。',
  done_passkey_refused:
    'このパスキーを確認できませんでした。何も追加されていません。もう一度お試しください。',
  done_too_many_passkeys:
    '1 つのアカウントに追加できるパスキーの上限に達しています。先に 1 つ削除してください。',
  done_login_linked:
    'ログインを連携しました。今後はこのログインでもログインできます。ほかのセッションはすべて終了しました。',
  done_login_known:
    'このログインはすでにこのアカウントに連携されています。何も変更されていません。',
  done_too_many_logins:
    '1 つのアカウントに連携できるログインの上限に達しています。先に 1 つ削除してください。',
  done_login_removed:
    '連携ログインを削除しました。今後このログインではログインできません。ほかのセッションはすべて終了しました。',
  done_last_way_in:
    'これが唯一のログイン方法のため、削除しませんでした。先にパスワードを設定するかパスキーを追加してください。',
  done_first_password: 'パスワードを設定しました。ほかのセッションはすべて終了しました。',
  done_session: 'そのセッションを終了しました。',
  done_sessions: 'ほかのセッションはすべて終了しました。',
  done_app: 'アプリのアクセスを取り消しました。',
  done_again:
    'その間に別の変更があったため、何も変更しませんでした。内容を確認して、もう一度お試しください。',

  'log_session.started': 'ログイン',
  'log_session.ended': 'ログアウト',
  'log_login.failed': '誤ったパスワードでのログイン',
  'log_login.throttled': '失敗が多すぎるため、ログインを一時制限',
  'log_factor.failed': '2 要素認証に失敗したログイン',
  'log_factor.throttled': '失敗が多すぎるため、2 要素認証を一時制限',
  'log_user.created': 'アカウントの作成',
  'log_user.signed_up': 'アカウントの登録',
  'log_user.enabled': 'アカウントの再開',
  'log_user.disabled': 'アカウントの停止',
  'log_user.exported': 'データのダウンロード',
  'log_user.claims_changed': '登録情報の変更',
  'log_user.password_changed': 'パスワードの変更',
  'log_user.password_reset_requested': 'パスワード再設定のリクエスト',
  'log_user.email_verified': 'メールアドレスの確認',
  'log_user.email_change_requested': 'メールアドレス変更のリクエスト',
  'log_user.email_changed': 'メールアドレスの変更',
  'log_totp.added': '認証アプリの追加',
  'log_totp.removed': '認証アプリの削除',
  'log_passkey.added': 'パスキーの追加',
  'log_passkey.renamed': 'パスキーの名前の変更',
  'log_passkey.removed': 'パスキーの削除',
  'log_identity.linked': '連携ログインの追加',
  'log_identity.unlinked': '連携ログインの削除',
  'log_recovery_codes.created': '新しいリカバリーコード',
  'log_recovery_code.used': 'リカバリーコードの使用',
  'log_consent.withdrawn': 'アプリのアクセスの取り消し',
  'log_setup_link.used': '初期設定リンクの使用',

  mailLinkLife: 'リンクが使えるのは一度だけで、有効期限は 20 分です。',
  mailNotYou: 'お心当たりがない場合は、何もする必要はありません。',
  mailSignUpSubject: 'アカウントの作成',
  mailSignUp:
    'どなたか（おそらくご本人）が、このメールアドレスでアカウントを作成しようとしています。',
  mailSignUpLink: 'アカウントを作成',
  mailSignUpKnown:
    'どなたか（おそらくご本人）が、このメールアドレスでアカウントを作成しようとしました。すでにアカウントがありますので、ログインしてください。',
  mailSignInLink: 'ログイン',
  mailEmailSubject: 'メールアドレスの確認',
  mailEmail: (username) => `アカウント ${username} で、このメールアドレスを使おうとしています。`,
  mailEmailLink: 'アドレスを確認',
  mailResetSubject: 'パスワードの再設定',
  mailReset: (username) => `アカウント ${username} のパスワードの再設定がリクエストされました。`,
  mailResetLink: '新しいパスワードを設定',
  mailChangedSubject: 'アカウントが変更されました',
  mailChanged: (username, change, when) => `${change}アカウント：${username}。日時：${when}。`,
  mailChangedNotYou: 'お心当たりがない場合は、すぐにアカウントを確認し、管理者に連絡してください。',
  mailAccountLink: 'アカウント',
  changePassword: 'アカウントのパスワードが変更されました。',
  changeEmailRequested: 'アカウントのメールアドレスの変更がリクエストされました。',
  changeEmail: 'アカウントのメールアドレスが別のものに変更されました。',
  changeTotpAdded: 'アカウントに認証アプリが追加されました。',
  changeTotpRemoved: 'アカウントの認証アプリが削除されました。',
  changePasskeyAdded: 'アカウントにパスキーが追加されました。',
  changePasskeyRemoved: 'アカウントのパスキーが削除されました。',
  changeIdentityLinked:
    'ほかのプロバイダーのログインがアカウントに連携されました。今後はそのログインでもアカウントにログインできます。',
  changeIdentityUnlinked: 'アカウントの連携ログインが削除されました。',
  changeRecoveryCodes: 'アカウントの新しいリカバリーコードが作成されました。',
  changeRecoveryCodeUsed: 'アカウントのリカバリーコードがログインに使われました。',
  changeDisabled: 'アカウントが停止されました。',
  changeDeleted: 'アカウントが削除されました。',

  mailboxTitle: 'メール',
  mailboxLead: 'この開発用サーバーのメールです。実際には送信されておらず、次回の起動時に消えます。',
  mailboxEmpty: 'メールはまだありません。',
  mailboxTo: '宛先',
}
