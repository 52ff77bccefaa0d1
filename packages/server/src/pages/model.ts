// The one place where the pages take their models from.
export type {
  ConsentPage,
  ContinuePage,
  ErrorPage,
  FormPostPage,
  FrontChannelLogoutPage,
  LoginPage,
  LogoutPage,
  MessagePage,
  PageModel,
  ProfilePage,
  SetupPage,
} from '@grantd/oauth'
