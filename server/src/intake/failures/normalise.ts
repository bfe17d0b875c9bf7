import { replaceSpans } from './spans.ts'

/** A text without what changes from run to run: values, times, places and generated names become placeholders. */

const SOURCES = new Set(
  `js jsx ts tsx mjs cjs py rb java kt scala groovy php go rs cs fs vb c cc cpp cxx h hpp swift dart ex exs feature robot
   exe dll so jar class`.split(/\s+/),
)

/** A file that is named tells something, unless it is where the test stands; its folder tells nothing. */
function pathOf(path: string): string {
  const base = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
  const dot = base.lastIndexOf('.')
  const extension = base.slice(dot + 1).toLowerCase()
  const isFile = dot > 0 && extension.length <= 5 && /^[a-z]+$/.test(extension)
  return isFile && !SOURCES.has(extension) ? `<path>/${base}` : '<path>'
}

const DURATION = /^(?:\d+(?:d|h|m|s|ms|us|µs|ns|min|sec))+$/

/** A part of a name: generated ones have digits among letters. */
function partOf(part: string): string {
  if (!/\d/.test(part)) return part
  if (/^\d+$/.test(part) || DURATION.test(part)) return '<n>'
  // Numbers of flights, seats and tickets.
  if (/^(?:[A-Z]{1,3}\d+|\d+[A-Z]{1,3})$/.test(part)) return '<id>'
  const groups = part.match(/\d+/g)?.length ?? 0
  if (groups > 1 || (part.length >= 6 && /^[0-9a-f]+$/i.test(part))) return '<id>'
  // Letters that nobody speaks, around a digit.
  if (part.length >= 6 && /[bcdfghjklmnpqrstvwxz]{4}/i.test(part) && /[a-z]\d+[a-z]/i.test(part)) return '<id>'
  return part.replace(/\d+/g, '<n>')
}

/** Behind a dash, short ones are generated as well: `payments-91bc`. */
const suffixOf = (part: string) =>
  part.length >= 4 && /^[0-9a-f]+$/.test(part) && /[a-f]/.test(part) && /\d/.test(part) ? '<id>' : partOf(part)

const wordOf = (word: string): string => {
  if (!/\d/.test(word)) return word
  if (word.length >= 7 && /^[0-9a-f]+$/i.test(word) && /[a-f]/i.test(word)) return '<id>'
  if (!/[-_]/.test(word)) return partOf(word)
  return word
    .split(/([-_])/)
    .map(suffixOf)
    .join('')
}

/** What a server away answers, whatever stands in front of it. */
const GATEWAY = '<gateway>'
const IS_HTTP =
  /\bstatus|\bhttp\b|\bhttps?\/|\bresponse\b|bad gateway|service unavailable|gateway time-?out|not found"|server error/i
const letters = (digits: string) => digits.replace(/\d/g, (digit) => String.fromCharCode(97 + Number(digit)))

/** `expected 503 to be 200`: no other two numbers are compared like that. */
const isGatewayForOk = (text: string) =>
  /\b20[0-4]\b/.test(text) && /\b50[234]\b/.test(text) && /\bassert|\bexpect|\bwant\b|[!=]==?/i.test(text)

/** Status codes of HTTP are no values: 404 and 500 are two things, 502 to 504 one. */
export function keepStatus(text: string): string {
  if (!IS_HTTP.test(text) && !isGatewayForOk(text)) return text
  return text
    .replace(/\bbad gateway\b|\bservice (?:temporarily )?unavailable\b|\bgateway time-?out\b/gi, GATEWAY)
    .replace(/\b50[234]\b/g, GATEWAY)
    .replace(/<gateway>(?:[\s:("']{1,3}<gateway>)+[")']?/g, GATEWAY)
    .replace(/\b2\d\d\b(?: "[A-Za-z ]{1,20}")?/g, '<ok>')
    .replace(/\b[45]\d\d\b/g, (code) => `<http ${letters(code)}>`)
}

const DAY = '(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}'
const MONTH = '(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}'
// linear: every part is bounded, and begins with what the one before cannot match.
const WRITTEN_DATE = new RegExp(
  `\\b(?:${DAY},? )?(?:\\d{1,2}[ /-]${MONTH}[ /-]\\d{2,4}|${MONTH} \\d{1,2}(?:,? \\d{4})?)(?:[ :]\\d\\d:\\d\\d(?::\\d\\d)?)?(?: (?:gmt|utc)?[+-]\\d{4})?(?: \\([a-z ]{1,40}\\))?`,
  'gi',
)

/** An address of mail, or something with an at sign. */
function emailOf(word: string): string {
  const domain = word.slice(word.indexOf('@') + 1)
  return word.includes('@') && domain.includes('.') && !word.startsWith('@') ? '<email>' : word
}

/** `1,234.5` is one number; what ends a sentence is none of it. */
function decimalOf(digits: string): string {
  if (!/[.,]\d/.test(digits)) return digits
  return /[.,]$/.test(digits) ? `0${digits.slice(-1)}` : '0'
}

const DOMAINS = new Set('com org net io dev local internal test cloud svc lan corp localdomain'.split(' '))

/** A machine, with a port or without one. */
function machineOf(word: string, at: number, text: string): string {
  const colon = word.indexOf(':')
  const port = colon === -1 ? '' : word.slice(colon + 1)
  let end = colon === -1 ? word.length : colon
  while (word[end - 1] === '.') end--
  const name = word.slice(0, end)
  const after = text[at + word.length] ?? ''
  const rest = word.endsWith('.') ? '.' : ''
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(name) || name === 'localhost') return `<address>${rest}`
  if (!/^[a-z0-9][a-z0-9.-]*$/i.test(name) || after === ':' || after === '/') return word
  const labels = name.split('.')
  const isNamed = /[a-z]/i.test(name) && (labels.length > 1 || port.length >= 4)
  if (isNamed && port.length >= 2 && port.length <= 5) return '<address>'
  return labels.length > 1 && port === '' && DOMAINS.has(labels.at(-1) as string) ? `<address>${rest}` : word
}

const PLACEHOLDERS: readonly (readonly [RegExp, string | ((match: string, at: number, text: string) => string)])[] = [
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<id>'],
  [/\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s'"<>)\]`]+/gi, '<url>'],
  [/\burl: \/\S*/gi, 'url: <url>'],
  [/[\w.+-]+(?:@[\w.-]+)?/g, emailOf],
  [/\b\d{4}[-/]\d\d[-/]\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?)?/g, '<time>'],
  [WRITTEN_DATE, '<time>'],
  [/\b\d{1,2}:\d\d:\d\d(?:[.,]\d+)?\b/g, '<time>'],
  [
    /: (?:name or service not known|temporary failure in name resolution|nodename nor servname provided, or not known)/gi,
    '',
  ],
  [/\b(?:GET|POST|PUT|PATCH|DELETE|HEAD)\b/g, (method, _, text) => (text.includes('<url>') ? '<method>' : method)],
  // Machines.
  [/\[[0-9a-f:]{2,39}\]:\d+/gi, '<address>'],
  [
    /(?:^|(?<=[\s("]))(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,6})?::(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,6})?(?=$|[\s)":,])(?::\d+)?/gi,
    '<address>',
  ],
  [/(?<=\s):\d{2,5}(?=:)/g, '<address>'],
  [/[\w.-]+(?::\d+)?/g, machineOf],
  [/<address>\/<address>/g, '<address>'],
  [/["'][\w.-]{1,100}["'] \(<address>\)/g, '<address>'],
  [/["'](?:<address>)["']/g, '<address>'],
  [/\bhost(?:name)?(?: |=|: ?)["'][^\s"']{1,100}["']/gi, 'host=<address>'],
  [/\b(?:get|post|put|patch|delete|head|options) "?<url>"?/gi, '<url>'],
  [/<address> \(<address>\)/g, '<address>'],
  [/\bhost=[\w.-]+/gi, 'host=<address>'],
  // Folders and files.
  [/\b[a-z]:[\\/]{1,2}(?:[^\\/:*?"'<>|\n]{1,100}[\\/]{1,2})*[^\\/:*?"'<>|\n\s)\],;]{0,100}/gi, pathOf],
  [/(?<![\w.<>])(?:\/[\w.@+~%-]{1,100}){2,}\/?/g, pathOf],
  [/\\+/g, '/'],
  // Names and numbers.
  [/\b0x[0-9a-f]+\b/gi, '<hex>'],
  [/@[0-9a-f]{5,16}\b/g, '@<hex>'],
  [/\d[\d.,]*/g, decimalOf],
  [/\w[\w-]*/g, wordOf],
  [/<n>(?:st|nd|rd|th)\b/g, '<n>'],
  [
    /<n> ?(?:(?:ms|msecs?|milliseconds?|s|secs?|seconds?|second\(s\)|m|mins?|minutes?|h|hours?|µs|us|ns|bytes?|[kmg]i?b|px)\b|%|€|\$)/gi,
    '<n>',
  ],
  [/(^|[\s([<=,:])[-+](?=<n>)/g, '$1'],
  [/<n>(?:(?:,? |-)<n>)+/g, '<n>'],
  [/<id>(?:,? <id>)+/g, '<id>'],
  [/"<(?:id|n)>"(?:, "<(?:id|n)>")+/g, '"<id>"'],
  [/ \+\/- <n>/g, ''],
  [/<n> [a-z]{4,40}/gi, (counted) => (counted.endsWith('s') ? counted.slice(0, -1) : counted)],
  // Long values are values.
  // The order of keys says nothing.
  [
    /\{[^{}\n]*\}/g,
    (object) =>
      `{${object
        .slice(1, -1)
        .split(',')
        .map((pair) => pair.trim())
        .sort()
        .join(', ')}}`,
  ],
  [/[ \t]+/g, ' '],
]

/** Quoted text and brackets that are longer are values. */
const LONG: Readonly<Record<string, number>> = { '"': 40, "'": 40, '`': 40, '[': 80, '{': 200 }

const isLong = (open: string, length: number) => length >= (LONG[open] ?? Number.POSITIVE_INFINITY)

/** A line without what changes from run to run. */
export function normalise(text: string): string {
  let plain = text
  for (const [pattern, placeholder] of PLACEHOLDERS) {
    plain = typeof placeholder === 'string' ? plain.replace(pattern, placeholder) : plain.replace(pattern, placeholder)
  }
  return replaceSpans(plain, isLong, () => '<value>')
    .replace(/[ \t]+/g, ' ')
    .trim()
}
