import type { Ci } from './ci-parameters.ts'

/** The values of a file in the form of Java's properties: `name=value`, special characters behind a backslash. */
function propertiesOf(text: string | undefined): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const line of (text ?? '').split(/\r?\n/)) {
    const equals = line.indexOf('=')
    if (equals < 1 || line.startsWith('#')) continue
    const value = line
      .slice(equals + 1)
      .replace(/\\u([0-9a-fA-F]{4})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
      .replace(/\\(.)/g, '$1')
    found.set(line.slice(0, equals).trim(), value)
  }
  return found
}

/** TeamCity: most of what it knows stands in a file of properties. Every build has an id of its own. */
export const teamcity: Ci = {
  name: 'TeamCity',
  isHere: (env) => env.TEAMCITY_VERSION !== undefined,
  read(env, readFile) {
    const properties = propertiesOf(readFile(env.TEAMCITY_BUILD_PROPERTIES_FILE))
    const id = properties.get('teamcity.build.id')
    const { TEAMCITY_PROJECT_NAME: project, TEAMCITY_BUILDCONF_NAME: configuration, BUILD_NUMBER: number } = env
    const name = [project, configuration].filter(Boolean).join(' / ')
    const branch = properties.get('teamcity.pullRequest.source.branch') ?? properties.get('teamcity.build.branch')
    return {
      'build-key': id ? `teamcity-${id}` : number && `teamcity-${name}-${number}`,
      'build-name': number && `${name} #${number}`,
      'build-url': env.BUILD_URL,
      pipeline: name,
      // "<default>" is a name for whatever the default is.
      branch: branch !== '<default>' && branch?.replace(/^refs\/heads\//, ''),
      commit: env.BUILD_VCS_NUMBER ?? properties.get('build.vcs.number'),
      'pull-request': properties.get('teamcity.pullRequest.number'),
    }
  },
}
