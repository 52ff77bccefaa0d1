import { COLOUR } from '../branding/contrast.ts'
import type { Shaped } from './shapes.ts'

/** The forms of the settings of `branding`: what they say stands in a stylesheet, so nothing else may. */
export const LOOK_SHAPES: Readonly<
  Record<'colour' | 'font' | 'radius' | 'label', (text: string) => Shaped>
> = {
  colour: (text) =>
    COLOUR.test(text)
      ? { value: text.toLowerCase() }
      : refuse(
          'is not a colour',
          'contrast is computed from it before anybody sees it',
          'use six hex digits, such as #0f5e50',
        ),
  font: (text) =>
    /^[\p{L}\p{N} ,"'_-]{1,200}$/u.test(text) && isBalanced(text)
      ? { value: text }
      : refuse(
          'is not a list of font families',
          'it stands in the stylesheet as it is',
          'use names of fonts, such as "Inter", "Segoe UI", sans-serif',
        ),
  radius: (text) => {
    const [, number, unit] = /^(\d{1,2}(?:\.\d{1,3})?)(px|rem)?$/.exec(text) ?? []
    const rem = Number(number) / (unit === 'px' ? 16 : 1)
    return rem <= 2 && (unit !== undefined || rem === 0)
      ? { value: unit === undefined ? '0px' : text }
      : refuse('is not a radius', 'corners are drawn with it', 'use 0 to 2rem or 32px')
  },
  label: (text) =>
    text.length <= 40 && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text)
      ? { value: text }
      : refuse(
          'is not a short name',
          'it stands beside the logo and in the title of every page',
          'use at most 40 characters on one line, without invisible ones',
        ),
}

const isBalanced = (text: string) =>
  [...text.matchAll(/"/g)].length % 2 === 0 && [...text.matchAll(/'/g)].length % 2 === 0

function refuse(what: string, why: string, fix: string): Shaped {
  return { refusal: { code: 'E_CONFIG_VALUE', what, why, fix } }
}
