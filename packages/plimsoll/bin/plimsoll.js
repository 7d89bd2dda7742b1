#!/usr/bin/env node
// Plain JavaScript on purpose: the system's Node may be too old to read TypeScript. It finds one that can.
import { launch } from './launch.js'

await launch(new URL('../src/main.ts', import.meta.url))
