import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'

const AXE = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
const RUN = `axe.run(document, { runOnly: ${JSON.stringify(RULES)} })`

interface Finding {
  readonly id: string
  readonly help: string
  readonly nodes: readonly {
    readonly html: string
    readonly any: readonly { readonly data: { readonly messageKey?: string } | null }[]
  }[]
}

interface AxeResult {
  readonly violations: readonly Finding[]
  /** What axe could not decide. */
  readonly incomplete: readonly Finding[]
}

/** What axe finds wrong with the page as it is now: WCAG 2.2 A and AA, and its own good practice. */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  await page.evaluate(AXE)
  const { violations, incomplete } = (await page.evaluate(RUN)) as AxeResult
  const undecided = incomplete.filter(({ nodes }) => !nodes.every(isBesideNotch))
  return [...violations, ...undecided].map(
    ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(' ')}`,
  )
}

// The notches at the edge of a card are pseudo-elements. axe cannot see that no text is on them.
function isBesideNotch({ any }: Finding['nodes'][number]): boolean {
  return any.every(({ data }) => data?.messageKey === 'pseudoContent')
}

/** Where the keyboard is: the name of the element, and how its focus is drawn. */
export async function focused(page: Page): Promise<{ name: string; outline: string }> {
  return (await page.evaluate(`(() => {
    const at = document.activeElement
    const { outlineStyle, outlineWidth } = getComputedStyle(at)
    const name = at.ariaLabel ?? at.labels?.[0]?.textContent ?? at.textContent
    return { name: name.trim(), outline: outlineStyle + ' ' + outlineWidth }
  })()`)) as { name: string; outline: string }
}

/** How many pixels one would have to scroll sideways. */
export async function sidewaysScroll(page: Page): Promise<number> {
  return (await page.evaluate(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  )) as number
}

/** Buttons, boxes and links of less than 24 px either way; axe lets them be where there is room around. */
async function smallTargets(page: Page): Promise<string[]> {
  return (await page.evaluate(`(() => {
    const targets = document.querySelectorAll('button, a, input[type=checkbox]')
    return [...targets].flatMap((target) => {
      const { width, height } = target.getBoundingClientRect()
      const isSmall = width > 0 && (width < 24 || height < 24)
      return isSmall ? [target.textContent + ' is ' + width + ' by ' + height + ' px'] : []
    })
  })()`)) as string[]
}

/** What is wrong with the page in either theme, with its targets or on a screen of 320 px; it is left as it was. */
export async function lookAt(page: Page, name: string): Promise<string[]> {
  const problems: string[] = []
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    for (const problem of await accessibilityProblems(page)) {
      problems.push(`${name}, ${colorScheme}: ${problem}`)
    }
  }
  for (const small of await smallTargets(page)) problems.push(`${name}: ${small}`)
  const size = page.viewportSize()
  await page.setViewportSize({ width: 320, height: 568 })
  const beyond = await sidewaysScroll(page)
  if (beyond > 0) problems.push(`${name}: ${beyond} px too wide`)
  if (size !== null) await page.setViewportSize(size)
  return problems
}
