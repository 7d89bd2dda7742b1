// A CPU limit for one instance, and what it used: the interface that cgroups v1 and v2 both keep.

/** Counters since the group was made; differences between two readings are what one wants. */
export interface CgroupUsage {
  readonly cpu_seconds: number
  /** Periods in which the quota ran out. */
  readonly throttled_periods: number
}

/** One group of processes that share a CPU limit. Children are born into their parent's group. */
export interface Cgroup {
  /** Every folder that makes up this group, for whoever must remove it after a crash. */
  readonly folders: readonly string[]
  /** How long one period of the quota lasts. */
  readonly period_seconds: number
  /** Moves a process here; done at once, so that it can follow a spawn immediately. */
  add(pid: number): void
  pids(): number[]
  /** Cores from now on; null lifts the limit. Throws where the system does not permit it. */
  limit(cores: number | null): void
  usage(): CgroupUsage
}

/** Where groups can be made. */
export interface CgroupParent {
  readonly version: 'v1' | 'v2'
  /** In the order in which they can be removed: last first. */
  readonly folders: readonly string[]
  /** A leaf that holds processes which are not ours, moved there because v2 wants parents empty. */
  readonly borrowed: string | null
  /** Makes a group. Throws where the system does not permit it. */
  create(name: string): Cgroup
}

const wantedPeriod_us = 10_000
/** The kernel refuses a quota below a millisecond. */
const leastQuota_us = 1_000

/**
 * Quota and period for a number of cores. The period is 10 ms, so that a limited instance never stands
 * still for longer than that; below a tenth of a core it grows, because the quota cannot be under 1 ms.
 */
export function quotaOf(cores: number): { quota_us: number; period_us: number } {
  const period_us = Math.max(wantedPeriod_us, Math.ceil(leastQuota_us / cores))
  return { quota_us: Math.max(leastQuota_us, Math.round(cores * period_us)), period_us }
}

/** The number after `name` in a `cpu.stat`; 0 when it is not there. */
export function statNumber(stat: string, name: string): number {
  const found = new RegExp(`^${name} (\\d+)$`, 'm').exec(stat)
  return found === null ? 0 : Number(found[1])
}
