import { apiError } from '../../core/errors.ts'
import { array, closed, ref, text } from '../../core/resource/json-schema.ts'
import { parameter } from '../../engine/parameter.ts'
import type { Answer, Context, Route } from '../../engine/route.ts'

type Category = 'kitten' | 'adopted kitten' | 'cat'

/** The pupils of the tutorial (contract §6.3). The category decides who is listed; it is not shown. */
const KITTENS: [id: number, name: string, breed: string, fluffiness: number, cuteness: number, category: Category][] = [
  [1, 'Fluffums', 'calico', 6, 7, 'kitten'],
  [2, 'Max', 'unknown', 5, 10, 'kitten'],
  [3, 'Pepper', 'tabby', 8, 9, 'adopted kitten'],
  [4, 'Duchess', 'siamese', 4, 6, 'cat'],
]

function show([id, name, breed, fluffiness, cuteness]: (typeof KITTENS)[number]): object {
  return { id, name, breed, fluffiness, cuteness }
}

async function listKittens({ query }: Context): Promise<Answer> {
  const wanted = new Set<Category>(['kitten'])
  if (query.flag('include-cats')) wanted.add('cat')
  if (['false', '0'].includes(query.get('available')?.trim().toLowerCase() ?? '')) wanted.add('adopted kitten')
  return { body: KITTENS.filter((kitten) => wanted.has(kitten[5])).map(show) }
}

async function showKitten(context: Context): Promise<Answer> {
  const id = context.id()
  const kitten = KITTENS.find((each) => each[0] === id)
  if (!kitten) throw apiError('not_found', { title: `There is no kitten ${id}` })
  return { body: show(kitten) }
}

const open = { method: 'GET', access: 'any', atRoot: true, noSuffix: true, tag: 'kittens' } as const
const one = { ...open, summary: 'Show a kitten', answer: ref('Kitten'), sample: { id: 1 }, handle: showKitten }

/** The tutorial of the 2016 documents: plain JSON, no envelope, any valid token. */
export const KITTEN_ROUTES: readonly Route[] = [
  {
    ...open,
    path: '/api/kittens',
    summary: 'List kittens',
    id: 'listKittens',
    parameters: [
      parameter('include_cats', 'Cats too', { type: 'boolean' }),
      parameter('available', 'false: those too that were adopted', { type: 'boolean' }),
    ],
    answer: array(ref('Kitten')),
    schemas: {
      Kitten: closed({
        id: { type: 'integer' },
        name: text,
        breed: text,
        fluffiness: { type: 'integer' },
        cuteness: { type: 'integer' },
      }),
    },
    handle: listKittens,
  },
  { ...one, path: '/api/kittens/:id', id: 'showKitten' },
  // As the tutorial prints the path of a single kitten.
  { ...one, path: '/kittens/:id', id: 'showKittenAsPrinted' },
]
