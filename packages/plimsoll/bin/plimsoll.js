#!/usr/bin/env node
// Plain JavaScript on purpose: the system's Node may be too old to read TypeScript. It finds one that can.
import { existsSync } from 'node:fs'
import { launch } from './launch.js'

// In the repository the source, in the package what was built from it.
const source = new URL('../src/main.ts', import.meta.url)
await launch(existsSync(source) ? source : new URL('../dist/plimsoll/src/main.js', import.meta.url))
