#!/usr/bin/env node
import { launch } from 'plimsoll/bin/launch.js'

await launch(new URL('../src/main.ts', import.meta.url))
