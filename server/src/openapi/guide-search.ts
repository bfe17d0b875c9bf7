// The renderer's search knows the headings of the guides only. This one looks through their text; the page has it above
// the renderer, which would draw over anything within itself.

/** The box and the place of what it finds. */
export const SEARCH_BOX = `<header id="guide-search">
      <search>
        <input type="search" aria-label="Search the text of the guides" placeholder="Search the text of the guides" autocomplete="off">
        <p role="status"></p>
        <ol hidden></ol>
      </search>
    </header>`

export const SEARCH_CSS = `
:root { --scalar-custom-header-height: 49px; }
body { margin: 0; }
#guide-search {
  position: sticky; top: 0; z-index: 100; box-sizing: border-box; height: var(--scalar-custom-header-height);
  padding: 8px 12px; background: var(--scalar-background-1, #fff); color: var(--scalar-color-1, #2a2f45);
  border-bottom: 1px solid var(--scalar-border-color, #ddd);
  font: 14px/1.4 system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif;
}
#guide-search input {
  box-sizing: border-box; width: min(100%, 420px); height: 32px; padding: 0 10px; border-radius: 4px; font: inherit; color: inherit;
  background: var(--scalar-background-2, #f6f6f6); border: 1px solid var(--scalar-color-3, #666);
}
#guide-search input::placeholder { color: var(--scalar-color-2, #5c5c5c); opacity: 1; }
#guide-search [role=status] { position: absolute; width: 1px; height: 1px; margin: 0; overflow: hidden; clip-path: inset(50%); }
#guide-search ol {
  position: absolute; left: 12px; box-sizing: border-box; width: min(100% - 24px, 640px); max-height: 70vh; overflow: auto;
  margin: 4px 0 0; padding: 0; list-style: none; background: var(--scalar-background-1, #fff); border-radius: 4px;
  border: 1px solid var(--scalar-border-color, #ddd); box-shadow: 0 8px 24px rgb(0 0 0 / .2);
}
#guide-search a { display: block; padding: 8px 12px; color: inherit; text-decoration: none; }
#guide-search a:is(:hover, :focus) { background: var(--scalar-background-2, #f6f6f6); }
#guide-search :is(strong, small) { display: block; overflow-wrap: anywhere; }
#guide-search small { color: var(--scalar-color-2, #5c5c5c); font-size: 13px; }
#guide-search mark { background: none; color: inherit; font-weight: 700; text-decoration: underline; }
@media (max-width: 1000px) { #guide-search input { width: 100%; } }
`

/**
 * The script of the search: every word must be in a section; those with all of them in the title come first. What is
 * shown is made of text nodes, never of HTML.
 */
export const SEARCH = `const box = document.querySelector('#guide-search input')
const list = document.querySelector('#guide-search ol')
const status = document.querySelector('#guide-search [role=status]')
const MOST = 12
let sections
const load = () => (sections ??= fetch('/docs/guides.json').then((answer) => answer.json()))

const element = (name, ...children) => {
  const made = document.createElement(name)
  made.append(...children)
  return made
}

const excerpt = (text, word) => {
  const at = text.toLowerCase().indexOf(word)
  if (at === -1) return [text.slice(0, 160)]
  const from = Math.max(0, at - 60)
  const end = at + word.length
  return [(from > 0 ? '…' : '') + text.slice(from, at), element('mark', text.slice(at, end)), text.slice(end, end + 120)]
}

const show = (found, words) => {
  list.replaceChildren(...found.slice(0, MOST).map(({ page, title, anchor, text }) => {
    const link = element('a', element('strong', title === page ? page : page + ' › ' + title), element('small', ...excerpt(text, words[0])))
    link.href = '#description/' + anchor
    link.addEventListener('click', close)
    return element('li', link)
  }))
  if (found.length === 0) list.append(element('li', element('a', 'Nothing in the guides has all of these words')))
  list.hidden = false
  status.textContent = found.length + ' sections found'
}

const close = () => {
  list.hidden = true
  status.textContent = ''
}

const search = async () => {
  const words = box.value.toLowerCase().split(/\\s+/).filter((word) => word !== '')
  if (words.length === 0) return close()
  const asked = box.value
  const all = await load()
  if (asked !== box.value) return
  const has = (text) => words.every((word) => text.toLowerCase().includes(word))
  const inTitle = all.filter(({ title }) => has(title))
  const inText = all.filter((section) => !has(section.title) && has(section.page + ' ' + section.title + ' ' + section.text))
  show([...inTitle, ...inText], words)
}

box.addEventListener('focus', load, { once: true })
box.addEventListener('input', search)
box.closest('header').addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && event.target === box) list.querySelector('a[href]')?.click()
  if (event.key !== 'Escape') return
  close()
  box.focus()
})
document.addEventListener('click', (event) => {
  if (!event.target.closest?.('#guide-search')) close()
})
`
