import { readFileSync } from 'node:fs';
import { apiServerOf, type HttpAnswer, type HttpQuestion } from '../evidence/live/api-server.ts';
import type { KubernetesObject } from '../objects/resource.ts';
import { Unusable } from '../outside/reason.ts';
import { janitorNamespace, janitorReport } from '../zone/sessions.ts';

/** All that the janitor asks of the hub. Each rejects with an error of Node, or an Unusable. */
export interface Hub {
  zones: () => Promise<KubernetesObject[]>;
  /** A Secret in the janitor's namespace; undefined if there is none. */
  secret: (name: string) => Promise<KubernetesObject | undefined>;
  /** Says what it did, in place of what it said before. */
  report: (data: Record<string, string>) => Promise<void>;
}

/** How a hub is reached from one of its pods. */
export interface Way {
  /** `https://10.96.0.1:443` */
  server: string;
  /** File with the token of the ServiceAccount; it is renewed while the janitor runs. */
  tokenFile: string;
  /** File with the authority of the API server. */
  authorityFile: string;
}

/** A hub behind its API server. @throws Error if the file of the authority cannot be read */
export const hubBy = ({ server, tokenFile, authorityFile }: Way): Hub => {
  const send = apiServerOf(
    {
      ...{ context: '', server },
      tls: { ca: readFileSync(authorityFile) },
      headers: {
        get authorization() {
          return `Bearer ${readFileSync(tokenFile, 'utf8').trim()}`;
        },
      },
    },
    { timeout: 5000, maxSockets: 4 },
  );
  const ask = async (question: HttpQuestion, expected: number[]): Promise<HttpAnswer> => {
    const answer = await send({ ...question, headers: { 'user-agent': 'squadkit-janitor', ...question.headers } });
    if (!expected.includes(answer.status)) throw new Unusable(`the hub answers with status ${answer.status}`);

    return answer;
  };
  const secrets = `/api/v1/namespaces/${janitorNamespace}/secrets`;

  return {
    zones: async () => {
      const { body } = await ask({ path: '/apis/squadkit.io/v1alpha1/zones' }, [200]);
      const { items } = JSON.parse(body) as { items: KubernetesObject[] };

      // Items of a list do not say of which kind they are.
      return items.map((item) => ({ ...item, apiVersion: 'squadkit.io/v1alpha1', kind: 'Zone' }));
    },
    secret: async (name) => {
      const { status, body } = await ask({ path: `${secrets}/${encodeURIComponent(name)}` }, [200, 404]);

      return status === 404 ? undefined : (JSON.parse(body) as KubernetesObject);
    },
    report: async (data) => {
      const { apiVersion, kind, name, namespace } = janitorReport;
      const path = `/api/v1/namespaces/${namespace}/configmaps/${name}?fieldManager=squadkit-janitor&force=true`;
      const body = JSON.stringify({ apiVersion, kind, metadata: { name, namespace }, data });
      await ask({ path, method: 'PATCH', headers: { 'content-type': 'application/apply-patch+yaml' }, body }, [200]);
    },
  };
};
