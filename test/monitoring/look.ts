import { setTimeout as sleep } from 'node:timers/promises';
import type { KubernetesObject } from '../control-plane/objects.ts';
import type { Firing, Series } from './promtool.ts';

/** The series of Squadkit in what kube-state-metrics shows, without the labels that it puts on all of a custom resource. */
export const scrape = async (url: string): Promise<Series> => {
  const text = await (await fetch(`${url}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith('squadkit_'));

  return Object.fromEntries(
    lines.map((line) => {
      const [, metric = '', labels = '', value = ''] = /^([a-z_]+)\{(.*)\} (\S+)$/.exec(line) ?? [];
      const own = labels.split(/,(?=[a-z_]+=")/).filter((label) => !label.startsWith('customresource_'));
      return [`${metric}{${own.sort().join(',')}}`, Number(value)];
    }),
  );
};

/** Looks until it is so, or until time is up; what it saw last. */
export const until = async <Seen>(
  look: () => Promise<Seen>,
  isSo: (seen: Seen) => boolean,
  seconds = 30,
): Promise<Seen> => {
  const deadline = Date.now() + seconds * 1000;
  let seen = await look();
  while (!isSo(seen) && Date.now() < deadline) {
    await sleep(250);
    seen = await look();
  }

  return seen;
};

const seriesText = (metric: string, labels: Record<string, string | undefined>): string =>
  `${metric}{${Object.entries(labels)
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}="${value}"`]))
    .sort()
    .join(',')}}`;

const seconds = (time: unknown): number => Date.parse(String(time)) / 1000;

interface Condition {
  type: string;
  status: string;
  reason: string;
  lastTransitionTime: string;
}

interface ComponentStatus {
  name: string;
  provider: string;
  enforced?: { backups?: { retentionDays: number } };
  declared?: { encryptedAtRest?: boolean; pointInTimeRecovery?: boolean; backups?: { retentionDays: number } };
  authorities?: { firstEnd: string; lastEnd: string };
}

const ofComponent = (
  name: string,
  { spec, status }: KubernetesObject & { spec?: unknown; status?: unknown },
): Series => {
  const environment = (spec as { environment?: string }).environment;
  const components = ((status as { components?: ComponentStatus[] } | undefined)?.components ??
    []) as ComponentStatus[];
  const found: Series = {};
  for (const { name: component, provider, declared = {}, enforced, authorities } of components) {
    const add = (metric: string, value: number | boolean | undefined) => {
      const labels = { kind: 'Zone', name, component, provider, environment };
      if (value !== undefined) found[seriesText(`squadkit_zone_component_${metric}`, labels)] = Number(value);
    };
    add('encrypted_at_rest', declared.encryptedAtRest);
    add('point_in_time_recovery', declared.pointInTimeRecovery);
    add('backup_retention_days', declared.backups?.retentionDays);
    add('own_backup_retention_days', enforced?.backups?.retentionDays);
    add('first_authority_end_timestamp_seconds', authorities && seconds(authorities.firstEnd));
    add('last_authority_end_timestamp_seconds', authorities && seconds(authorities.lastEnd));
  }

  return found;
};

/** The series that there must be of an object as the API server has it: no more, and no fewer. */
export const seriesOf = (object: KubernetesObject): Series => {
  const { kind } = object;
  const { name, namespace, generation, creationTimestamp, deletionTimestamp } = object.metadata;
  const labels = { kind, name, squad: kind === 'Zone' ? undefined : (namespace ?? name) };
  const status = (object as { status?: { observedGeneration?: number; conditions?: Condition[]; zones?: unknown[] } })
    .status;
  const zones = kind === 'Service' ? ((status?.zones ?? []) as { name: string; environment: string }[]) : [];
  const found: Series = {
    [seriesText('squadkit_created_timestamp_seconds', labels)]: seconds(creationTimestamp),
    [seriesText('squadkit_generation', labels)]: Number(generation),
    ...(deletionTimestamp && {
      [seriesText('squadkit_deletion_timestamp_seconds', labels)]: seconds(deletionTimestamp),
    }),
    ...(status?.observedGeneration !== undefined && {
      [seriesText('squadkit_observed_generation', labels)]: status.observedGeneration,
    }),
    ...(kind === 'Zone' && ofComponent(name, object)),
  };
  for (const { type, status: is, reason, lastTransitionTime } of status?.conditions ?? []) {
    found[seriesText('squadkit_condition_timestamp_seconds', { ...labels, type, status: is, reason })] =
      seconds(lastTransitionTime);
  }
  for (const { name: zone, environment } of zones) {
    found[seriesText('squadkit_service_zone_info', { ...labels, zone, environment })] = 1;
  }

  return found;
};

/** An alert as Prometheus has it. */
export interface Alert {
  labels: Record<string, string>;
  annotations: Record<string, string>;
  state: 'pending' | 'firing';
}

/** The alerts that Prometheus has, pending ones too: that their condition holds, if not yet for long enough. */
export const alertsIn = async (url: string): Promise<Alert[]> => {
  const { data } = (await (await fetch(`${url}/api/v1/alerts`)).json()) as { data: { alerts: Alert[] } };

  return data.alerts;
};

/** What an alert is, in one text: the same for one that is wanted and one that is there. */
export const inOneText = ({ alert, labels }: Firing): string => seriesText(alert, labels);

/** The same of an alert that Prometheus has. */
export const textOf = ({ labels: { alertname = '', ...labels } }: Alert): string =>
  inOneText({ alert: alertname, labels });
