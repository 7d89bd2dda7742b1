// What a reader needs in order to trust it: invariants, environment, caveats, and how to do it again.

import type { InvariantResult } from '@plimsoll/record'
import { bytes, count, counted } from '../figures.ts'
import { html, type Content, type Markup } from '../markup.ts'
import { table } from '../page/table.ts'
import {
  allCaveats,
  brokenWords,
  cannotHold,
  repeatCommand,
  type PlacedCaveat,
  type Told,
} from '../told.ts'
import type { Section } from './section.ts'

interface PlacedInvariant extends InvariantResult {
  readonly configuration: string
}

/** Acknowledged data against what the system still has. */
export function invariantsSection({ judgement }: Told): Section {
  const rows = judgement.configurations.flatMap(({ name: configuration, invariants }) =>
    invariants.map((result): PlacedInvariant => ({ ...result, configuration })),
  )
  const number = (key: 'lost' | 'doubled' | 'unexpected' | 'stale') => ({
    title: key,
    number: true,
    cell: (row: PlacedInvariant) =>
      row[key] > 0 ? html`<strong class="fails">✕ ${count(row[key])}</strong>` : count(row[key]),
  })
  const body = html`<p class="soft">
      After a run the system is read through its front door and compared with the ledger of what it
      acknowledged.
    </p>
    ${rows.length === 0 && html`<p>No invariant was checked.</p>`}
    ${table<PlacedInvariant>({
      caption: 'Promises looked up, and those that were not kept',
      rows,
      columns: [
        { title: 'Configuration', cell: ({ configuration }) => configuration },
        { title: 'Invariant', cell: ({ name }) => name },
        {
          title: 'examined',
          number: true,
          cell: (row) => (row.unexamined === undefined ? count(row.examined) : '? see caveats'),
        },
        number('lost'),
        number('doubled'),
        number('unexpected'),
        number('stale'),
      ],
    })}
    ${rows.filter(({ examples }) => examples.length > 0).map(examplesOf)}`
  return { id: 'invariants', title: 'Invariants', body }
}

function examplesOf({ configuration, name, examples }: PlacedInvariant): Markup {
  return html`<h3>${configuration}, ${name}: examples</h3>
    <ul class="plain">
      ${examples.map((example) => html`<li>${example}</li>`)}
    </ul>`
}

/** The machine and the software. */
export function environmentSection({ record }: Told): Section {
  const { environment, runs } = record
  const balancers = [...new Set(runs.map(({ balancer }) => balancer))].join(', ')
  const rows: [string, Content][] = [
    ['Processor', `${environment.cpu_model}, ${counted(environment.cores, 'core')}`],
    ['Memory', bytes(environment.memory_bytes)],
    [
      'System',
      `${environment.platform}, kernel ${environment.kernel}, cgroups ${environment.cgroups}`,
    ],
    ['Software', environment.software.join(', ') || '–'],
    ['Balancer', balancers || '–'],
    ['Node', environment.node_version],
    [
      'Plimsoll',
      `${environment.plimsoll_version}${environment.commit === null ? '' : ` (${environment.commit})`}`,
    ],
    ['Runs', count(runs.length)],
    ['First run', runs[0]?.started_at ?? '–'],
  ]
  const body = html`<dl>
    ${rows.map(
      ([term, words]) =>
        html`<dt>${term}</dt>
          <dd>${words}</dd>`,
    )}
  </dl>`
  return { id: 'environment', title: 'Environment', body }
}

/** Reasons to trust it less. */
export function caveatsSection(told: Told): Section {
  const caveats = allCaveats(told)
  const body =
    caveats.length === 0
      ? html`<p>None was recorded.</p>`
      : html`<ul class="plain">
          ${caveats.map(caveatItem)}
        </ul>`
  return { id: 'caveats', title: 'Caveats', body }
}

function caveatItem({ configuration, caveat }: PlacedCaveat): Markup {
  return html`<li>
    ${configuration !== null && html`<strong>${configuration}:</strong> `}${caveat.text}
    <code>${caveat.code}</code>${
      caveat.forbids_holds && html` <strong class="fails">✕ forbids “holds”</strong>`
    }
  </li>`
}

/** What forbids `holds`, for the top of the page: caveats and broken invariants; nothing without any. */
export function alarm(told: Told): Markup {
  const caveats = allCaveats(told)
    .filter(({ caveat }) => caveat.forbids_holds)
    .map(({ configuration, caveat }) => ({ configuration, words: caveat.text }))
  const broken = told.judgement.configurations.flatMap(({ name, invariants }) =>
    invariants.flatMap((result) => {
      const words = brokenWords(result)
      return words === '' ? [] : [{ configuration: name, words: `${result.name}: ${words}` }]
    }),
  )
  const reasons = [...broken, ...caveats]
  if (reasons.length === 0) return html``
  return html`<div class="alarm" role="note">
    <strong>Read this first</strong>
    ${reasons.map(
      ({ configuration, words }) => html`<p><b>${cannotHold(configuration)}:</b> ${words}</p>`,
    )}
  </div>`
}

/** The commands that do it again. */
export function repeatSection({ record }: Told): Section {
  const body = html`<pre><code>${repeatCommand(record)}</code></pre>
    <p class="soft">
      Seed and plan are in the experiment: the same plan hash means the same arrivals, personas and
      data. <code>npx --no plimsoll report DIR</code> draws this page again from its records.
    </p>`
  return { id: 'repeat', title: 'How to repeat', body }
}
