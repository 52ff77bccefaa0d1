// Part of the section `server`: TLS without a proxy in front.
import { Type } from '@grantd/oauth/schema'
import { choice, flag, optionalText } from './setting.ts'

export const tls = Type.Object({
  cert: optionalText({
    env: ['OAUTH2_SERVER_TLS_CERT'],
    description:
      'File with the certificate and the intermediate ones behind it (PEM). With `server.tls.key`, the server itself speaks https. It is read anew when it changes, and on SIGHUP.',
  }),
  key: optionalText({
    env: ['OAUTH2_SERVER_TLS_KEY'],
    description: 'File with the private key of the certificate (PEM, without a password).',
  }),
  min_version: choice(['1.2', '1.3'], {
    env: ['OAUTH2_SERVER_TLS_MIN_VERSION'],
    default: '1.2',
    description: 'Oldest version of TLS that is spoken.',
  }),
  http2: flag({
    env: ['OAUTH2_SERVER_HTTP2'],
    default: false,
    description:
      'Speak HTTP/2 with clients that ask for it (ALPN); needs a certificate. Others go on with HTTP/1.1.',
  }),
})
