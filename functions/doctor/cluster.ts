import { oddInObject, oddInStatus, oddInVersion } from '../evidence/live/answers.ts';
import type { HttpQuestion, Send } from '../evidence/live/api-server.ts';
import { type Hub, type Inquiry, inquiryOf, looksThrough } from '../evidence/live/hub.ts';
import { isMapping } from '../objects/record.ts';
import type { KubernetesObject } from '../objects/resource.ts';

/** What became of a write that was tried for show. */
export type Attempt = 'passed' | 'unknown kind' | { refused: string };

/** A cluster that is looked at. Nothing is written there: what is tried is a dry run. */
export interface Cluster extends Pick<Hub, 'get' | 'list'> {
  /** In a column: `hub`, `aqua`. */
  name: string;
  /** The keys of a Secret, without any value; why there are none to see otherwise. */
  keysOf: (namespace: string, name: string) => Promise<string[] | 'not there' | 'not allowed' | 'not told'>;
  /** Secrets that hold a token of a ServiceAccount, without any value. */
  tokensIn: (namespace: string) => Promise<{ name: string; account: string }[] | 'not allowed'>;
  /** Creates an object for show (`dryRun=All`), or changes the one of that name by a merge patch. */
  attempt: (object: KubernetesObject, change?: Record<string, unknown>) => Promise<Attempt>;
  /** Whether it has objects of that kind. */
  knows: (apiVersion: string, kind: string) => Promise<boolean>;
  /** The version of Kubernetes: `v1.35.8`. */
  version: () => Promise<string>;
}

/** A cluster behind `send`. */
export const clusterOf = (send: Send, { name, server }: { name: string; server: string }): Cluster => {
  const inquiry = inquiryOf(send, server, name === 'hub' ? 'the hub' : `cluster ${name}`);
  const { ask, json } = inquiry;

  return {
    name,
    ...looksThrough(inquiry),
    keysOf: (namespace, secret) => keysOf(inquiry, namespace, secret),
    tokensIn: (namespace) => tokensIn(inquiry, namespace),
    attempt: (object, change) => attempt(inquiry, object, change),
    knows: async (apiVersion, kind) => (await inquiry.collection({ apiVersion, kind })) !== undefined,
    version: async () => json<{ gitVersion: string }>(await ask({ path: '/version' }), oddInVersion).gitVersion,
  };
};

/** An object's metadata without the rest of it (meta.k8s.io/v1): of a Secret no value comes over the wire. */
const metadataOnly = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';

/**
 * The keys of a Secret as its metadata has them: the API server notes who wrote which field (`managedFields`), by its name
 * and without its value.
 */
const keysOf = async ({ ask, json }: Inquiry, namespace: string, name: string): ReturnType<Cluster['keysOf']> => {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/secrets/${encodeURIComponent(name)}`;
  const answer = await ask({ path, headers: { accept: metadataOnly } });
  if (answer.status === 404) return 'not there';
  if (answer.status === 403) return 'not allowed';
  const { managedFields } = json<{ metadata: { managedFields?: unknown } }>(answer, oddInObject).metadata;
  const notes = Array.isArray(managedFields) ? managedFields.filter(isMapping) : [];
  const keys = notes.flatMap(({ fieldsV1 }) =>
    ['f:data', 'f:stringData'].flatMap((field) => {
      const data = isMapping(fieldsV1) ? fieldsV1[field] : undefined;

      return isMapping(data) ? Object.keys(data).flatMap((key) => (key.startsWith('f:') ? [key.slice(2)] : [])) : [];
    }),
  );

  return keys.length === 0 ? 'not told' : [...new Set(keys)];
};

const tokensIn = async ({ pages }: Inquiry, namespace: string): ReturnType<Cluster['tokensIn']> => {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/secrets`;
  const query = 'fieldSelector=type%3Dkubernetes.io%2Fservice-account-token';
  const secrets = await pages({ path, headers: { accept: metadataOnly.replace('Metadata;', 'MetadataList;') } }, query);

  return (
    secrets?.map(({ metadata = {} }) => ({
      name: metadata.name ?? '',
      account: metadata.annotations?.['kubernetes.io/service-account.name'] ?? '',
    })) ?? 'not allowed'
  );
};

const attempt = async (
  { ask, json, collection }: Inquiry,
  object: KubernetesObject,
  change?: Record<string, unknown>,
): Promise<Attempt> => {
  const { apiVersion, kind, metadata = {} } = object;
  const path = await collection({ apiVersion, kind, namespace: metadata.namespace });
  if (path === undefined) return 'unknown kind';
  const question: HttpQuestion =
    change === undefined
      ? { path, method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(object) }
      : {
          path: `${path}/${encodeURIComponent(metadata.name ?? '')}`,
          method: 'PATCH',
          headers: { 'content-type': 'application/merge-patch+json' },
          body: JSON.stringify(change),
        };
  const answer = await ask({ ...question, path: `${question.path}?dryRun=All` }, [200, 201, 400, 403, 404, 409, 422]);
  if (answer.status < 300) return 'passed';

  return { refused: json<{ message?: string }>(answer, oddInStatus).message ?? '' };
};
