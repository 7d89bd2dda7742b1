import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { LoadedBefore } from './resource/loaded-before.ts'
import { Session } from './session/session.ts'
import { textStorage } from './session/text-storage.ts'
import { SiteContext, type Site } from './site.tsx'
import './styles.css'

const session = new Session({ storage: textStorage(), now: () => Date.now() })
const site: Site = { session, loadedBefore: new LoadedBefore() }
session.followOtherTabs()

const page = document.getElementById('page')
if (page === null) throw new Error('the document has no place for the page')
createRoot(page, { onUncaughtError: (error) => giveUp(page, error) }).render(
  <StrictMode>
    <SiteContext value={site}>
      <App />
    </SiteContext>
  </StrictMode>,
)

/** Rather than an empty page. */
function giveUp(page: HTMLElement, error: unknown): void {
  page.textContent =
    'TagTogether has stopped: something went wrong on this page. Reload it to go on.'
  page.setAttribute('role', 'alert')
  page.className = 'p-8 text-center text-lg'
  reportError(error)
}
