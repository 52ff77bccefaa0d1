import type { AssetUrls } from './assets.ts'
import { html } from './markup.ts'

/** The frame of OIDC Session Management §3.2: nothing to see, one script. */
export function checkSessionFrame(assets: AssetUrls): string {
  return String(
    html`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>grantd session</title><script src="${assets.checkSessionScript}" defer></script></head><body></body></html>`,
  )
}
