import type * as z from 'zod/mini';
import type { Guarantees } from '../documents/guarantees.ts';
import type { Environment } from '../documents/lifecycle.ts';
import type { KubernetesObject, Observed } from '../objects/resource.ts';
import type { Actor, Path } from '../round/refusal.ts';
import type { Composed } from '../waiting/composed.ts';
import type { BackupState, KeptBackups } from './backup-states.ts';
import type { Binding, Offer } from './binding.ts';
import type { OddDetail } from './details.ts';

/** The squad's place in the organisation, as registered by the platform. */
export interface SquadContext {
  name: string;
  /** Group of its members in the identity provider. */
  group: string;
  /** Groups of its other roles there; undefined where the platform has set none. */
  ownerGroup: string | undefined;
  guestGroup: string | undefined;
  deployerGroup: string | undefined;
}

/** Where something lies: enough to derive every name and label from. */
export interface Place {
  /** The hub's name, which its installation chose. */
  hub: string;
  squad: SquadContext;
  service: string;
  zone: { name: string; environment: Environment; region: string };
  component: string;
  /** The ClusterProviderConfig to use: always the platform's, for exactly this zone and component. */
  providerConfigRef: { kind: 'ClusterProviderConfig'; name: string };
  labels: Record<string, string>;
  /** Says on each thing whose it is: hub, squad, service and environment in one text. */
  mark: string;
}

/** A server or cluster as a Zone registers it, before anything of a Service is on it. */
export interface Registration<ZoneSettings> {
  /** The hub's name, which its installation chose. */
  hub: string;
  zone: string;
  component: string;
  settings: ZoneSettings;
  providerConfigRef: Place['providerConfigRef'];
  /** What is composed to know it, by local name. */
  observed: Record<string, Observed>;
  /** What it was known by until now; undefined if it never was. */
  held: string | undefined;
}

/**
 * How a server or cluster is known by itself, however its address is spelt: capacity, and whose something is, go by it.
 */
export interface Identity<ZoneSettings> {
  /** What looks at it, by local name. Nothing that was made by somebody else is changed by it. */
  compose: (registration: Registration<ZoneSettings>) => Record<string, Composed>;
  /**
   * What it is known by; undefined as long as nobody has seen it. Throws a Refusal if it is another's, or not as it has
   * to be; the path begins at the component.
   */
  read: (registration: Registration<ZoneSettings>) => string | undefined;
}

/** What is known in a round beside what is composed. */
export interface Surroundings {
  /** In milliseconds since 1970. */
  now: number;
  /** Whether the document that is there is refused, and an earlier one goes on: then nothing ends. */
  isKept: boolean;
  /** Whether everybody in the zone who receives that login of this component holds its credentials of that generation. */
  isReceived: (login: string, generation: number) => boolean;
  /** Who counts sessions on its server says how many each login has, and when that was; undefined if nobody says. */
  sessions: () => { at: number; logins: Record<string, number> } | undefined;
}

/** One component of a Service, as a provider sees it. `observed` has the resources of this component, by local name. */
export interface Component<ZoneSettings, ServiceSettings> extends Place {
  platform: ZoneSettings;
  settings: ServiceSettings;
  /** The `metadata.name` on the hub of the resource with that local name. */
  managedName: (local: string) => string;
  observed: Record<string, Observed>;
  /** Undefined where nothing is decided, as in a look at what Git wants: then everything stays as it is. */
  round?: Surroundings | undefined;
}

/** What a component tells the squad about itself in `status.zones[].components[]`. */
export type ComponentStatus = Record<string, string | number | boolean | string[] | Record<string, string | number>>;

/** A known error of a managed resource, in words: who has to act and what to do. */
export interface KnownError {
  match: RegExp;
  /** Who has to have said it: the provider, or the thing outside of itself. Default: either. */
  says?: 'provider' | 'remote';
  actor: Actor;
  /** What to do; what stands in it as `<database>` is a name that `names` gives. */
  next: string;
  /** Whether what was said follows, without credentials: where only that tells what is to be changed. */
  shows?: boolean;
  /** Whether what is missing is being made already: then the provider gets over it by itself. */
  isUnderWay?: (object: KubernetesObject, message: string, others: KubernetesObject[]) => boolean;
  /** What to do in this case, where that is known only by the object; in the place of `next`. */
  tells?: (object: KubernetesObject) => string | undefined;
  /** Names of this case, so that a statement in `next` can be typed as it stands. */
  names?: (object: KubernetesObject, message: string) => Record<string, string | undefined>;
}

/** Something that a component asks for beyond what it has, in words, and where: the path begins at the component. */
export interface More {
  what: string;
  path: Path;
}

/** Something that a server has only so much of: it is promised to Services once, and never twice. */
export interface Shared<ZoneSettings, ServiceSettings> {
  /** The setting that asks for it, of no other provider; under it a status says what was promised, and a Squad its limit. */
  key: string;
  /** In words: `connections`. */
  what: string;
  /** What it is for whoever limits a squad, who does not see which provider it belongs to: `database connections`. */
  counted: string;
  /** How much there is for all Services of the server together; undefined if the platform did not say. */
  total: (settings: ZoneSettings) => number | undefined;
  /** How much of it a component takes. */
  taken: (platform: ZoneSettings, settings: ServiceSettings) => number;
}

/**
 * What runs in the function for one technology. A provider is a folder with an `index.ts` that exports one of these, and
 * a `told.ts` with what is told about it; shared code calls both and never asks which one it has.
 *
 * Resources are named locally (`database`); shared code puts zone and component before the name, and adds
 * `metadata.name`, namespace, labels and the provider config.
 */
export interface Provider<ZoneSettings = unknown, ServiceSettings = unknown> {
  /** The value of `provider:` in a document, and the name of its settings block: a lower case letter, then letters and digits. */
  name: string;
  description: string;
  /** What the platform registers in a Zone. The XRD block and the reference are generated from it. */
  zoneSettings: z.ZodMiniType<ZoneSettings>;
  /** What a squad may set; everything must have a safe default. */
  serviceSettings: z.ZodMiniType<ServiceSettings>;
  /** The `ClusterProviderConfig` that a Zone composes for this component. */
  configure: (settings: ZoneSettings) => KubernetesObject;
  /**
   * Further provider configs that a Zone composes for this component, each named after it with a dot and its key behind: what
   * is made for Services elsewhere than on the component goes by them.
   */
  configureFurther?: (settings: ZoneSettings) => Record<string, KubernetesObject>;
  identity: Identity<ZoneSettings>;
  /**
   * Throws a Refusal if the settings are not allowed here. `where` names the component for the message; the path of the
   * refusal begins at the component: `['postgres', 'extensions', 0]`.
   */
  admit: (component: Component<ZoneSettings, ServiceSettings>, where: string) => void;
  /**
   * The settings of a component that was admitted earlier and may not have them any more: what of them the platform allows
   * now. A provider without this has none that would have to be less.
   *
   * @param promised how much it was promised of what is shared; undefined if nobody knows
   */
  narrow?: (component: Component<ZoneSettings, ServiceSettings>, promised: number | undefined) => ServiceSettings;
  /**
   * Whether the resource of that local name may be left out while the document of the Service is refused, because the platform
   * has taken away what it is for: it only gives access and so ends without a trace, or what is observed of it says that it
   * was made such before. No other goes.
   */
  isAccess: (local: string, observed: Observed) => boolean;
  /** What the others of its zone get from it. Called before any `compose`. */
  offer?: (component: Component<ZoneSettings, ServiceSettings>) => Offer;
  /** The resources, by local name. `bindings` are the offers of the whole zone. */
  compose: (component: Component<ZoneSettings, ServiceSettings>, bindings: Binding[]) => Record<string, Composed>;
  status: (component: Component<ZoneSettings, ServiceSettings>, bindings: Binding[]) => ComponentStatus;
  /** Whether this component holds that login's Secret with the credentials of that generation. Only of one that receives. */
  holds?: (component: Component<ZoneSettings, ServiceSettings>, binding: string, generation: number) => boolean;
  /** Whether it matters in this round how many sessions each login has. */
  asksForSessions?: (observed: Record<string, Observed>) => boolean;
  /** Whether the next round will do more, although everything is ready: what was written is to be read back. */
  isMoving?: (component: Component<ZoneSettings, ServiceSettings>) => boolean;
  /** The next moment at which time alone changes something, in milliseconds since 1970; undefined if there is none. */
  wakes?: (component: Component<ZoneSettings, ServiceSettings>) => number | undefined;
  /** What somebody has to do although everything works; undefined if nobody has to. */
  move?: (
    component: Component<ZoneSettings, ServiceSettings>,
  ) => { actor: Exclude<Actor, 'Nobody'>; next: string } | undefined;
  /** What is known of its backups; undefined where Squadkit makes none, and where nothing is decided. */
  backedUp?: (component: Component<ZoneSettings, ServiceSettings>) => BackupState | undefined;
  /** What goes on being backed up when its Service is gone; left out by a provider that backs up nothing. */
  keptBackups?: KeptBackups;
  knownErrors: KnownError[];
  /**
   * What only this provider can read of the failure of one of its resources; undefined if it does not fail. Conditions and
   * phases, of the resource and of an object that it shows, are read without it: see objects/failure.ts.
   */
  troubleOf?: (object: KubernetesObject) => string | undefined;
  /** What was published of a connection and is not what it is called. */
  oddDetails?: (component: Component<ZoneSettings, ServiceSettings>) => OddDetail[];
  /**
   * The first thing that a component which is there asks for beyond what it has, by what is observed of it; undefined if
   * there is none. A closed zone and a closed squad give nothing of the sort.
   */
  more?: (component: Component<ZoneSettings, ServiceSettings>) => More | undefined;
  /** What its servers have only so much of. */
  shared?: Shared<ZoneSettings, ServiceSettings>;
  /**
   * Whether a creation may be repeated when nobody knows how the first attempt ended: every resource has a name of our
   * choice, and creating one that exists finds it.
   */
  isRepeatable: boolean;
  /** What the platform declares of it; shared code compares this with what the data needs. */
  guarantees: (settings: ZoneSettings) => Guarantees;
  /**
   * Where the settings have its data lie besides the component itself, in the words of a zone's region: what it is, and the
   * path of the setting, which begins at the component. Undefined if nowhere.
   */
  elsewhere?: (settings: ZoneSettings) => { what: string; region: string; path: Path } | undefined;
  /** The certificates, in PEM, by which whoever connects knows the server or cluster; undefined if the settings name none. */
  authorities: (settings: ZoneSettings) => string | undefined;
  /**
   * Whether its managed resources find what they stand for by their own names where `crossplane.io/external-name` says
   * nothing else, which is what crossplane-runtime makes of that (v2.2.1, pkg/reconciler/managed/api.go, NameAsExternalName).
   * Then it is said from the beginning: that saves each of them a write and a look. Never where the outside gives the name.
   */
  isNamedAsItself?: boolean;
  /** The kinds of its managed resources: as long as there are any, a squad's namespace must not go. */
  managedKinds: { apiVersion: string; kind: string }[];
  /** The server or cluster behind the settings: two components of a Service may not lie on the same one. */
  target: (settings: ZoneSettings) => string;
}

/** Checks a provider against its own settings' types, then forgets them: shared code passes parsed settings back. */
export const defineProvider = <ZoneSettings, ServiceSettings>(
  provider: Provider<ZoneSettings, ServiceSettings>,
): Provider => provider as unknown as Provider;
