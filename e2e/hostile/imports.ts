import { gzipSync } from 'node:zlib'
import { tarOf, zipOf } from './archives.ts'
import type { HostileInput } from './inputs.ts'

// Reports, archives and parameters of `POST imports.json`: every reader gets every text of its family.

const MIB = 1024 * 1024

const fill = (unit: string, size: number) => unit.repeat(Math.max(1, Math.floor(size / Buffer.byteLength(unit))))

interface ImportOptions {
  query?: string
  status?: HostileInput['status']
  headers?: Record<string, string>
  limit: number
}

const delivery = (
  name: string,
  make: (size: number) => string | Buffer,
  { query = '', status = [200, 413, 422], headers = {}, limit }: ImportOptions,
): HostileInput => ({
  name: `import: ${name}`,
  limit,
  status,
  make: (size, { project }) => ({
    method: 'POST',
    // Unknown tests are refused: storing them costs more than reading does, and is measured elsewhere.
    target: `/api/v2/projects/${project}/imports.json?set-name=hostile&create-tests=false&${query}`,
    headers: { 'Content-Type': 'application/octet-stream', ...headers },
    body: make(size),
  }),
})

type Texts = Readonly<Record<string, (size: number, root: string) => string>>

const XML: Texts = {
  'elements without an end': (size, root) => `<${root}>${fill('<a>', size)}`,
  'one attribute many times': (size, root) => `<${root} ${fill('a="b" ', size)}></${root}>`,
  'an attribute without an end': (size, root) => `<${root} a="${fill('b', size)}`,
  'quotes in an attribute': (size, root) => `<${root} a="${fill('" "', size)}`,
  'raw ampersands': (size, root) => `<${root}>${fill('& &a ', size)}</${root}>`,
  'raw brackets': (size, root) => `<${root}>${fill('< ', size)}</${root}>`,
  'comments without an end': (size, root) => `<${root}>${fill('<!--', size)}`,
  'texts without an end': (size, root) => `<${root}>${fill('<![CDATA[]]', size)}`,
  'instructions without an end': (size, root) => `<${root}>${fill('<?a ', size)}`,
  'entities of entities': (size, root) =>
    `<!DOCTYPE ${root} [<!ENTITY a "b">${fill('<!ENTITY a "&a;&a;&a;">', size)}]><${root} b="&a;">&a;</${root}>`,
  'an entity that is a file': (size, root) =>
    `<!DOCTYPE ${root} [<!ENTITY a SYSTEM "file:///etc/passwd">]><${root}>${fill('&a;', size)}</${root}>`,
  'closing brackets': (size, root) => `<${root}>${fill('</a>', size)}`,
}

const JSONS: Texts = {
  'brackets without an end': (size) => fill('[', size),
  'objects without an end': (size) => fill('{"a":', size),
  'a text without an end': (size) => `{"a":"${fill('b', size)}`,
  backslashes: (size) => `{"a":"${fill('\\\\', size)}"}`,
  digits: (size) => `{"a":${fill('1', size)}}`,
  'empty objects': (size) => `[${fill('{},', size)}{}]`,
  'lines of objects': (size) => fill('{"a":1}\n', size),
  'a line without an end': (size) => `{"a":1}\n{"b":"${fill('c', size)}`,
  quotes: (size) => fill('"', size),
  'names without values': (size) => `{${fill('"a":', size)}`,
}

const LINES: Texts = {
  points: (size) => `TAP version 13\n${fill('ok\n', Math.min(size, MIB / 32))}`,
  subtests: (size) =>
    `TAP version 14\n${Array.from({ length: Math.sqrt(size / 2) }, (_, n) => `${'    '.repeat(n)}# Subtest: a\n`).join('')}`,
  'texts of YAML': (size) => `TAP version 13\nnot ok 1\n  ---\n${fill('  a: |\n', size)}`,
  blanks: (size) => `TAP version 13\nok 1${fill(' ', size)}x`,
  'numbers signs': (size) => `TAP version 13\nok 1 ${fill('\\#', size)}`,
  bars: (size) => `TAP version 13\n${fill('|', size)}`,
}

const ROWS: Texts = {
  quotes: (size) => `timeStamp,elapsed,label,success\n1,1,"${fill('""', size)}`,
  commas: (size) => `timeStamp,elapsed,label,success\n${fill(',', size)}`,
  rows: (size) => `timeStamp,elapsed,label,success\n${fill('1,1,a,true\n', Math.min(size, MIB))}`,
}

/** The readers of each family: what `format=` calls them, and the root that an XML one looks for. */
const FAMILIES: readonly { texts: Texts; formats: Readonly<Record<string, string>> }[] = [
  {
    texts: XML,
    formats: {
      junit: 'testsuites',
      testng: 'testng-results',
      nunit: 'test-run',
      xunit: 'assemblies',
      trx: 'TestRun',
      ctest: 'Site',
      robot: 'robot',
      allure1: 'test-suite',
      'jmeter-xml': 'testResults',
    },
  },
  {
    texts: JSONS,
    formats: Object.fromEntries(
      [
        'ctrf',
        'playwright',
        'playwright-blob',
        'jest',
        'mochawesome',
        'mocha',
        'cucumber-messages',
        'cucumber-json',
        'go',
        'dart',
        'pytest-json',
        'allure',
        'newman',
        'xcresult',
        'karate',
        'k6',
      ].map((name) => [name, '']),
    ),
  },
  { texts: LINES, formats: { tap: '' } },
  { texts: ROWS, formats: { 'jmeter-csv': '' } },
]

/** Every format that texts are made for. */
export const FORMATS: readonly string[] = FAMILIES.flatMap(({ formats }) => Object.keys(formats))

const REPORT = '<testsuite name="s"><testcase classname="C" name="n"/></testsuite>'

const form = (part: (n: number) => string) => (size: number) =>
  `${Array.from({ length: Math.min(10_000, Math.max(1, size / 100)) }, (_, n) => `--b\r\n${part(n)}\r\n`).join('')}--b--`
const OF_FORM = { 'Content-Type': 'multipart/form-data; boundary=b' }

const archives = (limit: number): HostileInput[] => [
  delivery('a gzip of nothing but zeros', (size) => gzipSync(Buffer.alloc(20 * size)), {
    limit,
    headers: { 'Content-Encoding': 'gzip' },
  }),
  delivery('a gzip that ends early', (size) => gzipSync(fill(REPORT, size)).subarray(0, -20), {
    limit,
    status: [400, 413, 422],
    headers: { 'Content-Encoding': 'gzip' },
  }),
  delivery('a zip of nothing but blanks', (size) => zipOf([{ name: 'a.xml', data: fill(' ', 20 * size) }]), { limit }),
  delivery(
    'a zip of files that climb',
    (size) =>
      zipOf(Array.from({ length: Math.min(50_000, size / 200) }, (_, n) => ({ name: `../../${n}.xml`, data: REPORT }))),
    { limit },
  ),
  delivery(
    'a tar of files that climb',
    (size) =>
      tarOf(Array.from({ length: Math.min(50_000, size / 1024) }, (_, n) => ({ name: `/etc/${n}`, data: REPORT }))),
    { limit },
  ),
  delivery(
    'an archive in an archive',
    (size) => zipOf([{ name: 'a.zip', data: zipOf([{ name: 'b.xml', data: fill(REPORT, size) }]) }]),
    { limit },
  ),
  delivery(
    'a zip that lies about its files',
    (size) => Buffer.concat([zipOf([{ name: 'a.xml', data: REPORT }]), Buffer.alloc(size)]),
    {
      limit,
    },
  ),
  delivery('beginnings of zips', (size) => fill('PK\x03\x04', size), { limit }),
  delivery('a tar cut off', (size) => tarOf([{ name: 'a.xml', data: fill(REPORT, size) }]).subarray(0, size / 2), {
    limit,
  }),
  delivery(
    'a form of parameters',
    form((n) => `Content-Disposition: form-data; name="p${n}"\r\n\r\nx`),
    {
      limit,
      headers: OF_FORM,
    },
  ),
  delivery(
    'a form of files',
    form((n) => `Content-Disposition: form-data; name="f"; filename="${n}.txt"\r\n\r\nx`),
    { limit, headers: OF_FORM },
  ),
]

const PARAMETERS: Readonly<Record<string, string>> = {
  environment: 'a=b,',
  shard: '1/',
  'variant-by': 'a,',
  'build-key': 'a',
  timezone: 'A/',
  namespace: '%C3%A9',
  'build-url': 'http://a@',
}

const parameters = (limit: number): HostileInput[] =>
  Object.entries(PARAMETERS).map(([name, unit]) => ({
    ...delivery(`parameter ${name}`, () => REPORT, { limit: Math.min(limit, 250 * 1024) }),
    make: (size, { project }) => ({
      method: 'POST',
      target: `/api/v2/projects/${project}/imports.json?set-name=hostile&${name}=${fill(unit, size)}`,
      headers: { 'Content-Type': 'application/octet-stream' },
      body: REPORT,
    }),
  }))

/** The first reader of a family gets the largest texts, the others smaller ones: all of them together take minutes. */
const LIMITS = { first: 8 * MIB, other: MIB, short: MIB / 8 }

/** What is sent to imports: with `all` every text to every reader of its family, else each to one of them, and small. */
export function importsOf({ all }: { all: boolean }): HostileInput[] {
  const largest = all ? LIMITS.first : LIMITS.short
  const reports = FAMILIES.flatMap(({ texts, formats }) =>
    Object.entries(formats)
      .slice(0, all ? undefined : 1)
      .flatMap(([format, root], index) =>
        Object.entries(texts).map(([name, make]) =>
          delivery(`${format}, ${name}`, (size) => make(size, root), {
            limit: index === 0 ? largest : LIMITS.other,
            query: `format=${format}`,
          }),
        ),
      ),
  )
  return [...reports, ...archives(largest), ...parameters(largest)]
}
