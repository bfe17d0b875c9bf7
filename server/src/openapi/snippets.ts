import { pascal, singular } from '../core/resource/resource-schemas.ts'
import type { Sample } from './build-document.ts'
import { literal, SYNTAXES } from './sample-literals.ts'

/** One call of the API, to be written down in each language. */
export interface Call {
  method: string
  /** As in the document: `/api/v2/projects/{project_id}/tests/{id}.json`. */
  path: string
  /** What must stand in the query, encoded. */
  query?: string
  body?: unknown
  /** Values for the names in the path, where it is not 70. */
  values?: Readonly<Record<string, string | number>>
  /** The answer is a file, perhaps behind a redirect. */
  download?: boolean
}

/** A call whose path has been read: `/projects/`, `project_id`, `/tests/`, `test_id`, `.json`. */
interface Read extends Call {
  parts: { text: string; name?: string }[]
  variables: [name: string, value: string | number][]
  /** Whether a body is sent. */
  sends: boolean
}

/** `{id}` is called after what it is of. */
function nameOf(name: string, before: string): string {
  const collection = /\/([a-z_]+)\/$/.exec(before)?.[1]
  return name === 'id' && collection !== undefined ? `${singular(collection)}_id` : name
}

function read(call: Call): Read {
  const pieces = call.path.split(/\{(\w+)\}/)
  const variables: Read['variables'] = []
  const parts = pieces.flatMap((piece, index) => {
    if (index % 2 === 0) return piece === '' ? [] : [{ text: piece }]
    const name = nameOf(piece, pieces[index - 1] as string)
    variables.push([name, call.values?.[piece] ?? 70])
    return [{ text: piece, name }]
  })
  if (call.query !== undefined) parts.push({ text: `?${call.query}` })
  return { ...call, parts, variables, sends: call.body !== undefined }
}

/** The address after the server, with variables as a language puts them into a text. */
const addressOf = ({ parts }: Read, put: (name: string) => string) =>
  parts.map(({ text, name }) => (name === undefined ? text : put(name))).join('')

const camel = (name: string) => pascal(name).replace(/^./, (letter) => letter.toLowerCase())
const quoted = (value: string | number) => (typeof value === 'number' ? String(value) : JSON.stringify(value))
const lines = (...parts: (string | false)[]) => parts.filter((part) => part !== false).join('\n')

function shell(call: Read): string {
  const { method, variables, sends, download, body } = call
  const options = [
    download ? '-sSL' : '-sS',
    ...(method === 'GET' || (method === 'POST' && sends) ? [] : [`-X ${method}`]),
  ].join(' ')
  return lines(
    variables.length > 0 && variables.map(([name, value]) => `${name}=${value}`).join(' '),
    [
      `curl ${options} "$ASSAY_URL${addressOf(call, (name) => `$${name}`)}"`,
      '-H "PTToken: $ASSAY_TOKEN"',
      ...(sends ? ["-H 'Content-Type: application/json'", "-d @- <<'JSON'"] : []),
      ...(download ? ['-o file'] : []),
    ].join(' \\\n  '),
    sends && literal(body, SYNTAXES.json),
    sends && 'JSON',
  )
}

function ruby(call: Read): string {
  const { method, variables, sends, download, body } = call
  const verb = pascal(method.toLowerCase())
  return lines(
    sends && "require 'json'",
    "require 'net/http'",
    '',
    ...variables.map(([name, value]) => `${name} = ${typeof value === 'number' ? value : `'${value}'`}`),
    `uri = URI("#{ENV['ASSAY_URL']}${addressOf(call, (name) => `#{${name}}`)}")`,
    `request = Net::HTTP::${verb}.new(uri, 'PTToken' => ENV['ASSAY_TOKEN'])`,
    sends && "request['Content-Type'] = 'application/json'",
    sends && `request.body = JSON.generate(${literal(body, SYNTAXES.ruby)})`,
    "answer = Net::HTTP.start(uri.host, uri.port, use_ssl: uri.scheme == 'https') { |http| http.request(request) }",
    ...(download
      ? [
          "answer = Net::HTTP.get_response(URI(answer['location'])) if answer['location']",
          "File.binwrite('file', answer.body)",
        ]
      : ['puts answer.body']),
  )
}

function python(call: Read): string {
  const { method, variables, sends, download, body } = call
  return lines(
    sends && 'import json',
    'import os',
    'import urllib.request',
    '',
    ...variables.map(([name, value]) => `${name} = ${quoted(value)}`),
    'request = urllib.request.Request(',
    `    ${variables.length > 0 ? `os.environ["ASSAY_URL"] + f"${addressOf(call, (name) => `{${name}}`)}"` : `os.environ["ASSAY_URL"] + "${addressOf(call, String)}"`},`,
    sends && `    data=json.dumps(${literal(body, SYNTAXES.python, 4, 4)}).encode(),`,
    `    headers={"PTToken": os.environ["ASSAY_TOKEN"]${sends ? ', "Content-Type": "application/json"' : ''}},`,
    method !== 'GET' && `    method="${method}",`,
    ')',
    'with urllib.request.urlopen(request) as answer:',
    download ? '    open("file", "wb").write(answer.read())' : '    print(answer.read().decode())',
  )
}

function javascript(call: Read): string {
  const { method, variables, sends, download, body } = call
  return lines(
    download === true && "import { writeFile } from 'node:fs/promises'\n",
    'const { ASSAY_URL, ASSAY_TOKEN } = process.env',
    ...variables.map(([name, value]) => `const ${camel(name)} = ${typeof value === 'number' ? value : `'${value}'`}`),
    `const answer = await fetch(\`\${ASSAY_URL}${addressOf(call, (name) => `\${${camel(name)}}`)}\`, {`,
    method !== 'GET' && `  method: '${method}',`,
    `  headers: { PTToken: ASSAY_TOKEN${sends ? ", 'Content-Type': 'application/json'" : ''} },`,
    sends && `  body: JSON.stringify(${literal(body, SYNTAXES.javascript, 2)}),`,
    '})',
    download
      ? "await writeFile('file', new Uint8Array(await answer.arrayBuffer()))"
      : 'console.log(await answer.json())',
  )
}

/** JSON as the lines of a text block, which reads backslashes once more. */
const textBlock = (body: unknown, margin: string) =>
  literal(body, SYNTAXES.json).replaceAll('\\', '\\\\').replaceAll('\n', `\n${margin}`)

function java(call: Read): string {
  const { method, variables, sends, download, body } = call
  const margin = ' '.repeat(10)
  const address = call.parts.map(({ text, name }) => (name === undefined ? JSON.stringify(text) : camel(name)))
  const publisher = sends ? 'BodyPublishers.ofString(body)' : 'BodyPublishers.noBody()'
  return lines(
    'import java.net.URI;',
    'import java.net.http.HttpClient;',
    'import java.net.http.HttpRequest;',
    method !== 'GET' && 'import java.net.http.HttpRequest.BodyPublishers;',
    'import java.net.http.HttpResponse.BodyHandlers;',
    download === true && 'import java.nio.file.Path;',
    '',
    'public class Call {',
    '  public static void main(String[] args) throws Exception {',
    ...variables.map(([name, value]) => `    var ${camel(name)} = ${quoted(value)};`),
    sends && `    var body = """\n${margin}${textBlock(body, margin)}""";`,
    `    var url = ${['System.getenv("ASSAY_URL")', ...address].join(' + ')};`,
    '    var request = HttpRequest.newBuilder(URI.create(url))',
    '        .header("PTToken", System.getenv("ASSAY_TOKEN"))',
    sends && '        .header("Content-Type", "application/json")',
    method !== 'GET' && `        .method("${method}", ${publisher})`,
    '        .build();',
    ...(download
      ? [
          '    var client = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build();',
          '    client.send(request, BodyHandlers.ofFile(Path.of("file")));',
        ]
      : [
          '    var answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());',
          '    System.out.println(answer.body());',
        ]),
    '  }',
    '}',
  )
}

function csharp(call: Read): string {
  const { method, variables, sends, download, body } = call
  return lines(
    'using System;',
    download === true && 'using System.IO;',
    sends && 'using System.Json; // with .NET: System.Text.Json.Nodes, and ToJsonString() below',
    'using System.Net.Http;',
    sends && 'using System.Text;',
    '',
    'static class Program',
    '{',
    '    static void Main()',
    '    {',
    ...variables.map(([name, value]) => `        var ${camel(name)} = ${quoted(value)};`),
    '        var server = Environment.GetEnvironmentVariable("ASSAY_URL");',
    `        var url = $"{server}${addressOf(call, (name) => `{${camel(name)}}`)}";`,
    `        var request = new HttpRequestMessage(new HttpMethod("${method}"), url);`,
    '        request.Headers.Add("PTToken", Environment.GetEnvironmentVariable("ASSAY_TOKEN"));',
    sends && `        var body = ${literal(body, SYNTAXES.csharp, 8, 4)};`,
    sends && '        request.Content = new StringContent(body.ToString(), Encoding.UTF8, "application/json");',
    '        var answer = new HttpClient().SendAsync(request).Result;',
    download
      ? '        File.WriteAllBytes("file", answer.Content.ReadAsByteArrayAsync().Result);'
      : '        Console.WriteLine(answer.Content.ReadAsStringAsync().Result);',
    '    }',
    '}',
  )
}

/** The languages of the reference and of docs/examples, in the order in which they are offered. */
export const LANGUAGES = [
  { lang: 'shell', label: 'Shell', write: shell },
  { lang: 'ruby', label: 'Ruby', write: ruby },
  { lang: 'python', label: 'Python', write: python },
  { lang: 'javascript', label: 'JavaScript', write: javascript },
  { lang: 'java', label: 'Java', write: java },
  { lang: 'csharp', label: 'C#', write: csharp },
] as const

/** A whole program in each language that makes one call and prints, or stores, what is answered. */
export function writeSnippets(call: Call): Sample[] {
  const parsed = read(call)
  return LANGUAGES.map(({ lang, label, write }) => ({ lang, label, source: write(parsed) }))
}
