/**
 * Every limit on what comes from outside, once, and on what is made of it. Characters are Unicode code points (contract
 * §1.11) unless a comment says otherwise. What an operator sets is in app/config.ts; how much is done at a time (batches,
 * pauses, patience) is named where it is done.
 */

const KIB = 1024
const MIB = 1024 * KIB

// Texts, in characters (contract §1.11).

/** Names, titles, and every short text without a limit of its own: tags, list values, URLs, external ids. */
export const MAX_NAME = 1_000
/** Names of steps and step-runs: tools send whole parameterised test names. */
export const MAX_STEP_NAME = 65_535
/** Version, priority, status and issue type; e-mail addresses, names of workflow statuses. */
export const MAX_SHORT_TEXT = 255
/** Descriptions, scenarios, results, comments and custom fields; longer ones of a run become files (§1.13). */
export const MAX_LONG_TEXT = 1_048_576
/** `automated-execution-output`; the whole text becomes a file (§4.13). */
export const MAX_OUTPUT = 65_535
/** Names of files, their suffix included (§1.16). */
export const MAX_FILE_NAME = 255
/** The key of an idempotent request, printable ASCII (§1.18). */
export const MAX_IDEMPOTENCY_KEY = 255
/** A number, date, duration or word as text, in UTF-16 units: what is longer is none, and not looked at. */
export const MAX_SCALAR = 1_000
/** UTF-16 units beyond which a text is over every limit: counting its characters would take a tenth of a second. */
export const MAX_COUNTED = 4_194_304
/** Characters of a title or detail of an error: names in it come from outside. */
export const MAX_PROBLEM_TITLE = 1_000

// Values.

/** Durations, in seconds (contract §1.11). */
export const MAX_DURATION = 2 ** 31 - 1
/** Digits of a custom field's number (§1.13). */
export const MAX_DIGITS = 100
/** Tags of one entity (§1.19). */
export const MAX_TAGS = 1_000
/** Possible values of a custom field. */
export const MAX_OPTIONS = 100_000
/** Possible values up to which results append theirs (§1.13). */
export const MAX_APPENDED_OPTIONS = 10_000
/** Custom fields in one element: more than a project has. */
export const MAX_FIELDS_SENT = 10_000
/** Steps of a test and of a run, those of called tests included (§1.19). */
export const MAX_STEPS = 10_000
/** Levels of trees of requirements, folders and filters (§1.19). */
export const MAX_TREE_DEPTH = 100
/** Levels of calls from test to test; what lies deeper is not followed (§1.19). */
export const MAX_CALL_DEPTH = 100
/** Calls followed for one run: more than any steps allow, so somebody turned them round meanwhile. */
export const MAX_CALLS = 1_000_000

// One request (contract §1.19).

/** Elements of a bulk body, and queries of a bulk search (§1.6). */
export const MAX_BULK = 100
/** Instances, clones excepted. */
export const MAX_INSTANCES = 20_000
export const MAX_STEP_RUNS = 100_000
export const MAX_FILES = 1_000
/** Identifiers of a relationship body (§5). */
export const MAX_IDENTIFIERS = 20_000
/** Characters that are made of the steps of one run, or of the example rows of one request (§4.13). */
export const MAX_EXPANDED_TEXT = 16_777_216
/** JSON values of a body and their nesting; and members of one object: what has more is no object of this API. */
export const MAX_JSON = { values: 2_000_000, depth: 100, members: 100_000 }
/** Characters of a JSON number: those that are stored as texts are shorter by far. */
export const MAX_JSON_NUMBER = 100_000
/** Fields of a form. */
export const MAX_FORM_FIELDS = 1_000
/** Bytes of a urlencoded form, and of one field of a multipart form: results of megabytes belong into files. */
export const MAX_FORM_TEXT = 8 * MIB
/** UTF-16 units of a parameter's name. */
export const MAX_PARAMETER_NAME = 100
/** UTF-16 units of a JSON key that has a meaning where files are looked for. */
export const MAX_FILE_KEY = 64
/** Bytes of the request line and the headers: clients send every set id of an upload in the query (§1.1). */
export const MAX_HEADERS = (256 + 16) * KIB
/** Bytes of the body of a GET, which holds parameters (§1.1). */
export const MAX_PARAMETER_BODY = 64 * KIB
/** Bytes of a body that is read before it is known who sent it, because the token may be in it (§1.3). */
export const MAX_UNKNOWN_BODY = 10 * MIB
/** Bytes of all bodies held at once by one process. */
export const MAX_BODIES = 512 * MIB
/** Bytes of a token. */
export const MAX_TOKEN = 1_024
/** UTF-16 units of a Host header: no name of a host is longer than 253. */
export const MAX_HOST = 300

// People (contract §14).

/** Characters of a password. */
export const PASSWORD_LENGTH = { min: 10, max: 1_000 }
/** Failed sign-ins for one e-mail, and from one address, until both are told to wait; in milliseconds. */
export const MAX_FAILURES = { times: 10, within: 15 * 60_000 }
/** Mails with a link that anybody can have sent to one e-mail, and from one address, in the same time. */
export const MAX_RESETS = { perEmail: 5, perAddress: 50 }
/** Sessions of one user; the oldest give way. */
export const MAX_SESSIONS = 100
/** Characters of what a browser calls itself. */
export const MAX_DEVICE = 300
/** UTF-16 units of the address of a client: the longest of IPv6 has 45, and a zone. */
export const MAX_ADDRESS = 64
/** Bytes of a body that anybody may send. */
export const MAX_PUBLIC_BODY = 64 * KIB

// Imports of reports (contract §10).

/** Files of one import, those of archives counted one by one. */
export const MAX_IMPORT_ENTRIES = 100_000
/** Keys of builds, and every text that says what a build is of: branch, commit, pull request. */
export const MAX_BUILD_TEXT = 255
/** Refusals and wanted files of one import that its answer names; the others are lists of their own. */
export const MAX_TOLD = { refusals: 100, wantedFiles: 1_000, notes: 200 }
/** Characters of a failure: its title and its sample. */
export const MAX_FAILURE = { title: 500, sample: 16_000, message: 1_000 }
/** Tests that are compared as renamed, new ones and missing ones each; runs and instances of a test that is joined by hand. */
export const MAX_RENAMES = { tests: 50_000, runs: 2_000, instances: 500 }
/** Bytes of CODEOWNERS. */
export const MAX_CODEOWNERS = MIB

// Queries (contract §2).

/** A query as written: characters, and nesting. */
export const MAX_QUERY = { characters: 4_000, nesting: 20 }
/** A query with its filters filled in. `written`: comparisons and values with every view written out, for the database. */
export const MAX_FILLED_QUERY = { comparisons: 500, nesting: 40, written: 4_000 }

// Answers.

/** Rows of a page (contract §1.7). */
export const MAX_PAGE_SIZE = 100
/** Tests found for one query of a bulk search (§4.9). */
export const MAX_FOUND = 100
/** Error objects of one answer (§1.8). */
export const MAX_PROBLEMS = 100
/** Ids of a relationship answer without paging, and of `relationships` (§1.19). */
export const MAX_RELATED = 10_000
/** Possible values that came or went of which the audit tells. */
export const MAX_OPTIONS_TOLD = 100

/** Attributes that a list is sorted by (§13.1). */
export const MAX_SORT_ATTRIBUTES = 3
/** Attributes that a list is narrowed by, and values that they take together (§13.9): more make too deep a condition. */
export const MAX_FILTERED_ATTRIBUTES = 50
export const MAX_FILTER_VALUES = 1_000

// Webhooks (contract §7.12).

/** Messages that wait for one webhook. */
export const MAX_WAITING = 10_000
/** Attempts that are kept, and listed, per webhook. */
export const MAX_DELIVERIES = 100
/** Bytes of a response that are read; none is kept. */
export const MAX_RESPONSE = 1_024
/** Characters of a secret's base64: longer than 64 bytes are with any padding. */
export const MAX_SECRET = 100

// Files of operators.

/** Bytes of a line of a dump: the largest rows hold texts of some megabytes. */
export const MAX_DUMP_LINE = 256 * MIB
