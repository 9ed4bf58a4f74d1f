import { afterEach, expect, test, vi } from 'vitest';
import { wideMention } from '../../../functions/tree/reader/mention.ts';

afterEach(() => vi.restoreAllMocks());

const text = 'apiVersion: squadkit.io/v1alpha1\nkind: Service\n';
const inUtf16: Record<string, Buffer> = {
  'little end first': Buffer.from(text, 'utf16le'),
  'big end first': Buffer.from(text, 'utf16le').swap16(),
};

test.each(
  Object.keys(inUtf16).flatMap((order) => [0, 1].flatMap((place) => [0, 1].map((over) => ({ order, place, over })))),
)(
  'UTF-16, $order, from an odd place ($place), with $over bytes over: it is found, and never an odd number of bytes made text of',
  ({ order, place, over }) => {
    const content = Buffer.concat([Buffer.alloc(place), inUtf16[order] as Buffer, Buffer.alloc(over)]).subarray(place);
    const asText = vi.spyOn(Buffer.prototype, 'toString');

    expect(wideMention(content)).toBe('UTF-16');
    const lengths = asText.mock.contexts.flatMap((made, index) =>
      asText.mock.calls[index]?.[0] === 'utf16le' ? [(made as Buffer).length % 2] : [],
    );
    expect(new Set(lengths)).toEqual(new Set([0]));
  },
);
