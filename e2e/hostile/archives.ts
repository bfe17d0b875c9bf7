import { crc32, deflateRawSync } from 'node:zlib'

/** A file of an archive. */
export interface Entry {
  name: string
  data: Buffer | string
}

/** A tar of these files, with whatever names they have. */
export function tarOf(entries: readonly Entry[]): Buffer {
  const blocks = entries.flatMap(({ name, data }) => {
    const bytes = Buffer.from(data as string)
    const head = Buffer.alloc(512)
    head.write(name.slice(0, 100), 0)
    head.write('0000644\0', 100)
    head.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124)
    head.write('00000000000\0', 136)
    head.write('        0', 148)
    head.write('ustar\0', 257)
    head.write('00', 263)
    const sum = head.reduce((total, byte) => total + byte, 0) - '0'.charCodeAt(0)
    head.write(`${sum.toString(8).padStart(6, '0')}\0 0`, 148)
    return [head, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]
  })
  return Buffer.concat([...blocks, Buffer.alloc(1024)])
}

/** A zip of these files, with whatever names they have. */
export function zipOf(entries: readonly Entry[]): Buffer {
  const locals: Buffer[] = []
  const centrals: Buffer[] = []
  let at = 0
  for (const { name, data } of entries) {
    const bytes = Buffer.from(data as string)
    const packed = deflateRawSync(bytes)
    const file = Buffer.from(name)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(8, 4)
    common.writeUInt32LE(crc32(bytes), 10)
    common.writeUInt32LE(packed.length, 14)
    common.writeUInt32LE(bytes.length, 18)
    common.writeUInt16LE(file.length, 22)
    locals.push(Buffer.from('PK\x03\x04', 'latin1'), common, file, packed)
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE(at, 10)
    centrals.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, rest, file)
    at += 4 + common.length + file.length + packed.length
  }
  const central = Buffer.concat(centrals)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(entries.length % 65_536, 8)
  end.writeUInt16LE(entries.length % 65_536, 10)
  end.writeUInt32LE(central.length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...locals, central, end])
}
