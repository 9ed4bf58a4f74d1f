import { type Expected, equals, ownName } from '../evidence/live/expected.ts';
import { asText } from '../objects/record.ts';

const runs = /^(Deployment|DeploymentRuntimeConfig)$/;
const pod = String.raw`^spec\.(deploymentTemplate\.spec\.)?template\.spec\.`;
const inPod = (path: string): RegExp => new RegExp(`${pod}${path}$`);
/** The name of a container or a volume has no dot (DNS label), so it is one part of a path. */
const inContainer = (path: string): RegExp => inPod(String.raw`(initContainers|containers)\.[^.]+\.${path}`);
const packages = /^(Provider|Function|Configuration)$/;

/**
 * What API servers, their controllers and Crossplane write by themselves. What stands here was in the answers of real ones
 * (test/recorded/installation: Kubernetes 1.35, Crossplane 2.3), or is the default of the kind's schema.
 */
export const serverMade: readonly Expected[] = [
  { kinds: /./, path: /^metadata\.annotations\.(kubectl\.kubernetes\.io\/last-applied-configuration)$/ },
  ownName,
  { kinds: /^Namespace$/, path: /^spec\.finalizers$/, is: equals(['kubernetes']) },
  { kinds: /^Deployment$/, path: /^metadata\.annotations\.deployment\.kubernetes\.io\/revision$/ },
  { kinds: packages, path: /^spec\.(ignoreCrossplaneConstraints|skipDependencyResolution)$/, is: equals(false) },
  { kinds: packages, path: /^spec\.revisionActivationPolicy$/, is: equals('Automatic') },
  { kinds: packages, path: /^spec\.packagePullPolicy$/, is: equals('IfNotPresent', 'Always') },
  { kinds: packages, path: /^spec\.revisionHistoryLimit$/, is: (value) => typeof value === 'number' },
  { kinds: packages, path: /^spec\.runtimeConfigRef\.apiVersion$/, is: equals('pkg.crossplane.io/v1beta1') },
  { kinds: packages, path: /^spec\.runtimeConfigRef\.kind$/, is: equals('DeploymentRuntimeConfig') },
  {
    kinds: /^(CompositeResourceDefinition|Composition)$/,
    path: /^metadata\.ownerReferences$/,
    is: (value) =>
      Array.isArray(value) &&
      value.every((owner) =>
        /^pkg\.crossplane\.io\/v1 Configuration(Revision)?$/.test(
          `${asText(owner?.apiVersion)} ${asText(owner?.kind)}`,
        ),
      ),
  },
  {
    kinds: /^CompositeResourceDefinition$/,
    path: /^metadata\.finalizers$/,
    is: equals(['defined.apiextensions.crossplane.io']),
  },
  {
    kinds: /^CompositeResourceDefinition$/,
    path: /^spec\.defaultCompositeDeletePolicy$/,
    is: equals('Background'),
  },
  {
    kinds: /^CompositeResourceDefinition$/,
    path: /^spec\.defaultCompositionUpdatePolicy$/,
    is: equals('Automatic'),
  },
  { kinds: runs, path: /^spec\.progressDeadlineSeconds$/, is: equals(600) },
  { kinds: runs, path: /^spec\.revisionHistoryLimit$/, is: equals(10) },
  {
    kinds: runs,
    path: /^spec\.strategy$/,
    is: equals({ type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } }),
  },
  { kinds: runs, path: inPod('dnsPolicy'), is: equals('ClusterFirst') },
  { kinds: runs, path: inPod('restartPolicy'), is: equals('Always') },
  { kinds: runs, path: inPod('schedulerName'), is: equals('default-scheduler') },
  { kinds: runs, path: inPod('terminationGracePeriodSeconds'), is: equals(30) },
  {
    kinds: runs,
    path: inPod('serviceAccount'),
    is: (value, { spec }) =>
      value === (spec?.template as { spec?: { serviceAccountName?: string } } | undefined)?.spec?.serviceAccountName,
  },
  { kinds: runs, path: inContainer('terminationMessagePath'), is: equals('/dev/termination-log') },
  { kinds: runs, path: inContainer('terminationMessagePolicy'), is: equals('File') },
  { kinds: runs, path: inContainer(String.raw`ports\.[^.]+\.protocol`), is: equals('TCP') },
  { kinds: runs, path: inContainer(String.raw`env\.[^.]+\.valueFrom\.fieldRef\.apiVersion`), is: equals('v1') },
  { kinds: runs, path: inContainer(String.raw`\w+Probe\.(timeoutSeconds|successThreshold)`), is: equals(1) },
  { kinds: runs, path: inContainer(String.raw`\w+Probe\.periodSeconds`), is: equals(10) },
  { kinds: runs, path: inContainer(String.raw`\w+Probe\.failureThreshold`), is: equals(3) },
  { kinds: runs, path: inContainer(String.raw`\w+Probe\.httpGet\.scheme`), is: equals('HTTP') },
  { kinds: runs, path: inPod(String.raw`volumes\.[^.]+\.(configMap|secret)\.defaultMode`), is: equals(420) },
  { kinds: /^Service$/, path: /^spec\.(clusterIPs?|ipFamilies|ipFamilyPolicy)$/ },
  { kinds: /^Service$/, path: /^spec\.internalTrafficPolicy$/, is: equals('Cluster') },
  { kinds: /^Service$/, path: /^spec\.sessionAffinity$/, is: equals('None') },
  { kinds: /^Service$/, path: /^spec\.type$/, is: equals('ClusterIP') },
  { kinds: /^Service$/, path: /^spec\.ports\.[^.]+\.protocol$/, is: equals('TCP') },
  { kinds: /^GitRepository$/, path: /^spec\.timeout$/, is: equals('60s') },
  { kinds: /^Kustomization$/, path: /^spec\.force$/, is: equals(false) },
  { kinds: /^(GitRepository|Kustomization)$/, path: /^metadata\.finalizers$/, is: equals(['finalizers.fluxcd.io']) },
  { kinds: /^Application$/, path: /^operation$/ },
  // The janitor's report, which it writes.
  { kinds: /^ConfigMap$/, path: /^data$|^data\./, is: (_, { metadata }) => metadata?.name === 'squadkit-sessions' },
];

/**
 * Arguments of a program without those that a platform may give it besides: how much is done at a time. Of flags that stand
 * twice the last one counts, and `--no-` before a name takes it back (kingpin, of the providers): so all others are compared.
 */
export const withoutChosen = (list: unknown): string => {
  const text = Array.isArray(list) ? list.map((one) => JSON.stringify(one)).join('\n') : '';

  return text.replaceAll(/^"--(at-once|max-reconcile-rate)(=|"\n")\d+"(\n|$)/gm, '').replace(/\n$/, '');
};

/** Who delivers package/install notes by labels and annotations what is theirs. */
const ofAnEngine =
  /^metadata\.(labels|annotations)\.((kustomize|helm)\.toolkit\.fluxcd\.io\/(name|namespace)|argocd\.argoproj\.io\/(tracking-id|instance)|app\.kubernetes\.io\/(name|instance|version|component|part-of|managed-by))$/;

/**
 * What a platform sets as it needs it, whether it is shipped or not: how much a program gets and how many there are, on which
 * nodes they run, how an image is fetched, and what Git and the hub are called. It decides nothing of what runs, nor as whom.
 */
export const chosen: readonly Expected[] = [
  { kinds: /./, path: ofAnEngine },
  { kinds: runs, path: /^spec\.(deploymentTemplate\.spec\.)?replicas$/ },
  { kinds: runs, path: inContainer(String.raw`resources(\..*)?`) },
  { kinds: runs, path: inContainer('imagePullPolicy') },
  {
    kinds: runs,
    path: inPod(
      String.raw`(nodeSelector|tolerations|affinity|topologySpreadConstraints|imagePullSecrets|priorityClassName)(\..*)?`,
    ),
  },
  { kinds: runs, path: inPod('priority'), is: (value) => typeof value === 'number' },
  { kinds: runs, path: inPod('preemptionPolicy'), is: (value) => typeof value === 'string' },
  { kinds: packages, path: /^spec\.packagePullSecrets(\..*)?$/ },
  { kinds: /^ServiceAccount$/, path: /^imagePullSecrets(\..*)?$/ },
  // Whom a platform names, and what squads may choose, have lines of their own.
  {
    kinds: /^ConfigMap$/,
    path: /^data$|^data\./,
    is: (_, { metadata }) => /^squadkit-(writers|allowed|delivery)$/.test(metadata?.name ?? ''),
  },
  {
    kinds: /^ResourceQuota$/,
    path: /^spec\.hard\.pods$/,
    is: (value, { metadata }) => metadata?.name === 'squadkit-backups' && /^[1-9]\d*$/.test(asText(value)),
  },
  // The name of the hub has a line of its own too, and a way out through a proxy ends at servers that are verified.
  { kinds: runs, path: inContainer(String.raw`env\.(HTTPS?_PROXY|NO_PROXY)\.(name|value)`) },
  {
    kinds: /^DeploymentRuntimeConfig$/,
    path: inContainer(String.raw`env\.SQUADKIT_HUB\.(name|value)`),
    is: (value, { metadata }) => metadata?.name === 'squadkit-function' && typeof value === 'string',
  },
  { kinds: /^GitRepository$/, path: /^spec\.(url|ref|secretRef|ignore|provider|interval|timeout)(\..*)?$/ },
  { kinds: /^Kustomization$/, path: /^spec\.(sourceRef|path|interval|retryInterval|timeout)(\..*)?$/ },
  { kinds: /^Application$/, path: /^spec\.(project|source|sources)(\..*)?$/ },
  { kinds: /^AppProject$/, path: /^spec\.sourceRepos(\..*)?$/ },
];

/** What Crossplane (2.3) puts into the Deployment of a package besides its runtime configuration: its image has a line of its own. */
export const ofPackages: readonly Expected[] = [
  { kinds: /^Deployment$/, path: /^spec\.selector\.matchLabels\.pkg\.crossplane\.io\/(function|provider|revision)$/ },
  {
    kinds: /^Deployment$/,
    path: /^spec\.template\.metadata\.labels\.pkg\.crossplane\.io\/(function|provider|revision)$/,
  },
  { kinds: /^Deployment$/, path: /^spec\.template\.metadata\.annotations\.prometheus\.io\/(path|port|scrape)$/ },
  { kinds: /^Deployment$/, path: inPod('serviceAccountName') },
  { kinds: /^Deployment$/, path: inPod(String.raw`containers\.package-runtime\.image`) },
  {
    kinds: /^Deployment$/,
    path: inPod(String.raw`containers\.package-runtime\.ports\.(metrics|webhook|grpc)\.(name|containerPort|protocol)`),
  },
  {
    kinds: /^Deployment$/,
    path: inPod(
      String.raw`containers\.package-runtime\.env\.(SQUADKIT_HUB|TLS_CLIENT_CERTS_DIR|TLS_SERVER_CERTS_DIR|WEBHOOK_TLS_CERT_DIR|POD_NAMESPACE|PROVIDER_NAME|FUNCTION_NAME|REVISION_NAME|REVISION_UID)\..*`,
    ),
  },
  {
    kinds: /^Deployment$/,
    path: inPod(
      String.raw`containers\.package-runtime\.volumeMounts\.tls-(client|server)-certs\.(name|mountPath|readOnly)`,
    ),
  },
  {
    kinds: /^Deployment$/,
    path: inPod(String.raw`volumes\.tls-(client|server)-certs\.(name|secret\.(secretName|items|defaultMode).*)`),
  },
];
