import { isDeepStrictEqual } from 'node:util';
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { RunFunctionRequest, RunFunctionResponse } from '@crossplane-org/function-sdk-typescript';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeRequest, encodeResponse } from '../../functions/server/wire/codec.ts';
import { maximumDepth } from '../../functions/server/wire/struct.ts';
import { manyCases } from '../support/cases.ts';

const numRuns = manyCases;
const timeout = 60_000 + 20 * numRuns;

// The SDK loses `__proto__` and turns lone surrogates into U+FFFD; the first is tested below, the second is the same.
const key = fc
  .oneof(
    fc.constantFrom('metadata', 'managedFields', 'name', 'constructor', 'toString', 'hasOwnProperty', ''),
    fc.string({ maxLength: 12 }),
    fc.string({ unit: 'binary', maxLength: 80 }),
  )
  .filter((name) => name !== '__proto__');

const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.constant(null),
    fc.boolean(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.array(tie('value'), { maxLength: 4 }),
    tie('object'),
  ),
  object: fc.dictionary(key, tie('value'), { maxKeys: 5, noNullPrototype: true }),
}));
const object = json.object as fc.Arbitrary<Record<string, unknown>>;

const kubernetesObject = fc
  .tuple(object, fc.option(object, { nil: undefined }), fc.option(object, { nil: undefined }))
  .map(([fields, metadata, managedFields]) => ({
    ...fields,
    ...(metadata && { metadata: { ...metadata, ...(managedFields && { managedFields: [managedFields] }) } }),
  }));

const map = <Value>(value: fc.Arbitrary<Value>) => fc.dictionary(key, value, { maxKeys: 3, noNullPrototype: true });
const resource = fc.record({
  resource: fc.option(kubernetesObject, { nil: undefined }),
  connectionDetails: map(fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes))),
  ready: fc.constantFrom(0, 1, 2, 200, 2 ** 31 - 1, -1),
});
const state = fc.record({ composite: fc.option(resource, { nil: undefined }), resources: map(resource) });
const resources = map(fc.record({ items: fc.array(resource, { maxLength: 3 }) }));
const optional = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });

const request: fc.Arbitrary<RunFunctionRequest> = fc.record({
  meta: optional(fc.record({ tag: fc.string(), capabilities: fc.array(fc.constantFrom(1, 2, 3), { maxLength: 3 }) })),
  observed: optional(state),
  desired: optional(state),
  input: optional(object),
  context: optional(object),
  extraResources: resources,
  requiredResources: resources,
  credentials: map(
    fc.record({ credentialData: optional(fc.record({ data: map(fc.constant(Buffer.from('secret'))) })) }),
  ),
  requiredSchemas: map(fc.record({ openapiV3: optional(object) })),
});

const response: fc.Arbitrary<RunFunctionResponse> = fc.record({
  meta: optional(fc.record({ tag: fc.string(), ttl: optional(fc.record({ seconds: fc.nat(), nanos: fc.nat() })) })),
  desired: optional(state),
  results: fc.array(fc.record({ severity: fc.constantFrom(1, 2, 3), message: fc.string() }), { maxLength: 3 }),
  context: optional(object),
  output: optional(object),
  requirements: optional(
    fc.record({
      extraResources: fc.constant({}),
      resources: map(fc.record({ apiVersion: fc.string(), kind: fc.string(), matchName: fc.string() })),
      schemas: fc.constant({}),
    }),
  ),
  conditions: fc.array(
    fc.record({ type: fc.string(), status: fc.constantFrom(1, 2, 3), reason: fc.string(), message: fc.string() }),
    { maxLength: 3 },
  ),
});

// isDeepStrictEqual, because a field named `constructor` is more than toStrictEqual can take.
const encodeBySdk = (message: RunFunctionRequest) => Buffer.from(RunFunctionRequest.encode(message).finish());

type Item = { resource?: Record<string, unknown> | undefined } | undefined;
const dropManagedFields = (item: Item): void => {
  const metadata = item?.resource?.metadata;
  if (typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata)) {
    delete (metadata as Record<string, unknown>).managedFields;
  }
};

/** What the SDK reads, without what ours leaves out. */
const decodeBySdk = (bytes: Uint8Array): RunFunctionRequest => {
  const decoded = RunFunctionRequest.decode(bytes);
  dropManagedFields(decoded.observed?.composite);
  for (const item of Object.values(decoded.observed?.resources ?? {})) dropManagedFields(item);
  for (const { items } of [...Object.values(decoded.extraResources), ...Object.values(decoded.requiredResources)]) {
    for (const item of items) dropManagedFields(item);
  }

  return decoded;
};

describe('decodeRequest', () => {
  test(
    'reads what the SDK reads, apart from managedFields',
    () => {
      fc.assert(
        fc.property(request, (message) => {
          const bytes = encodeBySdk(message);
          expect(isDeepStrictEqual(decodeRequest(bytes), decodeBySdk(bytes))).toBe(true);
        }),
        { numRuns },
      );
    },
    timeout,
  );

  test('leaves managedFields out of what was observed and required, and only there', () => {
    const full = { metadata: { managedFields: [1], name: 'x' }, spec: { metadata: { managedFields: [2] } } };
    const lean = { metadata: { name: 'x' }, spec: { metadata: { managedFields: [2] } } };
    const one = (of: object) => ({ resource: of, connectionDetails: {}, ready: 0 });
    const decoded = decodeRequest(
      encodeBySdk(
        RunFunctionRequest.create({
          observed: { composite: one(full), resources: { a: one(full) } },
          desired: { composite: one(full), resources: { a: one(full) } },
          requiredResources: { r: { items: [one(full)] } },
          input: full,
        }),
      ),
    );

    expect(decoded.observed).toEqual({ composite: one(lean), resources: { a: one(lean) } });
    expect(decoded.desired).toEqual({ composite: one(full), resources: { a: one(full) } });
    expect(decoded.requiredResources).toEqual({ r: { items: [one(lean)] } });
    expect(decoded.input).toEqual(full);
  });

  test(
    'skips fields it does not know, on every level',
    () => {
      const unknown = fc.constantFrom(
        (writer: BinaryWriter) => writer.tag(200, 0).uint32(5),
        (writer: BinaryWriter) => writer.tag(201, 1).double(5),
        (writer: BinaryWriter) => writer.tag(202, 2).string('later'),
        (writer: BinaryWriter) => writer.tag(203, 5).float(5),
        (writer: BinaryWriter) => writer.tag(204, 3).tag(1, 0).uint32(1).tag(204, 4),
      );
      const within = (tag: number, content: Uint8Array) => new BinaryWriter().uint32(tag).bytes(content).finish();
      fc.assert(
        fc.property(fc.array(unknown, { maxLength: 4 }), fc.string(), fc.boolean(), (fields, text, isBefore) => {
          const rest = fields.reduce((writer, write) => write(writer), new BinaryWriter()).finish();
          const mix = (known: Uint8Array) => Buffer.concat(isBefore ? [rest, known] : [known, rest]);

          const value = mix(new BinaryWriter().uint32(26).string(text).finish());
          const entry = mix(Buffer.concat([new BinaryWriter().uint32(10).string('key').finish(), within(18, value)]));
          const list = mix(within(10, value));
          const listEntry = Buffer.concat([
            new BinaryWriter().uint32(10).string('list').finish(),
            within(18, mix(within(50, list))),
          ]);
          const struct = mix(Buffer.concat([within(10, entry), within(10, listEntry)]));
          const item = mix(within(10, struct));
          const named = mix(Buffer.concat([new BinaryWriter().uint32(10).string('name').finish(), within(18, item)]));
          const message = mix(within(18, mix(Buffer.concat([within(10, item), within(18, named)]))));

          const decoded = decodeRequest(message);
          const fieldsRead = { key: text, list: [text] };
          expect(decoded.observed?.composite?.resource).toEqual(fieldsRead);
          expect(decoded.observed?.resources.name?.resource).toEqual(fieldsRead);
        }),
        { numRuns },
      );
    },
    timeout,
  );

  test(
    'throws when bytes are cut off within a field',
    () => {
      fc.assert(
        fc.property(state, fc.nat(), (observed, at) => {
          const bytes = encodeBySdk(RunFunctionRequest.create({ observed }));
          fc.pre(bytes.length > 2);
          expect(() => decodeRequest(bytes.subarray(0, 1 + (at % (bytes.length - 1))))).toThrow();
        }),
        { numRuns },
      );
    },
    timeout,
  );

  test(
    'throws, or reads something, when bytes are flipped or made up, and never hangs',
    () => {
      const damaged = fc
        .tuple(request, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 5 }))
        .map(([message, changes]) => {
          const bytes = encodeBySdk(message);
          for (const [at, value] of changes) if (bytes.length > 0) bytes[at % bytes.length] = value;

          return bytes;
        });
      const garbage = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));
      fc.assert(
        fc.property(fc.oneof(damaged, garbage), (bytes) => {
          try {
            expect(decodeRequest(bytes)).toBeTypeOf('object');
          } catch (error) {
            expect(error).toBeInstanceOf(Error);
          }
        }),
        { numRuns },
      );
    },
    timeout,
  );

  test('keeps __proto__ as a field like any other', () => {
    const input = JSON.parse('{"__proto__": {"polluted": true}, "plain": 1}');
    // The SDK cannot write it, and ours writes an output as it would an input, under another tag.
    const encoded = encodeResponse(RunFunctionResponse.create({ output: input }));
    const bytes = new BinaryWriter().uint32(34).raw(encoded.subarray(1)).finish();
    const decoded = decodeRequest(bytes).input as Record<string, unknown>;

    expect(Object.keys(decoded)).toEqual(['__proto__', 'plain']);
    expect(Object.getPrototypeOf(decoded)).toBe(Object.prototype);
    expect(decoded.polluted).toBeUndefined();
    expect(JSON.stringify(decoded)).toBe(JSON.stringify(input));
  });

  test.each([
    { shape: 'lists', wrap: (inner: unknown) => [inner] },
    { shape: 'objects', wrap: (inner: unknown) => ({ inner }) },
  ])('reads $shape nested to the limit, and says so beyond it', ({ wrap }) => {
    const nested = (levels: number) => {
      let value: unknown = 'leaf';
      for (let level = 1; level < levels; level++) value = wrap(value);
      const encoded = encodeResponse(RunFunctionResponse.create({ output: { value } }));

      return new BinaryWriter().uint32(34).raw(encoded.subarray(1)).finish();
    };

    expect(decodeRequest(nested(maximumDepth)).input).toBeDefined();
    expect(() => decodeRequest(nested(maximumDepth + 1))).toThrow(/nested deeper than 100 levels/);
  });
});

describe('encodeResponse', () => {
  test(
    'writes what the SDK reads back',
    () => {
      fc.assert(
        fc.property(response, (message) => {
          const bySdk = RunFunctionResponse.decode(RunFunctionResponse.encode(message).finish());
          expect(isDeepStrictEqual(RunFunctionResponse.decode(encodeResponse(message)), bySdk)).toBe(true);
        }),
        { numRuns },
      );
    },
    timeout,
  );

  test.each([
    ['that is large', 'long '.repeat(200_000)],
    ['of letters that take one, two, three and four bytes', 'aé€😀'.repeat(40)],
    ['with half of a letter', `${'a'.repeat(40)}\ud800`],
  ])('writes an answer %s', (_, text) => {
    const written = [text, 'small'].map((value) => {
      const message = RunFunctionResponse.create({ output: { first: value, [value.slice(0, 500)]: [value, 1] } });
      return [encodeResponse(message), RunFunctionResponse.encode(message).finish()].map((bytes) =>
        RunFunctionResponse.decode(bytes),
      );
    });

    for (const [byUs, bySdk] of written) expect(isDeepStrictEqual(byUs, bySdk)).toBe(true);
  });

  test('writes as ever after an answer that could not be written', () => {
    const message = RunFunctionResponse.create({ output: { kept: 'value' } });
    const before = encodeResponse(message);
    const broken = RunFunctionResponse.create({ output: { later: 'value', first: [1, { bad: Number.NaN }] } });

    expect(() => encodeResponse(broken)).toThrow(expect.objectContaining({ path: ['output', 'first', 1, 'bad'] }));
    expect(encodeResponse(message)).toEqual(before);
  });

  test('leaves out fields that are undefined', () => {
    const output = { kept: null, left: undefined, inner: { left: undefined } };
    const written = RunFunctionResponse.decode(encodeResponse(RunFunctionResponse.create({ output })));

    expect(written.output).toStrictEqual({ kept: null, inner: {} });
  });
});
