/** Where the page of a link that sets a password is served; the code of the link follows. */
export const WELCOME = '/welcome'

/** The page by which somebody chooses a password; its script sends what is typed, with the code of the address. */
export const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Choose a password · Assay</title>
<link rel="stylesheet" href="${WELCOME}/page.css">
<script src="${WELCOME}/page.js" defer></script>
</head>
<body>
<main>
<h1>Choose a password</h1>
<noscript><p>This page needs JavaScript.</p></noscript>
<form id="form">
<p id="rule">At least 10 characters. A sentence that only you would think of is easy to keep and hard to guess.</p>
<label for="password">Password</label>
<input id="password" type="password" autocomplete="new-password" aria-describedby="rule" required>
<label for="again">The same again</label>
<input id="again" type="password" autocomplete="new-password" required>
<label class="choice"><input id="remember" type="checkbox"> Stay signed in on this computer for 30 days</label>
<button id="send">Set the password and sign in</button>
</form>
<p id="message" role="alert"></p>
<p id="done" hidden tabindex="-1"></p>
</main>
</body>
</html>
`

export const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif; }
body { margin: 0; }
main { max-width: 26rem; margin: 10vh auto; padding: 0 1.5rem; }
h1 { font-size: 1.5rem; }
label { display: block; margin: 1rem 0 .25rem; font-weight: 600; }
.choice { font-weight: 400; }
input[type=password] { box-sizing: border-box; width: 100%; padding: .5rem; font: inherit; }
button { margin-top: 1.25rem; padding: .6rem 1rem; font: inherit; color: #fff; background: #14532d; border: 0; border-radius: .3rem; cursor: pointer; }
button:disabled { opacity: .6; }
:focus-visible { outline: 3px solid #2f855a; outline-offset: 2px; }
#message:not(:empty) { padding: .5rem .75rem; border-left: 4px solid #b3261e; }
`

export const SCRIPT = `
const at = (id) => document.getElementById(id)
const say = (text) => { at('message').textContent = text }

at('form').addEventListener('submit', async (event) => {
  event.preventDefault()
  say('')
  const password = at('password').value
  if (password !== at('again').value) return say('The two passwords differ; type the same one twice.')
  at('send').disabled = true
  try {
    const answer = await fetch('/session/welcome', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-assay-console': '1' },
      body: JSON.stringify({
        code: decodeURIComponent(location.pathname.split('/').pop()),
        password,
        remember: at('remember').checked,
      }),
    })
    const body = await answer.json()
    if (!answer.ok) return say(body.errors.map(({ title }) => title).join(' '))
    history.replaceState(null, '', '${WELCOME}')
    at('form').hidden = true
    at('done').textContent = 'Your password is set, and you are signed in as ' + body.data.attributes.user.email + '.'
    at('done').hidden = false
    at('done').focus()
  } catch {
    say('The server does not answer; try again.')
  } finally {
    at('send').disabled = false
  }
})
`
