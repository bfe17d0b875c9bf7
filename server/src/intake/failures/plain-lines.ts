/** Lines of what a framework printed, without what says nothing of the failure itself. Linear, and of bounded input. */

/** Characters of a text that are looked at: its beginning, and of a long one its end, where some print the innermost. */
const HEAD = 12_000
const TAIL = 4_000
/** Characters of a line, lines of a text, and of them those that say something. */
const LINE = 1_000
const LINES = 300
const SAYING = 60

// linear: each is anchored at a character that it consumes, and no two neighbouring parts match the same character.
const ANSI = /\u001b\[[0-9;:?]*[A-Za-z]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)/g

const bounded = (text: string) =>
  text.length <= HEAD + TAIL ? text : `${text.slice(0, HEAD)}\n${text.slice(text.length - TAIL)}`

/** What pytest puts in quotes when it failed outside of the test. */
const unwrapped = (text: string) => (/^failed on (?:setup|teardown) with "/.test(text) ? text.replace(/"$/, '') : text)

/** The lines of a text without colours and blank ones; each is trimmed. */
export function plainLines(text: string): string[] {
  const lines = bounded(unwrapped(text))
    .replace(ANSI, '')
    .replace(/[\u0001\u0002]/g, '')
    .split('\n')
    .map((line) => line.slice(0, LINE).trim())
    .filter((line) => line !== '')
  return lines.length <= LINES ? lines : [...lines.slice(0, LINES - 100), ...lines.slice(-100)]
}

/** Lines that tell where, when and by what, or how to read the others. */
const NOISE: readonly RegExp[] = [
  /^[^\p{L}\p{N}]*$/u,
  // Places: frames, headers of tests, code with its numbers.
  /^(?:at|❯|-> at) \S|^at$/,
  /^File "/,
  /^(?:>\s*)?\d+ \|/,
  /^\|/,
  /^\S+:\d+(?::\d+)?:?$/,
  /^\S+\.py:\d+: /,
  /^\[[^\]]{1,100}\] › /,
  /^(?:===|---) (?:RUN|PAUSE|CONT|NAME|FAIL|PASS)\b/,
  /^[\w\\]+::\w+(?: with data set .*)?$/,
  /^(?:Failure|Error|FAILED|with expansion|Call log):$/,
  /^test_\w+\(/,
  /^\w+#test_\S+ \[/,
  /^Failure\/Error:/,
  /^Traceback \(most recent call last\)/,
  /^(?:Error Trace|Test|Error Context|Location|Failing step):/,
  /^(?:\.\.\. \d+ more|Caused by: )/,
  /^unknown file$/,
  /^● /,
  /^\w+ \(\d[\dhms.]*\)$/,
  // What helps and decorates.
  /^(?:Build info|System info|Driver info|Session ID|Host info|Capabilities|Command|Element): /,
  /^\(?Session info: /,
  /^For documentation on this error/,
  /^note: run with /,
  /^Ignored nodes:/,
  /^<[a-z!/]/i,
  /^[↓↑]/,
  /^(?:String lengths are both|Expected string length) \d/,
  /^(?:Omitting|Differing items|Use -v|Left contains|Right contains|Common items|Full diff|At index)\b/,
  /^\(compared using /,
  /^(?:Timeout|Screenshot|Page source|Because this error occurred during a)\b/,
]

const isNoise = (line: string) => NOISE.some((pattern) => pattern.test(line))

/** What stands around the text proper: who failed, in which file, and that it was while setting up. */
const FRAMES_OF_TEXT: readonly (readonly [RegExp, string])[] = [
  [/^E {2,}/, ''],
  [/^thread '[^']{0,300}' (?:\(\d+\) )?panicked at '/, ''],
  [/^thread '[^']{0,300}' (?:\(\d+\) )?panicked at .*$/, ''],
  [/', [^\s:']{1,200}:\d+:\d+$/, ''],
  [/^failed on (?:setup|teardown) with "/, ''],
  [/^(?:(?:Parent |Child )?(?:suite )?(?:setup|teardown) failed|Several failures occurred):/i, ''],
  [/^file \S.{0,300}, line \d+$/, ''],
  [/^def \w+\(.*$/, ''],
  [/^[\w.-]{1,100}\.(?:go|c|cc|cpp|cxx|h|rs|py|rb|php):\d+(?::\d+)?: ?/, ''],
  [/^Error: {6,}/, ''],
  [/^Messages: {2,}/, ''],
  [/^\w{1,200}\([^()]{0,200}\)(?= timed out after )/, ''],
  [/ ?\(difference of [^()]{0,60}\)/, ''],
  [/ thrown in (?:the test body|SetUp\(\)|TearDown\(\))\.?$/, ''],
  [/^(Address already in use|Connection (?:refused|reset)|Read timed out)(?:: \w+| \([\w ]+\))$/, '$1'],
  [/ \[recovered\]$/, ''],
  [/^Timed out retrying after \d+ms: /, ''],
  [/ from '[^'\s]{1,300}'$/, ''],
  [
    /^(?:page|locator|frame|browser|context|browserContext|browserType|elementHandle|apiRequestContext)\.\w{1,40}: /,
    '',
  ],
  [/^(?:Error: )?(?:page|locator|frame|browser|context|browserContext|browserType|elementHandle)\.\w{1,40}: /, ''],
]

/** What follows these in a line is a value. */
const LAST_WORDS = [" crashed while running '", 'Unexpected token ', ' when running "']

/** What comes below tells where it was, or what an earlier attempt has said. */
const ENDS = /^(?:Retry #\d|goroutine \d+ \[|running tests:$|Require stack:$|Ignored nodes:|<(?:body|html)\b)/

/** Labels with their value in the next line. */
const LABEL = /^(?:expecting(?: actual)?|actual|but was|expected|to [a-z ]{1,40}|but could not find [a-z ()]{1,60}):$/i

/** Lines in which a label and its value are together. */
function joined(lines: readonly string[]): string[] {
  const whole: string[] = []
  let label = ''
  for (const line of lines) {
    if (label === '' && LABEL.test(line)) label = line
    else {
      whole.push(label === '' ? line : `${label} ${line}`)
      label = ''
    }
  }
  return label === '' ? whole : [...whole, label]
}

/** Those of plain lines that say what went wrong. */
export function sayingLines(all: readonly string[]): string[] {
  const lines: string[] = []
  let log = -1
  for (const line of joined(all)) {
    if (lines.length >= SAYING) break
    // The first attempt has said it.
    if (ENDS.test(line)) break
    if (line === 'Call log:') log = 0
    else if (log >= 0) {
      // Of a log of waiting, what was waited for.
      log++
      const first = /^- (?:waiting for|navigating to)/.test(line)
      if (!first) continue
      lines.push(line)
      continue
    }
    if (isNoise(line)) continue
    let said = line.replaceAll('\t', ' ')
    for (const [pattern, instead] of FRAMES_OF_TEXT) said = said.replace(pattern, instead)
    for (const mark of LAST_WORDS) {
      const at = said.indexOf(mark)
      if (at !== -1) said = said.slice(0, at + mark.length)
    }
    said = said.trim()
    // A value in a line of its own.
    const isValue = lines.length > 0 && /^[[{]/.test(said) && /[\]}]$/.test(said)
    if (said !== '' && !isValue && !isNoise(said)) lines.push(said)
  }
  return lines
}
