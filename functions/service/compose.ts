import { guaranteeStatus } from '../documents/guarantees.ts';
import { addFields, setOwn } from '../objects/record.ts';
import { isReady, type KubernetesObject, whateverItSays } from '../objects/resource.ts';
import type { Binding, Offer } from '../providers/binding.ts';
import { providerOf } from '../providers/index.ts';
import type { Composed } from '../waiting/composed.ts';
import type { ServiceComponent, ServiceZone } from './components.ts';
import { bindingsOf, hubSecret } from './deliver.ts';

/** A component with what it offers to the others of its zone, and what they offer to it. */
export interface BoundComponent {
  component: ServiceComponent;
  offer: Offer | undefined;
  bindings: Binding[];
}

/** The same with what it composes and what it tells about itself. */
export interface ComposedComponent extends BoundComponent {
  /** By composition resource name. */
  resources: Record<string, Composed>;
  status: Record<string, unknown>;
}

/** A zone of a Service with what is composed for it. */
export interface ComposedZone {
  zone: ServiceZone['zone'];
  components: ComposedComponent[];
}

/** By what a managed resource finds what it stands for (crossplane-runtime v2.2.1, pkg/meta/meta.go). */
const externalName = 'crossplane.io/external-name';

/** Puts name, namespace and labels of the platform on a resource; they win over anything a provider wrote. */
const place = (component: ServiceComponent, local: string, object: KubernetesObject): KubernetesObject => {
  const { apiVersion, kind, metadata = {}, spec } = object;
  const name = component.managedName(local);
  const { isNamedAsItself } = providerOf(component.provider);
  const ours = {
    name,
    namespace: component.squad.name,
    labels: metadata.labels === undefined ? component.labels : { ...metadata.labels, ...component.labels },
    ...(isNamedAsItself &&
      spec?.providerConfigRef !== undefined && { annotations: { [externalName]: name, ...metadata.annotations } }),
  };

  return addFields({ apiVersion, kind, metadata: addFields(ours, metadata) }, object);
};

/** The resources of a component by the names that they have in the whole Service. */
const placed = (component: ServiceComponent, local: Record<string, Composed>): Record<string, Composed> => {
  const resources: Record<string, Composed> = {};
  const { troubleOf } = providerOf(component.provider);
  for (const name of Object.keys(local)) {
    const { object, after = [], replaces, proves, hold, delivers, ready, claim } = local[name] as Composed;
    // Each field in its place, there or not: objects of one shape are read faster, and most of a round reads these.
    const resource: { [Field in keyof Required<Composed>]: Composed[Field] } = {
      object: place(component, name, object),
      after: after.map((before) => component.prefix + before),
      replaces: replaces === undefined ? undefined : component.prefix + replaces,
      proves: proves === undefined ? undefined : component.prefix + proves,
      hold,
      delivers,
      ready:
        troubleOf === undefined || ready === whateverItSays
          ? ready
          : (observed) => (ready ?? isReady)(observed) && troubleOf(observed.object) === undefined,
      claim,
    };
    setOwn<Composed>(resources, component.prefix + name, resource);
  }

  return resources;
};

/** The first of the two passes: who offers what to whom in a zone. */
export const boundComponents = ({ components }: ServiceZone): BoundComponent[] => {
  const offers = components.map((component) => ({
    component,
    offer: providerOf(component.provider).offer?.(component),
  }));
  const bindings = offers.flatMap(({ component, offer }) => (offer === undefined ? [] : bindingsOf(component, offer)));

  return offers.map((offered) => ({ ...offered, bindings }));
};

/** The second pass: what a component makes of what is offered in its zone. */
export const composeComponent = (bound: BoundComponent): ComposedComponent => {
  const { component, offer, bindings } = bound;
  const provider = providerOf(component.provider);
  const local = {
    ...provider.compose(component, bindings),
    ...(offer && hubSecret(component, offer)),
  };

  return {
    ...bound,
    status: {
      name: component.component,
      provider: component.provider,
      ...provider.status(component, bindings),
      ...guaranteeStatus(provider.guarantees(component.platform)),
    },
    resources: placed(component, local),
  };
};

/** Two passes: first what everybody offers, then what everybody makes of what was offered. */
export const composeZone = (zone: ServiceZone): ComposedZone => ({
  zone: zone.zone,
  components: boundComponents(zone).map(composeComponent),
});
