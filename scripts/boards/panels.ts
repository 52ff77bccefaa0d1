// Owns: boards of Grafana as data: what a panel shows. Does not own: which panels there are.
export type Unit = 'reqps' | 's' | 'percentunit' | 'short' | 'ops' | 'bytes' | 'none'

export interface Panel {
  readonly title: string
  readonly says: string
  readonly unit: Unit
  readonly kind?: 'timeseries' | 'stat'
  readonly width?: 6 | 8 | 12 | 24
  /** PromQL by the words of the legend. */
  readonly shows: readonly (readonly [expr: string, legend: string])[]
}

export interface Board {
  readonly uid: string
  readonly title: string
  readonly rows: readonly { readonly title: string; readonly panels: readonly Panel[] }[]
}

const HEIGHT = 8
// biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana's own variable
const SOURCE = { type: 'prometheus', uid: '${datasource}' }

/** The JSON that Grafana imports. */
export function boardJson(board: Board): string {
  let id = 0
  let y = 0
  const panels: object[] = []
  for (const row of board.rows) {
    panels.push({
      id: ++id,
      type: 'row',
      title: row.title,
      collapsed: false,
      gridPos: { x: 0, y: y++, w: 24, h: 1 },
      panels: [],
    })
    let x = 0
    for (const panel of row.panels) {
      const { width = 12 } = panel
      if (x + width > 24) {
        x = 0
        y += HEIGHT
      }
      panels.push(panelJson(panel, ++id, { x, y, w: width, h: HEIGHT }))
      x += width
    }
    y += HEIGHT
  }
  const json = {
    uid: board.uid,
    title: board.title,
    tags: ['oauth2-server'],
    schemaVersion: 39,
    version: 1,
    editable: true,
    refresh: '15s',
    time: { from: 'now-1h', to: 'now' },
    timezone: '',
    templating: {
      list: [{ name: 'datasource', type: 'datasource', query: 'prometheus', current: {} }],
    },
    panels,
  }
  return `${JSON.stringify(json, null, 2)}\n`
}

function panelJson(panel: Panel, id: number, gridPos: object): object {
  const { title, says, unit, kind = 'timeseries', shows } = panel
  return {
    id,
    type: kind,
    title,
    description: says,
    datasource: SOURCE,
    gridPos,
    fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
    options:
      kind === 'stat'
        ? { reduceOptions: { calcs: ['lastNotNull'] }, colorMode: 'value' }
        : { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi' } },
    targets: shows.map(([expr, legendFormat], n) => ({
      refId: String.fromCharCode(65 + n),
      datasource: SOURCE,
      expr,
      legendFormat,
    })),
  }
}
