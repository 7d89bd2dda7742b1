// Logging in and registering: one form, two buttons. Enter logs in.

import { element, textIn } from './elements.js'

/**
 * @param {(way: 'login' | 'register', credentials: { username: string, password: string }) => Promise<void>} enter
 */
export function openEntrance(enter) {
  const form = element('credentials', HTMLFormElement)
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const { submitter } = event
    const isNew = submitter instanceof HTMLButtonElement && submitter.value === 'register'
    const buttons = [...form.querySelectorAll('button')]
    for (const button of buttons) button.disabled = true
    void enter(isNew ? 'register' : 'login', {
      username: textIn(form, 'username'),
      password: textIn(form, 'password'),
    }).finally(() => {
      for (const button of buttons) button.disabled = false
    })
  })
}
