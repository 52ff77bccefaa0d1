import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** The addresses of the static files, each with a hash of its content in the name. */
export interface AssetUrls {
  readonly stylesheet: string
  readonly favicon: string
  readonly formPostScript: string
  readonly passwordScript: string
  readonly setupScript: string
  readonly frontChannelLogoutScript: string
  readonly checkSessionScript: string
  readonly webauthnScript: string
  readonly passkeyScript: string
  readonly passkeySignalScript: string
}

export interface Asset {
  readonly body: Uint8Array
  readonly contentType: string
  /** Quoted, as the header carries it. */
  readonly etag: string
}

export interface Assets {
  readonly urls: AssetUrls
  /** The file at a URL path such as `/static/site.3f9a….css`; immutable, so cache it for a year. */
  find(path: string): Asset | undefined
}

const STATIC_FOLDER = new URL('../../static/', import.meta.url)

// The finished script of the package, beside its modules; served as it is, from here.
const WEBAUTHN = new URL(
  '../dist/bundle/index.umd.min.js',
  import.meta.resolve('@simplewebauthn/browser'),
)

/** Reads the static files once; afterwards no request touches the disk. Throws when one is missing. */
export function loadAssets(folder: URL = STATIC_FOLDER): Assets {
  const byPath = new Map<string, Asset>()

  function publish(
    name: string,
    extension: string,
    contentType: string,
    file = new URL(`${name}.${extension}`, folder),
  ): string {
    const body = readFileSync(file)
    const hash = createHash('sha256').update(body).digest('hex').slice(0, 16)
    const path = `/static/${name}.${hash}.${extension}`
    byPath.set(path, { body, contentType, etag: `"${hash}"` })
    return path
  }

  const script = 'text/javascript; charset=utf-8'
  const urls: AssetUrls = {
    stylesheet: publish('site', 'css', 'text/css; charset=utf-8'),
    favicon: publish('favicon', 'svg', 'image/svg+xml'),
    formPostScript: publish('form-post', 'js', script),
    passwordScript: publish('password', 'js', script),
    setupScript: publish('setup', 'js', script),
    frontChannelLogoutScript: publish('front-channel-logout', 'js', script),
    checkSessionScript: publish('check-session', 'js', script),
    webauthnScript: publish('webauthn', 'js', script, WEBAUTHN),
    passkeyScript: publish('passkey', 'js', script),
    passkeySignalScript: publish('passkey-signal', 'js', script),
  }
  return { urls, find: (path) => byPath.get(path) }
}
