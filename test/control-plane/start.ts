import { join, relative } from 'node:path';
import { createProgress, elapsed } from '../../package/tools/progress.ts';
import { buildTools, gitopsTools } from '../../package/tools/tools.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { applyExamples } from './examples.ts';
import { checkout, writeExamples } from './gitops/repository.ts';
import { condition, isTrue } from './objects.ts';
import { startGitOps } from './steps/gitops.ts';

const help = `Brings the real control plane up on loopback ports, applies examples/ and waits until galaxy/billing is Ready. It stays
until Ctrl-C or npm stop. The first start builds the tools, into the folder that SQUADKIT_CACHE names.

  npm start
  npm start -- --gitops    with Git and Flux: clone, edit, push, and see Ready
`;
const withGitOps = process.argv.slice(2).includes('--gitops');
if (process.argv.slice(2).some((argument) => argument === '--help' || argument === '-h')) {
  process.stdout.write(help);
  process.exit(0);
}
const unknown = process.argv.slice(2).filter((argument) => argument !== '--gitops');
if (unknown.length > 0) {
  console.error(`npm start: unknown argument ${unknown.join(' ')}: there is only --gitops`);
  process.exit(2);
}
const since = Date.now();
const progress = createProgress();

const showExamples = async (controlPlane: ControlPlane) => {
  await progress.step('examples applied', () => applyExamples(controlPlane));
  await progress.step('galaxy/billing is Ready', () => waitForBilling(controlPlane));
};

/** The same by Git: the first push brings the examples. */
const deliverExamples = async (controlPlane: ControlPlane): Promise<string> => {
  const tool = await buildTools(progress, gitopsTools);
  const { url } = await progress.step('Git and Flux', () => startGitOps(controlPlane, tool, { alone: true }));
  const clone = checkout(url, join(controlPlane.paths.state, 'gitops', 'first-push'));
  writeExamples(clone, controlPlane);
  clone.push('Bring the examples');
  await progress.step('galaxy/billing is Ready', () => waitForBilling(controlPlane));

  return url;
};

const waitForBilling = async ({ hub }: ControlPlane) => {
  const billing = {
    apiVersion: 'squadkit.io/v1alpha1',
    kind: 'Service',
    metadata: { name: 'billing', namespace: 'galaxy' },
  };
  let last = '';
  await hub.waitFor(
    billing,
    (service) => {
      const open = ['Accepted', 'Provisioned', 'Delivered'].map((type) => condition(service, type));
      const now = open.find((candidate) => candidate?.status !== 'True')?.message ?? '';
      if (now !== last) progress.note(`   ${now}`);
      last = now;

      return isTrue(service, 'Ready');
    },
    { what: 'Ready', seconds: 180 },
  );
};

/** What to do with the repository. */
const describeGit = (url: string) => `
Git is the way in: Flux applies what is pushed, and refuses you what it does not know. In another terminal:

  git clone ${url} platform && cd platform
  $EDITOR squads/galaxy/billing.yaml    # for example under spike: postgres: { readers: true }
  git commit --all --message "Let billing be read" && git push
  kubectl get services.squadkit.io -n galaxy --watch
  kubectl get kustomizations -n squadkit-delivery
  npx squadkit evidence galaxy/billing platform --live      # in the clone of Squadkit`;

const describeNextSteps = ({ paths, postgres, meadow }: ControlPlane, git?: string) => {
  const path = (file: string) => relative(process.cwd(), file) || '.';
  const secret = 'kubectl get secret -n galaxy-billing spike';

  return `
Ready after ${elapsed(since)}. Next, in another terminal:

  export KUBECONFIG=$PWD/${path(paths.hubKubeconfig)}
  kubectl get services.squadkit.io -A
  kubectl describe services.squadkit.io -n galaxy billing
  kubectl explain sqs.spec --recursive
${
  git === undefined
    ? `  kubectl apply -f …                    # this kubeconfig stands for your GitOps controller; anybody else is refused:
  kubectl apply -f … --as ada --as-group system:masters`
    : describeGit(git)
}

The workloads' cluster, and the database with the Secret that was delivered there:

  export KUBECONFIG=$PWD/${path(paths.aquaKubeconfig)}
  kubectl get all,secrets,networkpolicies -n galaxy-billing
  export PGSSLROOTCERT=$PWD/${path(postgres.caPath)}
  psql "$(${secret} -o jsonpath='{.data.uri-without-ca}' | base64 -d)"

Engineering has a cluster and a database server of its own; there, look for quasar-catalog:

  export KUBECONFIG=$PWD/${path(paths.meadowKubeconfig)}
  export PGSSLROOTCERT=$PWD/${path(meadow.postgres.caPath)}

Logs: ${path(paths.logs)}. Ctrl-C here, or npm stop, ends everything.`;
};

try {
  if (withGitOps) await buildTools(progress, gitopsTools);
  const controlPlane = await startControlPlane({ progress });
  const shown = withGitOps ? deliverExamples(controlPlane) : showExamples(controlPlane);
  const git = await shown.catch((error: Error) => {
    console.error(`${error.message}\nThe control plane stays up, so that you can look: Ctrl-C or npm stop ends it.`);
  });
  console.log(describeNextSteps(controlPlane, git ?? undefined));
  setInterval(() => undefined, 60_000);
} catch (error) {
  console.error(`npm start: ${error instanceof Error ? error.message : error}`);
  process.exit(1);
}
