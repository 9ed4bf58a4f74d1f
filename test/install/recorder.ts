import { writeFileSync } from 'node:fs';
import type { Send } from '../../functions/evidence/live/api-server.ts';
import type { Recording } from '../unit/doctor/installation.ts';

type Listed = { items: Record<string, unknown>[]; kind: string; apiVersion: string };

/** What nobody compares, and what only makes a recording long. */
const withoutNotes = (object: Record<string, unknown>): Record<string, unknown> => {
  const { managedFields: _, ...metadata } = object.metadata as Record<string, unknown>;

  return { ...object, metadata };
};

/** Passes questions on, and keeps the answers for test/recorded/installation. Of Secrets only their metadata is asked for. */
export const recorderOf = (send: Send): { send: Send; write: (file: string) => void } => {
  const recording: Recording = { roots: {}, objects: {}, lists: [], secrets: {}, attempts: {} };
  const keep = (asked: string, method: string, body: string | undefined, answer: { status: number; body: string }) => {
    // Of a group that is not there an API server says so in text.
    if (method === 'GET' && answer.status !== 200) return;
    const content = JSON.parse(answer.body);
    // A list has all of its pages.
    const path = method === 'GET' ? asked.replace(/\?.*$/, '') : asked;
    if (method !== 'GET') recording.attempts[`${method} ${path} ${body}`] = { status: answer.status, content };
    else if (path === '/version' || content.kind === 'APIResourceList') recording.roots[path] = content;
    else if (content.kind === 'PartialObjectMetadata') recording.secrets[path] = content;
    else if (content.kind === 'PartialObjectMetadataList') recording.lists.push(path);
    else if ((content as Partial<Listed>).items === undefined) recording.objects[path] = withoutNotes(content);
    else {
      const { items, kind, apiVersion } = content as Listed;
      recording.lists.push(path);
      const [root = '', plural = ''] = [path.slice(0, path.lastIndexOf('/')), path.slice(path.lastIndexOf('/') + 1)];
      for (const item of items) {
        const { name, namespace } = item.metadata as Record<string, string>;
        const place = namespace === undefined ? root : `${root}/namespaces/${namespace}`;
        recording.objects[`${place}/${plural}/${name}`] ??= {
          ...{ apiVersion, kind: kind.replace(/List$/, '') },
          ...withoutNotes(item),
        };
      }
    }
  };

  return {
    send: async (question) => {
      const answer = await send(question);
      keep(question.path, question.method ?? 'GET', question.body, answer);

      return answer;
    },
    write: (file) => writeFileSync(file, `${JSON.stringify(sorted(recording))}\n`),
  };
};

const sorted = (recording: Recording): Recording => ({
  ...recording,
  lists: [...new Set(recording.lists)].sort(),
  ...Object.fromEntries(
    (['roots', 'objects', 'secrets', 'attempts'] as const).map((part) => [
      part,
      Object.fromEntries(Object.entries(recording[part]).sort(([left], [right]) => (left < right ? -1 : 1))),
    ]),
  ),
});
