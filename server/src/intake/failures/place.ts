/** Where a failure was. */
export interface Place {
  text: string
  /** It has the line of code, which says by itself which assertion it is. */
  hasCode: boolean
}

/** A place in a stack, innermost first. */
interface Frame {
  file: string
  name: string
  line: string
  /** Package and class, where there are such. */
  code?: string
}

const FOREIGN_FILE =
  /(?:^|\/)(?:node_modules|site-packages|dist-packages|vendor|gems|rubygems|_pytest|unittest|pluggy|rustc|go\/src)\/|^(?:node|native|internal|bun|deno):|^internal\/|<(?:anonymous|unknown|frozen|string)|\/usr\/(?:lib|local\/lib|share)\/|\/__cypress\/|(?:^|\/)(?:vendor|polyfills|runtime)(?:[.-]\w{1,32})?\.js$|(?:^|\/)testing\.go$|^\/?rustc\/|\.phar$/i
const FOREIGN_CODE =
  /^(?:java|javax|jakarta|jdk|sun|com\.sun|kotlin|kotlinx|scala|groovy|junit|reactor|rx|okhttp3|retrofit2|feign|akka|worker\.org\.gradle|org\.(?:junit|testng|gradle|hamcrest|assertj|opentest4j|mockito|spockframework|codehaus|springframework|hibernate|postgresql|mariadb|testcontainers|rnorth|openqa|apache\.(?:maven|http|hc|commons|logging|catalina|coyote|tomcat)|eclipse\.jetty|scalatest|awaitility|wiremock|jetbrains|spockframework|apache\.kafka\.common)|io\.(?:appium|mockk|kotest|reactivex|restassured|netty|grpc|cucumber|vertx|micronaut|quarkus)|com\.(?:mysql|zaxxer|fasterxml|codeborne|google\.(?:common|inject|truth))|net\.bytebuddy|System|NUnit|Xunit|Microsoft|FluentAssertions|Shouldly|Moq|NSubstitute|TechTalk|Reqnroll|testing|runtime|github\.com\/stretchr)[./]/

/** Names of what has no name of its own, and of assertions, which stand for their caller. */
const NAMELESS =
  /^(?:|eval|<anonymous>|<module>|<main>|<top.*|main|unnamed|to[A-Z]\w*|processTicksAndRejections|[\w$]*Error|run|apply|\?|tokio-.*)$/

/** A function as it is called on every machine and after any compilation. */
function functionOf(name: string): string {
  const as = name.indexOf(' [as ')
  const plain = (as === -1 ? name : name.slice(0, as))
    .replace(/^(?:async |new )+/, '')
    .replace(/\.?<(\w{1,100})>[\w.]{0,60}/, (all, inner) =>
      inner === 'anonymous' ? '.<anonymous>' : all.startsWith('.') ? `.${inner}` : inner,
    )
    .replace(/lambda\$(\w{1,100})\$\d+$/, '$1')
    .replace(/^block (?:\(\d+ levels\) )?in /, '')
    .replace(/\$\d+/g, '')
    .replace(/\{\{closure\}\}/g, '')
  const last = plain.slice(Math.max(...['.', '#', ':'].map((mark) => plain.lastIndexOf(mark))) + 1)
  return NAMELESS.test(last) ? '' : last.replace(/\d+/g, '<n>')
}

/** Where a workspace begins, on agents that are known and in people's homes. */
const ROOTS: readonly RegExp[] = [
  /^[a-z][a-z-]{1,20}:\/\/[^/]*\/(?:\.\/)?/i,
  /^\/?[a-z]:(?=\/)/i,
  /^\/(?:home\/runner\/work|__w)\/[^/]+\/[^/]+\//i,
  /^\/(?:agent|agents|azp|vsts)?\/?_work\/\d+\/s\//i,
  /^\/(?:builds|build)\/[^/]+\/[^/]+\//i,
  /^\/(?:home|users)\/[^/]+\/[^/]+\//i,
  /^\/var\/(?:lib\/)?jenkins\/workspace\/[^/]+\//i,
  /^\/(?:github\/workspace|workspaces?|app|src|code|repo|root|work|tmp|go\/src)\/(?:[^/]+\/(?=[^/]+\/))?/i,
]

/** Without what a bundler puts into the names of files. */
function generalised(part: string): string {
  const dot = part.lastIndexOf('.')
  const stem = part.slice(0, dot)
  const mark = Math.max(stem.lastIndexOf('-'), stem.lastIndexOf('.'))
  const isHash = dot > 0 && mark > 0 && mark < stem.length - 7 && /\d/.test(stem.slice(mark))
  return isHash ? stem.slice(0, mark) + part.slice(dot) : part
}

/** A file as it is called on every machine: its last folder and its name. */
function fileOf(path: string): string {
  let file = path.replaceAll('\\', '/').split(/[?#]/)[0] as string
  for (const root of ROOTS) file = file.replace(root, '')
  // D:\a\shop\shop
  const [, drive, one, two] = file.split('/')
  if (drive === 'a' && one === two) file = file.split('/').slice(4).join('/')
  return file
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .slice(-2)
    .map(generalised)
    .join('/')
}

const isForeignFile = (path: string) => FOREIGN_FILE.test(path.replaceAll('\\', '/'))

/** `file:line:column`, parted. */
function parted(place: string): [file: string, line: string] | undefined {
  const end = /(?::\d+){1,2}$/.exec(place)
  if (end === null) return undefined
  const file = place.slice(0, end.index)
  return file === '' ? undefined : [file, end[0].split(':')[1] as string]
}

const JAVA = /^([\w.$<>/-]{1,300})\(([\w$.-]{1,200}\.\w{1,10}):(\d+)\)$/
const DOTNET = /^([^()\s]{1,300})\([^()]{0,300}\)(?: in (.{1,300}):line (\d+))?$/

/** A line `at …` of JavaScript, Java or .NET. */
function frameAt(text: string): Frame | undefined {
  const java = JAVA.exec(text)
  if (java) {
    const code = (java[1] as string).replace(/^[\w.@-]*\//, '')
    if (FOREIGN_CODE.test(code)) return undefined
    return {
      file: code.slice(0, code.lastIndexOf('.')).split('$')[0] as string,
      name: code,
      line: java[3] as string,
      code,
    }
  }
  const dotnet = DOTNET.exec(text.replace('.MoveNext()', '()'))
  if (dotnet && (dotnet[2] !== undefined || /^[A-Z]/.test(text))) {
    const [, code = '', file, line = ''] = dotnet
    if (FOREIGN_CODE.test(code) || (file !== undefined && isForeignFile(file))) return undefined
    return { file: code.slice(0, code.lastIndexOf('.')).split(/\.?[<`]/)[0] as string, name: code, line, code }
  }
  const open = text.endsWith(')') ? text.lastIndexOf('(') : -1
  const name = open === -1 ? '' : text.slice(0, open).trim()
  const place = parted(open === -1 ? text.slice(text.lastIndexOf(' ') + 1) : text.slice(open + 1, -1))
  if (place === undefined || isForeignFile(place[0])) return undefined
  return {
    file: place[0],
    name: name !== '' ? name : text.slice(0, Math.max(0, text.lastIndexOf(' '))),
    line: place[1],
  }
}

const RUBY = /^(?:# )?(\S{1,300}\.rb):(\d+):in [`'](.{1,200})'$/
const PYTHON_FILE = /^File "([^"]{1,300})", line (\d+), in (\S{1,200})/
const PYTEST = /^(\S{1,300}\.py):(\d+): ?(?:in (\S{1,200}))?/
const PLAIN =
  /^(?:#\d+ )?(?:Error Trace: ?)?\s?([^\s()"']{1,300}\.(?:php|go|c|cc|cpp|cxx|h|hpp|rs|swift|dart|exs?|erl|lua|m|kt|ts|js|rb|vb|robot)):(\d+)(?::\d+)?(?:[:,]|$| \+0x| )/

/** `… panicked at src/cart.rs:12:9:`, `test_counts(CartTest) [test/cart_test.rb:12]:`: a place at the end of a line. */
function lastOf(line: string): [string, string, string] | undefined {
  const last = line.slice(Math.max(line.lastIndexOf(' '), line.lastIndexOf('[')) + 1).replace(/\]?:?$/, '')
  const place = parted(last)
  return place !== undefined && /\.(?:rs|rb)$/.test(place[0]) ? [last, ...place] : undefined
}

/** What a failure says of where it was: frames from the innermost, the test that ran, and the line of code itself. */
function readPlaces(lines: readonly string[]) {
  const frames: Frame[] = []
  let running = ''
  let source = ''
  let code = ''
  let defined = ''
  let above = ''
  for (const line of lines) {
    const run =
      /^(?:=== RUN|--- FAIL:) {1,3}([^\s/]{1,200})/.exec(line) ??
      /^thread '([^']{1,300})' (?:\(\d+\) )?panicked/.exec(line) ??
      /^[\w\\]{1,200}::(\w{1,200})(?: with data set|$)/.exec(line) ??
      /^(?:\w{1,200}#)?(test_\w{1,200})(?:\(| \[)/.exec(line)
    if (run && running === '') running = run[1] as string
    const shown = /^> ?\d+ \| (.*)$/.exec(line) ?? /^Failure\/Error: (.*)$/.exec(line)
    if (shown && source === '') source = shown[1] as string
    if (/^>\s+\S/.test(line) && !shown) code = line.slice(1).trim()
    const def = /^(?:> +)?(?:async )?def (\w{1,200})\(/.exec(line)
    if (def) defined = def[1] as string
    if (/^Retry #\d/.test(line) || (frames.length > 0 && line.startsWith('Caused by: '))) break

    const python = PYTHON_FILE.exec(line) ?? PYTEST.exec(line)
    if (python) {
      const [, file = '', number = '', name = defined] = python
      if (!isForeignFile(file)) {
        frames.unshift({ file, name, line: number })
        source = code
      }
      continue
    }
    const at = /^(?:at|❯) (.*)$/.exec(line)
    if (at) {
      const frame = frameAt(at[1] as string)
      if (frame) frames.push(frame)
      continue
    }
    const ruby = RUBY.exec(line)
    if (ruby) {
      const [, file = '', number = '', name = ''] = ruby
      if (!isForeignFile(file)) frames.push({ file, name, line: number })
      continue
    }
    const plain = PLAIN.exec(line) ?? lastOf(line)
    if (plain) {
      const [, file = '', number = ''] = plain
      // A stack of Go has the function in the line above.
      const code = above.endsWith(')') ? above.slice(0, above.lastIndexOf('(')) : ''
      const called = /^[\w./*()-]{1,300}$/.test(code) ? code : ''
      if (!isForeignFile(file) && !FOREIGN_CODE.test(called)) frames.push({ file, name: called, line: number })
    }
    above = line
  }
  return { frames, running, source }
}

const IS_TEST = /test|karma|spec|\.cy\.|e2e|steps|feature|(?:^|\/)it\//i

/**
 * Frames of the project, where code is in packages: the outermost one, which is the test, says what its own are called.
 * All others are of libraries, known or not.
 */
function ofProject(frames: Frame[]): Frame[] {
  const outermost = frames.at(-1)?.code
  if (outermost === undefined) return frames
  const root = outermost
    .split('.')
    .slice(0, /^[A-Z]/.test(outermost) ? 1 : 2)
    .join('.')
  return frames.filter(({ code }) => code?.startsWith(root))
}

const isSame = (a: Frame, b: Frame) =>
  a.line === b.line && fileOf(a.file).split('/').at(-1) === fileOf(b.file).split('/').at(-1)

/**
 * The innermost place of a failure outside of runtime and framework: file and function, and the code where the framework
 * prints it; without numbers of lines. What has no name there is called by the test; without any place it is the test.
 * It takes plain lines.
 */
export function placeOf(details: readonly string[], message: readonly string[], test: string): Place {
  for (const lines of [details, message]) {
    const { frames, running, source } = readPlaces(lines)
    // Code without a file is of a library, where other code has one.
    const strong = frames.filter(({ line }) => line !== '')
    const [first, second] = ofProject(strong.length > 0 ? strong : frames)
    if (first === undefined) continue
    const isNamedBelow = second !== undefined && functionOf(first.name) === '' && isSame(first, second)
    const { file, name } = isNamedBelow ? second : first
    const shown = fileOf(file)
    const isOfTest = IS_TEST.test(shown) || shown.endsWith('.rs')
    const called = functionOf(name) || (isOfTest ? functionOf(running) : '')
    const code = source.replace(/\s+/g, ' ').slice(0, 300)
    // The test says more than a folder, which depends on where it was built.
    const hasCode = code !== ''
    if (called === '' && isOfTest) {
      return { text: `${shown.slice(shown.lastIndexOf('/') + 1)} test ${test} ${code}`.trim(), hasCode }
    }
    // A test of Go stands beside what it tests, and is reported with and without its folder.
    const base = shown.endsWith('_test.go') ? shown.slice(shown.lastIndexOf('/') + 1) : shown
    return { text: `${base} ${called} ${code}`.trim(), hasCode }
  }
  return { text: `test ${test}`, hasCode: false }
}
