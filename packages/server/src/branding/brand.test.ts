import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { load } from '../config/load-fixture.ts'
import { StartError } from '../start-error.ts'
import { accentRulesOf, loadBrand } from './brand.ts'
import { judgeAccent } from './client-accent.ts'
import { contrastOf, mix, readableOn } from './contrast.ts'
import { DEFAULTS, paletteOf, type TEXT_CONTRAST, THEMES, tooClose } from './palette.ts'

const brandOf = (env: Record<string, string> = {}) => loadBrand(load({ env }).settings)
const textOf = (brand: ReturnType<typeof brandOf>, path = brand.stylesheet) =>
  Buffer.from(brand.find(path ?? '')?.body ?? []).toString()

describe('contrast (WCAG 2.2)', () => {
  test('is computed as the standard says', () => {
    assert.equal(contrastOf('#000000', '#ffffff'), 21)
    assert.equal(contrastOf('#ffffff', '#ffffff'), 1)
    assert.equal(contrastOf('#777777', '#ffffff').toFixed(2), '4.48')
    assert.equal(contrastOf('#ff0000', '#ffffff').toFixed(2), '4.00')
  })

  test('black or white is readable on every colour', () => {
    for (let step = 0; step < 0xffffff; step += 0x10101) {
      const ground = `#${step.toString(16).padStart(6, '0')}` as const
      assert.ok(contrastOf(readableOn(ground), ground) >= 4.5, ground)
    }
    assert.equal(mix('#000000', '#ffffff', 0.5), '#808080')
  })
})

describe('the colours', () => {
  test('as they come have the contrast of AAA, and are those of the stylesheet', () => {
    const css = readFileSync(new URL('../../static/site.css', import.meta.url), 'utf8')
    const [light = '', dark = ''] = css.split('@media (prefers-color-scheme: dark)')
    for (const theme of THEMES) {
      assert.deepEqual(tooClose(DEFAULTS[theme], 'AAA'), [], theme)
      for (const [token, colour] of Object.entries(DEFAULTS[theme])) {
        const line = `--${token.replaceAll('_', '-')}: ${colour};`
        assert.ok((theme === 'light' ? light : dark).includes(line), line)
      }
    }
  })

  test('what follows from a chosen colour follows it', () => {
    const palette = paletteOf('light', { accent: '#003366', ground: '#eeeeee' })
    assert.equal(palette.on_accent, '#ffffff')
    assert.equal(palette.accent_hover, '#002952')
    assert.equal(palette.surface_sunk, '#f7f7f7')
    assert.equal(paletteOf('dark', { accent: '#ffcc00' }).on_accent, '#000000')
  })

  test('that are too close stop the start, with the key, the ratio and what to do', () => {
    assert.throws(
      () => load({ env: { OAUTH2_BRANDING_LIGHT_ACCENT: '#7fd3bd' } }),
      (error: { problems: { code: string; key: string; what: string; fix: string }[] }) => {
        const [first] = error.problems
        assert.equal(first?.code, 'E_CONFIG_CONTRAST')
        assert.equal(first.key, 'branding.light.accent')
        assert.match(first.what, /contrast of 1\.\d\d to ground \(#f1f0ea\), and 4.5 is needed/)
        assert.match(first.fix, /make accent or ground lighter or darker/)
        return true
      },
    )
  })

  test('are colours, and fonts and corners are nothing else', () => {
    const bad = [
      ['OAUTH2_BRANDING_LIGHT_ACCENT', 'red;}body{display:none'],
      ['OAUTH2_BRANDING_DARK_INK', '#fff'],
      ['OAUTH2_BRANDING_FONT', 'Inter; } body { color: red'],
      ['OAUTH2_BRANDING_FONT', '"Inter'],
      ['OAUTH2_BRANDING_FONT', 'url(https://fonts.example/a.woff2)'],
      ['OAUTH2_BRANDING_RADIUS', '3rem'],
      ['OAUTH2_BRANDING_RADIUS', 'calc(1px)'],
      ['OAUTH2_BRANDING_NAME', 'x'.repeat(41)],
      ['OAUTH2_BRANDING_NAME', 'a\u202eb'],
    ] as const
    for (const [name, value] of bad) {
      assert.throws(() => load({ env: { [name]: value } }), /E_CONFIG_VALUE/, `${name}=${value}`)
    }
  })
})

describe('the brand', () => {
  test('of a server without any is the name, and no second stylesheet', () => {
    const brand = brandOf()
    assert.deepEqual([brand.name, brand.logo, brand.stylesheet], ['grantd', undefined, undefined])
  })

  test('is one stylesheet under a name that changes with it', () => {
    const one = brandOf({
      OAUTH2_BRANDING_LIGHT_ACCENT: '#003366',
      OAUTH2_BRANDING_FONT: 'Inter, "Segoe UI", sans-serif',
      OAUTH2_BRANDING_RADIUS: '6px',
    })
    assert.match(one.stylesheet ?? '', /^\/static\/brand\.[0-9a-f]{16}\.css$/)
    assert.equal(
      textOf(one),
      `:root{--font:Inter, "Segoe UI", sans-serif;--radius:6px;--card-radius:calc(6px * 1.8)}
@media (prefers-color-scheme:light){:root{--accent:#003366;--accent-hover:#002952}}
`,
    )
    const two = brandOf({ OAUTH2_BRANDING_RADIUS: '0' })
    assert.notEqual(one.stylesheet, two.stylesheet)
    assert.equal(one.find(two.stylesheet ?? ''), undefined)
  })

  test('has a logo, read once; what cannot be shown stops the start', () => {
    const folder = mkdtempSync(join(tmpdir(), 'grantd-logo-'))
    try {
      const file = join(folder, 'logo.svg')
      writeFileSync(file, '<svg xmlns="http://www.w3.org/2000/svg"/>')
      const brand = brandOf({ OAUTH2_BRANDING_LOGO: file })
      assert.match(brand.logo?.light ?? '', /^\/static\/logo\.[0-9a-f]{16}\.svg$/)
      assert.equal(brand.find(brand.logo?.light ?? '')?.contentType, 'image/svg+xml')
      const big = join(folder, 'big.png')
      writeFileSync(big, Buffer.alloc(200_001))
      for (const path of [join(folder, 'none.svg'), join(folder, 'logo.gif'), big]) {
        assert.throws(
          () => brandOf({ OAUTH2_BRANDING_LOGO: path }),
          (error) => error instanceof StartError && error.code === 'E_BRANDING_LOGO',
        )
      }
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

describe('the accent of a client', () => {
  const brand = brandOf()

  test('is a stylesheet that its address says all of', () => {
    const path = brand.accentSheet({ light: '#003366', dark: '#99ccff' }) ?? ''
    assert.match(path, /^\/static\/accent\.[0-9a-f]{16}\.003366\.99ccff\.css$/)
    assert.equal(
      textOf(brand, path),
      `@media (prefers-color-scheme:light){:root{--accent:#003366;--accent-hover:#002952;--on-accent:#ffffff}}
@media (prefers-color-scheme:dark){:root{--accent:#99ccff;--accent-hover:#add6ff;--on-accent:#000000}}
`,
    )
    assert.equal(textOf(brandOf(), path), textOf(brand, path), 'every process serves it')
  })

  test('that cannot be read in a theme is left out of that theme', () => {
    assert.match(
      brand.accentSheet({ light: '#003366', dark: '#003366' }) ?? '',
      /\.003366\.none\.css$/,
    )
    assert.equal(brand.accentSheet({ light: '#ffffff' }), undefined)
    assert.equal(brand.accentSheet({ light: 'red' }), undefined)
    assert.equal(brand.accentSheet(undefined), undefined)
  })

  test('has the contrast that the operator set', () => {
    const rules = accentRulesOf(load().settings)
    const judged = (contrast: keyof typeof TEXT_CONTRAST) =>
      judgeAccent('#3366cc', 'light', { ...rules, contrast })
    assert.ok('palette' in judged('AA'))
    assert.ok(!('palette' in judged('AAA')))
  })

  test('no other address is served', () => {
    const path = brand.accentSheet({ light: '#003366' }) ?? ''
    for (const other of [
      path.replace('003366', 'ffffff'),
      path.replace('003366', '00336'),
      path.replace('003366', '003366;x'),
      path.replace('.none', '.NONE'),
      path.replace(/accent\.[0-9a-f]{16}/, 'accent.0000000000000000'),
      '/static/accent..css',
    ]) {
      assert.equal(brand.find(other), undefined, other)
    }
  })
})
