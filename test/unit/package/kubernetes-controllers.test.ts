import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** The ServiceAccounts of kube-controller-manager 1.35: controller_policy.go of k8s.io/kubernetes v1.35.8. */
const controllers = [
  'attachdetach-controller',
  'certificate-controller',
  'clusterrole-aggregation-controller',
  'cronjob-controller',
  'daemon-set-controller',
  'deployment-controller',
  'device-taint-eviction-controller',
  'disruption-controller',
  'endpoint-controller',
  'endpointslice-controller',
  'endpointslicemirroring-controller',
  'ephemeral-volume-controller',
  'expand-controller',
  'generic-garbage-collector',
  'horizontal-pod-autoscaler',
  'job-controller',
  'kube-apiserver-serving-clustertrustbundle-publisher',
  'legacy-service-account-token-cleaner',
  'namespace-controller',
  'node-controller',
  'persistent-volume-binder',
  'pod-garbage-collector',
  'podcertificaterequestcleaner',
  'pv-protection-controller',
  'pvc-protection-controller',
  'replicaset-controller',
  'replication-controller',
  'resource-claim-controller',
  'resourcequota-controller',
  'root-ca-cert-publisher',
  'route-controller',
  'selinux-warning-controller',
  'service-account-controller',
  'service-cidrs-controller',
  'service-controller',
  'statefulset-controller',
  'storage-version-garbage-collector',
  'storage-version-migrator-controller',
  'ttl-after-finished-controller',
  'ttl-controller',
  'validatingadmissionpolicy-status-controller',
  'volumeattributesclass-protection-controller',
];

const install = join('package', 'install');
const texts = ['hub', 'remote'].flatMap((folder) =>
  readdirSync(join(install, folder))
    .filter((file) => file.endsWith('.yaml'))
    .map((file): [string, string] => [`${folder}/${file}`, readFileSync(join(install, folder, file), 'utf8')]),
);

/** The version that the API servers of the tests are built from. */
const version = /k8s\.io\/kubernetes (v\S+)/.exec(readFileSync('package/tools/kubernetes/go.mod', 'utf8'))?.[1];
const source = join(
  ...[
    process.env.GOMODCACHE ?? join(process.env.GOPATH ?? join(homedir(), 'go'), 'pkg/mod'),
    `k8s.io/kubernetes@${version}`,
  ],
  'plugin/pkg/auth/authorizer/rbac/bootstrappolicy/controller_policy.go',
);

test('every list of the controllers of Kubernetes has all of them, and nobody else', () => {
  const lists = texts.flatMap(([file, text]) =>
    Array.from(text.matchAll(/ in \[\s*((?:'[a-z-]+',\s*){9,}'[a-z-]+')\s*\]/g), ([, list = '']) => ({
      file,
      names: list.split(',').map((name) => name.trim().slice(1, -1)),
    })),
  );
  const ofControllers = lists.filter(({ names }) => names.includes('generic-garbage-collector'));

  expect(ofControllers).toEqual(
    ['hub/backups.yaml', 'hub/controllers.yaml', 'hub/janitor.yaml', 'hub/writers.yaml', 'remote/controllers.yaml'].map(
      (file) => ({ file, names: controllers }),
    ),
  );
});

test('no policy lets an account of kube-system pass by the beginning or the end of its name', () => {
  const open = texts.filter(([, text]) => {
    const alone = text.replaceAll(
      /startsWith\('system:serviceaccount:kube-system:'\)\s+&& request\.userInfo\.username\.split\(':'\)\[3\] in \[/g,
      '',
    );

    return /startsWith\('system:serviceaccount:kube-system|endsWith\('-controller/.test(alone);
  });

  expect(open.map(([file]) => file)).toEqual([]);
});

test.runIf(existsSync(source))('Kubernetes itself has these controllers', () => {
  const names = Array.from(readFileSync(source, 'utf8').matchAll(/saRolePrefix \+ "([^"]+)"/g), ([, name]) => name);

  expect([...new Set(names)].sort()).toEqual(controllers);
});
