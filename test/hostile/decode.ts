import { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire';
import { RunFunctionResponse } from '@crossplane-org/function-sdk-typescript';
import { decodeRequest } from '../../functions/server/wire/codec.ts';
import { Unreadable } from '../../functions/server/wire/struct.ts';

const responseTags = { desired: 18, context: 34 };
const requestTags = { desired: 26 };

/**
 * A response from its bytes, without the context. A refusal passes on what the request desired, byte for byte: the SDK
 * takes a `__proto__` in it for the prototype, so the desired state is read by ours; deeper than that reads, it is left
 * out.
 */
export const decodeResponse = (bytes: Uint8Array): RunFunctionResponse => {
  const reader = new BinaryReader(bytes);
  const small: Uint8Array[] = [];
  const desired = new BinaryWriter();
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const tag = reader.uint32();
    if (tag === responseTags.desired) {
      desired.uint32(requestTags.desired).bytes(reader.bytes());
      continue;
    }
    reader.skip(tag & 7, tag >>> 3);
    if (tag !== responseTags.context) small.push(bytes.subarray(start, reader.pos));
  }

  return { ...RunFunctionResponse.decode(Buffer.concat(small)), desired: readDesired(desired.finish()) };
};

const readDesired = (bytes: Uint8Array): RunFunctionResponse['desired'] => {
  try {
    return decodeRequest(bytes).desired;
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
};
