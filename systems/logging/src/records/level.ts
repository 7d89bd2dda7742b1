// Levels are free text; those that are known are written one way, so that a filter finds all of them.

const known: Readonly<Record<string, string>> = {
  trace: 'TRACE',
  verbose: 'TRACE',
  debug: 'DEBUG',
  info: 'INFO',
  information: 'INFO',
  notice: 'NOTICE',
  warn: 'WARNING',
  warning: 'WARNING',
  err: 'ERROR',
  error: 'ERROR',
  severe: 'ERROR',
  crit: 'CRITICAL',
  critical: 'CRITICAL',
  alert: 'ALERT',
  emerg: 'EMERGENCY',
  emergency: 'EMERGENCY',
  panic: 'EMERGENCY',
  fatal: 'FATAL',
}

const canonical: ReadonlySet<string> = new Set(Object.values(known))

/** The one way a known level is written; any other as it came, without blanks around it. */
export function normalLevel(level: string): string {
  if (canonical.has(level)) return level
  const text = level.trim()
  const lower = text.toLowerCase()
  return Object.hasOwn(known, lower) ? (known[lower] ?? text) : text
}
