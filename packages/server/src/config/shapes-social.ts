import type { Refusal, Shaped } from './shapes.ts'

const HOST = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/i

/** The forms of what names a provider. */
export const SOCIAL_SHAPES = {
  provider_url: (text: string): Shaped => webUrl(text),
  // As every part writes it: asked for in one form and redeemed in another, no code would be given out.
  callback_url: (text: string): Shaped => {
    const shaped = webUrl(text)
    return 'value' in shaped ? { value: new URL(text).href } : shaped
  },
  provider_domain: domain,
  tenant,
} as const

function isWebUrl(text: string): boolean {
  const url = URL.parse(text)
  const isPlain = url !== null && !/[?#]/.test(text) && url.username === '' && url.password === ''
  return isPlain && /^https?:$/.test(url.protocol)
}

function webUrl(text: string): Shaped {
  if (isWebUrl(text)) return { value: text }
  return refuse({
    what: 'is not an http or https URL without query, fragment and user name',
    why: 'providers compare it byte for byte',
    fix: 'use a URL such as https://login.example.com',
  })
}

function domain(text: string): Shaped {
  if (HOST.test(text) || isWebUrl(text)) return { value: text }
  return refuse({
    what: 'is neither a host nor an https URL without query, fragment and user name',
    why: 'it is where the provider is asked',
    fix: 'use the host of your tenant, such as dev-1.okta.com, or the whole issuer',
  })
}

function tenant(text: string): Shaped {
  if (HOST.test(text)) return { value: text }
  return refuse({
    what: 'is not a tenant',
    why: 'it is part of the address of the provider',
    fix: 'use the id or the domain of your tenant, or common, organizations or consumers',
  })
}

function refuse(refusal: Omit<Refusal, 'code'>): Shaped {
  return { refusal: { code: 'E_CONFIG_VALUE', ...refusal } }
}
