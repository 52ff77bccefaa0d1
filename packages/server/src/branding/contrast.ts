/** A colour as `#rrggbb`, lower case. */
export type Colour = `#${string}`

type Channels = readonly [red: number, green: number, blue: number]

export const COLOUR = /^#[0-9a-f]{6}$/i

function channelsOf(colour: Colour): Channels {
  const value = Number.parseInt(colour.slice(1), 16)
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255]
}

/** WCAG 2.2, "relative luminance". */
function luminanceOf(colour: Colour): number {
  const [red, green, blue] = channelsOf(colour).map((channel) => {
    const share = channel / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  }) as unknown as Channels // three in, three out
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/** WCAG 2.2, "contrast ratio": from 1 (the same) to 21 (black on white). */
export function contrastOf(one: Colour, other: Colour): number {
  const [light, dark] = [luminanceOf(one), luminanceOf(other)].sort((a, b) => b - a)
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05)
}

/** `share` of `other` in `colour`. */
export function mix(colour: Colour, other: Colour, share: number): Colour {
  const theirs = channelsOf(other)
  const mixed = channelsOf(colour).map((channel, at) =>
    Math.round(channel * (1 - share) + (theirs[at] ?? 0) * share)
      .toString(16)
      .padStart(2, '0'),
  )
  return `#${mixed.join('')}`
}

/** Black or white, whichever is easier to read on `ground`; one of them always has 4.5 and more. */
export function readableOn(ground: Colour): Colour {
  return contrastOf('#ffffff', ground) >= contrastOf('#000000', ground) ? '#ffffff' : '#000000'
}
