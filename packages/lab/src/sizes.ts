// The catalogue of sizes: what one instance has and costs. List prices on demand, US East (N. Virginia;
// GCP us-central1), USD per hour, read on 2026-11-20; check the provider's page before you rely on one.
// Changing a price changes cost figures only.

/** What a size stands for. */
export interface Size {
  readonly vcpu: number
  readonly memory_gib: number
  readonly price_per_hour_usd: number
  /** The kind of part that it is for; of the others none can have it. */
  readonly only?: 'queue' | 'discovery'
  readonly note?: string
}

export const pricesReadOn = '2026-11-20'

/** Price of the load balancer that every configuration has in front. */
export const balancerPricePerHour_usd = 0.0225

const catalogue = {
  'm7g.medium': { vcpu: 1, memory_gib: 4, price_per_hour_usd: 0.0408 },
  'm7g.large': { vcpu: 2, memory_gib: 8, price_per_hour_usd: 0.0816 },
  'm7g.xlarge': { vcpu: 4, memory_gib: 16, price_per_hour_usd: 0.1632 },
  't2.micro': { vcpu: 1, memory_gib: 1, price_per_hour_usd: 0.0116, note: 'burstable' },
  't3.micro': { vcpu: 2, memory_gib: 1, price_per_hour_usd: 0.0104, note: 'burstable' },
  'fargate.0.25': { vcpu: 0.25, memory_gib: 0.5, price_per_hour_usd: 0.0124 },
  'db.m5.large': {
    vcpu: 2,
    memory_gib: 8,
    price_per_hour_usd: 0.178,
    note: 'PostgreSQL, one zone',
  },
  'db.m5.xlarge': {
    vcpu: 4,
    memory_gib: 16,
    price_per_hour_usd: 0.356,
    note: 'PostgreSQL, one zone',
  },
  'db.t3.micro': { vcpu: 2, memory_gib: 1, price_per_hour_usd: 0.018, note: 'burstable' },
  'cache.t3.micro': { vcpu: 2, memory_gib: 0.5, price_per_hour_usd: 0.017, note: 'burstable' },
  sqs: {
    vcpu: 0,
    memory_gib: 0,
    price_per_hour_usd: 0,
    only: 'queue',
    note: 'managed queue: not limited; $0.40 per million requests',
  },
  shared: {
    vcpu: 0,
    memory_gib: 0,
    price_per_hour_usd: 0,
    only: 'discovery',
    note: 'a discovery that everything else uses too: not limited, not priced',
  },
  'e2-medium': {
    vcpu: 2,
    memory_gib: 4,
    price_per_hour_usd: 0.0335,
    note: 'shared, 1 vCPU sustained',
  },
} as const satisfies Record<string, Size>

export type SizeName = keyof typeof catalogue

export const sizes: Readonly<Record<SizeName, Size>> = catalogue

export function isSizeName(name: string): name is SizeName {
  return Object.hasOwn(catalogue, name)
}
