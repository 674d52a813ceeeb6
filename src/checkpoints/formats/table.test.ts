/** The parts that TensorFlow's files are made of, by the values of their specifications. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { memorySource } from '../sources/byte-source.js';
import { crc32, crc32c, masked } from '../../bytes/crc.js';
import { encodeTable, joined, utf8, varint, type Bytes } from './encode-table.testing.js';
import { ProtoReader, protoFields } from './protobuf.js';
import { sliceKey, sliceKeyPrefix } from './slice-key.js';
import { openTable } from './table.js';
import { readShape } from './tensorflow-types.js';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const fromHex = (digits: string) => Uint8Array.from(Buffer.from(digits.replaceAll(' ', ''), 'hex')) as Bytes;

test('CRC-32C, plain and masked', () => {
  assert.equal(crc32c(utf8('123456789')), 0xe3069283);
  assert.equal(masked(0xe3069283), 0xc78ab0e5);
  assert.equal(crc32c(new Uint8Array(32)), 0x8a9136aa);
  assert.equal(masked(crc32c(new Uint8Array())), 0xa282ead8);
  assert.equal(crc32c(utf8('6789'), crc32c(utf8('12345'))), 0xe3069283);
});

test('CRC-32 of gzip and zip', () => assert.equal(crc32(utf8('123456789')), 0xcbf43926));

describe('protocol buffers', () => {
  for (const value of [
    0,
    1,
    127,
    128,
    300,
    2 ** 28 - 1,
    2 ** 28,
    2 ** 32,
    2 ** 53 - 1,
    -1,
    -64,
    -(2 ** 31),
  ]) {
    test(`the number ${value}`, () => assert.equal(new ProtoReader(varint(value), 'x').varint(), value));
  }

  test('an entry of a published index: float32, [8192], 32768 bytes from 8 on', () => {
    const entry = fromHex('08 01 12 05 12 03 08 80 40 20 08 28 80 80 02 35 a9 b4 3b 7c');
    const fields = [...protoFields(entry, 'x')];
    assert.deepEqual(
      fields.map((field) =>
        field.type === 'varint' ? [field.number, field.value] : [field.number, hex(field.bytes)],
      ),
      [
        [1, 1],
        [2, '1203088040'],
        [4, 8],
        [5, 32768],
        [6, 'a9b43b7c'],
      ],
    );
    assert.deepEqual(readShape(fromHex('1203088040'), 'x'), [8192]);
  });

  for (const [what, digits] of [
    ['a number without end', '08 ff ff ff ff ff ff ff ff ff ff ff'],
    ['a number beyond what numbers hold', '08 ff ff ff ff ff ff ff ff 7f'],
    ['a part longer than the message', '0a 05 01'],
    ['a group, which nobody writes', '0b'],
    ['field 0', '00 01'],
  ]) {
    test(`${what} is CHECKPOINT_FORMAT`, () => {
      assert.throws(() => [...protoFields(fromHex(digits), 'x')], { code: 'CHECKPOINT_FORMAT' });
    });
  }
});

describe('keys of slices', () => {
  test('of a whole tensor b of one dimension', () => {
    assert.equal(hex(sliceKey('b', [{ start: 0, length: -1 }])), '006200010101807f');
  });
  test('zeros and 255 in names are escaped', () => {
    assert.equal(hex(sliceKeyPrefix('a\0b')), '006100ff620001');
  });
  test('numbers, in their order (ordered_code.cc)', () => {
    const code = (start: number) => hex(sliceKey('', [{ start, length: 0 }]).subarray(5, -1));
    assert.deepEqual([63, 64, 8191, 8192, -64, -65].map(code), [
      'bf',
      'c040',
      'dfff',
      'e02000',
      '40',
      '3fbf',
    ]);
  });
});

describe('a table', () => {
  const entries = Array.from({ length: 60 }, (_, i) => {
    const name = `layer_${String(i).padStart(2, '0')}/bias`;
    return [utf8(name), utf8(`value ${i}`)] as const;
  });
  const read = async (bytes: Bytes, from?: Uint8Array) => {
    const table = await openTable(memorySource('x', bytes));
    const records: [string, string][] = [];
    for await (const { key, value } of table.records(from)) {
      records.push([new TextDecoder().decode(key), new TextDecoder().decode(value)]);
    }
    return records;
  };
  const asText = entries.map(([key, value]) => [
    new TextDecoder().decode(key),
    new TextDecoder().decode(value),
  ]);

  test('has its records in the order of their keys, whatever the blocks', async () => {
    for (const blockSize of [1, 200, 1e9]) {
      assert.deepEqual(await read(encodeTable([...entries].reverse(), { blockSize })), asText);
    }
  });

  test('is read from a key on, without the blocks before', async () => {
    const bytes = encodeTable(entries, { blockSize: 100 });
    bytes.fill(0, 0, 50); // the first block, which is not looked at
    const records = await read(bytes, utf8('layer_30'));
    assert.ok(records.length < 36);
    assert.deepEqual(records.slice(-30), asText.slice(30));
    await assert.rejects(read(bytes), { code: 'CHECKPOINT_DAMAGED', message: /x: block 0/ });
  });

  test('is refused where it says that a block is compressed, in words that say what to do', async () => {
    await assert.rejects(read(encodeTable(entries, { compression: 1 })), {
      code: 'CHECKPOINT_FORMAT',
      message: /x: its meta index is compressed with Snappy.*save it again without/,
    });
    await assert.rejects(read(encodeTable(entries, { compression: 4 })), {
      code: 'CHECKPOINT_FORMAT',
      message: /compressed in the unknown way 4/,
    });
  });

  test('is no table without its last bytes', async () => {
    const bytes = encodeTable(entries);
    await assert.rejects(read(bytes.slice(0, -1)), { code: 'CHECKPOINT_FORMAT' });
    await assert.rejects(read(joined(bytes, [0])), { code: 'CHECKPOINT_FORMAT' });
  });
});
